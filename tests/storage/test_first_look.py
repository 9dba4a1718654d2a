"""The first paint: the same list as the store reads, in two questions, before anything heavy."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import get_ident
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, text, update

from recall_tui.bootstrap import House
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Channel, Decline, MarkBooked, RecordInvites, Snooze
from recall_tui.errors import Refused
from recall_tui.house_desk import HouseDesk
from recall_tui.identity import kernel_login
from recall_tui.settings import Settings
from recall_tui.views.first_look import FirstLook
from recall_tui.views.past import NO_PAST
from recall_tui.views.worklist import urgency
from storage import driver, sqlite
from storage import first_look as looking
from storage.first_look import Wanted, first_look
from storage.first_look_server import server_look
from storage.lookup import find
from storage.store import SqlStore
from storage.tables import MEMBER, PATIENT
from storage.words import keep_words
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

NUMBERS = [str(number) for number in range(100, 112)]
WORDS: dict[str, dict[str, str]] = {"items": {}, "recalls": {}, "short": {}}


def as_it_begins(store: SqlStore) -> None:
    book = [
        {
            "patient_number": number,
            "appointment_id": f"A{number}",
            "starts_at": AT.replace(tzinfo=None) + timedelta(days=int(number) - 104),
            "status": "booked",
            "booked_on": date(2026, 11, 1),
        }
        for number in NUMBERS[::2]
    ]
    people = [patient(number) for number in NUMBERS]
    store.merge_extract(
        extract(people, appointments=book), by="jo", at=AT, accept=False, dry_run=False
    )
    rows = [
        due(number, item, date(2026, 9 + at % 4, 10), high_risk=item == "lithium")
        for at, number in enumerate(NUMBERS)
        for item in ("hba1c", "lithium")
    ]
    store.merge_plan(plan(rows), None, AT)
    act(store, RecordInvites((target(store, "100", "hba1c"),), (("100", Channel.SMS),)))
    act(store, Snooze((target(store, "101", "hba1c"),), date(2026, 12, 24)), minutes=1)
    keep_words(store.database, store.practice.practice_id, WORDS)


filling = filled_by(as_it_begins, "stored")


@pytest.fixture
def stored(store: SqlStore) -> SqlStore:
    """Give a store with a dozen patients, some decisions, a book, a member and its words."""
    return store


def join(store: SqlStore, login: str, role: str) -> None:
    """Give somebody a role (empty: take it away)."""
    row = {"name": "", "role": role, "pin": "", "version": 1, "changed_by": "jo", "changed_at": AT}
    key = {"practice_id": store.practice.practice_id, "login": login}
    store.database.write(lambda one: one.execute(insert(MEMBER).values(**key, **row)))


def looked(url: str, wanted: Wanted, count: int = 0) -> FirstLook | None:
    """Return the first look of either kind of store, as whoever the store knows."""
    if url.startswith("sqlite"):
        return first_look(Path(url.removeprefix("sqlite:///")), wanted, count)
    return server_look(url, wanted)


def me(store: SqlStore) -> str:
    """Return as whom a store of either kind knows whoever looks."""
    return "jo" if store.database.is_sqlite else store.session_user()


def test_minutes_are_of_what_is_still_to_be_done(stored: SqlStore, database_url: str) -> None:
    """An appointment takes what is left of it: list, first paint, page and look-up say the same."""
    stored.viewer = kernel_login() if stored.database.is_sqlite else me(stored)
    join(stored, stored.viewer, "admin")
    items = {"hba1c": 5, "bp": 10, "foot": 15, "acr": 5}
    done = {"done_on": TODAY, "closed_by": "event", "is_open": False}
    rows = [
        due("100", item, date(2026, 11, 10), appointment_no=1, **(done if item == "foot" else {}))
        for item in items
    ]
    whole = {"patient_number": "100", "appointment_no": 1, "staff_group": "hca", "minutes": 35}
    stored.merge_plan(plan(rows, appointments=[whole]), ["100"], AT)

    def told() -> set[int]:
        """Return what list, first paint, page and look-up say."""
        look = looked(database_url, Wanted("", stored.viewer, Month.of(TODAY), TODAY))
        page, quick = stored.patient_page("100", TODAY), find(database_url, "A12345", "100", TODAY)
        assert look is not None
        assert page is not None
        assert quick is not None
        lists = (stored.worklist(Month.of(TODAY), TODAY), look.snapshot)
        rows = [row for one in lists for row in one.rows if row.patient == "100"]
        shown = [one for row in rows for one in row.appointments]
        shown += [*page.appointments_needed, *quick.page.appointments_needed]
        assert len(shown) == 4
        return {one.minutes for one in shown}

    assert told() == {27}, "without the words of the rules each has its share"
    keep_words(stored.database, stored.practice.practice_id, {**WORDS, "minutes": items})
    assert told() == {20}
    act(stored, Decline((target(stored, "100", "bp"),), "no"), minutes=2)
    assert told() == {10}
    soon = TODAY + timedelta(days=7)
    act(stored, MarkBooked((target(stored, "100", "acr"),), soon), minutes=3)
    assert told() == {5}
    act(stored, MarkBooked((target(stored, "100", "hba1c"),), soon), minutes=4)
    assert told() == {10}, "all that is left is booked"


@pytest.mark.parametrize("month", [Month(2026, 10), Month(2026, 11), Month(2026, 12)])
def test_the_same_list(stored: SqlStore, database_url: str, month: Month) -> None:
    """Read through the bare driver the list is the one that the store reads."""
    stored.viewer = me(stored)
    join(stored, stored.viewer, "reception")
    look = looked(database_url, Wanted("", stored.viewer, month, TODAY))
    assert look is not None
    assert look.snapshot == stored.worklist(month, TODAY)
    assert look.snapshot.role == look.role == "reception"
    assert (look.ods_code, look.login, look.words) == ("A12345", stored.viewer, WORDS)


@pytest.mark.parametrize("count", [1, 2, 5, 11, 12, 13])
def test_the_top_is_the_beginning(stored: SqlStore, database_url: str, count: int) -> None:
    """The most urgent rows, read first, stand where they stand in the whole list."""
    if not stored.database.is_sqlite:
        return
    join(stored, "jo", "reception")
    month = Month(2026, 12)
    look = looked(database_url, Wanted("a12345 ", "jo", month, TODAY), count)
    assert look is not None
    top = look.snapshot
    whole = sorted(stored.worklist(month, TODAY).rows, key=urgency)
    assert 0 < len(top.rows) <= count
    assert list(top.rows) == whole[: len(top.rows)]
    assert top.is_whole == (len(whole) <= count)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the questions that any connection of this thread sends, heard at the driver itself."""
    asked: list[str] = []
    mine = get_ident()

    def hear(statement: str) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and get_ident() == mine:
            asked.append(statement)

    usual, execute = driver.connect, psycopg.Cursor.execute

    def connected(*given: Any, **options: Any) -> Any:  # noqa: ANN401 - the driver has no types
        connection = usual(*given, **options)
        connection.set_trace_callback(hear)
        return connection

    def executed(cursor: Any, query: Any, *given: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
        hear(str(query))
        return execute(cursor, query, *given, **options)

    for owner in (driver, sqlite, looking):
        monkeypatch.setattr(owner, "connect", connected)
    monkeypatch.setattr(psycopg.Cursor, "execute", executed)
    return asked


def house_of(url: str, folder: Path) -> House:
    """Return the house of the store, as the program opens it."""
    return House(Settings(data_folder=folder, database=url, practice="A12345", today=TODAY))


def test_what_is_asked_until_the_first_list_stands(
    stored: SqlStore, database_url: str, tmp_path: Path, sent: list[str]
) -> None:
    """From the start of the program to the first list on the screen two questions are sent.

    Who asks and as what, which practice, its revision and its words are in them.
    """
    join(stored, kernel_login() if stored.database.is_sqlite else me(stored), "admin")
    house = house_of(database_url, tmp_path)
    sent.clear()
    desk = HouseDesk(house, house.first_look(whole=False))
    try:
        assert desk.names()
        assert desk.worklist(Month.of(TODAY)).rows[1:]
        assert (desk.login, desk.why_not("invite"), desk.banners) == (desk.login, "", ())
        assert len(sent) == 2, sent
        assert not house.is_open
    finally:
        house.close()


@pytest.mark.usefixtures("stored")
def test_what_the_screen_itself_asks(database_url: str, tmp_path: Path, sent: list[str]) -> None:
    """The list, and as what whoever asks may see it, is two questions; a patient's page three.

    The looks are noted aside, in a thread that nobody waits for.
    """
    house = house_of(database_url, tmp_path)
    desk = HouseDesk(house)

    def count(ask: Callable[[], object]) -> int:
        sent.clear()
        assert ask()
        return len(sent)

    try:
        assert desk.login, "asked once a session, as are the names"
        desk.names()
        assert count(lambda: desk.worklist(Month.of(TODAY)).rows[1:]) == 2
        assert count(lambda: desk.worklist(Month.of(TODAY), ["100"]).rows) == 2
        assert count(lambda: desk.patient("100")) == 2
        assert count(lambda: desk.past("100")) == 1
    finally:
        house.close()


def test_a_role_that_changed_is_noticed(
    stored: SqlStore, database_url: str, tmp_path: Path
) -> None:
    """Whoever loses a right may do no more with the next list, nor see what is restricted."""
    house = house_of(database_url, tmp_path)
    desk = HouseDesk(house)
    try:
        desk.worklist(Month.of(TODAY))
        assert desk.why_not("invite") == ""
        with stored.database.engine.begin() as one:
            one.execute(update(PATIENT).values(sensitive=True))
        assert desk.past("100").happenings
        stored.database.write(lambda one: one.execute(update(MEMBER).values(role="auditor")))
        assert {row.name for row in desk.worklist(Month.of(TODAY)).rows} == {"Restricted record"}
        assert "auditor may not invite" in desk.why_not("invite")
        assert desk.past("100") == replace(NO_PAST, measures=desk.past("100").measures)
        with pytest.raises(Refused, match="restricted"):
            desk.patient("100")
    finally:
        house.close()


def test_the_usual_way_decides(stored: SqlStore, database_url: str) -> None:
    """Nobody sees anything who has no role, or in a store that must be brought up to date."""
    mine = Wanted("", me(stored), Month.of(TODAY), TODAY)
    assert looked(database_url, mine) is None
    join(stored, mine.who, "admin")
    assert looked(database_url, mine) is not None
    assert looked(database_url, mine._replace(practice="B99999")) is None
    assert first_look(Path("none.db"), mine) is None
    stored.database.write(lambda one: one.execute(update(MEMBER).values(role="")))
    assert looked(database_url, mine) is None
    stored.database.write(lambda one: one.execute(update(MEMBER).values(role="admin")))
    stored.database.write(
        lambda one: one.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    )
    assert looked(database_url, mine) is None


def test_a_server_that_answers_not() -> None:
    """A server that cannot be reached shows nothing early: the usual way says so."""
    mine = Wanted("", "", Month.of(TODAY), TODAY)
    assert server_look("postgresql://nobody@127.0.0.1:9/none", mine) is None


def test_loads_no_heavy_library() -> None:
    """What reads the first list loads neither SQLAlchemy nor anything of the screen or engine."""
    code = (
        "import sys, storage.first_look; print([name for name in ('sqlalchemy', 'polars',"
        " 'pydantic', 'textual', 'click') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
