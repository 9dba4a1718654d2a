"""recall call: whoever rings is confirmed before anything of them is said."""

from tests.cli.running import Runner


def test_two_lines_find_confirm_and_say_what_to_book(recall: Runner) -> None:
    """Last digits, then date of birth and postcode in any spelling; then what fits."""
    said = recall.ok("call", typed="900101\n3 Dec 1950, zz11aa\n").out
    assert "Nurse 20 min, Nurse Drama" in said
    found = recall.ok("call", "--json", typed="Ann Lee 3/12/50\n3/12/50, ZZ1 1AA\n").objects
    assert found[-1]["patient"] == "101"
    assert found[-1]["fit"]["appointment"] == "a-1"


def test_several_are_listed_and_told_apart_by_what_they_say(recall: Runner) -> None:
    """Two of the same name: the second line decides; nothing of either is said before."""
    answer = recall("call", typed="smith\n3 Mar 1988, ZZ1 1AJ\n")
    assert answer.code == 4
    assert "do not confirm" in answer.fault
    assert "ZZ1" not in answer.out
    recall.ok("call", "--outcome", "will_book", typed="smith\n4 Mar 1988, ZZ1 1AJ\n")
    assert "will_book" in recall.ok("lookup", "109", "--json").out
    assert "will_book" not in recall.ok("lookup", "108", "--json").out


def test_accept_books_for_the_caller(recall: Runner) -> None:
    """The pair that fits best is booked, as in the booking window."""
    recall.ok("call", "--accept", typed="900101\n3/12/1950, ZZ1 1AA\n")
    assert recall.ok("lookup", "101", "--json").objects[0]["bookings"][0]["appointment"] == "a-1"


def test_nobody_and_nothing(recall: Runner) -> None:
    """A birth year that is not theirs finds nobody; an empty line is a mistake."""
    assert recall("call", typed="lee 1951\n").code == 4
    assert recall("call", typed="\n").code == 2
