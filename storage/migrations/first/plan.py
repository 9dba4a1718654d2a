"""The plan of the first revision."""

import sqlalchemy as sa
from alembic import op


def _register_member() -> None:
    op.create_table(
        "register_member",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("recall", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.Column("hold_words", sa.String(), nullable=True),
        sa.Column("hold_review_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "practice_id", "patient_number", "recall", name="pk_register_member"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_register_member_practice_id_recall_patient_number",
        "register_member",
        ["practice_id", "recall", "patient_number"],
    )


def _due_item() -> None:
    op.create_table(
        "due_item",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("overdue_since", sa.Date(), nullable=True),
        sa.Column("window_opens", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("last_done", sa.Date(), nullable=True),
        sa.Column("early_days", sa.Integer(), nullable=True),
        sa.Column("closed_through", sa.Date(), nullable=True),
        sa.Column("schedule", sa.String(), nullable=True),
        sa.Column("every", sa.String(), nullable=True),
        sa.Column("recalls", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.Column("hold_words", sa.String(), nullable=True),
        sa.Column("hold_review_on", sa.Date(), nullable=True),
        sa.Column("high_risk", sa.Boolean(), nullable=True),
        sa.Column("long_gap_days", sa.Integer(), nullable=True),
        sa.Column("qof_by", sa.Date(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("appointment_no", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("listed_month", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "practice_id", "patient_number", "item", "due_on", name="pk_due_item"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_due_item_practice_id_is_open_listed_month",
        "due_item",
        ["practice_id", "is_open", "listed_month"],
    )


def _planned_appointment() -> None:
    op.create_table(
        "planned_appointment",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("appointment_no", sa.Integer(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("stage", sa.Integer(), nullable=True),
        sa.Column("staff_group", sa.String(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("target", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "practice_id", "patient_number", "appointment_no", name="pk_planned_appointment"
        ),
        sqlite_with_rowid=False,
    )


def _patient_plan() -> None:
    op.create_table(
        "patient_plan",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("recall_date", sa.Date(), nullable=True),
        sa.Column("anchor_source", sa.String(), nullable=True),
        sa.Column("earlier_recall_date", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "patient_number", name="pk_patient_plan"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_patient_plan_practice_id_valid_until", "patient_plan", ["practice_id", "valid_until"]
    )


def make_plan() -> None:
    """Make these tables."""
    _register_member()
    _due_item()
    _planned_appointment()
    _patient_plan()
