"""Who is on which patient now."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; on Postgres without a log, since nobody misses it after a crash."""
    op.create_table(
        "presence",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("patient_number", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "patient_number", "session_id", name="pk_presence"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE presence SET UNLOGGED")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("presence")
