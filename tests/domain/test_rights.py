"""Who may do what, and how it is said to whoever may not."""

import pytest

from recall_tui.domain.command_rights import right_for
from recall_tui.domain.commands import MarkDone
from recall_tui.domain.rights import (
    Right,
    Role,
    holders,
    may,
    refusal,
    refusal_of_action,
    right_of_action,
)


def test_a_role_may_what_is_listed_for_it_and_nobody_anything() -> None:
    """Reception books and never holds; an unknown role, or none, has no right at all."""
    assert may(Role.RECEPTION, Right.BOOK)
    assert not may(Role.RECEPTION, Right.JUDGE)
    assert all(may("admin", one) for one in Right)
    assert not any(may(role, one) for role in ("", "root") for one in Right)


def test_who_has_a_right_is_named() -> None:
    """In the order of the roles, the last after "or"."""
    assert holders(Right.PEOPLE) == "admin"
    assert holders(Right.JUDGE) == "clinician or admin"
    assert holders(Right.PLAN) == "reception, clinician, admin or operator"


JUDGE_WORDS = (
    "reception may not hold, mark done, reopen or choose the month: that is for clinician or admin"
)
SEE_WORDS = "nobody may not see lists and patients: that is for reception, clinician or admin"


@pytest.mark.parametrize(
    ("role", "right", "words"),
    [
        ("clinician", Right.JUDGE, ""),
        ("reception", Right.JUDGE, JUDGE_WORDS),
        ("", Right.SEE, SEE_WORDS),
    ],
)
def test_a_refusal_says_who_may(role: str, right: Right, words: str) -> None:
    """One line: whoever reads it knows whom to ask."""
    assert refusal(role, right) == words


def test_what_nobody_listed_needs_most() -> None:
    """A command that the table forgot is an admin's alone; an action of a screen is to see."""
    assert right_for(object()) is Right.PEOPLE
    assert right_for(MarkDone((), "letter")) is Right.JUDGE
    assert right_of_action("complete") is Right.JUDGE
    assert right_of_action("next_page") is Right.SEE


def test_help_and_quit_need_no_right() -> None:
    """They show nobody; everything else on a screen is refused to whoever has no role."""
    assert refusal_of_action("", "help") == ""
    assert refusal_of_action("", "next_page").startswith("nobody may not see lists")
    assert refusal_of_action("reception", "complete").startswith("reception may not hold")
    assert refusal_of_action("reception", "mark_booked") == ""
