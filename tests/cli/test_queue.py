"""The queues on the command line."""

from tests.cli.running import Runner


def test_every_queue_is_named_with_how_many_are_in_it(recall: Runner) -> None:
    """Without a name all of them are counted; a wrong name says which there are."""
    found = recall.ok("queue", "--json").objects
    assert [one["queue"] for one in found] == [
        "tray", "bloods-done", "attending", "prescriber", "care-home", "closed", "coding", "mine",
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


def test_a_team_has_a_queue(recall: Runner) -> None:
    """Teams are set by login, undone; what is assigned to one is in its members' queues."""
    me = recall.ok("users", "list", "--json").objects[0]["login"]
    assert recall("team", "set", "Bloods", "nobody-here").code == 4
    recall.ok("team", "set", "Bloods", me)
    assert recall.ok("team", "--json").objects[0]["members"] == [me]
    recall.ok("assign", "101", "--to", "Bloods")
    recall.ok("assign", "102", "--to", me)
    recall.ok("assign", "103", "--to", "somebody")
    rows = recall.ok("queue", "mine", "--json").objects
    assert [(one["patient"], one["group"]) for one in rows] == [
        ("102", f"{me}, from {me}"), ("101", f"Bloods, from {me}"),
    ]  # fmt: skip
    (mine,) = (one for one in recall.ok("queue", "--json").objects if one["queue"] == "mine")
    assert mine["patients"] == 2
    assert len(recall.ok("worklist", "--filter", "assigned=@me", "--json").objects) == 2
    recall.ok("team", "remove", "bloods")
    assert [one["patient"] for one in recall.ok("queue", "mine", "--json").objects] == ["102"]
    assert recall("team", "remove", "bloods").code == 2
    recall.ok("undo")
    assert recall.ok("team", "--json").objects[0]["team"] == "Bloods"
    assert "team" in recall.ok("audit", "export", "--json").out
