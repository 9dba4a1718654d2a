"""Named views and recipes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    instant = sa.String().with_variant(sa.DateTime(timezone=True), "postgresql")
    op.create_table(
        "shared_change",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("shared_id", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "seq", name="pk_shared_change"),
        sqlite_with_rowid=False,
    )
    for column in ("command_id", "by"):
        name = f"ix_shared_change_practice_id_{column}_seq"
        op.create_index(name, "shared_change", ["practice_id", column, "seq"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("shared_change")
