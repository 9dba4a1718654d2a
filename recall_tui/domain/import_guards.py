"""What must hold before an extract may change anything; numbers in, sentences out."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

FEWER: Final = 0.05
"""More than this share of the patients gone: a halved list, not a month's departures."""

REJECTED: Final = 0.01
"""More than this share of a file's rows rejected: the wrong file, not some bad rows."""

CHANGED: Final = 0.20
"""More than this share of a table's rows changed or gone: another practice, or a wrong file."""

MISSING: Final = 0.05
"""More than this share of the events or medications no longer there: a file that was cut off, at
the end of a line. A record grows; who leaves takes nothing along."""

FULL_SHEETS: Final = (65_535, 1_048_575)
"""Rows below the header of a sheet that is full: the spreadsheet left out whatever followed."""

A_FEW: Final = 5
"""So few rows or patients stop nothing by their share alone: small lists have bad luck too."""


class GuardCode(StrEnum):
    """Which guard spoke."""

    PRACTICE = "practice"
    FUTURE = "future"
    OLDER = "older"
    FEWER_PATIENTS = "fewer_patients"
    REJECTED_ROWS = "rejected_rows"
    CHANGED_ROWS = "changed_rows"
    MISSING_ROWS = "missing_rows"
    FULL_SHEET = "full_sheet"


@dataclass(frozen=True, slots=True)
class Guard:
    """One reason not to apply an extract, or one of its tables.

    ``table`` is the table that stays as it is; empty: nothing of the extract is applied.
    ``is_ours`` is false when the files are another practice's, so that not even its deaths,
    deductions and do-not-contact may be taken from it; from any other stopped file they are.
    """

    code: GuardCode
    table: str
    words: str
    may_accept: bool
    is_ours: bool = True


@dataclass(frozen=True, slots=True)
class FileRows:
    """How many rows one file had, and how many of them were rejected."""

    file: str
    table: str
    read: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the files say of themselves; ``active`` are patients that neither left nor died."""

    practice_code: str
    extracted_at: datetime | None
    active: int
    files: tuple[FileRows, ...] = ()
    gone: int = 0
    """Active patients of the store who are not among them any more."""

    is_dated: bool = True
    """Whether they say when they were extracted; else ``extracted_at`` is a file's own time."""

    newest: date | None = None
    """Day of the newest event that is not in the future."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the store holds of the last import; ``rows`` is table to rows."""

    extracted_at: datetime | None
    active: int
    rows: Mapping[str, int]
    newest: date | None = None
    """Day of the newest event that is not in the future."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What would become of the stored rows; both are table to rows, those added are in neither."""

    changed: Mapping[str, int]
    """Changed or taken away."""

    missing: Mapping[str, int]
    """Taken away, of tables that only grow."""

    def without(self, tables: Collection[str]) -> "Moved":
        """Return it without tables that stay as they are."""
        changed = {name: rows for name, rows in self.changed.items() if name not in tables}
        missing = {name: rows for name, rows in self.missing.items() if name not in tables}
        return Moved(changed, missing)


NOTHING_MOVED: Final = Moved({}, {})


def judge(
    arrived: Arrived,
    before: Before | None,
    practice_code: str,
    today: date,
    moved: Moved = NOTHING_MOVED,
) -> tuple[Guard, ...]:
    """Return every reason to stop, the gravest first; empty when all is well.

    ``before`` is None at the first import.
    """
    guards = [*_origin(arrived, practice_code, today), *_rejected(arrived.files)]
    guards += _full_sheets(arrived.files)
    if before is not None:
        guards += [*_time(arrived, before), *_departure(arrived, before)]
        guards += [*_changed(moved.changed, before), *_missing(moved, before)]
    return tuple(sorted(guards, key=lambda guard: (guard.may_accept, guard.table)))


def _origin(arrived: Arrived, practice_code: str, today: date) -> Iterator[Guard]:
    theirs = arrived.practice_code.upper()
    if theirs and theirs != practice_code.upper():
        words = (
            f"the files are of practice {theirs}, and this is {practice_code.upper()}:"
            " take this practice's files"
        )
        yield Guard(GuardCode.PRACTICE, "", words, may_accept=False, is_ours=False)
    if arrived.extracted_at is not None and arrived.extracted_at.date() > today:
        words = (
            f"the files say that they were extracted on {_day(arrived.extracted_at)}, which is in"
            " the future: look at the clock of the computer that wrote them"
        )
        yield Guard(GuardCode.FUTURE, "", words, may_accept=False)


