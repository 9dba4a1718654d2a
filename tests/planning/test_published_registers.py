"""Registers against published cases."""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from recall_tui.domain.expressions import Coded
from recall_tui.domain.ids import ClusterId, ItemId, RecallId
from recall_tui.domain.items import Item, StaffGroup
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import (
    Activity,
    Anchored,
    Cluster,
    Every,
    Recall,
    Requirement,
    Rulebook,
)
from recall_tui.frames import (
    CHOICES,
    CLOSED,
    EVENTS,
    MEDICATIONS,
    PATIENTS,
    PINNED,
    PlanInputs,
    conform,
    empty,
)
from recall_tui.planning.engine import plan

_CASES: Final = Path(__file__).parent / "data" / "qof_hypertension_register_cases.json"
_EVENT: Final = ("patient_number", "code", "event_date", "precision")
_INDEX_DATE: Final = date(2024, 3, 31)
_HYP: Final = ClusterId("HYP_COD")
_RESOLVED: Final = ClusterId("HYPRES_COD")
_ITEM: Final = Item(ItemId("bp"), "Blood pressure", (), {StaffGroup.HCA: 1}, 5)
_RULES: Final = Rulebook(
    items={_ITEM.id: _ITEM},
    recalls={
        RecallId("hypertension"): Recall(
            RecallId("hypertension"),
            "Hypertension",
            Activity.ACTIVE,
            Coded(_HYP, _RESOLVED),
            (Requirement(_ITEM.id, Anchored(Every(12))),),
            start=_HYP,
            resolved_by=_RESOLVED,
        )
    },
    clusters={
        _HYP: Cluster(_HYP, frozenset({"38341003"})),
        _RESOLVED: Cluster(_RESOLVED, frozenset({"162659009"})),
    },
    flags={},
)


def _cases() -> list[dict[str, Any]]:
    return json.loads(_CASES.read_text(encoding="utf-8"))["cases"]


def _inputs(case: dict[str, Any]) -> PlanInputs:
    (registration,) = case["practice_registrations"]
    people = pl.DataFrame(
        {
            "patient_number": ["1"],
            "date_of_birth": [case["patients"]["date_of_birth"]],
            "registered_on": [registration["start_date"]],
            "left_on": [registration.get("end_date")],
        },
        schema_overrides={"left_on": pl.String},
    ).with_columns(pl.col("date_of_birth", "registered_on", "left_on").str.to_date())
    coded = [one for one in case["clinical_events"] if one]
    events = pl.DataFrame(
        {
            "patient_number": ["1"] * len(coded),
            "code": [one["snomedct_code"] for one in coded],
            "event_date": [date.fromisoformat(one["date"]) for one in coded],
            "precision": ["D"] * len(coded),
        },
        schema={
            name: EVENTS[name] for name in ("patient_number", "code", "event_date", "precision")
        },
    )
    return PlanInputs(
        conform(people, PATIENTS),
        conform(events, EVENTS),
        empty(MEDICATIONS),
        empty(CLOSED),
        empty(CHOICES),
        empty(PINNED),
    )


def test_there_are_seven_cases() -> None:
    """The published file is read whole."""
    assert len(_cases()) == 7


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["comments"][1])
def test_the_published_hypertension_register(case: dict[str, Any]) -> None:
    """Whom the published QOF logic has on the register, the engine has too, and nobody else."""
    frames = plan(_inputs(case), _RULES, PlanSettings(), _INDEX_DATE)
    on = frames.registers.height == 1
    assert on is case["expected_in_population"]
