"""The ledger and the burn-down on the command line."""

from tests.cli.running import Runner


def test_what_was_done_is_a_note_and_a_list(recall: Runner) -> None:
    """After a booking the note says so; taken back, it says nothing."""
    recall.ok("book", "101", "2026-12-08", "--item", "bp")
    entries = recall.ok("ledger", "--since", "2026-01-01T00:00", "--json").objects
    assert [(one["kind"], one["patients"]) for one in entries] == [("booked", 1)]
    assert "1 booked" in recall.ok("ledger", "--since", "2026-01-01T00:00").out
    recall.ok("undo", "--command", entries[0]["command"])
    assert "Nothing yet." in recall.ok("ledger", "--since", "2026-01-01T00:00").out
    answer = recall("ledger", "--since", "noon")
    assert (answer.code, answer.fault) == (
        2, "recall: noon is not a time: write it as 09:00 or 2026-12-03T09:00"
    )  # fmt: skip


def test_the_month_is_told_with_what_blocks_it(recall: Runner) -> None:
    """How many are left and why, as lines and as an object."""
    found = recall.ok("burndown", "--json").objects[0]
    assert found["left"] == sum(found["blocks"].values())
    assert found["month"] == "2026-11"
    assert "What blocks the " in recall.ok("burndown").out
