"""How answers leave the command line: a table on a terminal, CSV in a pipe, JSON when asked."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import click

from recall_tui.cleaning import clean, safe_cell

LONGEST_CELL = 48


def say(words: str) -> None:
    """Print one cleaned line."""
    click.echo(clean(words))


def warn(words: str) -> None:
    """Print one cleaned line where it does not mix with the answer."""
    click.echo(clean(words), err=True)


def asked(what: str) -> str:
    """Read one line from standard input; on a terminal say what is wanted first."""
    if sys.stdin.isatty():
        click.echo(f"{what}: ", nl=False, err=True)
    return sys.stdin.readline().strip()


def emit_json(schema: str, objects: Iterable[Mapping[str, object]]) -> None:
    """Print one JSON object a line, each naming its schema first."""
    for one in objects:
        click.echo(json.dumps({"schema": schema, **one}, default=_plain, ensure_ascii=True))


def emit_rows(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as an aligned table on a terminal, as CSV that no spreadsheet runs elsewhere."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows([safe_cell(cell) for cell in row] for row in cells)
        click.echo(buffer.getvalue(), nl=False)
        return
    shown = [[_short(clean(cell)) for cell in row] for row in cells]
    widths = [
        max(len(header), *(len(row[index]) for row in shown)) if shown else len(header)
        for index, header in enumerate(headers)
    ]
    for line in (list(headers), *shown):
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(_plain(value)) if isinstance(value, date) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
