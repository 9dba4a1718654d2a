"""A rule in plain English: complete, and readable by the clinician who approves it."""

import json
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from recall_tui.cli import main
from recall_tui.domain.expression_words import clause_words, parts_of
from recall_tui.domain.expressions import Coded, Then
from recall_tui.domain.ids import ClusterId, RecallId
from recall_tui.domain.items import PlausibleRange
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Every, Recall, Unit
from recall_tui.domain.rule_words import lists_of, requirement_lines, rule_sections, titled
from recall_tui.domain.schedule_words import every_words
from tests.support.shipped_rules import shipped_rules

BOOK: Final = shipped_rules()
RECALLS: Final = sorted(BOOK.recalls.values(), key=lambda recall: recall.id)
GOLDEN: Final = Path(__file__).parent / "rule_words"


def _lines(recall: Recall) -> list[str]:
    sections = rule_sections(recall, BOOK, PlanSettings())
    return [line for one in sections for line in (one.title, *one.lines)]


@pytest.mark.parametrize("recall", RECALLS, ids=lambda recall: recall.id)
def test_every_shipped_rule_is_explained_without_a_placeholder(recall: Recall) -> None:
    """No brace, no Python, no empty line: whatever a rule says has words."""
    for line in _lines(recall):
        assert line.strip()
        assert not re.search(r"[{}<>]|\bNone\b|\b(True|False)\b|\(\)|  +\S*=|recall_tui", line)


@pytest.mark.parametrize("recall", RECALLS, ids=lambda recall: recall.id)
def test_an_explanation_leaves_nothing_out(recall: Recall) -> None:
    """Every clause, item, list, indicator, reason to hold and source stands in it."""
    text = "\n".join(_lines(recall))
    needs = recall.requirements
    expressions = [recall.register, *(one.when for one in recall.exclusions)]
    expressions += [one.when for need in needs for one in (*need.variations, *need.exclusions)]
    while expressions:
        clause = expressions.pop()
        assert titled(clause_words(clause, BOOK), BOOK) in text
        expressions += parts_of(clause)
    wanted = [BOOK.items[need.item].name for need in needs]
    wanted += [one for need in needs for one in need.qof.get(BOOK.contract_year, ())]
    wanted += [one.words for one in recall.exclusions]
    wanted += [one.words for need in needs for one in (*need.variations, *need.exclusions)]
    wanted += [*recall.source.split("; "), *lists_of(recall, BOOK), recall.version]
    assert not [words for words in wanted if words not in text]
    if recall.unverified:
        assert recall.unverified in text


def test_only_what_is_high_risk_is_called_so() -> None:
    """Under lithium the level is, the weight is not: what would hold it asks no prescriber."""
    sections = rule_sections(BOOK.recalls[RecallId("lithium")], BOOK, PlanSettings())
    risky = {one.title for one in sections if any("High-risk" in line for line in one.lines)}
    asked = {one.title for one in sections if one.title.startswith("Asked for: ")}
    assert {"Standing", "Asked for: Lithium level"} <= risky
    assert len(asked - risky) == 1


def test_a_value_without_a_unit_is_its_number_alone() -> None:
    """An INR of 0.5 to 20, and the sentence ends there."""
    recall = BOOK.recalls[RecallId("warfarin")]
    (need,) = [one for one in recall.requirements if one.item == "inr"]
    inr = replace(BOOK.items[need.item], ranges=(PlausibleRange("", 0.5, 20),))
    book = replace(BOOK, items={**BOOK.items, need.item: inr})
    lines = requirement_lines(need, recall, book, PlanSettings())
    assert "Counts only with a plausible value: 0.5 to 20." in lines


@pytest.mark.parametrize(
    "name", ["cervical_screening", "doac", "flu", "hypertension", "shingles", "statin"]
)
def test_some_rules_read_as_they_should(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The words are those in tests/pack/rule_words (RECALL_WRITE_GOLDEN=1 writes them)."""
    assert main(["recalls", "explain", name]) == 0
    said = capsys.readouterr().out
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("RECALL_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")


def test_a_rule_is_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same for a program: what it is, what it asks for, which lists have how many codes."""
    assert main(["recalls", "explain", "cervical_screening", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "recall.rule/1"
    assert told["approver"] is None
    assert told["lists"]["HPVPOS_COD"] == 0
    assert "HPVPOS_COD" in told["unverified"]
    assert told["items"][0]["item"] == "cervical_sample"


def test_an_unknown_rule_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever mistypes is told where the names are."""
    assert main(["recalls", "explain", "gouty"]) == 2
    assert "there is no recall gouty: recall recalls list" in capsys.readouterr().err
    assert RecallId("gouty") not in BOOK.recalls


def test_days_and_orders_of_a_clause_have_words() -> None:
    """On or before a day, and the first later than the second: both are said."""
    coded = Coded(ClusterId("DM_COD"), on_or_before=date(2025, 6, 30))
    assert "on or before 30 Jun 2025" in clause_words(coded, BOOK)
    order = Then(coded, coded)
    assert clause_words(order, BOOK) == "the first of these, later than the second"


def test_one_of_a_unit_is_said_without_a_number() -> None:
    """Every week, not every 1 weeks; two years, not 24 months."""
    said = [every_words(one) for one in (Every(1), Every(1, Unit.WEEKS), Every(24), Every(6))]
    assert said == ["month", "week", "2 years", "6 months"]
