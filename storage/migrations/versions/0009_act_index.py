"""Find who took back a change of a named view or recipe without reading them all.

Also tells SQLite's planner how wide the indexes are that the first tables did not have. Unless
told, it takes ``practice_id = ?`` for a narrow question there, and reads a whole practice by them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ESTIMATES = (
    ("patient", "ix_patient_practice_id_postcode", "1000000 1000000 5"),
    ("shared_change", "shared_change", "1000000 1000000 1"),
    ("shared_change", "ix_shared_change_practice_id_command_id_seq", "1000000 1000000 5 1"),
    ("shared_change", "ix_shared_change_practice_id_by_seq", "1000000 1000000 50000 1"),
    ("shared_change", "ix_shared_change_practice_id_act_seq", "1000000 1000000 100000 1"),
)
"""Table, index, and the rows of a large store that share the values of its first columns."""


def upgrade() -> None:
    """Make the index, and store the estimates."""
    op.create_index(
        "ix_shared_change_practice_id_act_seq", "shared_change", ["practice_id", "act", "seq"]
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _forget_estimates(connection)
        insert = sa.text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)")
        rows = [{"tbl": table, "idx": index, "stat": stat} for table, index, stat in _ESTIMATES]
        connection.execute(insert, rows)


def downgrade() -> None:
    """Drop the index, and forget the estimates."""
    op.drop_index("ix_shared_change_practice_id_act_seq", "shared_change")
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _forget_estimates(connection)


def _forget_estimates(connection: sa.Connection) -> None:
    delete = sa.text("DELETE FROM sqlite_stat1 WHERE tbl = :tbl AND idx = :idx")
    connection.execute(delete, [{"tbl": table, "idx": index} for table, index, _ in _ESTIMATES])
