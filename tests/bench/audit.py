"""What the audit chain costs: ``python -m tests.bench.audit [ROWS]``, on both databases.

A write is one decision in a transaction of its own, as the desk does it; the plain audit row is the
same write without sealing. Both take turns, so that noise falls on both alike.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.ports import Work
from storage.audit_verifying import verify
from storage.engine import open_database
from storage.ids import new_row_id
from storage.practices import add_practice
from storage.sealing import Sealer
from storage.store import SqlStore
from tests.support.extracts import extract, patient
from tests.support.postgres import fresh_database

AT = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
TURNS = 400
BATCH = 1000


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """Median milliseconds of a write with and without the chain, and rows verified a second."""

    database: str
    sealed: float
    plain: float
    rows_a_second: float


def _event() -> Decision:
    name = new_row_id()
    payload = {"words": "rang, will call back on Monday"}
    return Decision(name, name, AT, "jo", DecisionKind.NOTED, "100", payload=payload)


def _write(store: SqlStore, events: Sequence[Decision]) -> float:
    def unit(work: Work) -> None:
        work.append(events)

    begun = time.perf_counter()
    store.write(unit)
    return (time.perf_counter() - begun) * 1000


@contextmanager
def _plain() -> Generator[None]:
    """Leave the seal out: a plain audit row."""
    sealing = Sealer.seal_events

    def blank(self: Sealer, rows: Sequence[dict[str, Any]]) -> None:
        del self
        for row in rows:
            row.update(role="", origin="", chain_no=0, mac="")

    Sealer.seal_events = blank
    try:
        yield
    finally:
        Sealer.seal_events = sealing


def measure(url: str, rows: int) -> AuditFigures:
    """Measure on the empty store at ``url``."""
    database = open_database(url)
    store = SqlStore(database, add_practice(database, "A12345", "Bench", AT))
    given = extract([patient("100")])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    for _warm in range(20):
        _write(store, [_event()])
    sealed: list[float] = []
    plain: list[float] = []
    for _turn in range(TURNS):
        sealed.append(_write(store, [_event()]))
        with _plain():
            plain.append(_write(store, [_event()]))
    other = SqlStore(database, add_practice(database, "B12345", "Bench", AT))
    other.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    for _batch in range(rows // BATCH):
        _write(other, [_event() for _one in range(BATCH)])
    begun = time.process_time()
    found = verify(url, "B12345", database.audit)
    seconds = time.process_time() - begun
    kind = "SQLite" if database.is_sqlite else "Postgres"
    database.close()
    return AuditFigures(
        kind, statistics.median(sealed), statistics.median(plain), found.rows / seconds
    )


def measure_both(rows: int = 100_000) -> Iterator[AuditFigures]:
    """Measure on SQLite and on Postgres."""
    with tempfile.TemporaryDirectory(prefix="recall-audit-") as folder:
        yield measure(str(Path(folder) / "recall.db"), rows)
    with fresh_database() as url:
        yield measure(url, rows)


def main() -> None:
    """Print the figures."""
    rows = int(sys.argv[1]) if sys.argv[1:] else 100_000
    for one in measure_both(rows):
        print(
            f"{one.database}: write {one.sealed:.2f} ms sealed, {one.plain:.2f} ms plain "
            f"({one.sealed / one.plain:.2f}x); verify {one.rows_a_second:,.0f} rows/s"
        )


if __name__ == "__main__":
    main()
