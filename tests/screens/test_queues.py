"""Queues beside the month at the keyboard: chosen by number, worked through with verbs."""

import pytest
from textual.widgets import Input

from recall_tui.domain.commands import Assign, RecordInvites
from recall_tui.views.news import News
from recall_tui.views.queues import Queue, QueueAsk
from screens.queue import QueueScreen, fitted
from screens.queue_filter import fits_words
from tests.screens.session import LARGE, SMALL, at_work
from tests.support.screen_text import settle
from widgets.columns import Column
from widgets.messages import Heard


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_queues_look_as_they_did(size: tuple[int, int]) -> None:
    """Each with its number and how many patients are in it; one of them, clinic by clinic."""
    async with at_work(size=size) as session:
        await session.press("o")
        session.golden("queues")
        await session.press("3")
        session.golden("queue")


async def test_a_queue_is_worked_through_with_the_verbs_of_the_list() -> None:
    """Verbs act on the row, on marks, and on all; what was done can be undone from there."""
    async with at_work(size=LARGE) as session:
        await session.press("o", "3", "t")
        screen = session.app.screen
        assert isinstance(screen, QueueScreen)
        ask = QueueAsk(Queue.ATTENDING, session.desk.today, days=14)
        waiting = session.desk.queue(ask).patients
        assert f"{len(waiting)} patients" in session.text
        await session.press("space", "space", "a")
        await session.type("sam")
        await session.press("enter", "y")
        done = session.desk.done[-1]
        assert isinstance(done, Assign)
        assert (done.patients, done.to) == (waiting[:2], "sam")
        await session.press("u")
        assert session.desk.store.choice(waiting[0]).owner == ""
        await session.press("i", "r")
        assert "Record an invite for" in session.words
        await session.press("escape", "escape", "enter")
        assert "EMIS number" in session.text
        await session.press("escape", "e")
        assert "[ ] " in session.text
        await session.press("escape", "escape")
        assert session.app.screen is session.overview
        assert not any(isinstance(one, RecordInvites) for one in session.desk.done)


async def test_a_word_typed_after_a_slash_never_acts() -> None:
    """In a queue it narrows what is shown and printed; elsewhere it looks a patient up."""
    async with at_work(size=LARGE) as session:
        await session.press("o", "3", "t")
        screen = session.app.screen
        assert isinstance(screen, QueueScreen)
        name = screen.view.rows[0].name
        await session.press("/")
        await session.type(name.split()[-1])
        await session.press("enter")
        assert session.app.screen is screen
        assert 0 < screen.table.row_count < len(screen.view.rows)
        await session.press("e")
        assert name in session.text
        assert "[ ] " in session.text
        assert session.text.count("[ ] ") == screen.table.row_count
        await session.press("escape", "backspace")
        assert screen.table.row_count == len(screen.view.rows)
        for opened in ("p", "b"):
            await session.press(opened, "/")
            await session.type("bakoz")
            assert session.app.screen.query_one(Input).value == "bakoz"
            await session.press("escape", "escape")
            assert session.app.screen is screen
        assert not session.desk.done


async def test_marks_in_a_queue_stay_with_their_patients() -> None:
    """When a colleague takes one out of the queue, marks and cursor stay on whom they were on."""
    async with at_work(size=LARGE) as session:
        await session.press("o", "3", "t")
        screen = session.app.screen
        assert isinstance(screen, QueueScreen)
        first, second, third, *_rest = screen.view.patients
        await session.press("down", "space")
        del session.desk.store.patients[first]
        news = News(session.desk.revision() + 1, session.desk.revision(), frozenset({first}))
        session.app.post_message(Heard(news))
        await settle(session.pilot)
        await settle(session.pilot)
        assert first not in screen.view.patients
        assert [row.patient for row in screen.chosen_rows()] == [second]
        await session.press("-")
        assert [row.patient for row in screen.chosen_rows()] == [third]


async def test_a_closed_staff_group_is_asked_for_its_days() -> None:
    """Which staff group, and from when; wrong days are told."""
    async with at_work(size=LARGE) as session:
        await session.press("o", "6", "down", "down", "down", "enter")
        await session.type("yesterdy")
        await session.press("enter")
        assert "Write 8 dec to 12 dec, or one day" in session.words
        await session.press(*["backspace"] * 8)
        await session.type("10-16 dec")
        await session.press("enter")
        assert "Who is away?" in session.text
        await session.press("enter")
        assert "Closed staff group: bookings to move, 10 Dec to 16 Dec 2026, Nurse" in session.text
        assert "Nurse: 2 patients" in session.text
        assert "Thu 10 Dec" in session.text


def test_a_queue_is_narrowed_by_words_as_they_are_typed() -> None:
    """Without accents and case; ``!`` leaves out."""
    row = ("12", "Webb, Zoë", "02 Dec", "Review not booked")
    assert [fits_words(row, typed) for typed in ("zoe webb", "webb !zoe", "!cook", "cook")] == [
        True,
        False,
        True,
        False,
    ]


def test_no_column_takes_room_that_nothing_fills() -> None:
    """An empty column is left out, a short one as wide as its words; the rest gets the room."""
    columns = (
        Column("why", "Why", 0, width=4, flex=2, max_width=44),
        Column("what", "What", 1, width=6, flex=2, max_width=8),
        Column("items", "Due", 2, width=5, flex=3, max_width=60),
    )
    rows = [("a reason of many words", "short", ""), ("a reason", "longer than that", "")]
    assert [(one.id, one.limit) for one in fitted(columns, rows)] == [("why", 22), ("what", 8)]
    assert fitted(columns, []) == columns
