"""Invite batching: who is in, who is left out and why, exported, recorded, gone from the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from recall_tui.app import RecallApp
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import (
    Channel,
    Command,
    Decline,
    DiscardExport,
    RecordExport,
    RecordInvites,
)
from recall_tui.errors import StoreTrouble
from recall_tui.screen_settings import ScreenSettings
from recall_tui.services.batching import EXPORT_COLUMNS, export_rows, prepare_batch
from screens import reading
from screens.arranging import Arranged
from screens.invites import InvitesScreen
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import TODAY
from tests.screens.session import LARGE, SMALL, Session, at_work
from tests.support.screen_text import settle


async def preview(session: Session, *words: str) -> InvitesScreen:
    """Filter by words, mark all in view, and open the preview."""
    if words:
        await session.press("/")
        await session.type(" ".join(words))
        await session.press("enter", "*")
    await session.press("i")
    screen = session.app.screen
    assert isinstance(screen, InvitesScreen)
    return screen


class TestInvites:
    """A batch from the filter to the record."""

    async def test_a_batch_leaves_not_invited(self) -> None:
        """Filter by staff group, mark all, preview, export, record with its number typed back."""
        async with at_work(size=LARGE) as session:
            await session.press("f", "down", "down", "down", "down", "down", "space", "f")
            nurses = len(session.shown)
            await session.press("*", "y", "i", "e")
            invited = len(session.desk.exported[0])
            assert f"Invite {invited} patients" in session.text
            assert "Exported to /home/jo/spool/invites-1.csv" in session.text
            await session.press("r")
            assert f"Type {invited} to do it" in session.text
            await session.type(str(invited))
            await session.press("enter")
            command = session.desk.done[0]
            assert isinstance(command, RecordExport)
            asked = [one for one in session.desk.store.records.events if one.payload]
            assert len({one.patient for one in asked}) == invited
            assert {one.payload["template"] for one in asked} == {"invites-1.csv"}
            assert session.app.screen is session.overview
            assert not session.overview.table.marked
            assert sum(row.invites == 1 for row in session.shown) == invited
            assert len(session.shown) == nurses
            assert session.said[-1] == f"Recorded an invite for {invited} patients. u undoes it."

    async def test_undo_brings_a_batch_back(self) -> None:
        """One key after recording: nobody of it was invited."""
        async with at_work() as session:
            await preview(session, "lithium")
            await session.press("r", "y", "u")
            assert not any(row.invites for row in session.shown)

    async def test_a_small_batch_asks_y(self) -> None:
        """Enter alone records nothing; the question says that nothing was exported."""
        async with at_work() as session:
            await preview(session, "lithium")
            await session.press("r")
            assert "(not exported yet)?" in session.words
            await session.press("enter")
            assert not session.desk.done
            await session.press("y")
            assert len(session.desk.done) == 1

    async def test_one_patient_asks_y_too(self) -> None:
        """An invite is sent to a person: it is never one stray key."""
        async with at_work() as session:
            await session.press(" ")
            await preview(session)
            await session.press("r", "enter")
            assert not session.desk.done
            await session.press("y")
            assert len(session.desk.done) == 1

    async def test_who_is_left_out_and_why_is_seen(self) -> None:
        """No way to reach them, or nothing to invite for: each in the list, counted below."""
        async with at_work(size=LARGE) as session:
            await session.press("h")
            await preview(session)
            unreachable = sum(
                row.channel is Channel.NONE and row.state.is_open
                for row in session.overview.listed.snapshot.rows
            )
            assert f"{unreachable} left out: no valid contact details" in session.text
            assert "left out: nothing left to invite for" in session.text
            await session.press("end")
            assert "left out" in session.lines[-7]

    async def test_who_was_invited_lately_is_left_out(self) -> None:
        """The same batch twice in a week invites nobody."""
        async with at_work() as session:
            await preview(session, "lithium")
            await session.press("r", "y", "*", "i", "e", "r")
            assert len(session.desk.done) == 1
            assert "invited too lately" in session.words

    async def test_old_data_need_a_reason(self) -> None:
        """After four days neither export nor record goes on without one, and it is recorded."""
        desk = FakeDesk()
        desk.data_as_of = TODAY - timedelta(days=4)
        async with at_work(desk) as session:
            await preview(session, "lithium")
            assert "! The data are 4 days old: inviting needs a reason" in session.text
            await session.press("r")
            assert "Why invite all the same?" in session.words
            await session.press("enter", "escape")
            assert not desk.done
            await session.press("e")
            await session.type("sync is down")
            await session.press("enter")
            assert len(desk.exported) == 1
            await session.press("r", "y")
            assert isinstance(desk.done[0], RecordExport)
            words = str(desk.store.records.events[0].payload["template"])
            assert words.startswith(
                "invites-1.csv; data are 4 days old, all the same because: sync"
            )

    async def test_a_conflict_says_who_and_what_to_do(self) -> None:
        """Nothing of the batch is recorded, and the preview says to make it anew."""
        desk = FakeDesk()

        def quicker(command: Command) -> None:
            if isinstance(command, RecordInvites):
                desk.before = None
                desk.perform_as(Decline(command.targets[:1], "no"), "sam")

        desk.before = quicker
        async with at_work(desk) as session:
            await preview(session, "lithium")
            await session.press("r", "y")
            assert session.said[-1].startswith("Not done: changed by sam")
            assert "go back with Esc and invite again" in session.words
            assert not desk.done
            await session.press("escape", "i", "r", "y")
            assert len(desk.done) == 1

    async def test_an_export_that_fails_is_said(self) -> None:
        """The words of the fault; nothing says that it was exported."""

        class FullDesk(FakeDesk):
            def export(
                self,
                invites: RecordInvites,
                rows: Sequence[Sequence[str]],
                columns: Sequence[str],
            ) -> tuple[str, str]:
                assert invites.targets
                assert tuple(columns) == EXPORT_COLUMNS
                assert rows
                raise StoreTrouble("the disk is full: no file was written")

        async with at_work(FullDesk()) as session:
            await preview(session, "lithium")
            await session.press("e")
            assert session.said == ["the disk is full: no file was written"]
            assert "Exported" not in session.text

    async def test_left_unrecorded_it_is_said_and_nobody_is_invited_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The session dies after the export; a colleague's first screen says so, and settles it."""
        monkeypatch.setattr(reading, "BADGE_SECONDS", 0.001)
        desk = FakeDesk()
        async with at_work(desk) as session:
            await preview(session, "lithium")
            await session.press("e", "e")
            assert session.said[-1] == "It is exported already: r records it, X discards it."
        count = len(desk.exported[0])
        desk.login = "sam"
        said = f"! {count} patients exported 12:00 UTC by jo, not recorded: X records"
        async with at_work(desk) as session:
            await session.press("down", "up")
            assert said in session.text
            await preview(session, "lithium")
            assert f"{count} left out: exported and not recorded" in session.text
            session.golden("invites_exported")
            await session.press("e")
            assert session.said[-1] == "Nobody in this batch can be invited."
            await session.press("X", "enter")
            assert not desk.done
            await session.press("X", "down", "down", "enter")
            assert isinstance(desk.done[0], DiscardExport)
            assert f"Invite {count} patients" in session.text
            await session.press("u")
            assert said in session.text
            await session.press("X", "down", "enter")
            assert f"{count} left out: invited too lately" in session.text

    async def test_a_colleague_records_it_from_the_list(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rows of an open export say so in place of their state, until X records it."""
        monkeypatch.setattr(reading, "BADGE_SECONDS", 0.001)
        desk = FakeDesk()
        rows = [row for row in desk.worklist(Month.of(TODAY)).rows if "lithium" in row.recalls]
        batch = prepare_batch(rows, TODAY)
        desk.export(batch.command("", ""), export_rows(batch, {}), EXPORT_COLUMNS)
        desk.login, count = "sam", len(batch.invitees)
        async with at_work(desk) as session:
            await session.press("/")
            await session.type("lithium")
            await session.press("enter")
            session.golden("overview_exported")
            assert sum(row.exported != "" for row in session.shown) == count
            for key in ("enter", "p"):
                await session.press(key)
                assert "! Exported 12:00 UTC by jo, not recorded" in session.text
                await session.press("escape")
            await session.press("X", "down", "enter")
            assert isinstance(desk.done[-1], RecordExport)
            assert "not recorded" not in session.text
            assert sum(row.invites == 1 for row in session.shown) == count
            await session.press("enter")
            assert "not recorded" not in session.text
            await session.press("escape", "X")
            assert session.said[-1] == "Every export is recorded or discarded."

    async def test_the_simple_screen_names_no_key_that_it_lacks(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Reception reads that an export is open, and who settles it."""
        monkeypatch.setattr(reading, "BADGE_SECONDS", 0.001)
        desk = FakeDesk()
        batch = prepare_batch(desk.worklist(Month.of(TODAY)).rows, TODAY)
        desk.export(batch.command("", ""), export_rows(batch, {}), EXPORT_COLUMNS)
        app = RecallApp(desk, arranged=Arranged(ScreenSettings(simple=True, welcomed=True)))
        async with app.run_test(size=LARGE) as pilot:
            await settle(pilot)
            text = Session(app, desk, pilot).words
            assert "not recorded: whoever invites records or discards it" in text
            assert "X records" not in text
        RecallApp(FakeDesk())

    async def test_leaving_records_nothing(self) -> None:
        """Escape goes back to the list with all marks."""
        async with at_work() as session:
            await preview(session, "lithium")
            marked = session.overview.table.marked
            await session.press("escape")
            assert session.overview.table.marked == marked
            assert not session.desk.done

    async def test_a_row_opens_its_patient(self) -> None:
        """Enter looks at one of the batch; Escape comes back to the preview."""
        async with at_work() as session:
            await preview(session, "lithium")
            await session.press("enter")
            assert "Appointments needed" in session.text
            await session.press("escape")
            assert isinstance(session.app.screen, InvitesScreen)

    async def test_it_looks_as_it_did(self) -> None:
        """The preview, and the question above fifty."""
        for size in (SMALL, LARGE):
            async with at_work(size=size) as session:
                await session.press("h")
                await preview(session)
                session.golden("invites")
                await session.press("r")
                session.golden("invites_number")
