"""Immunisation cases of the CDC (CDSi): doses given, and what is recommended next.

Shape: the columns named in ``_COLUMNS``, one row a case, doses as ``date|CVX code|name; …``. A CVX
code 03 is the code ``cvx:03`` of the pack under test; the vaccine group in lower case is its item.
``Complete`` is complete, ``Immune`` not asked; otherwise the number of doses that counted, the
earliest and the recommended date are compared. Past-due dates have no counterpart here.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from recall_tui.domain.cases import NOTHING, Case, CaseEvent, CasePatient
from recall_tui.pack.files import MOST_CSV_BYTES, read_text
from recall_tui.pack.problems import PackFault

_COLUMNS: Final = frozenset(
    {
        *("case_id", "name", "vaccine_group", "dob", "sex", "assessment_date", "doses"),
        *("expected_series_status", "expected_next_dose_no", "expected_earliest_date"),
        "expected_recommended_date",
    }
)
_FINISHED: Final[Mapping[str, str]] = {"Complete": "complete", "Immune": "not asked"}


def immunisations(path: Path) -> tuple[Case, ...]:
    """Return the cases of such a file.

    Raises:
        PackFault: it is not of this shape.
    """
    rows = csv.DictReader(io.StringIO(read_text(path, MOST_CSV_BYTES), newline=""))
    lacking = sorted(_COLUMNS - set(rows.fieldnames or ()))
    if lacking:
        words = f"is no file of cases: the column {lacking[0]} is missing (docs/cases.md)"
        raise PackFault(path, 1, words)
    found: list[Case] = []
    for row in rows:
        try:
            found.append(_case(row, path))
        except (TypeError, ValueError, IndexError) as fault:
            raise PackFault(path, rows.line_num, f"is no immunisation case: {fault}") from fault
    return tuple(found)


def _case(row: Mapping[str, str], path: Path) -> Case:
    born = date.fromisoformat(row["dob"])
    return Case(
        name=row["name"],
        place=f"{path.name} {row['case_id']}",
        on=date.fromisoformat(row["assessment_date"]),
        patient=CasePatient(born, row["sex"], born),
        events=tuple(_dose(text) for text in row["doses"].split(";") if text.strip()),
        due={row["vaccine_group"].lower(): _expected(row)},
    )


def _dose(text: str) -> CaseEvent:
    day, code = text.strip().split("|")[:2]
    return CaseEvent(f"cvx:{code}", date.fromisoformat(day))


def _expected(row: Mapping[str, str]) -> Mapping[str, str]:
    status = row["expected_series_status"]
    if status in _FINISHED:
        return {"status": _FINISHED[status], "due_on": NOTHING}
    return {
        "doses": str(int(row["expected_next_dose_no"]) - 1),
        "earliest": row["expected_earliest_date"],
        "due_on": row["expected_recommended_date"],
    }
