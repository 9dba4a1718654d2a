"""My queue: what is assigned to me or my teams, and a badge that says when there is more."""

from __future__ import annotations

import asyncio

import pytest

from recall_tui.app import RecallApp
from recall_tui.domain.commands import Assign
from recall_tui.domain.sharing import SaveShared, SharedKind
from recall_tui.screen_settings import ScreenSettings
from recall_tui.services.sharing import team_definition
from recall_tui.views.facets import ME
from recall_tui.views.filters import Facet, FilterState, fitting
from screens import reading
from screens.arranging import Arranged
from screens.queue import QueueScreen
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice
from tests.screens.session import SMALL, Session, at_work
from tests.support.screen_text import PATIENCE, settle
from widgets.status_line import ALERT, MUTED, StatusFacts, status_runs


def a_desk() -> FakeDesk:
    """Return a desk where jo and sam are the team Bloods."""
    desk = FakeDesk(a_practice(60))
    team = SaveShared(SharedKind.TEAM, "", "Bloods", team_definition(["jo", "sam"]))
    desk.perform_as(team, "sam")
    return desk


async def sam_assigns(session: Session, owner: str, *patients: str) -> None:
    """Let a colleague assign patients, and the screen hear of it."""
    since = session.desk.revision()
    session.desk.perform_as(Assign(patients, owner), "sam")
    session.desk.tell(since, *patients)
    await settle(session.pilot)


async def test_the_badge_changes_shape_until_i_looked() -> None:
    """Assigned by others: in brackets with a !; once looked at, or by myself: plain."""
    async with at_work(a_desk()) as session:
        one, two, three = (row.patient for row in session.shown[:3])
        assert " mine" not in session.lines[-2]
        await sam_assigns(session, "jo", one)
        assert "[! 1 new of 1 mine (I)]" in session.lines[-2]
        await sam_assigns(session, "Bloods", two)
        assert "[! 2 new of 2 mine (I)]" in session.lines[-2]
        await session.press("I")
        assert isinstance(session.app.screen, QueueScreen)
        assert "Assigned to me or my teams: 2 patients" in session.text
        assert "Bloods, from sam" in session.text
        await session.press("escape")
        assert "2 mine (I)" in session.lines[-2]
        assert "[!" not in session.lines[-2]
        session.overview.table.go_to(three)
        await session.press("a", "enter")
        assert "3 mine (I)" in session.lines[-2]
        assert "[!" not in session.lines[-2]


async def test_what_was_seen_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another start shows no badge for what was looked at, and one for what came since."""
    monkeypatch.setattr(reading, "BADGE_SECONDS", 0.001)
    kept: list[ScreenSettings] = []
    desk = a_desk()
    patients = list(desk.store.patients)
    desk.perform_as(Assign((patients[0],), "jo"), "sam")
    arranged = Arranged(ScreenSettings(welcomed=True), kept.append)
    app = RecallApp(desk, arranged=arranged)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("I")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
    desk.perform_as(Assign((patients[1],), "jo"), "sam")
    app = RecallApp(desk, arranged=Arranged(kept[-1]))
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        session = Session(app, desk, pilot)
        async with asyncio.timeout(PATIENCE):
            while "[! 1 new of 2 mine (I)]" not in session.text:
                await pilot.pause(0.01)


async def test_the_queue_has_the_verbs_of_the_list() -> None:
    """What is mine can be given away from there, and is gone; undo brings it back."""
    async with at_work(a_desk()) as session:
        first = session.shown[0].patient
        await sam_assigns(session, "Bloods", first)
        await session.press("I", "a", *"sam", "enter")
        assert session.desk.store.choice(first).owner == "sam"
        assert "Nobody is in this queue" in session.text
        await session.press("u")
        assert session.desk.store.choice(first).owner == "Bloods"
        assert first in session.text


async def test_me_means_my_teams_too() -> None:
    """The filter "Assigned: Me" shows what is my team's."""
    async with at_work(a_desk()) as session:
        first = session.shown[0].patient
        await sam_assigns(session, "Bloods", first)
        await session.press("r")
        state = FilterState().toggled(Facet.ASSIGNED, ME)
        indexed = session.overview.listed.prepared.indexed
        assert [indexed.rows[at].patient for at in fitting(indexed, state)] == [first]


@pytest.mark.parametrize(
    ("mine", "fresh", "words", "style"),
    [
        (0, 0, "mine", None),
        (3, 0, " 3 mine (I) ", MUTED),
        (3, 2, " [! 2 new of 3 mine (I)] ", ALERT),
    ],
)
def test_the_badge_differs_in_shape_and_colour(
    mine: int, fresh: int, words: str, style: str | None
) -> None:
    """Never colour alone: brackets and a ! stand there as well, at 80 columns, too."""
    facts = StatusFacts(view="Dec 2026", row=1, rows=431, hidden=(("done", 40), ("on hold", 12)),
                        marks="3 marked", data_age="data of today", user="jsmith",
                        database="A12345 demo-1.db", mine=mine, fresh=fresh,
                        mine_key="I")  # fmt: skip
    found = {run.text: run.style for run in status_runs(facts, 80) if "mine" in run.text}
    assert found == ({words: style} if style else {})


async def test_whom_to_assign_to_is_chosen_from_people_and_teams() -> None:
    """Me first, then nobody, teams and people; letters narrow; what fits none gives nothing."""
    async with at_work(a_desk()) as session:
        first = session.cursor.patient
        await session.press("a")
        for line in ("jo   me, Jo", "Nobody", "Bloods   team: jo, sam", "sam   Sam, admin"):
            assert line in session.text
        await session.press(*"xyz", "enter")
        assert "None fits that" in session.text
        assert not session.desk.done
        await session.press(*["backspace"] * 3, "down", "down", "down", "down", "up", "enter")
        assert session.desk.store.choice(first).owner == "Bloods"
        await session.press("a", *"nobo", "enter")
        assert session.desk.store.choice(first).owner == ""
        await session.press("a", "escape")
        assert len(session.desk.done) == 2
