"""The first tables of the store."""

from alembic import op

from storage.migrations.first.clinical import make_clinical
from storage.migrations.first.decisions import make_decisions
from storage.migrations.first.plan import make_plan
from storage.migrations.first.statistics import tell_planner

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    make_clinical()
    make_plan()
    make_decisions()
    tell_planner()


def downgrade() -> None:
    """Drop every table."""
    for table in (
        "access_log",
        "recall_choice",
        "patient_choice",
        "invite_batch",
        "booking",
        "item_state",
        "event",
        "patient_plan",
        "planned_appointment",
        "due_item",
        "register_member",
        "import_change",
        "row_problem",
        "import_run",
        "staff_member",
        "appointment",
        "medication",
        "coded_event",
        "patient",
        "change_seq",
        "practice",
    ):
        op.drop_table(table)
