"""Tables drawn with ``|`` in a file of cases: the first line names the columns."""

import math
from collections.abc import Collection
from datetime import date
from typing import Final

Row = dict[str, str]

_PRECISION: Final = {4: "Y", 7: "M", 10: "D"}


class TableFault(ValueError):  # noqa: N818 - like PackFault, which it becomes
    """A table that cannot be read, in words."""


def parse(text: str, columns: Collection[str], needed: Collection[str]) -> list[Row]:
    """Return the rows of a drawn table.

    Raises:
        TableFault: an unknown or missing column, or a row of another width.
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return []
    header = _cells(lines[0])
    unknown = [name for name in header if name not in columns]
    if unknown:
        raise TableFault(f"`{unknown[0]}` is no column here: {', '.join(columns)}")
    lacking = [name for name in needed if name not in header]
    if lacking:
        raise TableFault(f"the column `{lacking[0]}` is missing")
    return [_row(header, line, needed) for line in lines[1:]]


def _row(header: list[str], line: str, needed: Collection[str]) -> Row:
    cells = _cells(line)
    if len(cells) > len(header):
        raise TableFault(f"`{line[:60]}` has {len(cells)} cells, the first line {len(header)}")
    row = dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))
    if any(not row[name] for name in needed):
        raise TableFault(f"`{line[:60]}` lacks {' or '.join(needed)}")
    return row


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def days_of(text: str) -> date:
    """Return a whole date.

    Raises:
        TableFault: it is none.
    """
    day, precision = period(text)
    if precision != "D":
        raise TableFault(f"`{text[:20]}` is not a date such as 2026-11-22")
    return day


def period(text: str) -> tuple[date, str]:
    """Return the first day of a date, month or year, and its precision.

    Raises:
        TableFault: it is none of these.
    """
    precision = _PRECISION.get(len(text), "")
    try:
        day = date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        precision = ""
    else:
        if precision:
            return day, precision
    raise TableFault(f"`{text[:20]}` is not a date such as 2026-11-22, 2026-11 or 2026")


def number(text: str) -> float:
    """Return a number.

    Raises:
        TableFault: it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise TableFault(f"`{text[:20]}` is not a number")
    return value


def known(word: str, words: Collection[str], what: str) -> str:
    """Return ``word`` if it is one of ``words``.

    Raises:
        TableFault: it is not.
    """
    if word not in words:
        said = ", ".join(one or "(empty)" for one in words)
        raise TableFault(f"{what} one of {said}, not `{word[:40]}`")
    return word
