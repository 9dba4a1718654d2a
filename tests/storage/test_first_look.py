"""The first paint: the same list as the store reads, in two questions, before anything heavy."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from threading import get_ident
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, update

from recall_tui.bootstrap import House
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Channel, RecordInvites, Snooze
from recall_tui.house_desk import HouseDesk
from recall_tui.settings import Settings
from recall_tui.views.worklist import WorklistSnapshot, urgency
from storage.first_look import first_look
from storage.readers.list_top import read_top
from storage.store import SqlStore
from storage.tables import MEMBER
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


@pytest.mark.parametrize("month", [Month(2026, 10), Month(2026, 11), Month(2026, 12)])
def test_the_same_list(stored: SqlStore, database_url: str, month: Month) -> None:
    """Read through the bare driver the list is the one that the store reads."""
    if not stored.database.is_sqlite:
        return
    join(stored, "jo", "reception")
    look = first_look(Path(database_url.removeprefix("sqlite:///")), "", "jo", month, TODAY)
    assert look is not None
    assert look.snapshot == stored.worklist(month, TODAY)
    assert (look.ods_code, look.login, look.words) == ("A12345", "jo", WORDS)


@pytest.mark.parametrize("count", [1, 2, 5, 11, 12, 13])
def test_the_top_is_the_beginning(stored: SqlStore, count: int) -> None:
    """The most urgent rows, read first, stand where they stand in the whole list."""
    if not stored.database.is_sqlite:
        return
    mine, month = (stored.practice.practice_id, "x"), Month(2026, 12)

    def read(connection: Connection) -> WorklistSnapshot:
        ask = connection.connection.driver_connection
        assert ask is not None
        return read_top(ask.execute, mine, month, TODAY, count)

    top = stored.database.read(read)
    whole = sorted(stored.worklist(month, TODAY).rows, key=urgency)
    assert 0 < len(top.rows) <= count
    assert list(top.rows) == whole[: len(top.rows)]
    assert top.is_whole == (len(whole) <= count)


def questions(store: SqlStore, ask: Callable[[], object]) -> list[str]:
    """Return the statements that something sends to the driver, other than the transaction's."""
    asked: list[str] = []
    mine = get_ident()

    def note(_one: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event
        if statement != "BEGIN" and get_ident() == mine:
            asked.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", note)
    try:
        assert ask()
    finally:
        event.remove(store.database.engine, "before_cursor_execute", note)
    return asked


def test_two_questions(stored: SqlStore) -> None:
    """A month's list takes exactly two questions, however many patients it has."""
    asked = questions(stored, lambda: stored.worklist(Month.of(TODAY), TODAY).rows[1:])
    assert len(asked) == 2
    assert all(statement.startswith("SELECT") for statement in asked)


def test_two_questions_for_the_booking_window_and_one_more_for_the_page(stored: SqlStore) -> None:
    """A patient takes two questions, and what lies behind them, on their page, a third."""
    assert len(questions(stored, lambda: stored.patient_page("100", TODAY))) == 2
    assert len(questions(stored, lambda: stored.past("100", TODAY))) == 1


@pytest.mark.usefixtures("stored")
def test_what_the_screen_itself_asks(database_url: str, tmp_path: Path) -> None:
    """The list is two questions, and who asks; a patient two; what lies behind, and who asks, two.

    The looks are noted aside, in a thread that nobody waits for.
    """
    settings = Settings(data_folder=tmp_path, database=database_url, practice="A12345", today=TODAY)
    house = House(settings)
    desk = HouseDesk(house)
    try:
        assert desk.login, "asked once a session, as are the names"
        desk.names()
        listed = questions(house.store, lambda: desk.worklist(Month.of(TODAY)).rows[1:])
        assert [sql for sql in listed if "FROM member" not in sql] == listed[:2]
        assert len(listed) == 3
        assert len(questions(house.store, lambda: desk.patient("100"))) == 2
        assert len(questions(house.store, lambda: desk.past("100"))) == 2
    finally:
        house.close()


def test_the_usual_way_decides(stored: SqlStore, database_url: str) -> None:
    """Nobody sees anything who has no role, or in a store that must be brought up to date."""
    if not stored.database.is_sqlite:
        return
    path = Path(database_url.removeprefix("sqlite:///"))
    month = Month.of(TODAY)
    assert first_look(path, "", "jo", month, TODAY) is None
    join(stored, "jo", "admin")
    assert first_look(path, "", "jo", month, TODAY) is not None
    assert first_look(path, "B99999", "jo", month, TODAY) is None
    assert first_look(path.with_name("none.db"), "", "jo", month, TODAY) is None
    stored.database.write(lambda one: one.execute(update(MEMBER).values(role="")))
    assert first_look(path, "", "jo", month, TODAY) is None


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
