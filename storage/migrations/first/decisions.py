"""Decisions and the access log of the first revision."""

import sqlalchemy as sa
from alembic import op


def _instant() -> sa.types.TypeEngine[str]:
    """Text in SQLite, a timestamp with time zone in Postgres."""
    return sa.String().with_variant(sa.DateTime(timezone=True), "postgresql")


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "seq", name="pk_event"),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_number"],
            ["patient.practice_id", "patient.patient_number"],
            name="fk_event_patient",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_event_practice_id_by_seq", "event", ["practice_id", "by", "seq"])
    op.create_index(
        "ix_event_practice_id_command_id_seq", "event", ["practice_id", "command_id", "seq"]
    )
    op.create_index(
        "ix_event_practice_id_event_id", "event", ["practice_id", "event_id"], unique=True
    )
    op.create_index("ix_event_practice_id_kind_seq", "event", ["practice_id", "kind", "seq"])
    op.create_index(
        "ix_event_practice_id_patient_number_item_seq",
        "event",
        ["practice_id", "patient_number", "item", "seq"],
    )


def _item_state() -> None:
    op.create_table(
        "item_state",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("decided_for", sa.Date(), nullable=True),
        sa.Column("invites", sa.Integer(), nullable=False),
        sa.Column("last_invited", sa.Date(), nullable=True),
        sa.Column("last_channel", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("booked_for", sa.Date(), nullable=True),
        sa.Column("appointment_id", sa.String(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("declined", sa.String(), nullable=False),
        sa.Column("held", sa.String(), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("closed_for", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", _instant(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "patient_number", "item", name="pk_item_state"),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_number"],
            ["patient.practice_id", "patient.patient_number"],
            name="fk_item_state_patient",
        ),
        sqlite_with_rowid=False,
    )


def _booking() -> None:
    op.create_table(
        "booking",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("appointment_id", sa.String(), nullable=False),
        sa.Column("staff_group", sa.String(), nullable=False),
        sa.Column("booked_by", sa.String(), nullable=False),
        sa.Column("booked_at", _instant(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", _instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "booking_id", name="pk_booking"),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_number"],
            ["patient.practice_id", "patient.patient_number"],
            name="fk_booking_patient",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_booking_practice_id_patient_number", "booking", ["practice_id", "patient_number"]
    )


def _invite_batch() -> None:
    op.create_table(
        "invite_batch",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "batch_id", name="pk_invite_batch"),
        sqlite_with_rowid=False,
    )


def _patient_choice() -> None:
    op.create_table(
        "patient_choice",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("chosen_month", sa.Integer(), nullable=True),
        sa.Column("assigned_to", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "patient_number", name="pk_patient_choice"),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_number"],
            ["patient.practice_id", "patient.patient_number"],
            name="fk_patient_choice_patient",
        ),
        sqlite_with_rowid=False,
    )


def _recall_choice() -> None:
    op.create_table(
        "recall_choice",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("recall", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "recall", name="pk_recall_choice"),
        sqlite_with_rowid=False,
    )


def _access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("access_id", sa.String(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("patients", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "access_id", name="pk_access_log"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_access_log_practice_id_at", "access_log", ["practice_id", "at"])


def make_decisions() -> None:
    """Make these tables."""
    _event()
    _item_state()
    _booking()
    _invite_batch()
    _patient_choice()
    _recall_choice()
    _access_log()
