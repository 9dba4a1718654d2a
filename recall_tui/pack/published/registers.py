"""Register cases of the OpenSAFELY project: a patient's rows, and whether the register has them.

Shape: ``{"label": "… index date 2024-03-31", "cases": [{"patients", "practice_registrations",
"clinical_events", "expected_in_population", "expected_columns"}]}``, as in the tests of
https://github.com/opensafely/qof. The register column ``hyp_reg_r1`` names the recall: the one that
starts with ``HYP_COD``.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recall_tui.domain.cases import Case, CaseEvent, CasePatient
from recall_tui.domain.ids import ClusterId
from recall_tui.domain.recalls import Rulebook
from recall_tui.pack.files import MOST_CSV_BYTES, read_text
from recall_tui.pack.problems import PackFault

_INDEX_DATE: Final = re.compile(r"index date (\d{4}-\d{2}-\d{2})")
_REGISTER: Final = re.compile(r"\b([a-z]+)_reg(?:_r\d+)?\b")


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Registration(_Row):
    start_date: date | None = None
    end_date: date | None = None


class _Event(_Row):
    day: date | None = Field(default=None, alias="date")
    snomedct_code: str = ""


class _Patient(_Row):
    date_of_birth: date | None = None
    sex: str = "unknown"


class _Case(_Row):
    case: int
    comments: list[str] = Field(default_factory=list[str])
    patients: _Patient
    practice_registrations: list[_Registration] = Field(default_factory=list[_Registration])
    clinical_events: list[_Event] = Field(default_factory=list[_Event])
    expected_in_population: bool
    expected_columns: dict[str, Any] = Field(default_factory=dict[str, Any])


class _File(_Row):
    label: str
    cases: list[_Case]


_SEXES: Final[Mapping[str, str]] = {"female": "F", "male": "M", "intersex": "I"}


def registers(path: Path, rulebook: Rulebook) -> tuple[Case, ...]:
    """Return the cases of such a file.

    Raises:
        PackFault: it is not of this shape, or no recall has that register.
    """
    try:
        file = _File.model_validate(json.loads(read_text(path, MOST_CSV_BYTES)))
    except (ValidationError, ValueError) as error:
        words = "is not a file of register cases (docs/cases.md): label and cases"
        raise PackFault(path, None, words) from error
    on = _INDEX_DATE.search(file.label)
    register = _REGISTER.search(file.label)
    if on is None or register is None:
        raise PackFault(path, None, "the label names no `index date` and register (hyp_reg_r1)")
    recall = _recall_of(path, ClusterId(f"{register[1].upper()}_COD"), rulebook)
    day = date.fromisoformat(on[1])
    return tuple(_case(one, recall, day, path) for one in file.cases)


def _recall_of(path: Path, cluster: ClusterId, rulebook: Rulebook) -> str:
    fitting = sorted(one.id for one in rulebook.recalls.values() if one.start == cluster)
    if not fitting:
        raise PackFault(path, None, f"no recall starts with {cluster}")
    return fitting[0]


def _case(one: _Case, recall: str, on: date, path: Path) -> Case:
    here = one.practice_registrations[-1] if one.practice_registrations else _Registration()
    events = [
        CaseEvent(event.snomedct_code, event.day)
        for event in one.clinical_events
        if event.day is not None and event.snomedct_code
    ]
    return Case(
        name=one.comments[0] if one.comments else f"case {one.case}",
        place=f"{path.name} case {one.case}",
        on=on,
        patient=CasePatient(
            one.patients.date_of_birth,
            _SEXES.get(one.patients.sex, "U"),
            here.start_date,
            here.end_date,
        ),
        events=tuple(events),
        recalls=(recall,),
        registers={recall: "on" if one.expected_in_population else "off"},
    )
