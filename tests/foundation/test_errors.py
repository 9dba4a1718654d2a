"""Each kind of error has its words on one line and its own exit code."""

from datetime import datetime
from pathlib import Path

import pytest

from recall_tui import errors


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.UsageProblem, 2),
        (errors.BadInput, 3),
        (errors.Refused, 4),
        (errors.Conflict, 5),
        (errors.StoreTrouble, 6),
    ],
)
def test_each_kind_has_its_exit_code(kind: type[errors.RecallError], exit_code: int) -> None:
    """A script can tell what went wrong from the exit code alone."""
    assert kind.exit_code == exit_code
    assert isinstance(kind("x"), errors.RecallError)


def test_words_are_one_clean_line() -> None:
    """Data quoted in an error cannot break the line or reach the terminal."""
    assert errors.Refused("no \x1b[2J such\n patient").words == "no \ufffd[2J such patient"
    assert str(errors.Refused("a\nb")) == "a b"


def test_bad_input_says_where() -> None:
    """File and line stand first, in the form that editors understand."""
    assert errors.BadInput.at(Path("a.csv"), 3, "no date").words == "a.csv:3: no date"
    assert errors.BadInput.at("a.csv", None, "empty").words == "a.csv: empty"


def test_a_conflict_says_who_when_and_what() -> None:
    """The person who lost the race learns whom to ask, and nothing was overwritten."""
    when = datetime.fromisoformat("2026-11-22T10:42:00+00:00")
    conflict = errors.Conflict("booked", who="Jo", when=when)
    assert conflict.words == "changed by Jo at 10:42 on 22 Nov 2026: booked"
    assert (conflict.what, conflict.who, conflict.when) == ("booked", "Jo", when)
    assert errors.Conflict("booked").words == "changed by someone else: booked"
