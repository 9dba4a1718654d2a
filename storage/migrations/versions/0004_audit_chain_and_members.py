"""The chain over decisions and the access log, and who may work in a practice."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SEALED = ("event", "access_log")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def upgrade() -> None:
    """Add the columns (what is there already is older than the chain) and the table."""
    for table in _SEALED:
        for column in (_text("role"), _text("origin"), _number("chain_no"), _text("mac")):
            op.add_column(table, column)
    op.add_column(
        "access_log", sa.Column("details", sa.Text(), nullable=False, server_default="{}")
    )
    for column in (_number("chain_no"), _text("chain_mac"), _text("chain_key")):
        op.add_column("change_seq", column)
    instant = sa.String().with_variant(sa.DateTime(timezone=True), "postgresql")
    op.create_table(
        "member",
        sa.Column("practice_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("pin", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "login", name="pk_member"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them; the decisions and the access log stay."""
    op.drop_table("member")
    for column in ("chain_key", "chain_mac", "chain_no"):
        op.drop_column("change_seq", column)
    op.drop_column("access_log", "details")
    for table in _SEALED:
        for column in ("mac", "chain_no", "origin", "role"):
            op.drop_column(table, column)
