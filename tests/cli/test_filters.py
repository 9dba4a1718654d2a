"""The filters of the list on the command line: the same choices as in the sidebar."""

import pytest

from tests.cli.running import Runner


def listed(recall: Runner, *options: str) -> list[str]:
    """Return the patients that a narrowed list of the present month holds."""
    answer = recall.ok("worklist", "--json", *options)
    return [one["patient"] for one in answer.objects]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--filter", "recall=Hypertension", "--filter", "channel=text message"), ["101"]),
        (("--not", "recall=hypertension"), ["102"]),
        (("--filter", "state=on hold"), ["103"]),
        (("--not", "staff=hca", "--all"), ["103"]),
        (("--text", "!jones lee"), ["101"]),
        (("--filter", "appointments=has a future one"), ["101"]),
    ],
)
def test_a_list_is_narrowed_by_options(
    recall: Runner, options: tuple[str, ...], found: list[str]
) -> None:
    """Choices, refused ones and words narrow the list as they do on the screen."""
    assert listed(recall, *options) == found


def test_a_wrong_filter_lists_nobody(recall: Runner) -> None:
    """A filter that is none is a mistake of typing, for the list and for a batch."""
    for command in ("worklist", "invite"):
        answer = recall(command, "--filter", "staff=surgeon")
        assert (answer.code, answer.out) == (2, "")
        assert "surgeon is not a choice of Staff group; choices: phlebotomist" in answer.fault


def test_a_batch_is_narrowed_by_the_same_options(recall: Runner) -> None:
    """Whom a filter leaves out is not in the batch."""
    every, few = (
        recall.ok("invite", "--json", *options).objects[0]
        for options in ((), ("--not", "channel=none"))
    )
    assert every["invitees"] == few["invitees"]
    left = [[one["patient"] for one in batch["left_out"]] for batch in (every, few)]
    assert left == [["104"], []]
