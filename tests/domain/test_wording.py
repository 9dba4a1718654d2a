"""Words: why something is due, and the texts for the appointment."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.domain.reason_words import SENTENCES, ReasonCode, result_words, sentence
from recall_tui.domain.recalls import Once
from recall_tui.domain.wording import (
    item_name,
    notes_text,
    reason_text,
    recall_names,
    rule_words,
    sentences,
)
from recall_tui.importers.cells import read_bound
from tests.domain.spec.rules import (
    BP,
    EGFR,
    HBA1C,
    ITEMS,
    MEDICATION,
    REVIEW,
    TWELVE_WEEKLY,
    asks,
    diabetes,
    rulebook,
)

EVIDENCE = {
    "recalls": ["diabetes"],
    "on": "2026-05-15",
    "before": "2026-05-15",
    "since": "2026-05-15",
    "opens": "2026-02-20",
    "due": "2026-05-15",
    "by": "2027-03-31",
    "ids": ["DM037"],
    "every": "3 months",
    "words": "the last HbA1c was above 58",
    "source": "birthday",
    "days": 101,
    "allowed": 84,
    "value": 48.0,
    "dose": "2",
    "of": "2",
}


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_code_has_a_sentence(code: ReasonCode) -> None:
    """Each reason code reads as a whole sentence once its evidence is filled in."""
    words = sentence({"code": code.value, **EVIDENCE}, recall_names(rulebook(diabetes())))
    assert words.endswith(".")
    assert "{" not in words
    assert code in SENTENCES


def test_recalls_are_named_and_dates_written_out() -> None:
    """Ids and ISO dates do not reach the receptionist."""
    reasons = json.dumps(
        [
            {"code": "asked_by", "recalls": ["diabetes", "gone"]},
            {"code": "last_done", "on": "2026-03-01", "event": "1", "value": 48},
            {"code": "last_done", "on": "2026-03-01", "event": "1"},
        ]
    )
    assert sentences(reasons, rulebook(diabetes())) == [
        "Asked for by Diabetes and gone.",
        "Last done on 1 Mar 2026: 48.",
        "Last done on 1 Mar 2026.",
    ]


@pytest.mark.parametrize("written", ["<3", "> 90", "<0.1", "≤3", "42", "0.1"])
def test_a_result_is_told_as_the_laboratory_wrote_it(written: str) -> None:
    """What lies beyond what can be measured is not told as the bound itself."""
    number = read_bound(written) if written[0] in "<>≤" else float(written)
    assert number is not None
    assert result_words(number) == written.replace(" ", "").replace("≤", "")


def test_the_reason_says_everything_when_it_fits() -> None:
    """All items, in order, each once."""
    assert reason_text([HBA1C, BP, HBA1C]) == "HbA1c, Blood pressure"


def test_the_most_important_comes_first() -> None:
    """High-risk monitoring is named before everything else."""
    count = next(item for item in ITEMS.values() if item.id == "fbc")
    assert reason_text([HBA1C, count]) == "Full blood count, HbA1c"


def test_what_does_not_fit_is_counted() -> None:
    """Nothing is cut inside a word; the rest is counted."""
    items = [HBA1C, BP, EGFR, REVIEW, MEDICATION]
    assert reason_text(items, 40) == "HbA1c, Blood pressure, +3 more"
    assert notes_text([HBA1C, BP], 13) == "HbA1c\n+1 more"


def test_a_single_item_that_is_too_long_keeps_whole_words() -> None:
    """Even one wording that is too long ends after a word."""
    long = replace(HBA1C, reason="Annual review of everything at once")
    assert reason_text([long, BP], 30) == "Annual review of … +1 more"
    assert reason_text([], 30) == ""


@given(
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), max_size=9),
    st.integers(min_value=9, max_value=120),
)
def test_texts_never_exceed_their_limit(words: list[str], limit: int) -> None:
    """Whatever the items are called, the clinical system's field takes the text."""
    items = [replace(HBA1C, reason=one, notes=one) for one in words]
    assert len(reason_text(items, limit)) <= limit
    assert len(notes_text(items, limit)) <= limit


def test_the_words_kept_beside_the_plan_say_what_is_asked_how_often_and_after_what() -> None:
    """Screens without the rules name an item, its frequency, its minutes and what comes before."""
    book = rulebook(diabetes(asks("hba1c"), asks("fbc", TWELVE_WEEKLY), asks("vaccine", Once(65))))
    told = json.loads(json.dumps(rule_words(book)))
    assert told["recalls"] == {"diabetes": "Diabetes"}
    assert told["asked"] == {
        "diabetes": [
            ["hba1c", "anchored", "12 months"],
            ["fbc", "interval", "12 weeks"],
            ["vaccine", "once", ""],
        ]
    }
    assert told["after"] == {"review": ["hba1c"]}
    assert set(ITEMS) == set(told["items"]) == set(told["minutes"])
    assert (told["items"]["hba1c"], told["minutes"]["review"]) == ("HbA1c", 30)


def test_an_item_that_no_rule_knows_any_more_is_called_by_its_id() -> None:
    """A decision about it stands in the record for ever."""
    book = rulebook(diabetes())
    assert (item_name("hba1c", book), item_name("leeches", book)) == ("HbA1c", "leeches")
