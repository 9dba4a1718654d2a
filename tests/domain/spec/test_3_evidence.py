"""Evidence: only what was done counts, plausibly and in a known unit."""

import json
from dataclasses import replace

import pytest

from recall_tui.frames import PlanFrames
from tests.domain.spec.example import Example, check, reasons_of_the_open_one
from tests.domain.spec.rules import asks, diabetes

OPEN_MAY = """
    due_on     | overdue_since
    2026-05-15 | 2026-05-15
"""
DONE_MAY = """
    due_on     | overdue_since
    2027-05-15 |
"""


def _hba1c(row: str, due: str) -> Example:
    return Example(
        rule="HbA1c every 12 months from the recall date (15 May).",
        recalls=(diabetes(),),
        today="2026-06-01",
        history=f"""
            date       | code  | value | unit     | kind
            2010-01-10 | dm    |       |          | done
            2025-05-10 | hba1c | 48    | mmol/mol | done
            {row}
        """,
        due=due,
    )


@pytest.mark.parametrize(
    ("row", "due"),
    [
        ("2026-05-10 | hba1c | 52 | mmol/mol | done", DONE_MAY),
        ("2026-05-10 | hba1c | 52 | MMol / mol | done", DONE_MAY),
        ("2026-05-10 | hba1c | 7.1 | % | done", DONE_MAY),
        ("2026-05-10 | hba1c |  | mmol/mol | done", OPEN_MAY),
        ("2026-05-10 | hba1c | 1 | mmol/mol | done", OPEN_MAY),
        ("2026-05-10 | hba1c | 52 |  | done", OPEN_MAY),
        ("2026-05-10 | hba1c | 52 | furlongs | done", OPEN_MAY),
    ],
    ids=["plain", "unit spelt oddly", "per cent", "clotted", "implausible", "no unit", "odd unit"],
)
def test_a_measurement_needs_a_plausible_value_in_a_known_unit(row: str, due: str) -> None:
    """A value counts when it is believable in a unit the item knows.

    Why: a clotted sample is not a result, and a systolic of 1 is a typing mistake.
    """
    check(_hba1c(row, due))


@pytest.mark.parametrize("kind", ["request", "invite", "dna", "declined"])
def test_only_what_was_done_completes(kind: str) -> None:
    """Requests, invites, missed and declined appointments never complete anything.

    Why: a test that was asked for is not a test that was done.
    """
    check(_hba1c(f"2026-05-10 | hba1c | 52 | mmol/mol | {kind}", OPEN_MAY))


def test_a_result_dated_in_the_future_never_completes_and_is_reported() -> None:
    """A result dated 2062 leaves the item open, and the reasons say so.

    Why: one mistyped year would hide the patient for decades.
    """
    frames = check(_hba1c("2062-05-10 | hba1c | 52 | mmol/mol | done", OPEN_MAY))
    reasons = reasons_of_the_open_one(frames)
    assert '{"code":"future_event","on":"2062-05-10"}' in reasons


@pytest.mark.parametrize(
    ("row", "due"),
    [
        ("2026-03 | hba1c | 52 | mmol/mol | done", DONE_MAY),
        ("2026-02 | hba1c | 52 | mmol/mol | done", OPEN_MAY),
        ("2026 | hba1c | 52 | mmol/mol | done", OPEN_MAY),
    ],
    ids=["whole month inside", "month half inside", "only the year known"],
)
def test_a_vague_date_counts_only_if_all_of_it_lies_in_the_window(row: str, due: str) -> None:
    """A month or a year counts only when every day of it would count (window from 20 February).

    Why: in doubt the patient is asked, not forgotten.
    """
    check(_hba1c(row, due))


CLOTTED = "2026-05-10 | hba1c |  | mmol/mol | done"


