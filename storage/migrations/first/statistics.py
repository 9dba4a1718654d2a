"""What SQLite's planner is told about the first tables.

Without it SQLite takes ``practice_id = ?`` for a narrow question and reads a whole practice where
an index of patients would do. Told once, every site plans alike, whatever it holds.
"""

import sqlalchemy as sa
from alembic import op

_ROWS = 1_000_000
_ROWS_OF = {
    "practice_id": _ROWS,
    "is_open": 400_000,
    "listed_month": 30_000,
    "kind": 100_000,
    "by": 50_000,
    "recall": 25_000,
    "valid_until": 10_000,
    "at": 10,
    "patient_number": 50,
    "search_name": 2,
    "home_key": 2,
    "mobile_key": 2,
    "nhs_number": 1,
}
"""Rows of a large store that share one value of a column, within the columns before it."""

_FEW = 5


def tell_planner() -> None:
    """Store the estimates; other databases gather their own."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    connection.execute(sa.text("ANALYZE"))
    connection.execute(sa.text("DELETE FROM sqlite_stat1"))
    insert = sa.text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)")
    inspector = sa.inspect(connection)
    for table in inspector.get_table_names():
        key = inspector.get_pk_constraint(table)["constrained_columns"]
        if key[:1] != ["practice_id"]:
            continue
        rows = [{"tbl": table, "idx": table, "stat": _estimate(key, unique=True)}]
        for index in inspector.get_indexes(table):
            columns = [name or "" for name in index["column_names"]]
            stat = _estimate(columns, unique=bool(index["unique"]))
            rows.append({"tbl": table, "idx": index["name"] or "", "stat": stat})
        connection.execute(insert, rows)


def _estimate(columns: list[str], *, unique: bool) -> str:
    rows, estimates = _ROWS, [_ROWS]
    for column in columns:
        rows = min(rows, _ROWS_OF.get(column, _FEW))
        estimates.append(rows)
    if unique:
        estimates[-1] = 1
    return " ".join(str(one) for one in estimates)
