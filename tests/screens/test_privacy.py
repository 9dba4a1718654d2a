"""Privacy mode: nobody else in the room can read who a patient is; what leaves is whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator

import pytest

from recall_tui.app import RecallApp
from recall_tui.screen_settings import ScreenSettings
from screens import privacy
from screens.arranging import Arranged
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import LARGE, Session, at_work
from tests.support.screen_text import settle


@pytest.fixture(autouse=True)
def shown_again() -> Generator[None]:
    """Leave no mask behind for other tests."""
    yield
    privacy.mask(on=False)


def names_on(session: Session) -> set[str]:
    """Return which family names of the practice stand on the screen."""
    every = {row.name.partition(",")[0] for row in session.overview.listed.snapshot.rows}
    return {name for name in every if len(name) > 3 and name in session.text}


async def test_f8_masks_every_screen_and_shows_again() -> None:
    """List, pane, questions, booking, page, queue and preview name nobody; F8 again does."""
    async with at_work(size=LARGE) as session:
        row = session.cursor
        page = session.desk.patient(row.patient)
        assert page is not None
        assert names_on(session)
        await session.press("f8")
        secrets = {page.mobile_phone, page.email, page.address, page.nhs_number or "-"} - {""}
        for keys in ((), ("n",), ("enter",), ("p",), ("w",), ("i",), ("o", "1")):
            await session.press(*keys)
            assert not names_on(session), keys
            assert not [one for one in secrets if one in session.text], keys
            assert row.patient in session.text or keys in {("n",), ("w",), ("o", "1")}
            for _time in range(3):
                if session.app.screen is not session.overview:
                    await session.press("escape")
        await session.press("f8")
        assert names_on(session)


async def test_f7_shows_one_patient_and_notes_it() -> None:
    """The name and the whole birthday stand there until the window is left; the audit says so."""
    async with at_work() as session:
        row = session.cursor
        await session.press("f8", "f7")
        assert "Open the patient first" in session.said[-1]
        await session.press("enter")
        assert row.name not in session.text
        assert f"born {row.date_of_birth.year} (" in session.text
        await session.press("f7")
        assert row.name in session.text
        assert f"{row.date_of_birth:%b %Y}" in session.text
        assert ("revealed", (row.patient,)) in session.desk.accesses
        await session.press("escape", "enter")
        assert row.name not in session.text


async def test_what_leaves_the_house_is_whole() -> None:
    """An export under the mask holds names as the record has them."""
    async with at_work() as session:
        row = await session.go_to_calm()
        await session.press("f8", "space", "i", "e")
        assert row.name in [line[2] for line in session.desk.exports[-1]]


async def test_the_mask_is_kept_for_the_next_start() -> None:
    """Who masked yesterday finds patients masked this morning."""
    kept: list[ScreenSettings] = []
    first = RecallApp(FakeDesk(), arranged=Arranged(ScreenSettings(welcomed=True), kept.append))
    async with first.run_test() as pilot:
        await settle(pilot)
        await pilot.press("f8")
        await settle(pilot)
    assert kept == [dataclasses.replace(ScreenSettings(welcomed=True), privacy=True)]
    privacy.mask(on=False)
    RecallApp(FakeDesk(), arranged=Arranged(kept[0]))
    assert privacy.is_masked()
