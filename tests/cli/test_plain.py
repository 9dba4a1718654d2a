"""--plain: every screen line by line, for screen readers and braille displays."""

import re
import sys

import pytest

from recall_tui.quick import main
from recall_tui.screen_settings import FILE_NAME, ScreenSettings, keep_screen_settings
from recall_tui.settings import user_data_folder
from tests.cli.running import ROOT, Runner, Screen

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


SAID = "rang Blodwen at Rose Cottage"
WHO = ("Lee", "Ann", "999 000 0018", "9990000018", "900101", "3 Dec 1950", "1950-12-03", "Drama St",
       "Ünal", "O'Neil", "Jones", "Blodwen")  # fmt: skip
MORE = {
    "list": ("worklist", "--all", "--plain"),
    "matches": ("lookup", "-", "--plain"),
    "who rings": ("call", "--plain"),
    **{
        f"queue {name}": ("queue", name, "--days", "60", "--staff", "nurse", "--plain")
        for name in ("tray", "bloods-done", "prescriber", "care-home", "closed", "coding")
    },
    "sheet": ("queue", "closed", "--staff", "nurse", "--days", "60", "--print", "--plain"),
}


def test_the_mask_of_the_screens_holds_for_plain_lines(recall: Runner) -> None:
    """Where F8 was kept no listing of a screen names anybody, nor what was typed; JSON is whole."""
    recall.ok("note", "101", typed=SAID)
    recall.ok("contact", "102", "done_elsewhere", "--words", SAID)
    recall.ok("book", "101", "2026-12-08")
    recall.ok("hold", "104", "--name", "Dr Hart", "--reason", SAID, "--until", "2026-12-20")
    typed = {"matches": "Smith", "who rings": "900101\n3 Dec 1950, ZZ1 1AA"}
    told: dict[str, tuple[str, str]] = {}
    for is_private in (False, True):
        file = user_data_folder() / FILE_NAME
        keep_screen_settings(file, ScreenSettings(privacy=is_private))
        for name, command in {**SCREENS, **MORE}.items():
            answer = recall(*command, typed=typed.get(name, ""))
            told[name] = (told.get(name, ("",))[0] or answer.out, answer.out)
    seen = {name: [one for one in WHO if one in told[name][0]] for name in told}
    named = {name for name, found in seen.items() if found}
    assert named >= {"overview", "patient page", "why", "invites", "ledger", "queue closed"}
    for name, (whole, masked) in told.items():
        assert not [one for one in WHO if one in masked], (name, masked)
        assert whole.count("\n") == masked.count("\n"), name
    assert "Lee, Ann" in recall.ok("lookup", "101", "--plain", "--json").out
    assert "Lee, Ann" in recall.ok("lookup", "101").out


def test_the_mask_of_the_screens_holds_on_a_terminal(
    recall: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables, pages and the quick path name nobody there; a pipe and JSON are whole."""
    quick = ("101", "--db", str(recall.store), "--today", recall.today)
    for is_private in (False, True):
        keep_screen_settings(user_data_folder() / FILE_NAME, ScreenSettings(privacy=is_private))
        for command in (("worklist", "--all"), ("lookup", "101"), ("explain", "101")):
            shown = recall(*command, terminal=True).out
            assert shown
            assert bool([one for one in WHO if one in shown]) is not is_private, command
            assert [one for one in WHO if one in recall.ok(*command).out], command
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out := Screen())
            code = main([*quick])
        assert (code, "Lee, Ann" in out.getvalue()) == ((None, False) if is_private else (0, True))
    assert main([*quick, "--json"]) == 0