def _time(arrived: Arrived, before: Before) -> Iterator[Guard]:
    new, old = arrived.extracted_at, before.extracted_at
    if new is not None and old is not None and new < old:
        words = (
            f"the files were extracted on {_day(new)}, before those imported last"
            f" ({_day(old)}): take the newest"
        )
        yield Guard(GuardCode.OLDER, "", words, may_accept=False)
    elif not arrived.is_dated and _is_behind(arrived.newest, before.newest):
        words = (
            "the newest event in the files is older than the newest one imported before: an older"
            " extract, copied? Take the newest; extract.csv would say when it was made. If"
            " events were taken back in the clinical system, an administrator may accept it"
        )
        yield Guard(GuardCode.OLDER, "", words, may_accept=True)


def _is_behind(new: date | None, old: date | None) -> bool:
    return old is not None and (new is None or new < old)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y at %H:%M}"


def are_too_many(gone: int, active: int) -> bool:
    """Whether so many of the active patients gone at once are a wrong list, not departures."""
    many = gone >= A_FEW or (gone > 1 and 2 * gone >= active)
    return many and gone > FEWER * active


def _departure(arrived: Arrived, before: Before) -> Iterator[Guard]:
    gone = max(arrived.gone, before.active - arrived.active)
    if are_too_many(gone, before.active):
        words = (
            f"{gone} of {before.active} patients would be gone: is the list complete?"
            " If so, an administrator may accept it"
        )
        yield Guard(GuardCode.FEWER_PATIENTS, "", words, may_accept=True)


def _rejected(files: tuple[FileRows, ...]) -> Iterator[Guard]:
    """A file of which nothing is left holds up no table that other files feed as well."""
    for file in files:
        only = all(other.table != file.table for other in files if other is not file)
        if not only and file.rejected == file.read:
            continue
        if file.rejected > A_FEW and file.rejected > REJECTED * file.read:
            whole = file.table == "patients"
            kept = "nothing is imported" if whole else f"the {file.table} stay as they are"
            words = (
                f"{file.file}: {file.rejected} of {file.read} rows were rejected, so {kept}:"
                " export it again, or an administrator may accept the good rows"
            )
            table = "" if whole else file.table
            yield Guard(GuardCode.REJECTED_ROWS, table, words, may_accept=True)


def _changed(changed: Mapping[str, int], before: Before) -> Iterator[Guard]:
    for table, rows in sorted(changed.items()):
        held = before.rows.get(table, 0)
        if rows > A_FEW and rows > CHANGED * held:
            words = (
                f"{rows} of {held} rows of {table} would change: is it the right file?"
                " If so, an administrator may accept it"
            )
            yield Guard(GuardCode.CHANGED_ROWS, "", words, may_accept=True)


def _missing(moved: Moved, before: Before) -> Iterator[Guard]:
    """A table of which so much changes that this is said already is not judged again."""
    for table, rows in sorted(moved.missing.items()):
        held = before.rows.get(table, 0)
        said = moved.changed.get(table, 0) > CHANGED * held
        if not said and rows > A_FEW and rows > MISSING * held:
            words = (
                f"{rows} of {held} rows of {table} are not there any more: was the file cut off?"
                " Export it again; if the export is meant to hold less, an administrator may"
                " accept it"
            )
            yield Guard(GuardCode.MISSING_ROWS, "", words, may_accept=True)


def _full_sheets(files: tuple[FileRows, ...]) -> Iterator[Guard]:
    for file in files:
        if file.read in FULL_SHEETS:
            words = (
                f"{file.file} has {file.read + 1:,} lines, as many as a sheet of a spreadsheet"
                " holds: whatever followed is lost. Export it without a spreadsheet; if it has"
                " so many by chance, an administrator may accept it"
            )
            yield Guard(GuardCode.FULL_SHEET, "", words, may_accept=True)
