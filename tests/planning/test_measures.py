"""Measures: who counts, who has reached it, who is left out, and with which words."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from recall_tui.domain.expressions import Coded, Done
from recall_tui.domain.ids import ClusterId, ItemId
from recall_tui.domain.measures import Outcome, Standing
from recall_tui.domain.recalls import Exclusion, Invites, Measure
from recall_tui.planning.measures import INVITED, NEWLY_DIAGNOSED, NEWLY_REGISTERED, standings
from tests.domain.spec.example import Example, Person
from tests.domain.spec.rules import DIABETES, diabetes

TODAY: Final = date(2026, 11, 22)
HBA1C: Final = Measure(
    "hba1c_2026",
    "DM037",
    "HbA1c in the year",
    ("2026/27",),
    DIABETES,
    Done(ItemId("hba1c"), 12),
    exclusions=(Exclusion(Coded(ClusterId("PALLIATIVE")), "Palliative care"),),
    exceptions=(Exclusion(Coded(ClusterId("DECLINED")), "Declined"),),
    invites=Invites((ClusterId("INVITE"),)),
    start=ClusterId("DM"),
    newly_months=3,
)
OLD: Final = "2010-01-10 | dm | | |"


def _standing(history: str, *, person: Person | None = None, today: date = TODAY) -> object:
    """Return what the measure says of somebody with this history: outcome and words, or None."""
    head = "date | code | value | unit | kind\n"
    example = Example("", (diabetes(),), "", "", history=head + history, person=person or Person())
    found = standings(example.inputs(), example.rules(), [HBA1C], today)
    if not found:
        return None
    (one,) = found
    assert (one.measure, one.patient) == ("hba1c_2026", "1")
    return one.outcome, one.words


@pytest.mark.parametrize(
    ("history", "outcome", "words"),
    [
        ("2026-04-01 | hba1c | 48 | mmol/mol |", Outcome.MET, ""),
        ("2026-03-31 | hba1c | 48 | mmol/mol |", Outcome.NOT_MET, ""),
        ("2026-05-01 | hba1c | | |", Outcome.NOT_MET, ""),
        ("2026-05-01 | palliative | | |", Outcome.EXCLUDED, "Palliative care"),
        ("2026-05-01 | declined | | | declined", Outcome.EXCEPTION, "Declined"),
        (
            "2026-05-01 | palliative | | |\n2026-05-01 | hba1c | 48 | mmol/mol |",
            Outcome.EXCLUDED,
            "Palliative care",
        ),
        (
            "2026-05-01 | declined | | | declined\n2026-06-01 | hba1c | 48 | mmol/mol |",
            Outcome.MET,
            "",
        ),
    ],
)
def test_excluded_first_then_met_then_left_out_for_a_reason(
    history: str, outcome: Outcome, words: str
) -> None:
    """Whoever was done counts whatever was declined before; the words say why somebody does not."""
    assert _standing(f"{OLD}\n{history}") == (outcome, words)


@pytest.mark.parametrize(
    ("invites", "outcome", "words"),
    [
        (("2026-05-01", "2026-05-08"), Outcome.EXCEPTION, INVITED),
        (("2026-05-01", "2026-05-07"), Outcome.NOT_MET, ""),
        (("2026-03-31", "2026-05-08"), Outcome.NOT_MET, ""),
        (("2026-04-01", "2026-11-22"), Outcome.EXCEPTION, INVITED),
        (("2026-04-01", "2026-11-23"), Outcome.NOT_MET, ""),
    ],
)
def test_two_invites_a_week_apart_in_the_year(
    invites: tuple[str, ...], outcome: Outcome, words: str
) -> None:
    """Those of last year and of tomorrow count as little as two within a week."""
    rows = "\n".join(f"{day} | invite | | | invite" for day in invites)
    assert _standing(f"{OLD}\n{rows}") == (outcome, words)


def test_an_invite_that_was_declined_is_none() -> None:
    """Nor is a request, nor an appointment that was missed."""
    for kind in ("declined", "request", "dna"):
        rows = f"2026-05-01 | invite | | | {kind}\n2026-06-01 | invite | | | invite"
        assert _standing(f"{OLD}\n{rows}") == (Outcome.NOT_MET, "")


def test_newly_diagnosed_or_registered_before_the_end_of_the_year() -> None:
    """In the last three months of it; the diagnosis is told where both are new."""
    late = date(2027, 3, 15)
    new, old = "2027-01-01 | dm | | |", "2026-12-31 | dm | | |"
    assert _standing(new, today=late) == (Outcome.EXCEPTION, NEWLY_DIAGNOSED)
    assert _standing(old, today=late) == (Outcome.NOT_MET, "")
    came = Person(registered="2027-01-01")
    assert _standing(OLD, person=came, today=late) == (Outcome.EXCEPTION, NEWLY_REGISTERED)
    assert _standing(new, person=came, today=late) == (Outcome.EXCEPTION, NEWLY_DIAGNOSED)
    before = Person(registered="2026-12-31")
    assert _standing(OLD, person=before, today=late) == (Outcome.NOT_MET, "")


def test_only_who_is_here_and_on_the_register_counts() -> None:
    """Not who has no diabetes, who died, or who is not here yet."""
    assert _standing("2026-05-01 | hba1c | 48 | mmol/mol |") is None
    assert _standing(OLD, person=Person(died="2026-11-22")) is None
    assert _standing(OLD, person=Person(registered="2026-11-23")) is None


def test_a_measure_without_invites_and_newcomers_leaves_nobody_out_for_them() -> None:
    """What it does not name is no reason."""
    plain = replace(HBA1C, invites=None, newly_months=0, start=None)
    rows = "\n".join(f"2026-05-0{day} | invite | | | invite" for day in (1, 9))
    table = f"date | code | value | unit | kind\n2026-11-01 | dm | | |\n{rows}"
    example = Example("", (diabetes(),), "", "", history=table)
    (one,) = standings(example.inputs(), example.rules(), [plain], TODAY)
    assert one == Standing("hba1c_2026", "1", Outcome.NOT_MET)
