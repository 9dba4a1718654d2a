"""Tell the records of dirty CSV text apart, row by row: quotes, ragged rows, embedded line ends."""

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from recall_tui.importers.problems import Fault, Parked

MOST_LINES: Final = 200
"""A record of more physical lines than this is taken for a quotation mark that is never closed."""


@dataclass(slots=True)
class Records:
    """What was read from some lines: good rows with their physical line, and parked ones."""

    rows: list[list[str]] = field(default_factory=list[list[str]])
    lines: list[int] = field(default_factory=list[int])
    parked: list[Parked] = field(default_factory=list[Parked])
    blank: int = 0
    """Rows of the wrong width without any character in any cell."""

    used: int = 0
    """How many of the physical lines are dealt with; the rest begins an unfinished record."""

    def take(self, other: "Records") -> None:
        """Add what was read from later lines."""
        self.rows += other.rows
        self.lines += other.lines
        self.parked += other.parked
        self.blank += other.blank


def split_records(lines: list[str], first_line: int, width: int, *, final: bool) -> Records:
    """Split physical ``lines`` (without their line ends) into rows of ``width`` cells.

    ``first_line`` is the physical number of the first. Unless ``final``, a record that may go on
    after the last line is left for the next call.
    """
    found = Records()
    index = 0
    while index < len(lines):
        cells, took = _one_record(lines, index, width, final=final)
        if took == 0:
            break
        _sort_in(found, cells, first_line + index, width)
        index += took
    found.used = index
    return found


def _sort_in(found: Records, cells: list[str] | Fault, line: int, width: int) -> None:
    if isinstance(cells, Fault):
        found.parked.append(Parked(line, cells))
    elif len(cells) == width:
        found.rows.append(cells)
        found.lines.append(line)
    elif not any(cell.strip() for cell in cells):
        found.blank += 1
    else:
        found.parked.append(Parked(line, Fault.COLUMNS, len(cells), width))


def _one_record(
    lines: list[str], index: int, width: int, *, final: bool
) -> tuple[list[str] | Fault, int]:
    """Return the cells (or what is wrong) and how many lines they took; 0: more are needed."""
    line = lines[index]
    if '"' not in line:
        return (Fault.LINE_END if "\r" in line else line.split(",")), 1
    most = min(len(lines), index + MOST_LINES)
    is_open: bool | None = False
    for end in range(index, most):
        is_open = _ends_open(lines[end], is_open=is_open)
        if is_open is None:
            return Fault.QUOTES, 1
        if not is_open:
            return _cells(lines[index : end + 1], width)
    return Fault.QUOTES, 1 if final or most - index == MOST_LINES else 0


def _cells(lines: list[str], width: int) -> tuple[list[str] | Fault, int]:
    """Parse the lines of one record, unless a line inside its quotes is a whole row by itself."""
    if any(_is_row(line, width) for line in lines[1:]):
        return Fault.QUOTES, 1
    cells = _parse("\n".join(lines))
    return (Fault.QUOTES, 1) if cells is None else (cells, len(lines))


def _is_row(line: str, width: int) -> bool:
    return row_pattern(width).fullmatch(line) is not None


@cache
def row_pattern(width: int) -> re.Pattern[str]:
    """Return the pattern of a line that is by itself a strictly quoted record of ``width`` cells.

    It is the same to Python and to Polars.
    """
    cell = '(?:[^",\r]*|"(?:[^"\r]|"")*")'
    return re.compile(f"^{cell}(?:,{cell}){{{width - 1}}}$")


def _parse(text: str) -> list[str] | None:
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _ends_open(line: str, *, is_open: bool) -> bool | None:
    """Whether a quoted cell is open at the end of the line; None when the quoting is wrong."""
    at = 0
    while at < len(line):
        if is_open or line[at] == '"':
            at = _closing_quote(line, at if is_open else at + 1) + 1
            if not at:
                return True
            if line[at : at + 1] not in {"", ","}:
                return None
            is_open = False
            at += 1
            continue
        comma = line.find(",", at)
        if comma < 0:
            return False
        at = comma + 1
    return is_open


def _closing_quote(text: str, at: int) -> int:
    while (found := text.find('"', at)) >= 0:
        if text[found + 1 : found + 2] != '"':
            return found
        at = found + 2
    return -1
