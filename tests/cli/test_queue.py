"""The queues on the command line."""

from tests.cli.running import Runner


def test_every_queue_is_named_with_how_many_are_in_it(recall: Runner) -> None:
    """Without a name all of them are counted; a wrong name says which there are."""
    found = recall.ok("queue", "--json").objects
    assert [one["queue"] for one in found] == [
        "tray", "bloods-done", "attending", "prescriber", "care-home", "closed", "coding",
    ]  # fmt: skip
    assert all(isinstance(one["patients"], int) for one in found)
    answer = recall("queue", "morning")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no queue morning; there is: tray, bloods-done" in answer.fault
    assert recall("queue", "closed").code == 2


def test_a_queue_is_printed_and_read_by_scripts(recall: Runner) -> None:
    """Ann comes on 8 December anyway: with her clinic and time, and with a box on paper."""
    rows = recall.ok("queue", "attending", "--days", "30", "--json").objects
    assert [(one["patient"], one["on"], one["at"]) for one in rows] == [
        ("101", "2026-12-08", "09:40")
    ]
    sheet = recall.ok("queue", "attending", "--days", "30", "--print").out.splitlines()
    assert sheet[0] == "Attending with something due, 22 Nov to 21 Dec 2026: 1 patient"
    assert sheet[3] == "Tue 08 Dec, Nurse Drama"
    assert sheet[4].startswith("[ ] 08 Dec 09:40  101  Lee, Ann  Review  ")
    closed = recall.ok("queue", "closed", "--staff", "nurse", "--from", "2026-12-08", "--json")
    assert [one["what"] for one in closed.objects] == ["in the book: Review Nurse Drama"]
