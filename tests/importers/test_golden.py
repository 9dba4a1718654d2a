"""Small extracts and the frames they become, kept as CSV files that can be read and compared.

``RECALL_WRITE_GOLDEN=1`` writes them anew; read the difference before keeping it.
"""

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from recall_tui import frames
from recall_tui.importers.readers import read_extract, staged_extract

GOLDEN = Path(__file__).parent / "golden" / "extracts"
TODAY = date(2026, 11, 22)
TABLES = ("patients", "events", "medications", "appointments", "staff", "problems")
CASES = sorted(path.name for path in GOLDEN.iterdir())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("table", TABLES)
def test_an_extract_becomes_exactly_these_frames(case: str, table: str) -> None:
    """Every cell of every table, and every problem, is as the golden file says."""
    extract = read_extract(GOLDEN / case, TODAY)
    frame: pl.DataFrame = getattr(extract, table)
    text = frame.write_csv(null_value="-")
    golden = GOLDEN / case / "expected" / f"{table}.txt"
    if os.environ.get("RECALL_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_every_frame_has_its_schema(case: str) -> None:
    """Columns, their order and their types are those of recall_tui.frames."""
    extract = read_extract(GOLDEN / case, TODAY)
    assert extract.patients.schema == pl.Schema(frames.PATIENTS)
    assert extract.events.schema == pl.Schema(frames.EVENTS)
    assert extract.medications.schema == pl.Schema(frames.MEDICATIONS)
    assert extract.appointments.schema == pl.Schema(frames.APPOINTMENTS)
    assert extract.staff.schema == pl.Schema(frames.STAFF)
    assert extract.problems.schema == pl.Schema(frames.ROW_PROBLEMS)


@pytest.mark.parametrize("case", CASES)
def test_every_row_is_kept_or_rejected(case: str) -> None:
    """Rows read are the rows of the frames and the lines that were rejected, none twice."""
    extract = read_extract(GOLDEN / case, TODAY)
    for file in extract.files:
        kept: pl.DataFrame = getattr(extract, file.table)
        assert file.read == kept.height + file.rejected


@pytest.mark.parametrize("case", CASES)
def test_facts_of_the_extract(case: str) -> None:
    """Practice, system and time come from extract.csv where it is there."""
    extract = read_extract(GOLDEN / case, TODAY)
    assert extract.extracted_at is not None
    if "staff" in extract.tables:
        assert (extract.practice_code, extract.practice_name) == ("A12345", "Long Lane Surgery")
        assert (extract.system, str(extract.extracted_at)) == ("EMIS Web", "2026-11-21 23:00:00")
    else:
        assert (extract.practice_code, extract.system) == ("", "")
        assert extract.tables == {"patients", "events"}


@pytest.mark.parametrize("case", CASES)
def test_one_share_is_the_whole(case: str) -> None:
    """A small extract is one part, the same as the whole."""
    with staged_extract(GOLDEN / case, TODAY) as staged:
        parts = list(staged.parts())
        whole = staged.whole()
    assert len(parts) == 1
    assert parts[0].events.equals(whole.events)
    assert parts[0].patients.equals(whole.patients)


def test_the_test_identities_of_the_nhs_are_read_without_a_word(tmp_path: Path) -> None:
    """Three hundred published identities: every number valid, every name as it is."""
    published = pl.read_csv(
        Path(__file__).parent / "data" / "nhs_int_test_patients_300.csv", infer_schema=False
    )
    columns = {
        "nhs_number": "NHS Number",
        "family_name": "Surname",
        "given_name": "Forename",
        "gender": "Gender",
        "birth_date": "DOB",
        "postal_code": "Post Code",
    }
    people = published.select(list(columns)).rename(columns).with_row_index("EMIS Number", 1)
    people.write_csv(tmp_path / "patients.csv")
    (tmp_path / "events.csv").write_text(
        "patient_number,code,date,value,unit\n1,271649006,2026-01-01,,\n"
    )
    extract = read_extract(tmp_path, TODAY)
    assert extract.problems.is_empty()
    assert extract.patients.height == 300
    for ours, theirs in (("nhs_number", "nhs_number"), ("family_name", "family_name")):
        assert set(extract.patients.get_column(ours)) == set(published.get_column(theirs))


def test_progress_ends_at_the_end() -> None:
    """Progress grows and ends with every byte read."""
    heard: list[tuple[int, int]] = []
    read_extract(
        GOLDEN / "everyday", TODAY, lambda _words, done, whole: heard.append((done, whole))
    )
    assert heard == sorted(heard)
    done, whole = heard[-1]
    assert done == whole
