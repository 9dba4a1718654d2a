"""Bad input through the real command: said in clear lines, and nothing is imported in part."""

import shutil
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.driver import SQLITE
from tests.cli.practice import EVENTS, EXTRACT, PATIENTS, TODAY, write_extract
from tests.cli.running import Answer, Runner

Files = Mapping[str, str | bytes]
RUN = ("change_seq", "change_note", "import_run", "row_problem", "access_log")
"""Where it is written down that somebody tried."""

HEADER, *ROWS = PATIENTS.splitlines(keepends=True)


def _content(store: Path, but: tuple[str, ...] = ()) -> list[Any]:
    """Return everything that a store holds, without the tables ``but``."""
    with closing(SQLITE.connect(store)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = sorted(name for (name,) in names if name not in but)
        return [(name, connection.execute(f"SELECT * FROM {name}").fetchall()) for name in tables]  # noqa: S608 - our own tables


def _lines(answer: Answer) -> list[str]:
    assert "Traceback" not in answer.err
    return [line for line in answer.err.splitlines() if line.startswith("recall: ")]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"patients.csv": b""}, "patients.csv: is empty"),
        ({"patients.csv": "colour,taste\nred,sweet\n"}, "is no patient list that we know"),
        ({"patients.csv": PATIENTS.replace("date_of_birth", "age")}, "date_of_birth is missing"),
        ({"patients.csv": PATIENTS.encode("utf-16")}, "is written in UTF-16"),
        ({"patients.csv": PATIENTS.encode("cp1252")}, "cp1252"),
        ({"patients.csv": PATIENTS[:-30]}, "has no line end at its end"),
        ({"patients.csv": HEADER}, "has no patient"),
        ({"patients.csv": PATIENTS.replace("1955-12-24", "12/24/1955")}, "American order"),
    ],
    ids=["empty", "wrong file", "wrong columns", "wrong encoding", "old encoding", "truncated",
         "no rows", "American births"],
)  # fmt: skip
def test_a_file_that_cannot_be_taken(
    recall: Runner, tmp_path: Path, files: Files, words: str
) -> None:
    """One line that says which file and what is wrong; exit code 3; the store is as it was."""
    before = _content(recall.store)
    answer = recall("import", str(write_extract(tmp_path / "extract", files)))
    assert answer.code == 3, answer
    assert words in answer.fault
    assert not answer.out
    assert _content(recall.store) == before


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"extract.csv": EXTRACT.replace("A12345", "B54321")}, "B54321"),
        ({"extract.csv": EXTRACT.replace(TODAY, "2026-11-01")}, "take the newest"),
        ({"patients.csv": HEADER + "".join(ROWS[:2]), "events.csv": EVENTS.splitlines()[0] + "\n"},
         "is the list complete?"),
        ({"patients.csv": PATIENTS + 6 * ROWS[0]}, "patients.csv: 6 of 15 rows were rejected"),
        ({"events.csv": EVENTS.replace(",code,", ",what,")}, "the column code"),
        ({"events.csv": EVENTS.replace("2026-09-01", "09/30/2026")}, "American order"),
        ({"events.csv": b""}, "events.csv: is empty"),
        ({"medications.csv": b"\xff\xfe"}, "medications.csv"),
    ],
    ids=["another practice's", "older", "halved", "many duplicates", "wrong columns of events",
         "American events", "empty events", "odd bytes"],
)  # fmt: skip
def test_an_extract_that_looks_wrong_is_stopped(
    recall: Runner, tmp_path: Path, files: Files, words: str
) -> None:
    """A guard says why, in lines; exit code 3; the store is as it was, but for the run's record."""
    before = _content(recall.store, but=RUN)
    answer = recall("import", str(write_extract(tmp_path / "extract", files)))
    assert answer.code == 3, answer
    assert any(words in line for line in _lines(answer)), answer
    assert _content(recall.store, but=RUN) == before


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"events.csv": EVENTS + "101,1.06695E+15,x,2026-01-01,,,\n"}, "events.csv:10 code:"),
        ({"events.csv": EVENTS + "101,1066950000000000,x,2026-01-01,,,\n"}, "events.csv:10 code:"),
        ({"patients.csv": PATIENTS + ROWS[0]}, "patients.csv:11 patient_number:"),
        ({"patients.csv": PATIENTS.replace("9990000069", "9990000068")},
         "patients.csv:8 nhs_number:"),
    ],
    ids=["scientific", "rounded", "duplicate", "check digit"],
)  # fmt: skip
def test_a_bad_row_is_named_by_its_place(
    recall: Runner, tmp_path: Path, files: Files, place: str
) -> None:
    """File, line and column of the row, and why; no value of the record is repeated."""
    answer = recall("import", "--check", str(write_extract(tmp_path / "extract", files)))
    told = [line for line in answer.out.splitlines() if line.startswith(place)]
    assert len(told) == 1, answer
    assert "1.06695E+15" not in told[0]


