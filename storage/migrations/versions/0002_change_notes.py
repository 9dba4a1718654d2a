"""Change notes, and the record of backups that were put back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    instant = sa.String().with_variant(sa.DateTime(timezone=True), "postgresql")
    op.create_table(
        "change_note",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("revision", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patients", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "revision", name="pk_change_note"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "restoration",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("restore_id", sa.String(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("aside", sa.Text(), nullable=False),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.Column("settled_at", instant, nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "restore_id", name="pk_restoration"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("restoration")
    op.drop_table("change_note")
