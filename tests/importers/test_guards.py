"""The guards: a wrong, stale or halved extract is stopped, with a reason and who may accept it."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from recall_tui.domain.import_guards import (
    FULL_SHEETS,
    Arrived,
    Before,
    FileRows,
    Guard,
    GuardCode,
    Moved,
    judge,
)
from recall_tui.importers.readers import read_extract
from tests.importers.building import PATIENTS, build

TODAY = date(2026, 11, 22)
YESTERDAY = datetime(2026, 11, 21, 23, 0)  # noqa: DTZ001 - local time of the practice
BEFORE = Before(YESTERDAY, active=1000, rows={"patients": 1000, "events": 20_000})


def _judge(
    new: Arrived,
    before: Before | None = BEFORE,
    changed: dict[str, int] | None = None,
    missing: dict[str, int] | None = None,
) -> tuple[Guard, ...]:
    return judge(new, before, "A12345", TODAY, Moved(changed or {}, missing or {}))


def _new(
    *,
    code: str = "A12345",
    at: datetime | None = YESTERDAY,
    active: int = 1000,
    files: tuple[FileRows, ...] = (),
) -> Arrived:
    return Arrived(code, at, active, files)


def test_a_good_extract_passes() -> None:
    """No guard speaks without a reason."""
    assert _judge(_new(code="a12345")) == ()
    assert _judge(_new(), None) == ()


def test_another_practices_files_are_refused_for_good() -> None:
    """Not even an administrator may accept them, and not even its deaths are taken."""
    (guard,) = _judge(_new(code="B99999"))
    assert (guard.code, guard.may_accept, guard.is_ours) == (GuardCode.PRACTICE, False, False)
    assert "B99999" in guard.words
    assert "A12345" in guard.words


def test_older_files_than_the_last_are_refused() -> None:
    """Yesterday's file after today's would undo a day."""
    (guard,) = _judge(_new(at=datetime(2026, 11, 20, 23, 0)))  # noqa: DTZ001 - local time
    assert (guard.code, guard.may_accept) == (GuardCode.OLDER, False)
    assert "20 Nov 2026 at 23:00" in guard.words
    assert "21 Nov 2026 at 23:00" in guard.words


def test_files_from_the_future_are_refused() -> None:
    """They would make every later file an older one."""
    (guard,) = _judge(_new(at=datetime(2027, 1, 1)))  # noqa: DTZ001 - local time
    assert (guard.code, guard.may_accept) == (GuardCode.FUTURE, False)


@pytest.mark.parametrize(("active", "stops"), [(950, False), (949, True), (500, True)])
def test_a_halved_list_is_stopped(active: int, *, stops: bool) -> None:
    """More than one in twenty gone is not a month's departures."""
    guards = _judge(_new(active=active))
    assert [guard.code for guard in guards] == [GuardCode.FEWER_PATIENTS] * stops
    assert all(guard.may_accept for guard in guards)


def test_a_small_list_may_lose_one_and_not_half() -> None:
    """One death among ten is no mass departure; five gone of ten are."""
    ten = Before(YESTERDAY, active=10, rows={})
    assert _judge(_new(active=9), ten) == ()
    assert [guard.code for guard in _judge(_new(active=5), ten)] == [GuardCode.FEWER_PATIENTS]
    three = Before(YESTERDAY, active=3, rows={})
    assert _judge(_new(active=2), three) == ()
    assert [guard.code for guard in _judge(_new(active=1), three)] == [GuardCode.FEWER_PATIENTS]


def _rejected(file: str, table: str, read: int, rejected: int) -> FileRows:
    return FileRows(file, table, read, rejected)


def test_a_file_with_many_bad_rows_leaves_its_table_as_it_is() -> None:
    """The other tables are imported; an administrator may accept the good rows."""
    (guard,) = _judge(_new(files=(_rejected("events.csv", "events", 1000, 11),)))
    assert (guard.code, guard.table, guard.may_accept) == ("rejected_rows", "events", True)
    assert "11 of 1000 rows were rejected" in guard.words


