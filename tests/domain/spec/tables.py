"""Tables drawn in the tests: parsed, and compared with what the engine says."""

from collections.abc import Mapping, Sequence
from datetime import date

Row = dict[str, str]


def parse(text: str) -> list[Row]:
    """Return the rows of a table drawn with ``|``; its first line names the columns."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return []
    header = _cells(lines[0])
    return [dict(zip(header, _cells(line), strict=True)) for line in lines[1:]]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def draw(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as a table with straight columns, for a message or a page."""
    if not rows:
        return "(nothing)"
    names = list(rows[0])
    widths = [max(len(name), *(len(row[name]) for row in rows)) for name in names]
    lines = [names, *([row[name] for name in names] for row in rows)]
    return "\n".join(
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def shown(value: object) -> str:
    """Return a value of a frame as a table writes it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case date():
            return value.isoformat()
        case list():
            return " ".join(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - the cell of a list column
        case _:
            return str(value)
