"""Dispatch: which path an argument list takes, and how each kind of end is told."""

import os
import sys
import types
from collections.abc import Callable

import pytest

from recall_tui import __main__ as start
from recall_tui import logbook
from recall_tui.errors import Conflict, Refused


class _Path:
    """Stands for the quick path or the command line: notes its arguments, then ends as told."""

    def __init__(self, ending: int | BaseException = 0) -> None:
        self.ending = ending
        self.seen: list[list[str]] = []

    def main(self, argv: list[str]) -> int:
        self.seen.append(argv)
        if isinstance(self.ending, BaseException):
            raise self.ending
        return self.ending


def _guard_nothing(open_logbook: Callable[[], logbook.Logbook], *, threads: bool) -> None:
    """Stand for ``logbook.guard``, whose hooks would outlive the test."""
    assert callable(open_logbook)
    assert isinstance(threads, bool)


@pytest.fixture(autouse=True)
def _as_we_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the test process's own hooks and limits alone."""
    monkeypatch.setattr("recall_tui.__main__.no_core_dumps", lambda: None)
    monkeypatch.setattr("recall_tui.loading.load_less", lambda: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(logbook, "guard", _guard_nothing)


def _stand_in(monkeypatch: pytest.MonkeyPatch, name: str, path: _Path) -> None:
    module = types.ModuleType(f"recall_tui.{name}")
    module.__dict__["main"] = path.main
    monkeypatch.setitem(sys.modules, f"recall_tui.{name}", module)
    monkeypatch.setattr(f"recall_tui.{name}", module, raising=False)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> _Path:
    """Return what stands for the quick path."""
    path = _Path()
    _stand_in(monkeypatch, "quick", path)
    return path


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> _Path:
    """Return what stands for the command line."""
    path = _Path()
    _stand_in(monkeypatch, "cli", path)
    return path


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, cli: _Path) -> list[dict[str, str]]:
    """Return the options with which the screen is opened, time by time."""
    del cli
    seen: list[dict[str, str]] = []
    module = types.ModuleType("recall_tui.cli.opening")
    module.__dict__["open_as_typed"] = seen.append
    monkeypatch.setitem(sys.modules, "recall_tui.cli.opening", module)
    return seen


@pytest.mark.parametrize(
    "argv",
    [
        ["12345"],
        ["12345", "--json"],
        ["A105"],
        ["12345a", "--json"],
        ["--json", "12345"],
        ["--db", "/x/5.db", "12345"],
        ["lookup", "12345"],
        ["explain", "12345"],
        ["explain", "12345", "--fresh"],
        ["--today", "2026-11-22", "lookup", "-"],
    ],
)
def test_a_patient_number_takes_the_quick_path(quick: _Path, cli: _Path, argv: list[str]) -> None:
    """A number, or the word lookup, goes to the quick path with all that was typed."""
    assert start.run(argv) == 0
    assert quick.seen == [argv]
    assert not cli.seen


@pytest.mark.parametrize(
    "argv",
    [
        ["--db"],
        ["--simple", "--plain"],
        ["worklist", "12345"],
        ["lookup", "--help"],
        ["explain", "--help"],
        ["--version"],
        ["\N{ARABIC-INDIC DIGIT ONE}"],
        ["frobnicate"],
        ["import", "folder"],
    ],
)
def test_everything_else_goes_to_the_command_line(
    quick: _Path, cli: _Path, argv: list[str]
) -> None:
    """Another word, half an option, or a wish for help: the command line decides."""
    assert start.run(argv) == 0
    assert cli.seen == [argv]
    assert not quick.seen


@pytest.mark.parametrize(
    ("argv", "options"),
    [
        ([], {}),
        (["--db", "12345"], {"--db": "12345"}),
        (["--practice=A12345", "--simple"], {"--practice": "A12345", "--simple": ""}),
    ],
)
def test_no_word_opens_the_screen(
    cli: _Path, screen: list[dict[str, str]], argv: list[str], options: dict[str, str]
) -> None:
    """Options alone open the screen as they say, without the command line being loaded."""
    assert start.run(argv) == 0
    assert screen == [options]
    assert not cli.seen


@pytest.mark.parametrize(
    ("ending", "exit_code", "words"),
    [
        (7, 7, ""),
        (Refused("you may not"), 4, "recall: you may not\n"),
        (Conflict("booked", who="Jo"), 5, "recall: changed by Jo: booked\n"),
        (KeyboardInterrupt(), 130, "recall: stopped; what was not finished was not saved\n"),
    ],
)
def test_each_end_has_its_code_and_one_line(
    cli: _Path,
    capsys: pytest.CaptureFixture[str],
    ending: int | BaseException,
    exit_code: int,
    words: str,
) -> None:
    """A person's mistake is one line on standard error, and a code that scripts can read."""
    cli.ending = ending
    assert start.run(["worklist"]) == exit_code
    assert capsys.readouterr() == ("", words)


def test_a_bug_stays_loud(cli: _Path) -> None:
    """What is nobody's mistake is not caught here."""
    cli.ending = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        start.run(["worklist"])


def test_the_terminal_is_prepared_over_ssh(
    screen: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over SSH Escape waits 300 ms for the rest of a key; Textual's developer switches are off."""
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")
    monkeypatch.setenv("TEXTUAL_SCREENSHOT", "1")
    monkeypatch.delenv("ESCDELAY", raising=False)
    assert start.run([]) == 0
    assert os.environ.pop("ESCDELAY") == "300"
    assert "TEXTUAL_SCREENSHOT" not in os.environ
    assert screen == [{}]


def test_a_chosen_escape_delay_is_kept(
    screen: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who set ESCDELAY knows the line better."""
    monkeypatch.setenv("SSH_CONNECTION", "x")
    monkeypatch.setenv("ESCDELAY", "50")
    assert start.run([]) == 0
    assert os.environ["ESCDELAY"] == "50"
    assert screen
