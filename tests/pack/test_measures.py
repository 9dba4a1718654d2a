"""Measures of the shipped pack, and the contract year that a practice may choose."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from recall_tui.domain.ids import ItemId, RecallId
from recall_tui.domain.measures import Outcome, Standing, contract_year, tally
from recall_tui.domain.recalls import Measure
from recall_tui.pack.check import check_pack
from recall_tui.pack.reader import SHIPPED, read_rulebook
from tests.pack.small_pack import write_pack
from tests.support.shipped_rules import shipped_rules

BOOK: Final = shipped_rules()
MEASURES: Final = sorted(BOOK.measures.values(), key=lambda one: one.name)
MEASURE: Final = """
[measures.gout]
indicator = "GOUT001"
title = "Gout reviewed"
years = ["2026/27"]
denominator = { coded = "DM_COD" }
numerator = { coded = "GOUTRVW_COD", within_months = 12 }
source = ["somewhere"]
"""


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.name)
def test_a_measure_lists_its_years_and_says_what_it_lacks(measure: Measure) -> None:
    """Years of the contract, a source, and in words which list is missing where one is."""
    assert set(measure.years) <= {"2025/26", "2026/27"}
    assert measure.source
    text = repr((measure.denominator, measure.numerator, measure.exclusions, measure.invites))
    lacking = [name for name, one in BOOK.clusters.items() if not one.codes and name in text]
    assert bool(lacking) == bool(measure.unverified)
    assert all(name in measure.unverified for name in lacking)


@pytest.mark.parametrize("year", ["2025/26", "2026/27"])
def test_an_indicator_stands_once_in_a_year(year: str) -> None:
    """An indicator that changed is another measure, and the years do not overlap."""
    names = [one.indicator for one in MEASURES if year in one.years]
    assert len(names) == len(set(names)) > 25


def test_indicators_of_the_year_have_a_measure() -> None:
    """Whatever a requirement says it is recorded for is counted, or said to lack a list."""
    for year in ("2025/26", "2026/27"):
        known = {one.indicator for one in MEASURES if year in one.years}
        asked = {
            indicator
            for recall in BOOK.recalls.values()
            for need in recall.requirements
            for indicator in need.qof.get(year, ())
        }
        assert asked <= known


def test_the_contract_year_is_a_switch(tmp_path: Path) -> None:
    """A practice that says 2025/26 in its own pack.toml gets that year's indicators, no other."""
    own = write_pack(tmp_path, {"pack.toml": 'contract_year = "2025/26"\n'})
    book = read_rulebook([SHIPPED, own])
    assert (BOOK.contract_year, book.contract_year) == ("2026/27", "2025/26")
    need = next(
        one
        for one in book.recalls[RecallId("diabetes")].requirements
        if one.item == ItemId("foot_check")
    )
    assert need.qof[book.contract_year] == ("DM012",)
    assert need.qof[BOOK.contract_year] == ("DM037",)


def test_a_measure_that_names_no_list_is_a_fault_unless_it_says_so(tmp_path: Path) -> None:
    """A missing list is never silently empty."""
    folder = write_pack(tmp_path, {"measures/gout.toml": MEASURE})
    problems = check_pack(folder)
    assert [one.words for one in problems] == ["cluster `GOUTRVW_COD` does not exist"]
    assert problems[0].line == 7
    said = f'{MEASURE}unverified = "GOUTRVW_COD: no list found"\n'
    assert not check_pack(write_pack(tmp_path, {"measures/gout.toml": said}))


def test_a_tally_counts_those_who_count() -> None:
    """The denominator leaves out exclusions and exceptions; nobody at all is no per cent."""
    outcomes = [Outcome.MET, Outcome.MET, Outcome.NOT_MET, Outcome.EXCEPTION, Outcome.EXCLUDED]
    found = tuple(
        Standing("dm020", str(number), outcome) for number, outcome in enumerate(outcomes)
    )
    made = tally(BOOK.measures["dm020"], found)
    assert made.measure == BOOK.measures["dm020"]
    assert (made.register, made.denominator, made.met, made.per_cent) == (5, 3, 2, 66.7)
    assert (made.excluded, made.exceptions, made.not_met) == (1, 1, 1)
    assert tally(BOOK.measures["dm021"], found).per_cent is None


def test_the_contract_year_begins_on_1_april() -> None:
    """31 March 2027 is still 2026/27."""
    assert contract_year(date(2027, 3, 31)) == "2026/27"
    assert contract_year(date(2027, 4, 1)) == "2027/28"
