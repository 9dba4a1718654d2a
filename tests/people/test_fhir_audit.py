"""The audit as FHIR AuditEvents: one for each patient, with who, when, what and whom."""

import json
from datetime import datetime

import pytest

from tests.cli.conftest import planned_store, recall
from tests.cli.practice import ODS
from tests.cli.running import Runner
from tests.people.test_refused import ME

__all__ = ["planned_store", "recall"]

REQUIRED = {"resourceType", "type", "recorded", "agent", "source"}
"""Elements that R4 demands of every AuditEvent."""


def test_one_event_a_patient(recall: Runner) -> None:
    """A list of several patients is several events; each names its patient and who looked."""
    shown = [row["patient"] for row in recall.ok("worklist", "--json").objects]
    assert len(shown) > 1
    recall.ok("note", "101", typed="rang\n")
    events = [json.loads(line) for line in recall.ok("audit", "export", "--fhir").out.splitlines()]
    assert all(event.keys() >= REQUIRED for event in events)
    assert len({event["id"] for event in events}) == len(events)
    looks = [event for event in events if event["subtype"][0]["display"].startswith("list ")]
    named = [event["entity"][0]["what"]["identifier"]["value"] for event in looks]
    assert sorted(named) == sorted(shown)
    for event in looks:
        assert event["action"] == "R"
        assert event["agent"][0]["who"]["identifier"]["value"] == ME
        assert event["agent"][0]["role"] == [{"text": "admin"}]
        assert event["source"]["observer"]["identifier"]["value"] == ODS
        assert datetime.fromisoformat(event["recorded"]).tzinfo is not None
    noted = next(one for one in events if one["subtype"][0]["display"] == "noted")
    assert noted["action"] == "U"
    assert {"type": "words", "valueString": "rang"} in noted["entity"][0]["detail"]
    assert [one for one in events if "entity" not in one], "what is about nobody names nobody"


@pytest.mark.parametrize("role", ["reception", "clinician"])
def test_for_auditors_only(recall: Runner, role: str) -> None:
    """It is read with the same right as the rest of the audit."""
    from tests.people.test_refused import become  # noqa: PLC0415 - beside its use

    become(recall.store, role)
    assert recall("audit", "export", "--fhir").code == 4


def test_to_a_pipe_only(recall: Runner, tmp_path: object) -> None:
    """A CSV file and FHIR at once is a mistake that is named."""
    answer = recall("audit", "export", "--fhir", "--to", f"{tmp_path}/x.csv")
    assert answer.code == 2
    assert "--fhir writes to the pipe" in answer.fault
