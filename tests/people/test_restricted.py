"""Restricted records: who has not the right reads that there is one, and nowhere whose it is."""

import json
import os
import pwd
from pathlib import Path

import pytest
from sqlalchemy import text

from recall_tui.domain.calendar import Month
from recall_tui.services.batching import LeftOut, prepare_batch
from recall_tui.views.past import NO_PAST
from recall_tui.views.queues import Queue, QueueAsk
from recall_tui.views.restricted import NAME
from storage.engine import open_database
from storage.first_look import Wanted, first_look
from storage.store import SqlStore
from tests.cli.conftest import planned_store, recall
from tests.cli.running import Runner
from tests.people.test_refused import become
from tests.support.desk import AT, TODAY
from tests.support.extracts import due, extract, patient, plan

__all__ = ["planned_store", "recall"]

ME = pwd.getpwuid(os.getuid()).pw_name
SECRETS = ("Lee", "Ann", "1950", "9990000018", "ZZ1 1AA", "900101")
"""What is known of patient 101 of the practice of the command line's tests."""


@pytest.fixture
def guarded(peopled: SqlStore) -> SqlStore:
    """Give the store as reception reads it: two patients with something due, one restricted."""
    people = [
        patient("100"),
        patient("101", family_name="Secret", given_name="Sue", sensitive=True),
    ]
    peopled.merge_extract(extract(people), by="jo", at=AT, accept=True, dry_run=False)
    rows = [due(one, "hba1c", TODAY, high_risk=True) for one in ("100", "101")]
    peopled.merge_plan(plan(rows), None, AT)
    peopled.viewer = "rex"
    return peopled


def test_in_a_list(guarded: SqlStore) -> None:
    """A list holds the row, by number and state; not who it is, nor what is due."""
    month = Month.of(TODAY)
    rows = {row.patient: row for row in guarded.worklist(month, TODAY).rows}
    hidden = rows["101"]
    assert (hidden.name, hidden.nhs_number, hidden.appointments) == (NAME, None, ())
    assert "Secret" not in repr(hidden)
    assert rows["100"].name != NAME
    assert guarded.worklist(month, TODAY, ["101"]).rows == (hidden,)
    guarded.viewer = "jo"
    assert guarded.worklist(month, TODAY, ["101"]).rows[0].name != NAME


def test_in_a_batch(guarded: SqlStore) -> None:
    """A batch leaves it out and says why, so that no export names it."""
    batch = prepare_batch(guarded.worklist(Month.of(TODAY), TODAY).rows, TODAY)
    assert {row.patient: why for row, why in batch.left_out}["101"] is LeftOut.RESTRICTED


def test_in_look_ups(guarded: SqlStore) -> None:
    """Number, name and phone find that there is one, and nothing more."""
    found = (*guarded.find_by_number("101"), *guarded.find_by_name("secret", None))
    assert len(found) == 2
    assert {hit.name for hit in found} == {NAME}
    assert "Secret" not in repr(found)
    assert guarded.past("101", TODAY) == NO_PAST


def test_in_queues(guarded: SqlStore) -> None:
    """Each queue names it by number only."""
    seen = 0
    for queue in Queue:
        view = guarded.queue(QueueAsk(queue, TODAY))
        assert "Secret" not in repr(view)
        seen += "101" in view.patients
        assert all(row.name == NAME for row in view.rows if row.patient == "101")
        guarded.viewer = "jo"
        assert guarded.queue(QueueAsk(queue, TODAY)).patients == view.patients
        guarded.viewer = "rex"


def test_on_the_command_line(recall: Runner) -> None:
    """Reception's list, look-ups, queues and JSON hold no word of the record; an admin's do."""
    database = open_database(str(recall.store))
    sensitive = text("UPDATE patient SET sensitive = 1 WHERE patient_number = '101'")
    database.write(lambda connection: connection.execute(sensitive))
    database.close()
    asked = [
        ("worklist", "--month", "2026-11", "--json"),
        ("worklist", "--month", "2026-11"),
        *(("queue", str(one), "--json") for one in Queue if one is not Queue.CLOSED),
    ]
    told = "".join(recall.ok(*words).out for words in asked)
    assert "Lee" in told
    become(recall.store, "reception")
    answers = [recall(*words) for words in asked]
    answers.append(recall("lookup", "-", typed="9990000018\n"))
    answers.append(recall("lookup", "-", typed="Lee, 1950-12-03\n"))
    for answer in answers:
        assert not [secret for secret in SECRETS if secret in answer.out + answer.err], answer
    rows = [json.loads(line) for line in answers[0].out.splitlines()]
    hidden = next(row for row in rows if row["patient"] == "101")
    assert hidden["name"] == NAME
    assert hidden["planned_appointments"] == []


def test_in_the_first_look(recall: Runner) -> None:
    """The list that is painted before the store is open hides it, too."""
    path, month, day = Path(recall.store), Month(2026, 11), TODAY
    database = open_database(str(path))
    sensitive = text("UPDATE patient SET sensitive = 1 WHERE patient_number = '101'")
    database.write(lambda connection: connection.execute(sensitive))
    database.close()
    become(path, "reception")
    look = first_look(path, Wanted("", ME, month, day))
    assert look is not None
    assert "Lee" not in repr(look)
    assert NAME in repr(look)
