"""Text from data that tries to act: by every command, on a real terminal, in every export."""

import csv
import io
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recall_tui.cleaning import is_hidden, safe_cell
from tests.cli.practice import EVENTS, PATIENTS, write_extract
from tests.cli.running import ROOT, Runner

ACTING = (
    "\x1b]52;c;cGF0aWVudA==\x07",
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[3J",
    "\x1b[31;47mred",
    "\x9b31;47mred",
    "a\x7fc\x08\x08d",
    "evil\u202etxt.exe\u2066",
    "zero\u200bwidth\ufeff\u2060",
    "tag\U000e0041\U000e007f",
    "line\u2028break\u2029end",
    "Z" + "\u0301" * 60,
    "SMITH [/b] [red]x[/]",
    "=HYPERLINK(0)",
    "@SUM(A1)",
    "+44 7700",
    "-2+3",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE patient;--",
    "%s%n{0}{x!r}$(id)`id`",
    "N/A",
    "O'Neil-Ünal Ŵyn",
)
HEADER = PATIENTS.splitlines(keepends=True)[0]


def _patients() -> str:
    """Return as many patients as there are odd names, all with something due."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for place, name in enumerate(ACTING):
        number = str(201 + place)
        writer.writerow([number, "", "", name, name, "1950-12-03", "F", "2001-04-02", "", "",
                         "ZZ1 1AA", name, "07700 900101", "allowed", ""])  # fmt: skip
    return HEADER + out.getvalue()


def _events() -> str:
    rows = [
        f'{201 + place},1201005,"{name.replace(chr(34), "")}",2015-05-01,,,\n'
        for place, name in enumerate(ACTING)
        if "\u2028" not in name
    ]
    rows.append(f"{201 + len(ACTING) - 1},1201005,x,2016-05-01,,,\n")
    return EVENTS.splitlines(keepends=True)[0] + "".join(rows)


@pytest.fixture(scope="module")
def odd_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a practice where every patient has a name that tries to act."""
    folder = tmp_path_factory.mktemp("odd")
    files = {"patients.csv": _patients(), "events.csv": _events(), "medications.csv":
             "patient_number,code,issued_on\n", "appointments.csv":
             "patient_number,appointment_id,starts_at\n"}  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "home"))
        recall = Runner(folder / "recall.db", patch)
        recall.begin()
        report = recall.ok("import", str(write_extract(folder / "extract", files)), "--json")
        assert report.objects[0]["counts"]["patients"]["added"] == len(ACTING)
    return recall.store


@pytest.fixture
def odd(odd_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give ``recall`` on a copy of that practice."""
    store = tmp_path / "recall.db"
    shutil.copyfile(odd_store, store)
    store.chmod(0o600)
    return Runner(store, monkeypatch)


COMMANDS = [
    ("worklist", "--all"),
    ("lookup", "201"),
    ("explain", "201"),
    ("explain", "203", "--recall", "hypertension"),
    ("invite",),
    ("balance",),
    ("recalls", "list"),
    ("doctor",),
    *[("lookup", str(201 + place)) for place in range(1, len(ACTING))],
]


def _harmless(text: str) -> None:
    assert [f"U+{ord(one):04X}" for one in text if is_hidden(one) and one != "\n"] == []


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_answer_holds_an_acting_character(odd: Runner, arguments: tuple[str, ...]) -> None:
    """In words, in CSV and in JSON there is nothing that a terminal would obey or hide."""
    for form in ((), ("--json",)):
        answer = odd(*arguments, *form)
        assert answer.code == 0, answer.err
        _harmless(answer.out)
        _harmless(answer.err)
        assert "\u0301" * 5 not in answer.out


def test_what_is_typed_comes_back_harmless(odd: Runner) -> None:
    """Notes, reasons, owners and odd arguments are kept, and shown without acting."""
    for name in ACTING:
        odd("note", "201", typed=f"{name}\n")
        odd("assign", "201", "--to", name)
        odd("contact", "201", "will_book", "--words", name)
        odd("hold", "201", "--name", name, "--reason", name, "--until", "2027-01-01")
        odd("reopen", "201")
        for arguments in (("lookup", name), ("worklist", "--month", name), (name,),
                          ("book", "201", name), ("import", name.replace("\0", ""))):  # fmt: skip
            answer = odd(*arguments)
            _harmless(answer.err)
            assert "Traceback" not in answer.err
    for form in ((), ("--json",)):
        answer = odd.ok("lookup", "201", *form)
        _harmless(answer.out)


def test_the_bytes_that_reach_a_terminal(odd: Runner, own_home: Path) -> None:
    """On a real terminal every command sends printable text and line ends, and logs no name."""
    for arguments in (("worklist", "--all"), ("lookup", "201"), ("202",), ("explain", "203"),
                      ("invite",)):  # fmt: skip
        sent = b"".join(_on_terminal(odd, arguments, own_home))
        assert sent
        text = sent.decode()
        _harmless(text.replace("\r\n", "\n"))
        assert b"\x1b" not in sent
    logs = [log.read_bytes() for log in own_home.rglob("*.log")]
    assert not any(b"owned" in log or b"HYPERLINK" in log for log in logs)


def _on_terminal(recall: Runner, arguments: tuple[str, ...], home: Path) -> Iterator[bytes]:
    master, slave = pty.openpty()
    place = ("--db", str(recall.store), "--today", recall.today)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "recall_tui", *place, *arguments],
        stdin=slave, stdout=slave, stderr=slave, cwd=ROOT,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(slave)
    try:
        while chunk := os.read(master, 65536):
            yield chunk
    except OSError:
        pass  # Linux says so when the other end was closed
    finally:
        os.close(master)
        assert process.wait(timeout=60) == 0


def test_an_export_is_safe_in_a_spreadsheet(odd: Runner, tmp_path: Path) -> None:
    """No cell starts a formula; every name comes back as it is stored; the file is private."""
    target = tmp_path / "batch.csv"
    odd.ok("invite", "--export", str(target), "--record")
    assert target.stat().st_mode & 0o777 == 0o600
    raw = target.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    stored = {one["patient"]: one["name"] for one in map(
        json.loads, odd.ok("worklist", "--all", "--json").out.splitlines())}  # fmt: skip
    assert len(rows) == len(stored)
    for row in rows:
        assert not any(cell[:1] in {"=", "+", "-", "@", "\t"} for cell in row.values())
        assert row["Name"] == safe_cell(stored[row["EMIS number"]])
        assert row["Name"].removeprefix("'") == stored[row["EMIS number"]]
        _harmless("".join(row.values()))


def test_a_pipe_parses_back_to_what_is_stored(odd: Runner) -> None:
    """The CSV of the list names every patient as the store does, but for a guarding quote."""
    stored = {one["patient"]: one["name"] for one in odd.ok("worklist", "--json").objects}
    rows = list(csv.DictReader(io.StringIO(odd.ok("worklist").out)))
    assert {row["patient"]: row["name"].removeprefix("'") for row in rows} == stored
