"""What a snooze waits for, and what people say of a patient: death, wrong number, flags."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing is said in them yet."""
    op.add_column(
        "item_state", sa.Column("snoozed_when", sa.String(), server_default="", nullable=False)
    )
    for column in (
        sa.Column("deceased_reported", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("wrong_number", sa.String(), server_default="", nullable=False),
        sa.Column("flags", sa.Text(), server_default="{}", nullable=False),
    ):
        op.add_column("patient_choice", column)


def downgrade() -> None:
    """Drop the columns."""
    for column in ("flags", "wrong_number", "deceased_reported"):
        op.drop_column("patient_choice", column)
    op.drop_column("item_state", "snoozed_when")
