"""How answers leave the command line: a table on a terminal, CSV in a pipe, JSON when asked."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

import click

from recall_tui.cleaning import clean, safe_cell

LONGEST_CELL = 48
PLAIN = "recall.plain"
"""Where a command's context keeps that one fact a line is wanted."""


_COLUMNS = re.compile(r" {3,}")
_DRAWING = re.compile(r"\[?[#.\u2500-\u259f ]+\]?")


def is_plain() -> bool:
    """Whether one fact a line is wanted (--plain), as screen readers and braille read best."""
    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(PLAIN))


def say(words: str) -> None:
    """Print one cleaned line; with --plain each fact of it on its own, and no drawing."""
    for one in _facts(words) if is_plain() else (words,):
        click.echo(clean(one))


def _facts(words: str) -> Sequence[str]:
    """Return the facts of a line, which columns keep at least three blanks apart."""
    parts = [part for part in _COLUMNS.split(words.strip()) if not _DRAWING.fullmatch(part)]
    return parts if parts or words.strip() else [""]


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
    """Print rows as an aligned table on a terminal, as CSV that no spreadsheet runs elsewhere.

    With --plain: one fact a line. A cell that holds several facts is a tuple.
    """
    if is_plain():
        _emit_facts(headers, list(rows))
        return
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


def _emit_facts(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    for at, row in enumerate(rows, 1):
        say(f"{at} of {len(rows)}")
        for header, value in zip(headers, row, strict=True):
            facts = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
            for fact in facts:
                text = _cell(fact)
                if text:
                    say(f"{header}: {text}")
        say("")


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(_cell(one) for one in cast("tuple[object, ...]", value))
    return str(_plain(value)) if isinstance(value, date) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
