"""The quick path as a person calls it: one number in, plain lines or JSON out."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.errors import Refused, StoreTrouble, UsageProblem
from recall_tui.quick import london_date, main, show_patient
from storage.store import SqlStore
from tests.support.desk import AT, TODAY
from tests.support.extracts import due, extract, patient, plan

HOSTILE = "Mal\x1b]52;c;ZXZpbA==\x07 [/b] \u202egnirts"


@pytest.fixture
def stored(store: SqlStore) -> SqlStore:
    """Give a store with one patient whose name tries to act on the terminal."""
    people = [patient("100", family_name="O'Brien"), patient("101", family_name=HOSTILE)]
    store.merge_extract(extract(people), by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due("100", "hba1c", date(2026, 11, 10))]), None, AT)
    return store


def test_lines(stored: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number answers with who it is, how to reach them and what to book."""
    assert stored.revision() > 0
    code = main(["100", "--db", database_url, "--practice=A12345", "--today", "2026-11-22"])
    shown = capsys.readouterr().out
    assert code == 0
    assert "100  O'Brien, Ann  born 17 May 1960" in shown
    assert "hba1c  outstanding  due 10 Nov 2026" in shown


def test_json(stored: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON it names its schema and holds the planned appointments with their due items."""
    assert stored.revision() > 0
    main(["lookup", "100", "--json", "--db", database_url, "--today", "2026-11-22"])
    page = json.loads(capsys.readouterr().out)
    assert page["schema"] == "recall.lookup/1"
    assert page["date_of_birth"] == "1960-05-17"
    assert page["planned_appointments"][0]["due_items"][0]["state"] == "outstanding"
    assert {"flags", "contact", "bookings", "invites", "appointments", "notes"} <= set(page)


@pytest.mark.parametrize("as_json", [True, False])
def test_hostile_name(
    stored: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    """A name that holds escapes reaches the terminal without them."""
    assert stored.revision() > 0
    show_patient(database_url, "", "101", as_json=as_json, today=TODAY)
    shown = capsys.readouterr().out
    assert shown.isprintable() or shown.replace("\n", "").isprintable()
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_who_is_not_there(stored: SqlStore, database_url: str) -> None:
    """An unknown number, practice or store is one line that says what to do."""
    assert stored.revision() > 0
    with pytest.raises(Refused, match="recall lookup -"):
        show_patient(database_url, "", "999", as_json=False, today=TODAY)
    with pytest.raises(UsageProblem, match="B99999 is not in this store"):
        show_patient(database_url, "B99999", "100", as_json=False, today=TODAY)


@pytest.mark.parametrize("url", ["/nowhere/recall.db", "postgresql://jo:secret@127.0.0.1:9/recall"])
def test_no_store(url: str) -> None:
    """A store that is not there is said without a traceback and without its password."""
    with pytest.raises(StoreTrouble) as trouble:
        show_patient(url, "", "100", as_json=False, today=TODAY)
    assert "secret" not in trouble.value.words


@pytest.mark.parametrize("argv", [["lookup", "-"], ["lookup"], ["100", "--nonsense"], ["1", "2"]])
def test_leaves_the_rest_to_the_command_line(argv: list[str]) -> None:
    """What is not one plain number is left to the command line."""
    assert main(argv) is None


@given(st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31)))  # noqa: DTZ001 - made aware below
def test_date_in_london(moment: datetime) -> None:
    """The date in London is that of the time zone database, summer time included."""
    instant = moment.replace(tzinfo=UTC)
    assert london_date(instant) == instant.astimezone(ZoneInfo("Europe/London")).date()


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
@pytest.mark.parametrize(("month", "day"), [(3, 31), (3, 28), (3, 25), (10, 31), (10, 25)])
def test_date_around_the_change(year: int, month: int, day: int) -> None:
    """Around the nights when the clocks change the date is right to the hour."""
    for hours in range(-26, 26):
        instant = datetime(year, month, day, 0, 30, tzinfo=UTC) + timedelta(hours=hours)
        assert london_date(instant) == instant.astimezone(ZoneInfo("Europe/London")).date()


def test_lean(stored: SqlStore, database_url: str) -> None:
    """Answering a number loads no heavy library, and not more modules than it did."""
    code = (
        "import sys; from recall_tui.quick import main;"
        f"main(['100', '--db', {database_url!r}]);"
        "print(len(sys.modules), [name for name in ('sqlalchemy', 'polars', 'pydantic', 'alembic',"
        " 'textual', 'click', 'rich', 'importlib.metadata') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    count, heavy = done.stdout.splitlines()[-1].split(" ", 1)
    if stored.database.is_sqlite:
        assert heavy == "[]"
        assert int(count) <= 150
    else:
        assert "'sqlalchemy'" not in heavy
        assert "'polars'" not in heavy
