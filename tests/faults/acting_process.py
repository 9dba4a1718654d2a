"""A process that does all kinds of work on a store until it is killed.

Arguments: URL, a folder for backups, a seed. Prints "begins KIND" before each piece of work, and
"done KIND COMMAND" with the id of the command once it is acknowledged.
"""

import random
import sys
from datetime import date
from pathlib import Path

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import (
    AddNote,
    Channel,
    MarkBooked,
    RecordInvites,
    Target,
    Unbook,
    Undo,
)
from recall_tui.errors import Conflict, Refused
from recall_tui.services.desk import perform
from recall_tui.views.worklist import WorklistRow
from storage.backing_up import back_up
from storage.store import SqlStore, open_store
from tests.support.desk import AT, TODAY, moment
from tests.support.extracts import coded, due, extract, patient, plan

NUMBERS = tuple(f"{serial:03d}" for serial in range(60))
CODES = ("999791000000106", "1006191000000106", "1022451000000103")


def fill(store: SqlStore, round_no: int) -> None:
    """Import sixty patients with results that differ from round to round, and plan them."""
    rows = [
        coded(one, code, date(2026, 3, 1), value=float(40 + round_no % 20))
        for one in NUMBERS for code in sorted(CODES)
    ]  # fmt: skip
    people = [patient(one, family_name=f"Drama{round_no % 7}") for one in NUMBERS]
    given = extract(people, rows, sha256=f"{round_no:064d}")
    store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)


def plan_all(store: SqlStore, round_no: int) -> None:
    """Plan everybody, each round a little otherwise."""
    day = date(2026, 11, 1 + round_no % 20)
    store.merge_plan(plan([due(one, "hba1c", day) for one in NUMBERS]), None, AT)


class Acting:
    """One person who does everything."""

    def __init__(self, store: SqlStore, folder: Path, seed: int) -> None:
        """Work on ``store``; backups go to ``folder``."""
        self.store = store
        self.folder = folder
        self.seed = seed
        self.chooser = random.Random(seed)  # noqa: S311 - what is done next

    def act(self, kind: str, turn: int) -> str:
        """Do one piece of work and return its command, if it is one."""
        number = self.seed * 1000 + turn
        match kind:
            case "import":
                fill(self.store, number)
            case "plan":
                plan_all(self.store, number)
            case "backup":
                back_up(self.store.database, self.folder / f"{number}.db", rehearse=False)
            case _:
                return self._decide(kind)
        return ""

    def _decide(self, kind: str) -> str:
        now = moment("jo")
        row = self._row()
        open_ones = [one for one in row.due_items() if one.is_open]
        wanted = tuple(Target(row.patient, one.item, one.due_on, one.version) for one in open_ones)
        booked = next((one.booking_id for one in open_ones if one.booking_id), "")
        match kind:
            case "invite":
                command = RecordInvites(wanted, ((row.patient, Channel.SMS),))
            case "undo":
                command = Undo()
            case "book" if booked:
                command = Unbook(row.patient, booked)
            case "book":
                command = MarkBooked(wanted, TODAY)
            case _:
                command = AddNote(row.patient, "rang")
        perform(self.store, command, now)
        return now.command_id

    def _row(self) -> WorklistRow:
        number = self.chooser.choice(NUMBERS)
        return self.store.worklist(Month.of(TODAY), TODAY, [number]).rows[0]


KINDS = ("import", "plan", "book", "invite", "undo", "note", "backup")


def main() -> None:
    """Work until killed."""
    url, folder, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    acting = Acting(open_store(url), folder, seed)
    turn = 0
    while True:
        turn += 1
        kind = acting.chooser.choice(KINDS)
        sys.stdout.write(f"begins {kind}\n")
        sys.stdout.flush()
        try:
            command = acting.act(kind, turn)
        except (Conflict, Refused):
            continue
        sys.stdout.write(f"done {kind} {command}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
