"""kill -9 at random points of everything that writes, and what is left afterwards."""

import random
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event

from sqlalchemy import Connection, text

from recall_tui.domain.decisions import fold
from storage.backing_up import back_up
from storage.decided import item_events, item_states
from storage.driver import SQLITE
from storage.engine import open_database
from storage.migrations.run import downgrade
from storage.practices import add_practice
from storage.restoring import opened_backup
from storage.store import SqlStore, open_store
from tests.faults.acting_process import NUMBERS, fill, plan_all
from tests.support.desk import AT

LONGEST = 1.2
"""Seconds after which a process is killed at the latest."""


@dataclass
class Killed:
    """What a run of kills found."""

    kills: int = 0
    during: Counter[str] = field(default_factory=Counter[str])
    acknowledged: int = 0
    wrong: list[str] = field(default_factory=list[str])


def prepare(url: str) -> None:
    """Make a practice of sixty patients."""
    with closing(open_database(url)) as database:
        store = SqlStore(database, add_practice(database, "A12345", "Drama Street", AT))
        fill(store, 0)
        plan_all(store, 0)


def kill_often(url: str, folder: Path, times: int, seed: int = 1) -> Killed:
    """Kill a working process ``times`` times; after each look whether everything is whole."""
    chooser = random.Random(seed)  # noqa: S311 - when to strike
    found = Killed()
    known: set[str] = set()
    for number in range(times):
        if number % 10 == 9:
            said = _kill_migration(url, chooser.uniform(0.2, LONGEST))
        else:
            said = _kill_work(url, folder, number, chooser.uniform(0.0, LONGEST))
        found.kills += 1
        found.during[said[-1].split()[1] if said else "start"] += 1
        known |= {one.split()[2] for one in said if one.startswith("done") and one.count(" ") > 1}
        with closing(open_store(url)) as store:
            found.wrong += [f"kill {number}: {one}" for one in look(store, known)]
        found.wrong += [f"kill {number}: {one}" for one in _backups(folder, url)]
    found.acknowledged = len(known)
    return found


def _kill_work(url: str, folder: Path, seed: int, pause: float) -> list[str]:
    command = [sys.executable, "-m", "tests.faults.acting_process", url, str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        Event().wait(pause)
        process.kill()
        return [first.strip(), *(line.strip() for line in process.stdout)]


def _kill_migration(url: str, pause: float) -> list[str]:
    with closing(open_database(url)) as database:
        database.write(lambda connection: downgrade(connection, "-1"))
    code = "import sys; from storage.store import open_store; open_store(sys.argv[1]).close()"
    with subprocess.Popen([sys.executable, "-c", code, url]) as process:
        Event().wait(pause)
        process.kill()
    return ["begins migrate"]


def look(store: SqlStore, known: set[str]) -> list[str]:
    """Return what is wrong with a store: damage, gaps, lost commands, states that do not add up."""
    wrong: list[str] = []
    if store.database.is_sqlite:
        with closing(SQLITE.connect(store.database.location)) as connection:
            for pragma in ("integrity_check", "foreign_key_check"):
                rows = connection.execute(f"PRAGMA {pragma}").fetchall()
                wrong += [f"{pragma}: {row}" for row in rows if row != ("ok",)]
    wrong += store.database.read(lambda connection: events_wrong(connection, known))
    keys = [(number, "hba1c") for number in NUMBERS]
    practice_id = store.practice.practice_id
    events = store.database.read(lambda one: item_events(one, practice_id, keys))
    states = store.database.read(lambda one: item_states(one, practice_id, keys))
    plans = store.write(lambda work: work.open_items(NUMBERS))
    for key in keys:
        period = plans[key].period if key in plans else (date(2025, 11, 1),)
        if states[key].state != fold(events[key], *period):
            wrong.append(f"the state of {key[0]} is not what its events add up to")
    return wrong


def events_wrong(connection: Connection, known: set[str]) -> list[str]:
    rows = connection.execute(text("SELECT seq, command_id FROM event ORDER BY seq")).all()
    counted = connection.execute(text("SELECT event_seq FROM change_seq")).scalar_one()
    wrong: list[str] = []
    if [row[0] for row in rows] != list(range(1, len(rows) + 1)) or counted != len(rows):
        wrong.append("the numbers of the decisions have a gap")
    lost = known - {row[1] for row in rows}
    if lost:
        wrong.append(f"{len(lost)} acknowledged commands are lost")
    return wrong


def _backups(folder: Path, url: str) -> list[str]:
    """Return which finished backups cannot be restored; then remove all."""
    wrong: list[str] = []
    with closing(open_database(url)) as database:
        for file in folder.glob("*.db"):
            with opened_backup(file, database):
                file.unlink()
        last = folder / "after.db"
        back_up(database, last, rehearse=False)
        last.unlink()
    return wrong