@pytest.mark.parametrize(
    ("rows", "due", "told"),
    [
        ((CLOTTED,), OPEN_MAY, ["2026-05-10"]),
        (("2026-05-10 | hba1c | 520 | mmol/mol | done",), OPEN_MAY, ["2026-05-10"]),
        ((CLOTTED, "2026-05-12 | hba1c | 1 | mmol/mol | done"), OPEN_MAY, ["2026-05-12"]),
        ((CLOTTED, "2026-05-12 | hba1c | 52 | mmol/mol | done"), DONE_MAY, []),
        ((CLOTTED, "2026-05-10 | hba1c | 52 | mmol/mol | done"), DONE_MAY, []),
        (("2026-05-10 | hba1c |  | mmol/mol | declined",), OPEN_MAY, []),
        (("2062-05-10 | hba1c |  | mmol/mol | done",), OPEN_MAY, []),
    ],
    ids=[
        "clotted", "implausible", "twice", "taken again", "corrected", "declined", "in the future",
    ],
)  # fmt: skip
def test_what_could_not_be_used_is_told_with_its_day(
    rows: tuple[str, ...], due: str, told: list[str]
) -> None:
    """Of what was recorded since the last good result, the newest that cannot be used is named.

    Why: who says "but I was there in May" is answered on the phone.
    """
    frames = check(_hba1c(("\n" + " " * 12).join(rows), due))
    assert _unusable(frames) == told


def test_half_a_blood_pressure_is_told_with_its_day() -> None:
    """A systolic without its diastolic was recorded, and cannot be used.

    Why: whoever calls can say that it was measured, and what is missing.
    """
    example = Example(
        rule="Blood pressure every 12 months from the recall date (15 May).",
        recalls=(diabetes(asks("bp")),),
        today="2026-06-01",
        history="""
            date       | code      | value | unit
            2010-01-10 | dm        |       |
            2025-05-10 | systolic  | 140   | mmHg
            2025-05-10 | diastolic | 80    | mmHg
            2026-05-10 | systolic  | 140   | mmHg
        """,
        due=OPEN_MAY,
    )
    assert _unusable(check(example)) == ["2026-05-10"]


def _unusable(frames: PlanFrames) -> list[str]:
    reasons = reasons_of_the_open_one(frames)
    return [one["on"] for one in json.loads(reasons) if one["code"] == "unusable"]


def test_both_parts_of_a_blood_pressure_are_needed_on_one_day() -> None:
    """A systolic and a diastolic of different days are no blood pressure.

    Why: half a reading cannot be acted on.
    """
    example = Example(
        rule="Blood pressure every 12 months from the recall date (15 May).",
        recalls=(diabetes(asks("bp")),),
        today="2026-06-01",
        history="""
            date       | code      | value | unit
            2010-01-10 | dm        |       |
            2025-05-10 | systolic  | 140   | mmHg
            2025-05-10 | diastolic | 80    | mmHg
            2026-05-10 | systolic  | 140   | mmHg
            2026-05-11 | diastolic | 80    | mmHg
        """,
        due="""
            due_on     | last_done
            2026-05-15 | 2025-05-10
        """,
    )
    check(example)
    whole = example.history + "                2026-05-11 | systolic  | 138   | mmHg\n"
    check(replace(example, history=whole, due="due_on | last_done\n2027-05-15 | 2026-05-11"))


def test_each_window_has_its_own_latest_evidence() -> None:
    """A later implausible value does not hide an earlier good one.

    Why: nothing is thrown away before it is judged.
    """
    check(
        replace(
            _hba1c("2026-05-10 | hba1c | 52 | mmol/mol | done", ""),
            history="""
                date       | code  | value | unit
                2010-01-10 | dm    |       |
                2026-05-10 | hba1c | 52    | mmol/mol
                2026-05-20 | hba1c | 0     | mmol/mol
            """,
            due="""
                row  | due_on     | done_on    | last_done
                done | 2026-05-15 | 2026-05-10 | 2026-05-10
                open | 2027-05-15 |            | 2026-05-10
            """,
        )
    )
