"""Every command is there, helps, answers in the form asked for, and is written down."""

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from recall_tui import cli
from recall_tui.cli.root import COMMANDS
from recall_tui.cli.root import recall as root
from tests.cli.running import ROOT, Runner, as_process

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def _names() -> list[str]:
    """Return every command with its subcommands."""
    names: list[str] = []
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        below = list(command.commands) if isinstance(command, click.Group) else []
        names += [f"{name} {one}" for one in below] or [name]
    return names


@pytest.mark.parametrize("name", _names())
def test_every_command_helps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--help of each command says what it does, and ends well."""
    assert cli.main([*name.split(), "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: recall {name}")
    assert len(said.splitlines()) > 3


@pytest.mark.parametrize("name", _names())
def test_every_command_is_written_down(name: str) -> None:
    """docs/cli.md names each command."""
    assert re.search(rf"`(recall )?{name}\b", PAGE), f"docs/cli.md does not say `recall {name}`"


@pytest.mark.parametrize("name", _names())
def test_every_command_takes_the_same_options(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """--db, --practice, --today, --json and --plain are everywhere."""
    cli.main([*name.split(), "--help"])
    said = capsys.readouterr().out
    assert all(option in said for option in ("--db", "--practice", "--today", "--json", "--plain"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("worklist",), ("balance",), ("lookup", "101"), ("explain", "101"), ("recalls", "list"),
        ("clusters",), ("doctor",), ("invite",), ("tick",), ("plan",),
        ("snooze", "101"), ("decline", "101", "--reason", "x"), ("assign", "101", "--to", "Jo"),
        ("hold", "101", "--name", "Dr A", "--reason", "x", "--until", "2027-01-01"),
        ("complete", "101", "--reason", "x"), ("month", "101", "3"),
        ("contact", "101", "no_answer"), ("book", "101", "2026-12-08"),
    ],
)  # fmt: skip
def test_every_answer_names_its_schema(recall: Runner, arguments: tuple[str, ...]) -> None:
    """Each line of JSON is an object that says which contract it follows, with its version."""
    objects = recall.ok(*arguments, "--json").objects
    assert objects
    assert all(re.fullmatch(r"recall\.[a-z]+/\d+", one["schema"]) for one in objects)


@pytest.mark.parametrize("schema", sorted(set(re.findall(r"recall\.[a-z]+/\d", PAGE))))
def test_every_schema_written_down_exists(schema: str) -> None:
    """docs/cli.md describes no contract that the program does not know."""
    sources = (ROOT / "recall_tui").rglob("*.py")
    assert any(f'"{schema}"' in source.read_text(encoding="utf-8") for source in sources)


def test_a_pipe_gets_csv(recall: Runner) -> None:
    """Where no terminal is, tables are CSV with a header."""
    rows = list(csv.reader(io.StringIO(recall.ok("worklist").out)))
    assert rows[0][0] == "patient"
    assert {row[0] for row in rows[1:]} == {"101", "102", "104"}


def test_nobody_departed_is_listed(recall: Runner) -> None:
    """Who left or died is in no month's list."""
    for month in ("2026-10", "2026-11", "2026-12", "2027-06"):
        found = recall.ok("worklist", "--month", month, "--all", "--json").objects
        assert not {one["patient"] for one in found} & {"105", "106"}


def test_the_verbs_move_a_patient_and_undo_brings_back(recall: Runner) -> None:
    """Each verb is seen in the list, and undo puts back exactly what was."""
    before = recall.ok("worklist", "--all", "--json").out
    for verb, state in (
        (("book", "101", "2026-12-08"), "booked"),
        (("snooze", "101", "--until", "2026-12-20"), "snoozed"),
        (("decline", "101", "--reason", "not now"), "declined"),
        (("hold", "101", "--name", "Dr A", "--reason", "x", "--until", "2027-01-01"), "on_hold"),
        (("invite", "--patient", "101", "--record"), "invited"),
    ):
        recall.ok(*verb)
        assert _state(recall, "101") == state
        recall.ok("undo")
        assert recall.ok("worklist", "--all", "--json").out == before
        recall.ok("redo")
        assert _state(recall, "101") == state
        recall.ok("undo")


def _state(recall: Runner, patient: str) -> str:
    rows = recall.ok("worklist", "--all", "--json").objects
    return next(str(one["state"]) for one in rows if one["patient"] == patient)


