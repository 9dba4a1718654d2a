"""recall book: what fits is said, what an appointment covers is booked, and the rest stays."""

from tests.cli.running import Runner


def test_without_a_date_it_says_what_fits_and_writes_nothing(recall: Runner) -> None:
    """The nurse of 8 December covers it all and is too short; nothing changed."""
    before = recall.ok("lookup", "101", "--json").out
    said = recall.ok("book", "101").out
    assert "Tue 8 Dec 2026 09:40 Nurse 20 min, Nurse Drama, Review" in said
    assert "Covers it all" in said
    assert "Reason: " in said
    found = recall.ok("book", "101", "--json").objects[0]
    assert found["fit"]["appointment"] == "a-1"
    assert found["fit"]["covers"] == found["planned"]["items"]
    assert sum(found["fit"]["points"].values()) == found["fit"]["score"]
    assert len(found["reason"]) <= 100
    assert len(found["notes"]) <= 500
    assert recall.ok("lookup", "101", "--json").out == before


def test_accept_books_the_best_pair_and_undo_takes_it_back(recall: Runner) -> None:
    """The appointment is linked by its id, with its staff group."""
    before = recall.ok("lookup", "101", "--json").objects
    done = recall.ok("book", "101", "--accept", "--json").objects[0]
    booking = recall.ok("lookup", "101", "--json").objects[0]["bookings"][0]
    assert (booking["appointment"], booking["staff_group"]) == ("a-1", "nurse")
    assert sorted(booking["items"]) == sorted(done["items"])
    recall.ok("undo")
    after = recall.ok("lookup", "101", "--json").objects
    assert after[0]["planned_appointments"] == before[0]["planned_appointments"]


def test_the_full_look_up_tells_what_happened(recall: Runner) -> None:
    """Results with unit and day, the household, and decisions with what was taken back."""
    recall.ok("book", "101", "--accept")
    recall.ok("undo")
    said = recall.ok("lookup", "101", "--full").out
    assert "138 mmHg on 10 Dec 2025" in said
    assert "(taken back)" in said
    page = recall.ok("lookup", "101", "--full", "--json").objects[0]
    assert {one["kind"] for one in page["happenings"]} == {"booked", "undone"}
    assert page["household"] == []


def test_a_day_as_people_say_it_and_what_is_odd_about_it(recall: Runner) -> None:
    """25 December is a bank holiday: booked all the same, and said."""
    answer = recall.ok("book", "101", "25 dec", "--item", "bp")
    assert "Booked 1 item for 25 Dec 2026" in answer.out
    assert answer.err == "note: that is Christmas Day\n"
