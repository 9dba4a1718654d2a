"""The filters at the keyboard: what is refused, who was invited in this session, whose it is."""

import re

from recall_tui.views.facets import Facet
from recall_tui.views.words import STATE_WORDS
from tests.screens.session import LARGE, SMALL, at_work
from tests.support.screen_text import paints, press_while_painting
from widgets.filter_sidebar import FilterSidebar
from widgets.worklist_table import WorklistTable

FACET = Facet.LAST_INVITED


async def test_a_choice_is_refused_from_the_sidebar_and_taken_off_by_its_chip() -> None:
    """An exclamation mark leaves out whom an option fits; the chip says so, Backspace ends it."""
    async with at_work(size=SMALL) as session:
        everybody = {row.patient for row in session.shown}
        await session.press("f", "exclamation_mark")
        refused = {row.patient for row in session.shown}
        assert "[State: not Escalated x]" in session.text
        assert refused < everybody
        session.golden("filters_refused")
        await session.press("escape", "backspace")
        assert {row.patient for row in session.shown} == everybody


async def test_only_what_hears_the_keys_points_and_names_them() -> None:
    """In the list nothing points in the filters; in the filters their keys stand below."""
    async with at_work(size=LARGE) as session:
        assert ">[ ]" not in session.text
        assert "space Mark" in session.text
        await session.press("f")
        assert ">[ ] Escalated" in session.text
        assert "space Choose  ! Leave out  Esc To the list" in session.text
        assert "space Mark" not in session.text
        await session.press("escape")
        assert ">[ ]" not in session.text
        assert "space Mark" in session.text


async def test_whom_i_invited_in_this_session_is_a_filter() -> None:
    """Invited ones of this session are found; after undo there is none."""
    async with at_work(size=LARGE) as session:
        row = await session.go_to_calm()
        await session.press("space", "i", "r", "y")
        state = session.overview.listed.filter
        session.overview.narrow(state.toggled(FACET, "session"))
        assert [one.patient for one in session.shown] == [row.patient]
        await session.press("u")
        assert not session.shown


async def test_words_can_be_left_out() -> None:
    """A word after an exclamation mark must not be there."""
    async with at_work(size=LARGE) as session:
        everybody = len(session.shown)
        await session.press("/")
        await session.type("!diabetes")
        without = len(session.shown)
        await session.press("home", "delete")
        assert without + len(session.shown) == everybody


async def test_a_letter_and_the_list_it_leaves_are_one_paint_and_the_counts_the_next() -> None:
    """However soon the screen is painted, nobody sees the letter beside the list before it."""
    async with at_work(size=LARGE) as session:
        await session.press("/")
        painted = paints(session.app)
        await press_while_painting(session.pilot, "3")
        seen = [one for one in painted if one]
        with_list = [one for one in seen if WorklistTable.__name__ in one]
        assert ["_CleanInput" in one for one in with_list] == [True]
        assert not any(FilterSidebar.__name__ in one for one in with_list)
        assert any(FilterSidebar.__name__ in one for one in seen[seen.index(with_list[0]) :])
        state = session.shown[0].state
        left = sum(row.state is state for row in session.shown)
        assert re.search(rf"\[ \] {STATE_WORDS[state]} +{left:,} ", session.text)
