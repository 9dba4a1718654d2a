"""The quick path: one patient by number, or why they are listed, without any heavy library.

A phone is ringing: the whole process may take four times as long as starting Python. So nothing
here, nor in what it calls, loads dataclasses, typing or pathlib.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, timedelta

from recall_tui.errors import Refused, UsageProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from recall_tui.views.told import Told
    from storage.lookup import Found


def main(argv: list[str]) -> int | None:
    """Show the patient whose number is in ``argv``; None: the command line must answer.

    ``recall 12345``, ``recall lookup 12345``, ``recall explain 12345`` (also ``--fresh``), each
    with ``--json``, ``--db``, ``--practice`` and ``--today``. Returns the exit code.
    """
    words, options, as_json = _read(argv)
    show = show_patient
    if words[:1] == ["explain"]:
        show = explain_fresh if options and "--fresh" in options else explain_patient
    elif options and "--fresh" in options:
        return None
    if words[:1] in (["lookup"], ["explain"]):
        words = words[1:]
    if len(words) != 1 or not words[0].isalnum() or options is None:
        return None
    if not as_json and _may_mask():
        return None
    database = options.get("--db") or os.environ.get("RECALL_DB")
    practice = options.get("--practice") or os.environ.get("RECALL_PRACTICE") or ""
    today = _today(options.get("--today") or os.environ.get("RECALL_TODAY"))
    if not database:
        database, practice = _decided(practice)
    from storage.lookup import Elsewhere

    try:
        return show(database, practice, words[0], as_json=as_json, today=today)
    except Elsewhere:
        return None


def _may_mask() -> bool:
    """Whether patients may have to be masked: the command line knows how.

    Privacy mode is rare, so whatever else the file says of it counts as on.
    """
    if not sys.stdout.isatty():
        return False
    try:
        with open(f"{data_folder()}/screen.toml", encoding="utf-8") as file:  # noqa: PTH123 - as below
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return False
    return "privacy" in text and "privacy = false" not in text


def _today(given: str | None) -> date:
    if not given:
        return london_date(datetime.now(UTC))
    try:
        return date.fromisoformat(given.strip())
    except ValueError as trouble:
        words = f"{given!r} is no date: write it like 2026-11-22 (--today or RECALL_TODAY)"
        raise UsageProblem(words) from trouble


def _decided(practice: str) -> tuple[str, str]:
    """Return database and practice as the settings say, where no option or variable does."""
    folder = data_folder()
    try:
        with open(f"{folder}/settings.toml", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 5 ms
            text = file.read()
    except FileNotFoundError:
        text = ""
    if not any(heading in text for heading in ("store", "site")):
        return f"{folder}/recall.db", practice
    # Loaded here: only such a file needs it, and it costs more than the look-up.
    from recall_tui.settings import Options, load_settings

    settings = load_settings(os.environ, Options(practice=practice or None))
    return settings.database, settings.practice or ""


def show_patient(url: str, practice: str, number: str, *, as_json: bool, today: date) -> int:
    """Print one patient's page and return the exit code.

    Raises:
        Refused: the practice has no such patient number.
        StoreTrouble: the store cannot be read.
    """
    from storage.lookup import find

    found = find(url, practice, number, today)
    if found is None:
        raise Refused(_unknown(number))
    if as_json:
        import json

        from recall_tui.views.patient_words import page_shape

        text = json.dumps(page_shape(found.page), default=str)
    else:
        from recall_tui.views.page_text import PageWords, page_lines

        words = PageWords(found.words, found.data_as_of)
        text = "\n".join(page_lines(found.page, words, today))
    _tell(text, url, found, "open")
    return 0


def _unknown(number: str) -> str:
    words = "no patient has this number"
    if not number.isdecimal():
        words += ", and it is no command (recall --help lists them)"
    return f"{words}: look up by name with recall lookup -"


def explain_patient(url: str, practice: str, number: str, *, as_json: bool, today: date) -> int:
    """Print why the stored plan lists a patient and return the exit code.

    Raises:
        StoreTrouble: the store cannot be read.
        Elsewhere: the command line must answer: the number is not known, or the words that were
            kept with the plan are not those of its rules any more.
    """
    from recall_tui.views.told import RuleWords, stored
    from storage.lookup import Elsewhere, find

    found = find(url, practice, number, today)
    if found is None:
        raise Elsewhere
    page, words = found.page, RuleWords(found.words)
    if not found.words or not words.cover(page):
        raise Elsewhere
    _tell_reasons(url, found, stored(page, words), as_json=as_json, from_store=True)
    return 0


def explain_fresh(url: str, practice: str, number: str, *, as_json: bool, today: date) -> int:
    """Print what the engine says of a patient now and return the exit code.

    It loads Polars, but neither the database library nor that of the command line.

    Raises:
        StoreTrouble: the store cannot be read.
        BadInput: a setting or a rule is at fault.
        Elsewhere: the command line must answer, since the number is not known.
    """
    import gc

    from storage.lookup import Elsewhere, find

    # The process ends with its answer: looking for garbage takes a tenth of the time till then.
    gc.disable()
    from storage.one_patient import fresh_inputs_of

    found = find(url, practice, number, today, fresh_inputs_of)
    if found is None:
        raise Elsewhere
    from recall_tui.fresh import told_anew

    told = told_anew((found.page, found.role), found.inputs, today)
    _tell_reasons(url, found, told, as_json=as_json, from_store=False)
    return 0


def _tell_reasons(
    url: str, found: Found, told: list[Told], *, as_json: bool, from_store: bool
) -> None:
    from recall_tui.views.told import EXPLAIN_SCHEMA, told_lines

    if as_json:
        import json

        head = {"schema": EXPLAIN_SCHEMA, "patient": found.page.patient}
        lines = [json.dumps({**head, **one.shape()}, default=str) for one in told]
    else:
        from recall_tui.cleaning import clean

        lines = [clean(line) for line in told_lines(found.page, told, from_store=from_store)]
    _tell("\n".join(lines), url, found, "why")


def _tell(text: str, url: str, found: Found, action: str) -> None:
    if text:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    _note(url, found, action)


def _note(url: str, found: Found, action: str) -> None:
    """Note, after the page was printed, who looked at whom; the next session chains it."""
    from storage.looks import append, folder_of

    look: dict[str, object] = {
        "id": os.urandom(16).hex(), "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "by": found.login, "role": found.role, "practice": found.practice_id,
        "action": action, "patient": found.page.patient, "origin": "quick",
    }  # fmt: skip
    append(folder_of(url, data_folder()), look)


def data_folder() -> str:
    """Return the path of the user's data folder; it need not exist.

    ``platformdirs`` says the same, and costs more than the look-up. The XDG specification has
    paths ignored that are not absolute.
    """
    named = os.environ.get("XDG_DATA_HOME", "")
    if named and os.path.isabs(named):  # noqa: PTH117 - pathlib costs the quick path 5 ms
        return os.path.join(named, "recall-tui")  # noqa: PTH118 - as above
    is_mac = sys.platform == "darwin"
    usual = "~/Library/Application Support" if is_mac else "~/.local/share"
    return os.path.join(os.path.expanduser(usual), "recall-tui")  # noqa: PTH111, PTH118 - as above


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
        elif argument == "--fresh":
            options[argument] = ""
        elif name in {"--db", "--practice", "--today"}:
            options[name] = value if has_value else next(rest, "")
        elif argument.startswith("-"):
            return words, None, as_json
        else:
            words.append(argument)
    return words, options, as_json
