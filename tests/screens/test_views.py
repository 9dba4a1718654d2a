"""Named views and the month's batches at the keyboard."""

import pytest

from recall_tui.domain.sharing import SaveShared, SharedKind
from recall_tui.services.batching import prepare_batch
from recall_tui.services.sharing import view_definition
from recall_tui.views.facets import Facet
from recall_tui.views.filters import FilterState
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import LARGE, SMALL, at_work

NURSE = FilterState({Facet.STAFF: frozenset({"nurse"})})


def a_desk() -> FakeDesk:
    """Return a desk whose practice has a view of its own, made by al."""
    desk = FakeDesk()
    definition = view_definition(NURSE, ("overdue", True))
    desk.perform_as(SaveShared(SharedKind.VIEW, "", "Nurses", definition), "al")
    return desk


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_views_look_as_they_did(size: tuple[int, int]) -> None:
    """Each with its number, how many it shows, and who made it."""
    async with at_work(a_desk(), size) as session:
        await session.press("v")
        session.golden("views")


async def test_a_view_is_shown_with_two_keys_and_named_below() -> None:
    """V and a number; the status line names it, with a star once it was narrowed otherwise."""
    async with at_work(a_desk(), LARGE) as session:
        await session.press("v", "9")
        assert session.overview.listed.filter == NURSE
        assert session.overview.listed.order == ("overdue", True)
        assert "Dec 2026 Nurses " in session.text
        assert "[View: Nurses x]" in session.text
        await session.press("/", "a", "enter")
        assert "[Staff group: Nurse x]" in session.text
        assert "Dec 2026 Nurses* " in session.text
        await session.press("v", "9", "backspace")
        assert "Nurses" not in session.lines[-2]
        assert session.overview.listed.filter.is_empty


async def test_what_is_shown_is_kept_renamed_and_removed_with_undo() -> None:
    """Each of them for the whole practice, each taken back by u."""
    async with at_work(FakeDesk(), LARGE) as session:
        await session.press("v", "s")
        assert "Nothing is filtered" in session.said[-1]
        await session.press("escape", "/")
        await session.type("asthma")
        await session.press("enter", "v", "s")
        await session.type("Wheezers")
        await session.press("enter")
        assert session.said[-1] == "Saved the view Wheezers. u undoes it."
        await session.press("end", "n")
        await session.type("Asthma")
        await session.press("enter")
        assert session.desk.shelf().views[-1].filter.text == "asthma"
        assert session.desk.shelf().views[-1].name == "Asthma"
        await session.press("end", "d", "y")
        assert session.desk.shelf().views[-1].name == "No contact details"
        await session.press("u")
        assert session.desk.shelf().views[-1].name == "Asthma"
        await session.press("s")
        await session.type("asthma")
        await session.press("enter")
        assert "in place of the view Asthma?" in session.words
        await session.press("y", "end", "o", "n", "escape")
        assert len(session.desk.shelf().views) == 9


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_batches_look_as_they_did(size: tuple[int, int]) -> None:
    """Each step with who is in it, who is new, and its last run."""
    async with at_work(FakeDesk(), size) as session:
        await session.press("e", "x", "y")
        session.golden("recipe")


async def test_a_batch_made_from_a_step_is_noted_and_whoever_comes_later_is_new() -> None:
    """Enter shows the step's view; inviting from it notes the run, with the invites' undo."""
    async with at_work(FakeDesk(), LARGE) as session:
        await session.press("e", "down", "down", "down", "enter")
        assert "First invite: bloods and checks" in session.text
        seen = len(session.shown)
        count = len(prepare_batch(session.shown, session.desk.today).invitees)
        await session.press("i", "r")
        await session.type(str(count))
        await session.press("enter")
        run = session.desk.shelf().views[3].last_run
        assert run is not None
        assert (len(run.patients), run.by, run.month) == (seen, "jo", "2026-12")
        await session.press("u")
        assert session.desk.shelf().views[3].last_run is None


async def test_the_order_of_the_batches_is_the_practices_own() -> None:
    """Views are put earlier, taken out and added at the end; others hear of it by their shelf."""
    async with at_work(a_desk(), LARGE) as session:
        await session.press("e", "down", "[", "a", "enter")
        ids = [view.view_id for view in session.desk.shelf().recipes[0].views]
        assert ids[:2] == ["high-risk", "link-first"]
        assert session.desk.shelf().recipes[0].views[-1].name == "Nurses"
        await session.press("home", "d", "y")
        assert session.desk.shelf().recipes[0].views[0].view_id == "link-first"
        await session.press("u", "u")
        assert len(session.desk.shelf().recipes[0].views) == 8
