"""Invites that the clinical record holds, and since when the plan of a patient is out of date."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a state folded before knows the day of its last invite only."""
    op.add_column("patient", sa.Column("changed_no", sa.Integer(), nullable=True))
    op.add_column("patient_plan", sa.Column("record_invites", sa.Text(), nullable=True))
    op.add_column(
        "item_state",
        sa.Column("invite_days", sa.String(), nullable=False, server_default=""),
    )


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("item_state", "invite_days")
    op.drop_column("patient_plan", "record_invites")
    op.drop_column("patient", "changed_no")
