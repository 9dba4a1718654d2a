"""Published cases, run as they were published, through the command."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from recall_tui.cli import main
from tests.house.tree import ROOT

HERE: Final = Path(__file__).parent
REGISTERS: Final = ROOT / "tests/planning/data/qof_hypertension_register_cases.json"
DATES: Final = ROOT / "tests/domain/data/date_arithmetic_examples.csv"
VACCINES: Final = HERE / "data/cdsi_mmr_hepa_examples.csv"

SINGLE_ANTIGENS: Final = {"0528", "0530", "0531", "0535", "0536", "0538", "0565"}
"""Measles, mumps and rubella vaccines on different days: the CDC keeps a series for each."""


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    code = main(["recalls", "test", *arguments, "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_register_cases_of_opensafely_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """Diagnosed, resolved, coded again, left, diagnosed later: all seven as in their tests."""
    code, told = _run(capsys, str(REGISTERS))
    assert code == 0
    assert [one["agrees"] for one in told] == [True] * 7


def test_the_date_vectors_of_our_convention_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """Months are added and clipped as in the published vectors; another convention is named."""
    code, told = _run(capsys, str(DATES))
    assert code == 0
    assert len(told) == 10
    main(["recalls", "test", str(DATES)])
    said = capsys.readouterr().out
    assert said.count("roll_forward") == 11
    assert "2000-03-31 + 6 months + 0 days: convention roll_forward, differs here" in said


def test_the_vaccine_cases_agree_but_for_one_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """62 of 69 agree under local rules; the others are of a kind that docs/cases.md explains."""
    code, told = _run(capsys, str(VACCINES), "--pack", str(HERE / "us_rules"))
    assert code == 1
    assert len(told) == 69
    differ = {one["place"][-4:] for one in told if not one["agrees"]}
    assert differ == SINGLE_ANTIGENS


def test_no_rule_of_another_country_is_a_default(capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped pack asks nobody for MMR or hepatitis A vaccine by the US schedule."""
    _, told = _run(capsys, str(VACCINES), "--only", "2013-0525")
    assert {each["found"] for each in told[0]["differences"]} == {"-"}
