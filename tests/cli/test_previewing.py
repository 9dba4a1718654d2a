"""recall preview: what a change of recall date would do."""

import pytest

from recall_tui.views.date_change import change_of
from tests.cli.running import Runner


def test_the_practice_sees_what_another_recall_date_would_do(recall: Runner) -> None:
    """How many get another date, what comes sooner, whose gap becomes long; nothing is changed."""
    before = recall("worklist", "--json").out
    told = recall.ok("preview", "--free-months", "12,1")
    assert "Gaps that become long: 0." in told.out
    assert "Nothing was changed." in told.out
    assert "Recall dates by month, now and then:" in told.out
    assert recall("worklist", "--json").out == before


def test_one_patients_month_is_tried_before_it_is_chosen(recall: Runner) -> None:
    """What is open stays, what follows moves: the same dates as after the choice."""
    (told,) = recall.ok("preview", "101", "--month", "6", "--json").objects
    assert told["schema"] == "recall.preview/1"
    (moved,) = told["moved"]
    assert (moved["now"][5:], moved["then"][5:]) == ("12-03", "06-03")
    assert all(one["next_then"] <= one["next_now"] for one in told["items"])
    text = recall.ok("preview", "101", "--month", "6").out
    assert text.splitlines()[:4] == list(change_of(told).lines())[:4]
    assert any("(now " in line for line in change_of(told).item_lines(str))
    assert "Recall date: 3 December now, 3 June then." in text
    recall.ok("month", "101", "6")
    page = recall.ok("lookup", "101", "--json").objects[0]
    assert page["recall_date"][5:] == "06-03"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give NUMBER with --month"),
        (("101",), "give NUMBER with --month"),
        (("--month", "6"), "give NUMBER with --month"),
        (("--free-months", "13"), "--free-months 13: give months from 1 to 12"),
        (("--free-months", "May"), "--free-months May: give months from 1 to 12"),
    ],
)
def test_half_a_question_is_refused(recall: Runner, arguments: tuple[str, ...], words: str) -> None:
    """Nothing is guessed: what is missing or wrong is named."""
    answer = recall("preview", *arguments)
    assert answer.code == 2
    assert words in answer.fault


def test_a_change_that_changes_nothing_says_so(recall: Runner) -> None:
    """Nobody has a medication review: all keep their birthday."""
    told = recall.ok("preview", "--recall-date", "medication_review").out
    assert told.startswith("0 of ")
    assert "0 items sooner, 0 later" in told
