"""The rules and settings by which a practice is planned, the same for whoever plans it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; an admin's next planning fills it from their folder."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    instant = sa.String() if is_sqlite else sa.DateTime(timezone=True)
    op.create_table(
        "agreed_rules",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Text(), nullable=False),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name="pk_agreed_rules"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table: an older program plans by the folder of whoever starts it."""
    op.drop_table("agreed_rules")
