"""The quick path as a person calls it: one number in, plain lines or JSON out."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recall_tui.domain.commands import (
    AddNote,
    Channel,
    ChooseMonth,
    Command,
    ContactOutcome,
    Decline,
    Hold,
    MarkBooked,
    MarkDone,
    MarkFlag,
    RecordContact,
    RecordInvites,
    Snooze,
    Undo,
)
from recall_tui.errors import Conflict, Refused, StoreTrouble, UsageProblem
from recall_tui.frames import PlanInputs
from recall_tui.identity import kernel_login
from recall_tui.quick import data_folder, london_date, main, show_patient
from recall_tui.settings import user_data_folder
from recall_tui.views.page_text import PageWords, page_lines
from recall_tui.views.patient_words import page_shape
from recall_tui.views.people import Member
from recall_tui.views.told import RuleWords, told_lines
from recall_tui.views.told import stored as stored_reasons
from storage.lookup import find
from storage.one_patient import plan_inputs_of
from storage.store import SqlStore
from storage.words import keep_words
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import coded, due, extract, patient, plan
from tests.support.pythons import MODULES_MORE
from tests.support.stocked import filled_by

WORDS = {
    "items": {"hba1c": "HbA1c", "bp": "Blood pressure"},
    "recalls": {"diabetes": "Diabetes"},
    "asked": {
        "diabetes": [
            ["hba1c", "anchored", "6 months"],
            ["bp", "once", ""],
            ["lithium", "interval", "84 days"],
        ]
    },
}
HOSTILE = "Mal\x1b]52;c;ZXZpbA==\x07 [/b] \u202egnirts"


def know_me(store: SqlStore) -> None:
    """Let whoever runs the tests work in the practice."""
    login = kernel_login() if store.database.is_sqlite else store.session_user()
    store.write(lambda work: work.put_member(Member(login, "", "admin"), by="jo", at=AT))


def as_it_begins(store: SqlStore) -> None:
    people = [patient("100", family_name="O'Brien"), patient("101", family_name=HOSTILE)]
    store.merge_extract(extract(people), by="jo", at=AT, accept=False, dry_run=False)
    know_me(store)
    store.merge_plan(plan([due("100", "hba1c", date(2026, 11, 10))]), None, AT)


filling = filled_by(as_it_begins, "stored")


@pytest.fixture
def stored(store: SqlStore) -> SqlStore:
    """Give a store with one patient whose name tries to act on the terminal."""
    return store


def test_lines(stored: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number answers with who it is, how to reach them and what to book."""
    assert stored.revision() > 0
    code = main(["100", "--db", database_url, "--practice=A12345", "--today", "2026-11-22"])
    shown = capsys.readouterr().out
    assert code == 0
    assert "O'Brien, Ann   born 17 May 1960 (66)" in shown
    assert "EMIS number 100   NHS" in shown
    assert "  hba1c, due 10 Nov 2026  [diabetes]" in shown


