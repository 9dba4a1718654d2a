"""Vectors of date arithmetic: a start, years, months, weeks and days, and the date expected.

Shape: the columns of tests/domain/data/date_arithmetic_examples.csv. Only the rows of our own
convention are judged (``clip``: add the months, clip to the month's end, then the days); the others
follow another published one and are left out by name.
"""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from recall_tui.domain.calendar import add_months
from recall_tui.domain.cases import Difference, Verdict
from recall_tui.pack.files import MOST_CSV_BYTES, read_text
from recall_tui.pack.problems import PackFault

OURS: Final = "clip"
_COLUMNS: Final = {"start", "years", "months", "weeks", "days", "expected", "convention"}


def fits(path: Path) -> bool:
    """Return whether the first line names the columns of such a file.

    Raises:
        PackFault: it cannot be read.
    """
    first = read_text(path, MOST_CSV_BYTES).partition("\n")[0]
    return {cell.strip() for cell in first.split(",")} >= _COLUMNS


def judge(path: Path) -> tuple[tuple[Verdict, ...], tuple[str, ...]]:
    """Return the verdict on each row of our convention, and the rows left out, in words.

    Raises:
        PackFault: a row cannot be read.
    """
    rows = csv.DictReader(io.StringIO(read_text(path, MOST_CSV_BYTES), newline=""))
    judged: list[Verdict] = []
    left_out: list[str] = []
    for row in rows:
        place = f"{path.name}:{rows.line_num}"
        try:
            verdict = _judged(row, place)
        except (KeyError, TypeError, ValueError) as fault:
            raise PackFault(path, rows.line_num, f"is no date vector: {fault}") from fault
        if row["convention"] == OURS:
            judged.append(verdict)
        else:
            same = "the same here" if not verdict.differences else "differs here"
            left_out.append(f"{verdict.name}: convention {row['convention']}, {same}")
    return tuple(judged), tuple(left_out)


def _judged(row: dict[str, str], place: str) -> Verdict:
    start, wanted = date.fromisoformat(row["start"]), date.fromisoformat(row["expected"])
    months = 12 * int(row["years"]) + int(row["months"])
    days = 7 * int(row["weeks"]) + int(row["days"])
    found = add_months(start, months) + timedelta(days=days)
    name = f"{start} + {months} months + {days} days"
    if found == wanted:
        return Verdict(place, name)
    return Verdict(place, name, (Difference("date", str(wanted), str(found)),))