def test_damaged_codes_keep_what_was_there(recall: Runner, tmp_path: Path) -> None:
    """A file that went through a spreadsheet is not taken: its table stays, and says so."""
    rounded = "".join(f"101,1.0669{number}E+15,x,2026-01-01,,,\n" for number in range(10, 20))
    folder = write_extract(tmp_path / "extract", {"events.csv": EVENTS + rounded})
    answer = recall("import", str(folder))
    assert "events.csv: 10 of 18 rows were rejected, so the events stay as they are" in answer.out
    assert recall.ok("lookup", "101", "--json").objects[0]["planned_appointments"]


def test_a_bad_check_digit_keeps_the_patient(recall: Runner, tmp_path: Path) -> None:
    """The number is dropped and said; the patient stays on the list."""
    files = {"patients.csv": PATIENTS.replace("9990000018", "9990000019")}
    recall.ok("import", str(write_extract(tmp_path / "extract", files)))
    page = recall.ok("lookup", "101", "--json").objects[0]
    assert (page["name"], page["nhs_number"]) == ("Lee, Ann", None)


@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_a_truncated_zip(recall: Runner, tmp_path: Path, part: float) -> None:
    """A zip cut off anywhere is one line, and changes nothing."""
    folder = write_extract(tmp_path / "extract")
    whole = Path(shutil.make_archive(str(tmp_path / "whole"), "zip", folder)).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: int(len(whole) * part)])
    before = _content(recall.store)
    answer = recall("import", str(cut))
    assert (answer.code, "cut.zip" in answer.fault) == (3, True)
    assert _content(recall.store) == before


def test_a_zip_that_points_outside(recall: Runner, tmp_path: Path) -> None:
    """Names that lead out of the folder are refused, and nothing is written there."""
    odd = tmp_path / "odd.zip"
    with zipfile.ZipFile(odd, "w") as archive:
        archive.writestr("../patients.csv", PATIENTS)
        archive.writestr("events.csv", EVENTS)
    answer = recall("import", str(odd))
    assert (answer.code, "points outside" in answer.fault) == (3, True)
    assert not (tmp_path.parent / "patients.csv").exists()


def test_the_same_extract_twice_changes_nothing(recall: Runner, tmp_path: Path) -> None:
    """As a folder and as a zip: everything is unchanged, and the plan is as it was."""
    folder = write_extract(tmp_path / "extract")
    archive = shutil.make_archive(str(tmp_path / "extract"), "zip", folder)
    before = recall.ok("worklist", "--all", "--json").out
    for path in (str(folder), archive):
        counts = recall.ok("import", path, "--json").objects[0]["counts"]
        changed = {(name, kind): count for name, kinds in counts.items()
                   for kind, count in kinds.items() if count and kind != "unchanged"}  # fmt: skip
        assert not changed
    assert recall.ok("worklist", "--all", "--json").out == before


DEAD = ROWS[0].replace("2001-04-02,,,", "2001-04-02,,2026-11-20,")


@pytest.mark.parametrize(
    "files",
    [
        {"patients.csv": HEADER + DEAD, "events.csv": EVENTS.splitlines()[0] + "\n"},
        {"patients.csv": PATIENTS.replace(ROWS[0], DEAD), "events.csv": EVENTS[:-10]},
        {"patients.csv": PATIENTS.replace(ROWS[0], DEAD), "medications.csv": b"\x00"},
        {"patients.csv": PATIENTS.replace(ROWS[0], DEAD) + 6 * ROWS[1]},
    ],
    ids=["halved", "events cut off", "medications unreadable", "many duplicates"],
)
def test_a_death_counts_even_from_a_stopped_extract(
    recall: Runner, tmp_path: Path, files: Files
) -> None:
    """Whatever the files are stopped for, who died in them is off the list all the same."""
    assert ROWS[0] != DEAD
    answer = recall("import", str(write_extract(tmp_path / "extract", files)))
    assert answer.code == 3
    listed = {one["patient"] for one in recall.ok("worklist", "--all", "--json").objects}
    assert "101" not in listed
    assert "102" in listed


def test_an_import_is_taken_back(recall: Runner, tmp_path: Path) -> None:
    """Rolled back, the list is as it was before; only the newest import can be, and only once."""
    before = recall.ok("worklist", "--all", "--json").out
    more = EVENTS + "107,1201005,Benign essential hypertension,2020-01-01,,,\n"
    newer = EXTRACT.replace("T06:00", "T07:00")
    folder = write_extract(tmp_path / "extract", {"events.csv": more, "extract.csv": newer})
    report = recall.ok("import", str(folder), "--json").objects[0]
    assert recall.ok("worklist", "--all", "--json").out != before
    recall.ok("rollback", report["run"])
    assert recall.ok("worklist", "--all", "--json").out == before
    again = recall("rollback", report["run"])
    assert again.code == 4
    assert again.fault
    assert recall("rollback", "nosuch").code == 4
