"""Practices, clinical rows and imports of the first revision."""

import sqlalchemy as sa
from alembic import op


def _instant() -> sa.types.TypeEngine[str]:
    """Text in SQLite, a timestamp with time zone in Postgres."""
    return sa.String().with_variant(sa.DateTime(timezone=True), "postgresql")


def _number() -> sa.types.TypeEngine[float]:
    return sa.Double()


def _practice() -> None:
    op.create_table(
        "practice",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("ods_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name="pk_practice"),
        sa.UniqueConstraint("ods_code", name="uq_practice_ods_code"),
        sqlite_with_rowid=False,
    )


def _change_seq() -> None:
    op.create_table(
        "change_seq",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.Column("clinical_version", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name="pk_change_seq"),
        sqlite_with_rowid=False,
    )


def _patient() -> None:
    op.create_table(
        "patient",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("nhs_number", sa.String(), nullable=True),
        sa.Column("nhs_number_status", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("given_name", sa.String(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("home_phone", sa.String(), nullable=True),
        sa.Column("mobile_phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("sms_consent", sa.String(), nullable=True),
        sa.Column("email_consent", sa.String(), nullable=True),
        sa.Column("contact_allowed", sa.Boolean(), nullable=True),
        sa.Column("preferred_channel", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("interpreter", sa.Boolean(), nullable=True),
        sa.Column("usual_gp", sa.String(), nullable=True),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=True),
        sa.Column("absent_since", sa.Date(), nullable=True),
        sa.Column("search_name", sa.String(), nullable=False),
        sa.Column("home_key", sa.String(), nullable=False),
        sa.Column("mobile_key", sa.String(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "patient_number", name="pk_patient"),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.practice_id"], name="fk_patient_practice"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_patient_practice_id_home_key",
        "patient",
        ["practice_id", "home_key"],
        postgresql_ops={"home_key": "text_pattern_ops"},
    )
    op.create_index(
        "ix_patient_practice_id_mobile_key",
        "patient",
        ["practice_id", "mobile_key"],
        postgresql_ops={"mobile_key": "text_pattern_ops"},
    )
    op.create_index("ix_patient_practice_id_nhs_number", "patient", ["practice_id", "nhs_number"])
    op.create_index(
        "ix_patient_practice_id_search_name",
        "patient",
        ["practice_id", "search_name"],
        postgresql_ops={"search_name": "text_pattern_ops"},
    )


def _coded_event() -> None:
    op.create_table(
        "coded_event",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("event_date", sa.Date(), nullable=False),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(), nullable=True),
        sa.Column("value", _number(), nullable=True),
        sa.Column("value_text", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "practice_id",
            "patient_number",
            "code",
            "event_date",
            "precision",
            "occurrence",
            name="pk_coded_event",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_number"],
            ["patient.practice_id", "patient.patient_number"],
            name="fk_coded_event_patient",
        ),
        sqlite_with_rowid=False,
    )


def _medication() -> None:
    op.create_table(
        "medication",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(), nullable=True),
        sa.Column("repeat", sa.Boolean(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "practice_id", "patient_number", "code", "issued_on", "occurrence", name="pk_medication"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_number"],
            ["patient.practice_id", "patient.patient_number"],
            name="fk_medication_patient",
        ),
        sqlite_with_rowid=False,
    )


def _appointment() -> None:
    op.create_table(
        "appointment",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("staff_group", sa.String(), nullable=True),
        sa.Column("clinician", sa.String(), nullable=True),
        sa.Column("slot_type", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "practice_id", "patient_number", "appointment_id", name="pk_appointment"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_number"],
            ["patient.practice_id", "patient.patient_number"],
            name="fk_appointment_patient",
        ),
        sqlite_with_rowid=False,
    )


def _staff_member() -> None:
    op.create_table(
        "staff_member",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("staff_group", sa.String(), nullable=True),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "staff_id", name="pk_staff_member"),
        sqlite_with_rowid=False,
    )


def _import_run() -> None:
    op.create_table(
        "import_run",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("extracted_at", sa.DateTime(), nullable=True),
        sa.Column("applied_at", _instant(), nullable=False),
        sa.Column("applied_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "run_id", name="pk_import_run"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_import_run_practice_id_run_no", "import_run", ["practice_id", "run_no"], unique=True
    )
    op.create_index("ix_import_run_practice_id_sha256", "import_run", ["practice_id", "sha256"])


def _row_problem() -> None:
    op.create_table(
        "row_problem",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("problem_no", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("severity", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "run_id", "problem_no", name="pk_row_problem"),
        sqlite_with_rowid=False,
    )


def _import_change() -> None:
    op.create_table(
        "import_change",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "practice_id", "run_id", "table_name", "row_key", name="pk_import_change"
        ),
        sqlite_with_rowid=False,
    )


def make_clinical() -> None:
    """Make these tables."""
    _practice()
    _change_seq()
    _patient()
    _coded_event()
    _medication()
    _appointment()
    _staff_member()
    _import_run()
    _row_problem()
    _import_change()
