"""The screens over a real store: a small synthetic practice, imported and planned, on SQLite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select
from textual.pilot import Pilot

from recall_tui.app import RecallApp
from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, open_house
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import AddNote, MarkFlag
from recall_tui.domain.states import DueState
from recall_tui.errors import StoreTrouble, StoreUnwritable
from recall_tui.house_desk import HouseDesk
from recall_tui.views.worklist import WorklistRow
from screens.overview import OverviewScreen
from storage.sqlite import WRITES
from storage.tables import ACCESS_LOG
from tests.support.real_pty import ROOT
from tests.support.screen_text import screen_text, settle

TODAY = "2026-11-22"
PATIENTS = "300"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a synthetic practice through importer and engine, once."""
    folder = tmp_path_factory.mktemp("practice")
    file = folder / "demo-300-1.db"
    arguments = ["demo", "--patients", PATIENTS, "--no-tui", "--db", f"sqlite:///{file}"]
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "recall_tui", *arguments, "--today", TODAY],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
    )
    return file


@pytest.fixture
def house(practice: Path) -> Iterator[House]:
    """Open the practice on its day."""
    opened = open_house(Given(f"sqlite:///{practice}", "X99999", TODAY))
    yield opened
    opened.close()


def overview(app: RecallApp) -> OverviewScreen:
    """Return the list."""
    return next(one for one in app.screen_stack if isinstance(one, OverviewScreen))


def rows(app: RecallApp) -> dict[str, WorklistRow]:
    """Return the rows of the snapshot by patient."""
    return dict(overview(app).listed.by_patient)


def difference(house: House) -> int:
    """Return how many patients fall through, over all recalls."""
    return sum(abs(line.difference) for line in house.store.balance(house.today))


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, wait for what they do, and for the list that is read again after it."""
    await pilot.press(*keys)
    await settle(pilot)
    await settle(pilot)


class TestAdmin:
    """An admin's batch on real records."""

    async def test_a_batch_is_invited_and_undone(self, house: House) -> None:
        """Filter, mark all, export, record: they leave "to invite"; the balance stays 0."""
        app = RecallApp(HouseDesk(house))
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            assert difference(house) == 0
            before = {row.patient: row.invites for row in rows(app).values()}
            await pilot.press("slash", *"phleb", "enter", "asterisk")
            await settle(pilot)
            marked = overview(app).table.marked
            assert marked
            await press(pilot, "i")
            await press(pilot, "e")
            assert "Exported to" in "\n".join(screen_text(app))
            exported = list(house.settings.spool_folder.glob("invites-*.csv"))
            assert len(exported) == 1
            assert exported[0].stat().st_mode & 0o777 == 0o600
            await press(pilot, "r")
            await press(pilot, "y")
            invited = [row for row in rows(app).values() if row.invites > before[row.patient]]
            assert invited
            assert {row.patient for row in invited} <= marked
            assert all(row.state is not DueState.OUTSTANDING for row in invited)
            assert difference(house) == 0
            await press(pilot, "u")
            assert {row.patient: row.invites for row in rows(app).values()} == before
            assert difference(house) == 0


class TestReceptionist:
    """A call on real records."""

    async def test_a_number_is_booked_and_taken_back(self, house: House) -> None:
        """Number, Enter, b, a day, Enter: booked; k and y take it back; who was seen is audited."""
        app = RecallApp(HouseDesk(house))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            row = next(
                one
                for one in rows(app).values()
                if one.state is DueState.OUTSTANDING and not one.future_appointments
            )
            for keys in ((*row.patient, "enter"), ("b",), (*"+9", "enter")):
                await pilot.press(*("plus" if key == "+" else key for key in keys))
                await settle(pilot)
            await settle(pilot)
            page = house.store.patient_page(row.patient, house.today)
            assert page is not None
            assert [one.state for one in page.bookings] == ["active"]
            assert "noted for 1 Dec 2026, NOT in the book" in "\n".join(screen_text(app))
            assert difference(house) == 0
            await press(pilot, "k")
            await press(pilot, "y")
            assert rows(app)[row.patient].state is DueState.OUTSTANDING
            assert difference(house) == 0
            listed = set(rows(app))
        house.people.looks.close()
        assert listed <= looked_at(house, "list 2026-11")
        assert row.patient in looked_at(house, "open")


def looked_at(house: House, action: str) -> set[str]:
    """Return whom the audit names for an action."""
    asked = select(ACCESS_LOG.c.patients).where(ACCESS_LOG.c.action == action)
    found = house.store.database.read(lambda one: one.scalars(asked).all())
    return {str(patient) for patients in found for patient in json.loads(patients)}


def fill(house: House, patient: str, words: str) -> None:
    """Keep notes until the store can take no more."""
    for _ in range(200):
        house.perform(AddNote(patient, words))


class TestFullDisk:
    """A disk that fills up under an open session."""

    async def test_the_session_only_reads_until_there_is_room(self, house: House) -> None:
        """The banner says so, writing keys are refused, the kept note is saved with room."""
        engine = house.store.database.engine

        def full(connection: Connection) -> None:
            if connection.get_execution_options().get(WRITES):
                connection.exec_driver_sql("PRAGMA max_page_count=1")

        desk = HouseDesk(house)
        app = RecallApp(desk)
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            event.listen(engine, "begin", full)
            patient = next(iter(rows(app)))
            for words in ("x" * 900, "x"):
                with pytest.raises(StoreUnwritable):
                    fill(house, patient, words)
            await press(pilot, "n", "x", "enter")
            saved = len(desk.ledger().entries)
            assert app.unsaved == 1
            text = " ".join("\n".join(screen_text(app)).split())
            assert "! Nothing can be saved now: the store" in text
            assert "the list can be read" in text
            assert "nothing can be saved now" in desk.why_not("note")
            assert desk.why_not("patient_page") == ""
            event.remove(engine, "begin", full)
            engine.dispose()
            app.try_again()
            await settle(pilot)
            await settle(pilot)
            assert app.unsaved == 0
            assert len(desk.ledger().entries) == saved + 1
            assert "Nothing can be saved" not in "\n".join(screen_text(app))
            assert desk.why_not("note") == ""


class TestFailedPlanning:
    """The other process that plans again may die; what was written before it stands."""

    def test_what_was_recorded_is_not_told_as_refused(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The words say what was done and what was not, and the ledger holds it."""
        desk = HouseDesk(house)

        def fails() -> str:
            message = "planning again did not work: no answer"
            raise StoreTrouble(message)

        monkeypatch.setattr(desk, "plan_expired", fails)
        patient = house.store.worklist(Month.of(house.today), house.today).rows[0].patient
        before, steps = len(desk.ledger().entries), list[str]()
        done = desk.perform(MarkFlag((patient,), "housebound", holds=True), steps.append)
        assert done.words.startswith("Flag set")
        assert done.words.endswith("; but planning again did not work: no answer")
        assert steps == ["saving", "saved; planning 1 patient again"]
        assert len(desk.ledger().entries) == before + 1