def test_a_patient_list_with_many_bad_rows_stops_everything() -> None:
    """Without their patients the other files say nothing."""
    (guard,) = _judge(_new(files=(_rejected("patients.csv", "patients", 100, 6),)))
    assert guard.table == ""
    assert "nothing is imported" in guard.words


def test_a_few_bad_rows_stop_nothing() -> None:
    """Bad rows never hold up the good ones; five of twenty are few."""
    few = (_rejected("events.csv", "events", 1000, 10), _rejected("staff.csv", "staff", 20, 5))
    assert _judge(_new(files=few)) == ()


def test_a_file_without_any_good_row_does_not_hold_up_its_neighbours() -> None:
    """Other files that feed the same table are applied."""
    both = (
        _rejected("conditions.csv", "events", 60, 0),
        _rejected("immunizations.csv", "events", 2021, 2021),
    )
    assert _judge(_new(files=both)) == ()
    assert len(_judge(_new(files=both[1:]))) == 1


@pytest.mark.parametrize(("rows", "stops"), [(4_000, False), (4_001, True)])
def test_too_many_changes_are_stopped(rows: int, *, stops: bool) -> None:
    """A fifth of all events changed since yesterday is another file."""
    guards = _judge(_new(), changed={"events": rows})
    assert [guard.code for guard in guards] == [GuardCode.CHANGED_ROWS] * stops


@pytest.mark.parametrize(("rows", "stops"), [(1_000, False), (1_001, True)])
def test_a_file_cut_off_at_the_end_of_a_line_is_stopped(rows: int, *, stops: bool) -> None:
    """A record grows: when a twentieth of it is not there any more, the file is not whole.

    Cut off there, the events of the last patients are gone, and their diseases with them.
    """
    moved = {"events": rows}
    guards = _judge(_new(), changed=moved, missing=moved)
    assert [guard.code for guard in guards] == [GuardCode.MISSING_ROWS] * stops
    assert all(guard.may_accept for guard in guards)
    once = _judge(_new(), changed={"events": 5_000}, missing={"events": 5_000})
    assert [guard.code for guard in once] == [GuardCode.CHANGED_ROWS]


@pytest.mark.parametrize("rows", FULL_SHEETS)
def test_a_file_as_long_as_a_sheet_is_stopped(rows: int) -> None:
    """A spreadsheet drops what does not fit, and says nothing; the first import is stopped, too."""
    (guard,) = _judge(_new(files=(FileRows("events.csv", "events", rows, 0),)), None)
    assert (guard.code, guard.may_accept) == (GuardCode.FULL_SHEET, True)
    assert f"{rows + 1:,} lines" in guard.words
    assert not _judge(_new(files=(FileRows("events.csv", "events", rows + 1, 0),)), None)


def test_an_older_extract_that_was_copied_is_stopped() -> None:
    """Without extract.csv a copy looks new: its newest event tells, and an admin may accept it."""
    before = Before(YESTERDAY, 1000, {"events": 20_000}, newest=date(2026, 11, 21))
    older = Arrived("", YESTERDAY, 1000, is_dated=False, newest=date(2026, 11, 20))
    (guard,) = _judge(older, before)
    assert (guard.code, guard.may_accept) == (GuardCode.OLDER, True)
    assert not _judge(replace(older, newest=date(2026, 11, 21)), before)
    assert not _judge(replace(older, is_dated=True), before)
    assert _judge(replace(older, newest=None), before)


def test_the_gravest_guard_speaks_first() -> None:
    """What nobody may accept stands before what an administrator may."""
    guards = _judge(_new(code="B99999", active=1))
    assert [guard.may_accept for guard in guards] == [False, True]


def test_rows_are_counted_file_by_file(tmp_path: Path) -> None:
    """What the guards judge is counted from the files: rows read, and rows rejected."""
    patients = PATIENTS + "3,,Bad,Row,,\n4,,Short\n"
    extract = read_extract(build(tmp_path / "extract", {"patients.csv": patients}), TODAY)
    assert extract.files == (
        FileRows("patients.csv", "patients", 4, 2),
        FileRows("events.csv", "events", 2, 0),
    )
    assert extract.rows_read == {"patients": 4, "events": 2}
