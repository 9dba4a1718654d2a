"""What the practice calls its items and recalls, kept for the quick path and the first paint."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the next plan fills it."""
    op.create_table(
        "practice_words",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name="pk_practice_words"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("practice_words")
