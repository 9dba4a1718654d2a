"""One practice that lives through a patient's story: files in, the real store and engine, a list.

Nothing is faked: the files go through the importer into a store on disk, the shipped recalls are
planned by the engine, and what is asked for is what the screens would show.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from recall_tui.bootstrap import EnginePlanner
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Actor, Command, Target
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.importers.readers import read_extract
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.services.replanning import replan, tick
from recall_tui.views.imports import ImportReport
from recall_tui.views.page_text import PageWords, page_lines
from recall_tui.views.patient import PatientPage
from recall_tui.views.worklist import DueItemView, WorklistRow
from storage.ids import new_row_id
from storage.store import SqlStore

PERSON = "patient_number,family_name,date_of_birth,registered_on,died_on,mobile_phone"
EVENT = "patient_number,code,date,value,unit,kind"
DRUG = "patient_number,code,issued_on,repeat"
SLOT = "patient_number,appointment_id,starts_at,status,booked_on"


@dataclass
class Records:
    """What the clinical system holds: rows of its files, as it would export them."""

    people: list[str]
    events: list[str] = field(default_factory=list[str])
    drugs: list[str] = field(default_factory=list[str])
    slots: list[str] = field(default_factory=list[str])

    def write(self, folder: Path, today: date) -> Path:
        """Write the extract as it is exported on the morning of a day."""
        folder.mkdir()
        files = {
            "extract.csv": ("practice_code,extracted_at", [f"A12345,{today}T06:00:00"]),
            "patients.csv": (PERSON, self.people),
            "events.csv": (EVENT, self.events),
            "medications.csv": (DRUG, self.drugs),
            "appointments.csv": (SLOT, self.slots),
        }
        for name, (header, rows) in files.items():
            (folder / name).write_text("\n".join((header, *rows, "")), encoding="utf-8")
        return folder


@dataclass
class Practice:
    """The practice on one day after the other."""

    store: SqlStore
    rulebook: Rulebook
    folder: Path
    days: int = 0

    def bring(self, records: Records | Path, today: date) -> ImportReport:
        """Import what the clinical system holds on a day, and plan."""
        self.days += 1
        path = records
        if isinstance(records, Records):
            path = records.write(self.folder / f"extract-{self.days}", today)
        extract = read_extract(Path(str(path)), today)
        report = self.store.merge_extract(
            extract, by="jo", at=_at(today), accept=False, dry_run=False
        )
        replan(self.store, self._planner(), today, _at(today))
        return report

    def wait(self, today: date) -> None:
        """Let days pass without an import."""
        tick(self.store, self._planner(), today, _at(today))

    def act(self, command: Command, today: date) -> None:
        """Let somebody decide, and plan again whoever it changes."""
        moment = Moment(Actor("jo", "admin"), _at(today), today, new_row_id())
        done = perform(self.store, command, moment)
        replan(self.store, self._planner(), today, _at(today), done.replan)

    def _planner(self) -> EnginePlanner:
        return EnginePlanner(self.rulebook, PlanSettings())

    def page(self, today: date, patient: str = "1") -> PatientPage:
        """Return the patient's page."""
        page = self.store.patient_page(patient, today)
        assert page is not None
        return page

    def item(self, item: str, today: date, patient: str = "1") -> DueItemView:
        """Return the open due item of a patient."""
        found = [
            due
            for planned in self.page(today, patient).year
            for due in planned.due_items
            if due.item == item and due.is_open
        ]
        assert len(found) == 1, f"{len(found)} open lines for {item}"
        return found[0]

    def target(self, item: str, today: date) -> Target:
        """Return the open due item of the patient as somebody sees it."""
        due = self.item(item, today)
        return Target("1", item, due.due_on, due.version)

    def listed(self, today: date) -> Sequence[WorklistRow]:
        """Return the list of the present month, the most urgent first."""
        return self.store.worklist(Month.of(today), today).rows

    def row(self, today: date, patient: str = "1") -> WorklistRow | None:
        """Return the patient's row on the present month's list, if there is one."""
        return next((row for row in self.listed(today) if row.patient == patient), None)

    def told(self, today: date, patient: str = "1") -> str:
        """Return what the command line says of the patient to whoever is on the phone."""
        words = PageWords({"items": names(self.rulebook)}, today)
        return "\n".join(page_lines(self.page(today, patient), words, today))

    def calls_for(self, item: str, today: date) -> bool:
        """Whether the present list asks the patient for the item, hidden by nothing."""
        row = self.row(today)
        return row is not None and any(
            due.item == item and due.is_open and not due.state.is_hidden for due in row.due_items()
        )


def names(rulebook: Rulebook) -> dict[str, str]:
    """Return what the items are called."""
    return {str(one.id): one.name for one in rulebook.items.values()}


def _at(day: date) -> datetime:
    return datetime.combine(day, time(7, 30), UTC)
