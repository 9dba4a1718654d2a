"""The JSON contract, byte for byte, on the small practice.

After a wanted change: ``RECALL_WRITE_GOLDEN=1 pytest tests/cli/test_golden.py``, then read the
difference.
"""

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.practice import EVENTS, write_extract
from tests.cli.running import Answer, Runner

GOLDEN = Path(__file__).parent / "golden"
IDS = re.compile(r"\b[0-9a-f]{32}\b")
INSTANTS = re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00)")
LOGIN = re.compile(r'"by": "[^"]*"')


def _same_as_golden(name: str, answer: Answer) -> None:
    """Compare an answer with its file; what differs from run to run is put out of sight."""
    text = json.dumps(answer.objects, indent=1, ensure_ascii=False) + "\n"
    text = LOGIN.sub('"by": "(login)"', INSTANTS.sub("(instant)", IDS.sub("(id)", text)))
    file = GOLDEN / f"{name}.json"
    if os.environ.get("RECALL_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("worklist", ("worklist", "--month", "2027-06", "--all")),
        ("worklist_present", ("worklist",)),
        ("balance", ("balance",)),
        ("lookup", ("lookup", "101")),
        ("lookup_left", ("lookup", "105")),
        ("explain", ("explain", "101")),
        ("explain_recall", ("explain", "101", "--recall", "hypertension")),
        ("explain_held", ("explain", "103", "--recall", "hypertension")),
        ("explain_not_on", ("explain", "107", "--recall", "diabetes")),
        ("explain_left", ("explain", "105", "--recall", "hypertension")),
        ("invite", ("invite",)),
        ("invite_ahead", ("invite", "--month", "2027-06")),
    ],
)
def test_what_is_read_is_a_contract(recall: Runner, name: str, arguments: tuple[str, ...]) -> None:
    """Every field of every read command stands as documented."""
    _same_as_golden(name, recall.ok(*arguments, "--json"))


def test_what_is_written_is_a_contract(recall: Runner) -> None:
    """A booking answers with its ids, and is seen by the look-up with who and when."""
    _same_as_golden("book", recall.ok("book", "101", "2026-12-08", "--item", "bp", "--json"))
    _same_as_golden("lookup_booked", recall.ok("lookup", "101", "--json"))
    _same_as_golden("undo", recall.ok("undo", "--json"))


def test_several_matches_are_a_contract(recall: Runner) -> None:
    """Several patients that fit are listed as objects, and the command is refused."""
    answer = recall("lookup", "-", "--json", typed="Smith\n")
    assert answer.code == 4
    _same_as_golden("matches", answer)


def test_the_import_is_a_contract(recall: Runner, tmp_path: Path) -> None:
    """Counts and row problems stand as documented; an equal file changes nothing."""
    odd = {"events.csv": EVENTS + "101,1.2E+15,x,2026-01-01,,,\n999,1201005,x,2026-01-01,,,\n"}
    folder = write_extract(tmp_path / "extract", odd)
    answer = recall("import", str(folder), "--check", "--json")
    hidden = re.sub(r'"sha256": "[0-9a-f]{64}"', '"sha256": "(sha256)"', answer.out)
    _same_as_golden("import", Answer(answer.code, hidden, answer.err))
