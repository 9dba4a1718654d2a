"""The idle lock: nothing of a patient stays on the terminal, and only the PIN goes on."""

import asyncio
from collections.abc import Callable

import pytest

from recall_tui.errors import Refused
from recall_tui.pins import fits, hash_pin
from screens.locking import LockScreen
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import Session, at_work
from tests.support.screen_text import PATIENCE


async def until(session: Session, fact: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not fact():
            await session.pilot.pause(0.02)


def is_locked(session: Session) -> bool:
    """Whether the lock stands instead of the list."""
    return isinstance(session.app.screen, LockScreen)


async def locked(session: Session) -> None:
    """Let nobody touch a key until the screen locks; from then on take all the time."""
    session.desk.lock_seconds = 0.05
    session.app._lock_when_idle()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the timer's own call, without its minutes
    await session.pilot.pause(0.1)
    session.app._lock_when_idle()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as above
    await until(session, lambda: is_locked(session))
    session.desk.lock_seconds = 300.0


async def test_locked_screen_shows_nobody() -> None:
    """No name of the list is on the locked screen, and no key does anything to the list."""
    desk = FakeDesk()
    desk.pin = "2468"
    async with at_work(desk) as session:
        surname = session.cursor.name.split(",")[0]
        assert surname in session.text
        await locked(session)
        await until(session, lambda: "Locked" in session.text)
        assert surname not in session.text
        await session.press("f10", "f1", "ctrl+right")
        assert is_locked(session)
        assert desk.done == []


async def test_only_the_pin_goes_on() -> None:
    """A wrong PIN is counted, the right one goes back to where one was."""
    desk = FakeDesk()
    desk.pin = "2468"
    async with at_work(desk) as session:
        patient = session.cursor.patient
        await locked(session)
        await session.type("1111")
        await session.press("enter")
        await until(session, lambda: "4 tries left" in session.words)
        await session.type("2468")
        await session.press("enter")
        await until(session, lambda: not is_locked(session))
        assert session.cursor.patient == patient


async def test_five_wrong_pins_end_the_session() -> None:
    """After the fifth wrong PIN the program ends and says why."""
    desk = FakeDesk()
    desk.pin = "2468"
    async with at_work(desk) as session:
        await locked(session)
        for _try in range(5):
            await session.type("1111")
            await session.press("enter")
        await until(session, lambda: session.app.return_code is not None)


async def test_without_a_pin() -> None:
    """Who chose no PIN is told so; Enter goes on."""
    async with at_work(FakeDesk()) as session:
        await locked(session)
        await until(session, lambda: "No PIN is set for jo" in session.words)
        await session.press("enter")
        await until(session, lambda: not is_locked(session))


def test_hashes() -> None:
    """A PIN is salted and hashed slowly; damaged hashes fit nothing; weak PINs are refused."""
    one, other = hash_pin("2468"), hash_pin("2468")
    assert one != other
    assert "2468" not in one
    assert fits("2468", one)
    assert not fits("2469", one)
    assert not any(fits("2468", bad) for bad in ("", "scrypt$", "scrypt$!$!", "md5$a$b", one[:-8]))
    for weak in ("123", "7777", "x" * 65):
        with pytest.raises(Refused):
            hash_pin(weak)
