"""Five hundred texts that try to act, as real records: through the import and every way out."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from recall_tui.cleaning import is_hidden
from tests.cli.practice import EVENTS, PATIENTS, write_extract
from tests.cli.running import Runner
from tests.support.naughty import NAUGHTY

FIRST = 10_000
HARMLESS = "Plain"
"""Beside every odd name, so that none is empty after cleaning."""
LISTED = {str(FIRST + place) for place, text in enumerate(NAUGHTY) if text != "SM\rITH"}
"""A carriage return outside quotes may end a line or not: that row is parked, by its line."""


def _written(text: str) -> str:
    """Return the text as a CSV file can hold it: in UTF-8, without NUL (such a file is refused)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _as_written(out: io.StringIO) -> str:
    """Return what was written, without the quotes that Python 3.13 puts about a lone return."""
    return re.sub(r'"([^",\n]*\r[^",\n]*)"', r"\1", out.getvalue())


def _patients() -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for place, text in enumerate(map(_written, NAUGHTY)):
        row = [str(FIRST + place), "", "", text, f"{HARMLESS} {text}", "1950-12-03", "F"]
        writer.writerow(
            [*row, "2001-04-02", "", "", "ZZ1 1AA", text, "07700 900101", "allowed", ""]
        )
    return PATIENTS.splitlines(keepends=True)[0] + _as_written(out)


def _events() -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for place, text in enumerate(map(_written, NAUGHTY)):
        writer.writerow([str(FIRST + place), "1201005", text, "2015-05-01", "", "", ""])
    return EVENTS.splitlines(keepends=True)[0] + _as_written(out)


@pytest.fixture(scope="module")
def naughty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a practice with a patient for every text: name, address, diagnosis."""
    folder = tmp_path_factory.mktemp("naughty")
    files = {"patients.csv": _patients(), "events.csv": _events(), "medications.csv":
             "patient_number,code,issued_on\n", "appointments.csv":
             "patient_number,appointment_id,starts_at\n"}  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "home"))
        recall = Runner(folder / "recall.db", patch)
        recall.begin()
        report = recall.ok("import", str(write_extract(folder / "extract", files)), "--json")
        counts = report.objects[0]["counts"]["patients"]
        assert counts["added"] == len(LISTED)
        assert counts["rejected"] == len(NAUGHTY) - len(LISTED)
    return recall.store


@pytest.fixture
def naughty(naughty_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give ``recall`` on a copy of that practice."""
    store = tmp_path / "recall.db"
    shutil.copyfile(naughty_store, store)
    return Runner(store, monkeypatch)


def _acting(text: str) -> list[str]:
    return [f"U+{ord(one):04X}" for one in text if is_hidden(one) and one != "\n"]


def test_every_list_shows_all_and_none_acts(naughty: Runner) -> None:
    """Nobody is lost over a name, and no list holds what a terminal would obey or hide."""
    for form in ((), ("--json",)):
        answer = naughty.ok("worklist", "--all", *form)
        assert _acting(answer.out) == []
    shown = {one["patient"] for one in naughty.ok("worklist", "--all", "--json").objects}
    assert shown == LISTED


@pytest.mark.parametrize(("command", "every"), [("lookup", 25), ("explain", 100)])
def test_no_patient_page_acts(naughty: Runner, command: str, every: int) -> None:
    """A patient's page and reasons, in words and in JSON, are inert."""
    for number in sorted(LISTED)[::every]:
        for form in ((), ("--json",)):
            answer = naughty.ok(command, number, *form)
            assert _acting(answer.out + answer.err) == []


def test_no_typed_text_acts(naughty: Runner) -> None:
    """Each text typed as a note or a look-up is kept or refused, and never acts."""
    for text in map(_written, NAUGHTY[::20]):
        for answer in (
            naughty("note", str(FIRST), typed=f"{text}\n"),
            naughty("lookup", "-", typed=f"{text}\n"),
        ):
            assert _acting(answer.out + answer.err) == []
            assert "Traceback" not in answer.err
    assert _acting(naughty.ok("lookup", str(FIRST)).out) == []


def test_no_export_acts(naughty: Runner, tmp_path: Path) -> None:
    """The batch for the messaging service holds everybody, and no cell starts a formula."""
    target = tmp_path / "batch.csv"
    naughty.ok("invite", "--export", str(target))
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    assert len(rows) == len(LISTED)
    for row in rows:
        assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in row.values())
        assert _acting("".join(row.values())) == []


def test_a_pipe_holds_one_line_a_patient(naughty: Runner) -> None:
    """Line ends in names do not break the CSV of the list, nor its JSON Lines."""
    rows = list(csv.DictReader(io.StringIO(naughty.ok("worklist", "--all").out)))
    lines = naughty.ok("worklist", "--all", "--json").out.splitlines()
    assert len(rows) == len(lines) == len(LISTED)
    assert [json.loads(line)["patient"] for line in lines] == [row["patient"] for row in rows]
