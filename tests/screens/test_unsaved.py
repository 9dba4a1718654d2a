"""What is asked for while the store can take nothing is kept, tried again, and never done twice."""

from __future__ import annotations

from recall_tui.domain.commands import AddNote, Command
from recall_tui.errors import StoreUnwritable
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import LARGE, at_work
from tests.support.screen_text import settle

FULL = "the store recall.db cannot grow, the disk is full: nothing was saved; free some space"


class Disk:
    """A disk that is full until somebody frees it."""

    is_full = True

    def before(self, _command: Command) -> None:
        """Refuse while it is full."""
        if self.is_full:
            raise StoreUnwritable(FULL)


def desk_on(disk: Disk) -> FakeDesk:
    """Return a desk whose store is on this disk."""
    desk = FakeDesk()
    desk.before = disk.before
    return desk


async def test_what_was_typed_is_kept_and_saved_later() -> None:
    """A note that a full disk refuses stays; with room it is saved once, and the person is told."""
    disk = Disk()
    desk = desk_on(disk)
    async with at_work(desk, LARGE) as session:
        row = await session.go_to_calm()
        await session.press("n")
        await session.type("rang")
        await session.press("enter")
        assert (
            "Not saved yet: the store recall.db cannot grow, the disk is full" in session.said[-1]
        )
        assert (desk.done, session.app.unsaved) == ([], 1)
        session.app.try_again()
        await settle(session.pilot)
        assert (desk.done, session.app.unsaved) == ([], 1)
        disk.is_full = False
        session.app.try_again()
        await settle(session.pilot)
        assert desk.done == [AddNote(row.patient, "rang")]
        assert session.said[-1].startswith("Saved now: ")
        assert session.app.unsaved == 0


async def test_what_is_kept_is_saved_in_the_order_of_asking() -> None:
    """Each new key tries again; the first asked for is the first saved."""
    disk = Disk()
    desk = desk_on(disk)
    async with at_work(desk, LARGE) as session:
        row = await session.go_to_calm()
        for words in ("one", "two"):
            await session.press("n")
            await session.type(words)
            await session.press("enter")
        assert (desk.done, session.app.unsaved) == ([], 2)
        disk.is_full = False
        assert desk.told is not None
        desk.tell(desk.revision())
        await settle(session.pilot)
        await settle(session.pilot)
        assert desk.done == [AddNote(row.patient, "one"), AddNote(row.patient, "two")]