def test_complete_closes_and_reopens_with_undo(recall: Runner) -> None:
    """Marked done closes one due date and the next one opens; undone it is as before."""
    assert _due_on(recall, "lipids") == "2025-12-03"
    recall.ok("complete", "101", "--reason", "seen at hospital", "--item", "lipids")
    assert _due_on(recall, "lipids") == "2026-12-03"
    recall.ok("undo")
    assert _due_on(recall, "lipids") == "2025-12-03"


def _due_on(recall: Runner, item: str) -> str:
    """Return when an item of the first patient is due."""
    page = recall.ok("lookup", "101", "--json").objects[0]
    dues = [due for planned in page["planned_appointments"] for due in planned["due_items"]]
    return next(str(due["due_on"]) for due in dues if due["item"] == item)


def test_notes_contacts_owner_and_month_are_kept(recall: Runner) -> None:
    """What is known about a patient shows on the look-up; a note is only read from input."""
    recall.ok("note", "101", typed="Prefers Tuesdays\n")
    recall.ok("contact", "101", "voicemail", "--words", "rang")
    recall.ok("assign", "101", "--to", "Team A")
    recall.ok("month", "101", "5")
    page = recall.ok("lookup", "101", "--json").objects[0]
    assert "Prefers Tuesdays" in json.dumps(page["notes"])
    assert (page["assigned_to"], page["chosen_month"]) == ("Team A", 5)
    assert page["recall_date"][5:7] == "05"


@pytest.mark.parametrize(
    "typed", ["101", "999 000 0018", "9990000018", "07700 900101", "900101", "lee",
              "LEE, 1950-12-03", "Ann Lee, 03/12/1950", "lee 3/12/50", "3 Dec 1950 Lee Ann",
              "LEE, Ann"],
)  # fmt: skip
def test_a_patient_is_found_by_what_is_typed(recall: Runner, typed: str) -> None:
    """Patient number, NHS number in any spacing, phone or its last digits, name and birth."""
    page = recall.ok("lookup", "-", "--json", typed=f"{typed}\n").objects[0]
    assert page["patient"] == "101"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("3/12/1950", "write the name too"), ("Lee 31/02/1950", "31/02/1950 is not a date of birth"),
     ("Lee 3/12", "write day, month and year")],
)  # fmt: skip
def test_a_date_of_birth_that_is_none_or_alone(recall: Runner, typed: str, told: str) -> None:
    """One line says what is wrong, or what else is needed; nobody is listed by a date alone."""
    answer = recall("lookup", "-", typed=f"{typed}\n")
    assert answer.code == 3
    assert told in answer.fault


def test_an_argument_may_be_a_patient_number_only(recall: Runner) -> None:
    """An NHS number or a name as an argument finds nobody: arguments are public."""
    for identifier in ("9990000018", "Lee"):
        answer = recall("lookup", identifier)
        assert answer.code == 4
        assert "recall lookup -" in answer.fault or "no patient number" in answer.fault


def test_the_quick_path_says_the_same(recall: Runner, own_home: Path) -> None:
    """``recall NUMBER`` and ``recall lookup NUMBER`` are one answer, in words and in JSON."""
    place = ("--db", str(recall.store), "--today", recall.today)
    for form in ((), ("--json",)):
        slow = recall.ok("lookup", "101", *form)
        for words in (("101",), ("lookup", "101")):
            quick = as_process(*place, *words, *form, home=own_home)
            assert (quick.code, quick.out) == (0, slow.out)


def test_a_reader_that_goes_away_is_no_fault(recall: Runner, own_home: Path) -> None:
    """``recall clusters | head -1`` ends without a word on standard error."""
    words = shlex.join([sys.executable, "-m", "recall_tui", "--db", str(recall.store), "clusters"])
    done = subprocess.run(  # noqa: S603 - our own program
        ["/bin/sh", "-c", f"{words} | head -1"], check=True, capture_output=True,
        cwd=ROOT, env={"HOME": str(own_home), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stderr == b""
    assert done.stdout.startswith(b"cluster,")


def test_a_pack_with_faults_is_checked_with_line_numbers(recall: Runner, tmp_path: Path) -> None:
    """Each fault is named by file and line, as text and as JSON; the command ends with 3."""
    folder = tmp_path / "pack"
    (folder / "recalls").mkdir(parents=True)
    (folder / "recalls" / "odd.toml").write_text('id = "odd"\nname = 3\n', encoding="utf-8")
    told = recall("recalls", "check", str(folder))
    assert told.code == 3
    assert re.search(r"odd\.toml:\d+: ", told.err)
    found = recall("recalls", "check", str(folder), "--json").objects
    assert all(one["schema"] == "recall.problems/1" and one["words"] for one in found)
    assert any(one["line"] for one in found)
