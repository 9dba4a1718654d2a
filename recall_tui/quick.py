"""The quick path: one patient by number, without Textual, Polars, SQLAlchemy or pydantic."""

import sys
from datetime import UTC, date, datetime, timedelta

from recall_tui.errors import Refused


def main(argv: list[str]) -> int | None:
    """Show the patient whose number is in ``argv``; None: the command line must answer.

    ``recall 12345``, ``recall lookup 12345``, each with ``--json``, ``--db``, ``--practice`` and
    ``--today``. Returns the exit code.
    """
    words, options, as_json = _read(argv)
    if words[:1] == ["lookup"]:
        words = words[1:]
    if len(words) != 1 or not words[0].isalnum() or options is None:
        return None
    import os

    from recall_tui.settings import Options, load_settings

    given = Options(options.get("--db"), options.get("--practice"), options.get("--today"))
    settings = load_settings(os.environ, given)
    today = settings.today or london_date(datetime.now(UTC))
    return show_patient(
        settings.database, settings.practice or "", words[0], as_json=as_json, today=today
    )


def show_patient(url: str, practice: str, number: str, *, as_json: bool, today: date) -> int:
    """Print one patient's page and return the exit code.

    Raises:
        Refused: the practice has no such patient number.
        StoreTrouble: the store cannot be read.
    """
    from storage.lookup import find

    page = find(url, practice, number, today)
    if page is None:
        raise Refused("no patient has this number: look up by name with recall lookup -")
    from recall_tui.views.patient_words import page_lines, page_shape

    if as_json:
        import json

        text = json.dumps(page_shape(page), default=str)
    else:
        text = "\n".join(page_lines(page))
    sys.stdout.write(f"{text}\n")
    return 0


def london_date(instant: datetime) -> date:
    """Return the date in London at an instant in UTC.

    Summer time runs from 01:00 UTC on the last Sunday of March to that of October. Written out,
    because the time zone module costs more than the whole look-up.
    """
    begins = _last_sunday(instant.year, 3).replace(hour=1)
    ends = _last_sunday(instant.year, 10).replace(hour=1)
    return (instant + timedelta(hours=1 if begins <= instant < ends else 0)).date()


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _read(argv: list[str]) -> tuple[list[str], dict[str, str] | None, bool]:
    """Return words, the values of options, and whether JSON is wanted; None: not understood."""
    words: list[str] = []
    options: dict[str, str] = {}
    as_json = False
    rest = iter(argv)
    for argument in rest:
        name, has_value, value = argument.partition("=")
        if argument == "--json":
            as_json = True
        elif name in {"--db", "--practice", "--today"}:
            options[name] = value if has_value else next(rest, "")
        elif argument.startswith("-"):
            return words, None, as_json
        else:
            words.append(argument)
    return words, options, as_json
