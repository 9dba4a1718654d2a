"""Privacy mode: nobody else in the room can read who a patient is; what leaves is whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator
from datetime import timedelta

import pytest

from recall_tui.app import RecallApp
from recall_tui.domain.commands import (
    AddNote,
    ContactOutcome,
    Decline,
    Hold,
    RecordContact,
)
from recall_tui.screen_settings import ScreenSettings
from screens import privacy
from screens.arranging import Arranged
from screens.locking import LockScreen
from tests.printing.gallery import FITS, FITS_NOT, WAYS, typed
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice
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
    text = session.text
    return {name for name in every if len(name) > 3 and name in text}


def told_by(session: Session, secrets: set[str]) -> set[str]:
    """Return which secrets stand on the screen, the look-up's example aside."""
    text = session.text.replace("Webb 24/1/75", "")
    return {one for one in secrets if one in text}


SAID = "rang Blodwen at Rose Cottage on 0113 496 0123"
"""What somebody typed about patients; it names somebody."""

MORE_WAYS: dict[str, tuple[str, ...]] = {
    "note": ("n",),
    "flags": ("!",),
    "month": ("Y",),
    "assign": ("a",),
    "done": ("x",),
    "caller": ("l", *"0104", "enter"),
    "page by number": (*"1238", "enter", "p"),
    "page, on": ("p", "pagedown", "pagedown", "pagedown"),
    "why of one on hold": ("h", "w"),
    "hand-over": ("L", "h"),
    "sheet": ("o", "5", "e"),
    **{f"queue {key}": ("o", key) for key in "45"},
    "closed": ("o", "6", "down", "down", "down", "enter", "enter", "enter"),
}
"""Screens and questions that the gallery has no picture of."""

NOBODY = {"menu", "help", "columns", "balance", "progress", "views", "queues", "filters", "filter"}
"""Screens that show counts and words, and no patient."""


def identity_of(desk: FakeDesk) -> set[str]:
    """Return what tells who any patient is, in each way in which a screen could write it."""
    found = {SAID, "Blodwen", "Rose Cottage", "0113 496"}
    for one in desk.store.patients.values():
        nhs = one.nhs_number or ""
        day = one.born
        found |= {name for name in one.name.replace(",", " ").split() if len(name) > 3}
        found |= {nhs, f"{nhs[:3]} {nhs[3:6]} {nhs[6:]}" if nhs else "", one.mobile, one.email}
        found |= {one.address, f"{day.day} {day:%b %Y}", f"{day:%d %b %Y}", f"{day.isoformat()}"}
    # Words of the screens, and the doctors of the practice.
    return found - {"", "Young", "Lewis", "Hart", "Osei"}


async def test_no_screen_names_anybody_under_the_mask() -> None:
    """Every screen, question, queue and sheet that shows patients is walked through and searched.

    So is what people typed: notes, reasons, what came of a contact.
    """
    desk = FakeDesk(a_practice(60))
    secrets = identity_of(desk)
    async with at_work(desk, size=LARGE) as session:
        rows = session.shown[:8]
        for row in rows:
            desk.perform(AddNote(row.patient, SAID))
            desk.perform(RecordContact(row.patient, ContactOutcome.DONE_ELSEWHERE, words=SAID))
        held, declined = rows[3], rows[4]
        later = desk.today + timedelta(days=60)
        desk.perform(Hold(held.targets(), "Dr Fenn", SAID, later))
        desk.perform(Decline(declined.targets(), SAID))
        await session.press("r")
        assert told_by(session, secrets)
        await session.press("f8")
        for name, keys in {**WAYS, **MORE_WAYS}.items():
            if name in NOBODY:
                continue
            await session.pilot.press(*typed(keys, {FITS: "1238", FITS_NOT: "1238"}))
            await settle(session.pilot)
            seen = told_by(session, secrets)
            assert not seen, (name, seen)
            await session.press(*["escape"] * (len(session.app.screen_stack) + 1), "-", "\\")
            assert session.app.screen is session.overview, name
        await session.press("f8")
        assert told_by(session, secrets)


async def test_the_mask_falls_over_what_is_open() -> None:
    """Somebody comes to the desk: F8 masks a preview, the reasons and a look-up that are open."""
    desk = FakeDesk(a_practice(60))
    secrets = identity_of(desk)
    async with at_work(desk, size=LARGE) as session:
        for keys in (("i",), ("w",), ("l", *"evans", "enter"), ("p",), ("enter",), ("n",)):
            await session.press(*keys)
            assert told_by(session, secrets), keys
            await session.press("f8")
            seen = told_by(session, secrets)
            assert not seen, (keys, seen)
            while session.app.screen is not session.overview:
                await session.press("escape")
            await session.press("f8")


async def test_the_lock_covers_what_a_question_stands_over() -> None:
    """A question lets the list be seen; the lock over both shows nobody."""
    desk = FakeDesk(a_practice(60))
    secrets = identity_of(desk)
    async with at_work(desk) as session:
        await session.press("c")
        assert told_by(session, secrets)
        session.app.push_screen(LockScreen(desk))
        await settle(session.pilot)
        assert not told_by(session, secrets)
        assert "Locked." in session.text


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
        assert row.name in [line[2] for line in session.desk.exported[-1]]


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
