"""Named views and the month's batches on the command line."""

from tests.cli.running import Runner


def test_a_view_is_kept_used_and_removed(recall: Runner) -> None:
    """What was saved narrows lists and batches by its name, in any case, until it is removed."""
    recall.ok("views", "save", "No call", "--filter", "channel=none", "--not", "state=done")
    assert recall.ok("views", "save", "no CALL", "--filter", "channel=none").out.startswith("Saved")
    views = recall.ok("views", "--json").objects
    assert (views[-1]["view"], views[-1]["now"], len(views)) == ("no CALL", 1, 9)
    assert views[-1]["filter"]["chosen"] == {"channel": ["none"]}
    listed = recall.ok("worklist", "--view", "No Call", "--json").objects
    assert [one["patient"] for one in listed] == ["104"]
    recall.ok("views", "rename", "no call", "Nobody's phone")
    recall.ok("views", "remove", "nobody's phone")
    answer = recall("worklist", "--view", "No call")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no view called No call; there is: Booked since invite" in answer.fault
    recall.ok("undo")
    assert recall.ok("views", "--json").objects[-1]["view"] == "Nobody's phone"


def test_a_batch_of_a_view_is_noted_with_whom_it_held(recall: Runner) -> None:
    """After the batch the step holds nobody new; undo takes invites and run back at once."""
    recall.ok("views", "save", "All", "--not", "state=done")
    recall.ok("recipe", "set", "all", "phone")
    waiting = [one["patient"] for one in recall.ok("worklist", "--json").objects]
    batch = ("invite", "--view", "All", "--record")
    assert recall.ok(*batch).out.startswith("Recorded an invite for ")
    assert waiting
    steps = recall.ok("recipe", "--json").objects
    assert [step["view"] for step in steps] == ["All", "Three invites: phone them"]
    assert (steps[0]["now"], steps[0]["new"]) == (waiting, [])
    assert steps[0]["run_by"]
    recall.ok("undo")
    steps = recall.ok("recipe", "--json").objects
    assert (steps[0]["new"], steps[0]["run_by"]) == (waiting, None)
    assert recall.ok("recipe", "run", "phone").out == (
        "Noted a run of Three invites: phone them: 0 patients\n"
    )
