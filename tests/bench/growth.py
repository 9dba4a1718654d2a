"""How a month's list grows with the store: ``python -m tests.bench.growth FOLDER PRACTICES…``.

FOLDER holds ``recall.db``, one planned practice. Its rows that a list reads are copied under the
numbers of other practices; the list is always that of the first.
"""

import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from recall_tui.domain.calendar import Month
from storage.driver import SQLITE
from tests.bench.steps import TODAY, open_bench_house

COPIED = ("patient", "due_item", "planned_appointment", "appointment", "patient_plan", "item_state")
TURNS = 9
MOST_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Grown:
    """Patients in the whole store, and median milliseconds of processor time of one list."""

    patients: int
    milliseconds: float
    listed: int


def _copy(store: Path, first: int, last: int) -> int:
    """Give practices ``first`` to ``last`` the rows of practice 1; return how many patients."""
    with closing(SQLITE.connect(store, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for practice in range(first, last + 1):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO practice (practice_id, ods_code, name, created_at) "
                "SELECT ?, ? || ods_code, name, created_at FROM practice WHERE practice_id = 1",
                (practice, f"{practice}-"),
            )
            for table in COPIED:
                names = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
                others = ", ".join(f'"{name}"' for name in names if name != "practice_id")
                connection.execute(
                    f'INSERT INTO "{table}" (practice_id, {others}) '  # noqa: S608 - our names
                    f'SELECT ?, {others} FROM "{table}" WHERE practice_id = 1',
                    (practice,),
                )
            connection.execute("COMMIT")
        return connection.execute("SELECT count(*) FROM patient").fetchone()[0]


def grow(folder: Path, practices: Sequence[int]) -> Iterator[Grown]:
    """Measure the list of the first practice in a store of so many practices, one by one."""
    whole = folder / "grown"
    whole.mkdir()
    shutil.copyfile(folder / "recall.db", whole / "recall.db")
    have = 1
    for count in sorted(practices):
        patients = _copy(whole / "recall.db", have + 1, count)
        have = count
        yield _measured(whole, patients)
    shutil.rmtree(whole)


def _measured(folder: Path, patients: int) -> Grown:
    house = open_bench_house(folder)
    taken: list[float] = []
    listed = 0
    for _turn in range(TURNS):
        begun = time.process_time()
        listed = len(house.store.worklist(Month.of(TODAY), TODAY).rows)
        taken.append(time.process_time() - begun)
    house.close()
    return Grown(patients, statistics.median(taken) * 1000, listed)


def main() -> None:
    """Print the figures."""
    first: Grown | None = None
    for one in grow(Path(sys.argv[1]), [int(count) for count in sys.argv[2:]]):
        first = first or one
        print(
            f"{one.patients:,} patients in the store: {one.milliseconds:.1f} ms for {one.listed} "
            f"listed ({one.milliseconds / first.milliseconds:.2f}x, at most {MOST_GROWTH}x)"
        )


if __name__ == "__main__":
    main()
