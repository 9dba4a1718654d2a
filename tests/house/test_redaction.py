"""The log and the words of a fault hold nothing of a patient."""

import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from pathlib import Path

import pytest

from recall_tui.logbook import LONGEST, Logbook, fault_words
from tests.house.tree import ROOT

_NAME = "ZEBEDEE-CANARY"
_NHS_NUMBER = "9990000018"
_AT = datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC)


class _Channel(Enum):
    SMS = _NAME


@pytest.fixture
def book(tmp_path: Path) -> Logbook:
    """Return a log in an empty folder, at one fixed instant."""
    return Logbook(tmp_path / "recall.log", lambda: _AT)


def _raise(words: str) -> None:
    surname = words
    raise LookupError(surname)


def _raise_elsewhere(words: str) -> None:
    raise LookupError(words)


def _caught(call: Callable[[], None]) -> BaseException:
    try:
        call()
    except LookupError as error:
        return error
    pytest.fail("nothing was raised")


def _raise_chained() -> None:
    try:
        _raise(_NAME)
    except LookupError as error:
        raise LookupError(_NHS_NUMBER) from error


def test_a_line_is_a_time_a_code_and_numbers(book: Logbook) -> None:
    """What was noted can be read back: when, what, how many, of which kind."""
    book.note("import.applied", added=12, changed=0, seconds=1.5, by=_Channel.SMS)
    stamp, _process, words = book.file.read_text(encoding="utf-8").split(" ", 2)
    assert stamp == "2026-11-22T09:05:07Z"
    assert words == "import.applied added=12 changed=0 seconds=1.5 by=sms\n"


def test_numbers_that_could_be_a_person_are_not_written(book: Logbook) -> None:
    """An NHS or phone number that was passed as a count is written as #."""
    book.note("lookup", found=int(_NHS_NUMBER), phone=447700900123)
    assert book.file.read_text(encoding="utf-8").endswith("lookup found=# phone=#\n")


def test_a_code_cannot_carry_a_name(book: Logbook) -> None:
    """Capitals, digits and blanks are no part of a code, so that no name or number fits in one."""
    book.note(f"{_NAME} {_NHS_NUMBER}")
    text = book.file.read_text(encoding="utf-8")
    assert _NAME not in text
    assert _NHS_NUMBER not in text


def test_a_fault_is_told_without_its_words(book: Logbook) -> None:
    """The places a fault passed are logged; its message and its causes' messages are not."""
    fault_id = book.fault(_caught(_raise_chained))
    text = book.file.read_text(encoding="utf-8")
    assert f"fault {fault_id}" in text
    assert "test_redaction.py" in text
    assert text.count("builtins.LookupError") == 2
    assert _NAME not in text
    assert _NHS_NUMBER not in text


def test_the_same_fault_has_the_same_number(book: Logbook) -> None:
    """Two reports of one fault are seen to be one, whoever the patient was."""
    first, second, other = (
        book.fault(_caught(partial(call, words)))
        for call, words in ((_raise, _NAME), (_raise, "SMITH"), (_raise_elsewhere, _NAME))
    )
    assert len(first) == 8
    assert first == second
    assert first != other


def test_only_the_owner_reads_the_log(book: Logbook) -> None:
    """The log is made with mode 0600, and a laxer mode is taken back at the next line."""
    book.note("start")
    assert stat.S_IMODE(book.file.stat().st_mode) == 0o600
    book.file.chmod(0o644)
    book.note("start")
    assert stat.S_IMODE(book.file.stat().st_mode) == 0o600


def test_a_link_in_the_place_of_the_log_is_not_followed(book: Logbook, tmp_path: Path) -> None:
    """Nobody can have the log written into another file."""
    target = tmp_path / "target"
    target.touch()
    book.file.symlink_to(target)
    book.note("start")
    assert target.read_text(encoding="utf-8") == ""


def test_a_long_log_is_set_aside(book: Logbook) -> None:
    """The log does not fill the disk: after a megabyte a new one begins, the last is kept."""
    book.file.write_text("x" * (LONGEST + 1), encoding="utf-8")
    book.note("start")
    assert book.file.stat().st_size < 100
    assert book.file.with_name("recall.log.1").stat().st_size == LONGEST + 1


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """Work goes on without its log."""
    Logbook(tmp_path / "absent" / "recall.log", lambda: _AT).note("start")
    assert not (tmp_path / "absent").exists()


def test_the_words_of_a_fault_name_its_number_and_the_log() -> None:
    """A person reads one line: a number to report, and where more is written."""
    words = fault_words("0a1b2c3d", Path("/data/recall.log"))
    assert "0a1b2c3d" in words
    assert "/data/recall.log" in words
    assert "\n" not in words


_CRASH = """
from datetime import UTC, datetime
from pathlib import Path
import sys, threading
from recall_tui import logbook
from recall_tui.__main__ import no_core_dumps
no_core_dumps()
logbook.guard(lambda: logbook.Logbook(Path(sys.argv[1]), lambda: datetime.now(UTC)), threads=True)
def work():
    surname = "ZEBEDEE-CANARY"
    raise ValueError(f"{surname} 9990000018")
if sys.argv[2] == "thread":
    thread = threading.Thread(target=work); thread.start(); thread.join()
else:
    work()
"""


@pytest.mark.parametrize("where", ["main", "thread"])
def test_a_crash_shows_one_line_and_no_patient(tmp_path: Path, where: str) -> None:
    """A bug in the process or a thread of it ends in one line with a number, and no names."""
    log = tmp_path / "recall.log"
    done = subprocess.run(  # noqa: S603 - our own Python and our own words
        [sys.executable, "-c", _CRASH, str(log), where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.count("\n") == 1
    assert "a fault of the program itself, number" in done.stderr
    for text in (done.stderr, log.read_text(encoding="utf-8")):
        assert _NAME not in text
        assert _NHS_NUMBER not in text


def test_core_dumps_are_off() -> None:
    """The memory of a crashed process, patients and all, never reaches the disk."""
    script = (
        "import resource\n"
        "from recall_tui.__main__ import no_core_dumps\n"
        "no_core_dumps()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(  # noqa: S603 - our own Python and our own words
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "(0, 0)\n"