def test_words(stored: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Items and recalls have the names that were kept with the plan, and old data are said."""
    words = {
        "items": {"hba1c": "HbA1c"},
        "recalls": {"diabetes": "Diabetes"},
        "number_label": "Record number",
        "stale_days": 3,
    }
    assert keep_words(stored.database, stored.practice.practice_id, words)
    assert not keep_words(stored.database, stored.practice.practice_id, words)
    main(["100", "--db", database_url, "--today", "2026-11-25"])
    shown = capsys.readouterr().out
    assert "Record number 100" in shown
    assert "  HbA1c, due 10 Nov 2026  [Diabetes]" in shown
    assert "! data are 5 days old" in shown


def test_warnings_first(
    store: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What must be known before speaking to the patient stands before everything to book."""
    odd = patient(
        "100",
        contact_allowed=False,
        sensitive=True,
        interpreter=True,
        language="Polish",
        died_on=date(2026, 11, 2),
    )
    know_me(store)
    store.merge_extract(extract([odd]), by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(
        plan(
            [due("100", "hba1c", date(2026, 11, 10))],
            patients=[{"patient_number": "100", "flags": ["housebound"]}],
        ),
        None,
        AT,
    )
    main(["100", "--db", database_url, "--today", "2026-11-22"])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines[2:] if line.startswith("! ")] == lines[2:7]
    assert lines[2:7] == [
        "! DIED 2 Nov 2026",
        "! do not contact",
        "! restricted record: speak of it with the patient only",
        "! interpreter (Polish)",
        "! housebound",
    ]


NUMBERS = [str(number) for number in range(100, 106)]
DAYS = [date(2026, 7, 1), date(2026, 11, 10), date(2026, 12, 20)]


def decide(store: SqlStore, dice: random.Random, minutes: int) -> None:
    """Let somebody decide something about somebody."""
    number = dice.choice(NUMBERS)
    one = (target(store, number, dice.choice(["hba1c", "bp", "lithium"])),)
    other = (target(store, dice.choice([one for one in NUMBERS if one != number]), "bp"),)
    day = TODAY + timedelta(days=dice.randint(-12, 40))
    commands: list[Command] = [
        RecordInvites(one, ((number, Channel.SMS),)),
        MarkBooked(one, day, dice.choice(["", f"A{number}"])),
        MarkDone(one, "seen at hospital"),
        Snooze(one, TODAY + timedelta(days=dice.randint(1, 20)), "away"),
        Decline(one, "moved abroad"),
        Hold(one, "Dr Drama", "pregnant", TODAY + timedelta(days=30)),
        RecordContact(number, ContactOutcome.VOICEMAIL, words="ring after six"),
        AddNote(number, "prefers mornings"),
        ChooseMonth(number, dice.randint(1, 12)),
        MarkFlag((number,), "housebound", holds=dice.choice([True, False])),
        MarkDone((*one, *other), "seen at the care home"),
        Undo(),
    ]
    with suppress(Refused, Conflict):
        act(store, dice.choice(commands), dice.choice(["jo", "sam"]), minutes=minutes)


def ordered(results: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Give the events in the order of their key, equal ones told apart."""
    results.sort(
        key=lambda one: (str(one["patient_number"]), str(one["code"]), str(one["event_date"]))
    )
    seen: dict[tuple[object, ...], int] = {}
    for one in results:
        key = (one["patient_number"], one["code"], one["event_date"])
        seen[key] = seen.get(key, -1) + 1
        yield {**one, "occurrence": seen[key]}


def fill_by_dice(store: SqlStore, dice: random.Random) -> None:
    """Six patients with results, drugs, appointments, what is due, and forty decisions."""
    book = [
        {
            "patient_number": number,
            "appointment_id": f"A{number}",
            "starts_at": datetime(2026, 11, dice.randint(1, 30), 9, 20),  # noqa: DTZ001 - local
            "minutes": 20,
            "staff_group": "nurse",
            "status": dice.choice(["booked", "attended", "missed", "cancelled"]),
        }
        for number in NUMBERS
    ]
    people = [patient(number, sex=dice.choice("FM")) for number in NUMBERS]
    results = [
        coded(number, dice.choice("678"), date(2026, 3, dice.randint(1, 3)), value=dice.random())
        for number in NUMBERS
        for _result in range(4)
    ]
    drugs = [
        {
            "patient_number": number,
            "code": "9",
            "issued_on": DAYS[0],
            "occurrence": 0,
            "repeat": True,
        }
        for number in NUMBERS
    ]
    given = extract(people, list(ordered(results)), medications=drugs, appointments=book)
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    items = [
        due(number, item, dice.choice(DAYS), high_risk=item == "lithium")
        for number in NUMBERS
        for item in ("hba1c", "bp", "lithium")
    ]
    store.merge_plan(plan(items), None, AT)
    for minutes in range(40):
        decide(store, dice, minutes)


def assert_same(store: SqlStore, database_url: str, number: str) -> None:
    """Fail unless the quick path reads of a patient what the store does, field by field."""
    page = store.patient_page(number, TODAY)
    found = find(database_url, "", number, TODAY, plan_inputs_of)
    assert page is not None
    assert found is not None
    assert found.data_as_of == store.data_as_of()
    words = PageWords(found.words, found.data_as_of)
    quick, whole = (list(page_lines(one, words, TODAY)) for one in (found.page, page))
    assert quick == whole
    assert str(page_shape(found.page)) == str(page_shape(page))
    rules = RuleWords(WORDS)
    light, full = (stored_reasons(one, rules) for one in (found.page, page))
    assert [one.shape() for one in light] == [one.shape() for one in full]
    assert list(told_lines(found.page, light, from_store=True)) == list(
        told_lines(page, full, from_store=True)
    )
    asked, read = found.inputs, store.plan_inputs([number])
    # Every field there is, so that no later one is forgotten on either way.
    for name in (one.name for one in fields(PlanInputs) if one.name != "revision"):
        assert_frame_equal(getattr(asked, name), getattr(read, name))


@pytest.mark.parametrize("seed", range(4))
def test_the_same_as_the_store_reads(store: SqlStore, database_url: str, seed: int) -> None:
    """Whatever was decided, the quick path shows what the whole program would."""
    know_me(store)
    fill_by_dice(store, random.Random(seed))  # noqa: S311 - not a secret
    for number in NUMBERS:
        assert_same(store, database_url, number)


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


@pytest.mark.parametrize(
    "argv",
    [
        *(["lookup", "-"], ["lookup"], ["100", "--nonsense"], ["1", "2"]),
        *(["explain"], ["1", "--fresh"], ["explain", "1", "--recall", "diabetes"]),
    ],
)
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


def test_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick path looks for the store where the rest of the program keeps it."""
    for named in ("/srv/data", "", "relative", "./here", "~/data", " /srv/data", "/srv/data "):
        monkeypatch.setenv("XDG_DATA_HOME", named)
        assert data_folder() == str(user_data_folder())
    monkeypatch.delenv("XDG_DATA_HOME")
    assert data_folder() == str(user_data_folder())


MOST_MODULES = {"sqlite": 92, "postgresql": 95}
"""What the whole process has loaded when it has answered, by the kind of store.

The reasons of the plan are one module more than the page.
"""


@pytest.mark.parametrize(("asked", "more"), [(["100"], 0), (["explain", "100"], 1)])
def test_lean(
    stored: SqlStore, database_url: str, tmp_path: Path, asked: list[str], more: int
) -> None:
    """Answering about a number loads no heavy library, and never more modules than agreed."""
    keep_words(stored.database, stored.practice.practice_id, WORDS)
    code = (
        "import sys; before = len(sys.modules); from recall_tui.__main__ import run;"
        f"assert run({asked}) == 0; print(len(sys.modules) - before + 33, [name for name in"
        " ('sqlalchemy', 'polars', 'pydantic', 'alembic', 'textual', 'click', 'rich',"
        " 'dataclasses', 'typing', 'pathlib', 'psycopg') if name in sys.modules])"
    )
    data = {"RECALL_DB": database_url, "XDG_DATA_HOME": str(tmp_path / "none")}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **data},
    )
    count, heavy = done.stdout.splitlines()[-1].split(" ", 1)
    assert heavy == "[]"
    most = MOST_MODULES[database_url.partition(":")[0]] + more + MODULES_MORE
    assert int(count) <= most
