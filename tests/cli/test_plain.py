"""--plain: every screen line by line, for screen readers and braille displays."""

import re

import pytest

from tests.cli.running import ROOT, Runner

SCREENS = {
    "overview": ("--plain",),
    "patient page": ("lookup", "101", "--full", "--plain"),
    "why": ("explain", "101", "--plain"),
    "booking window": ("book", "101", "--plain"),
    "invites": ("invite", "--plain"),
    "queues": ("queue", "--plain"),
    "a queue": ("queue", "attending", "--days", "30", "--plain"),
    "views": ("views", "--plain"),
    "batches": ("recipe", "--plain"),
    "ledger": ("ledger", "--plain"),
    "progress": ("burndown", "--plain"),
    "balance": ("balance", "--plain"),
}
"""Each screen, and the command that tells the same."""

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", list(SCREENS))
def test_every_screen_is_told_line_by_line(recall: Runner, screen: str) -> None:
    """One fact a line: no columns, no boxes or bars, no colours."""
    said = recall.ok(*SCREENS[screen]).out
    assert said.strip()
    for line in said.splitlines():
        assert not re.search(r"\S {3,}\S|[\u2500-\u259f]|\x1b|\[#*\.*\]", line), line


@pytest.mark.parametrize("screen", list(SCREENS))
def test_it_is_written_down_which_command_tells_a_screen(screen: str) -> None:
    """docs/cli.md names the command beside its screen."""
    words = re.escape(" ".join(SCREENS[screen]).replace("101", "NUMBER"))
    assert re.search(rf"^\| [^|]*{screen}[^|]* \| `recall {words}` \|", PAGE, re.MULTILINE)


def test_the_list_says_what_stands_in_a_row(recall: Runner) -> None:
    """Each patient is counted, each appointment has its line, and the hidden are counted last."""
    every = recall.ok("worklist", "--json").objects
    lines = recall.ok("--plain").out.splitlines()
    assert lines[:2] == [f"1 of {len(every)}", f"patient: {every[0]['patient']}"]
    needed = [one for row in every for one in row["planned_appointments"] if one["state"] != "done"]
    assert sum(line.startswith("needs: ") for line in lines) == len(needed)
    assert re.fullmatch(rf"{len(every)} patients in 2026-11; \d+ hidden \(.*\)", lines[-1])
    assert lines == recall.ok("worklist", "--plain").out.splitlines()
