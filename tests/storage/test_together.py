"""Several processes on one store: nothing acknowledged is lost, every refusal says who and when."""

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select

from recall_tui.domain.decisions import DecisionKind, fold
from storage.decided import item_events, item_states
from storage.store import SqlStore
from storage.tables import BOOKING, EVENT
from tests.support.desk import AT
from tests.support.extracts import due, extract, patient, plan

PROCESSES = 3
EACH = 60


def start(url: str, who: str) -> subprocess.Popen[str]:
    """Start a booking process."""
    command = [sys.executable, "-m", "tests.storage.booking_process", url, who, str(EACH)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own


def test_processes_book_shared_patients(store: SqlStore, database_url: str) -> None:
    """Three processes book and unbook twenty shared patients at once."""
    numbers = [f"{serial:03d}" for serial in range(20)]
    given = extract([patient(number) for number in numbers])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(
        plan([due(number, "hba1c", date(2026, 11, 10)) for number in numbers]), None, AT
    )
    running = [start(database_url, f"person{n}") for n in range(PROCESSES)]
    answers: list[dict[str, list[Any]]] = [json.loads(one.communicate()[0]) for one in running]
    assert [one.returncode for one in running] == [0] * PROCESSES

    acknowledged = {command for answer in answers for command in answer["booked"]}
    assert len(acknowledged) >= PROCESSES * EACH
    rows = store.database.read(
        lambda connection: connection.execute(
            select(EVENT.c.seq, EVENT.c.command_id, EVENT.c.kind).order_by(EVENT.c.seq)
        ).all()
    )
    assert {row[1] for row in rows} == acknowledged
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    _check_states(store, numbers)
    conflicts = [one for answer in answers for one in answer["refused"] if one[2] != "refused"]
    assert all(what and who.startswith("person") and when for what, who, when in conflicts)
    kinds = Counter(row[2] for row in rows)
    standing = store.database.read(
        lambda connection: connection.execute(select(BOOKING).where(BOOKING.c.active)).all()
    )
    assert len(standing) == kinds[DecisionKind.BOOKED] - kinds[DecisionKind.UNBOOKED]


def _check_states(store: SqlStore, numbers: list[str]) -> None:
    """Every stored state is what its events add up to, one version for each of them."""
    keys = [(number, "hba1c") for number in numbers]
    practice_id = store.practice.practice_id
    events = store.database.read(lambda one: item_events(one, practice_id, keys))
    states = store.database.read(lambda one: item_states(one, practice_id, keys))
    for key in keys:
        assert states[key].state == fold(events[key], date(2025, 11, 1))
        assert states[key].version == len(events[key])
