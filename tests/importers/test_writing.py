"""Extracts that are written are read back as they were, and are whole or not there at all."""

import stat
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.errors import BadInput
from recall_tui.frames import EVENTS, PATIENTS, Extract, conform
from recall_tui.importers import gathering
from recall_tui.importers.gathering import Shares
from recall_tui.importers.readers import read_extract, staged_extract
from recall_tui.importers.writing import About, ExtractWriter

GOLDEN = Path(__file__).parent / "golden" / "extracts"
TODAY = date(2026, 11, 22)
ABOUT = About("A12345", "Long Lane", datetime(2026, 11, 21, 23), "synthetic")  # noqa: DTZ001 - local
TABLES = ("patients", "events", "medications", "appointments", "staff")


def _write(folder: Path, extract: Extract) -> Path:
    with ExtractWriter(folder, ABOUT) as writer:
        for table in TABLES:
            frame: pl.DataFrame = getattr(extract, table)
            half = frame.height // 2
            writer.append(table, frame[:half])
            writer.append(table, frame[half:])
    return folder


@pytest.mark.parametrize("case", ["everyday", "every_form"])
def test_what_is_written_is_read_back(case: str, tmp_path: Path) -> None:
    """Every table comes back cell by cell, and nothing is rejected."""
    first = read_extract(GOLDEN / case, TODAY)
    second = read_extract(_write(tmp_path / "extract", first), TODAY)
    whole_minutes = first.appointments.with_columns(pl.col("starts_at").dt.truncate("1m"))
    assert second.appointments.equals(whole_minutes)
    for table in ("patients", "events", "medications", "staff"):
        assert getattr(second, table).equals(getattr(first, table))
    assert second.problems.filter(pl.col("severity") == "rejected").is_empty()
    assert (second.practice_code, second.system) == ("A12345", "synthetic")


_TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=8)
_DAYS = st.dates(date(1900, 1, 1), date(2026, 11, 22))


@given(st.lists(st.tuples(_TEXT, _TEXT, _DAYS), min_size=1, max_size=8))
def test_any_cleaned_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str, date]]
) -> None:
    """Quotes, commas and letters of any script survive the way out and in again."""
    rows = pl.DataFrame(
        {
            "patient_number": [str(at) for at in range(len(people))],
            "family_name": ["X" + name for name, _, _ in people],
            "address": [address for _, address, _ in people],
            "date_of_birth": [born for _, _, born in people],
        }
    )
    folder = tmp_path_factory.mktemp("out")
    with ExtractWriter(folder / "a", ABOUT) as writer:
        writer.append("patients", conform(rows, PATIENTS))
    first = read_extract(folder / "a", TODAY)
    assert first.patients.height == len(people)
    with ExtractWriter(folder / "b", ABOUT) as writer:
        writer.append("patients", first.patients)
    assert read_extract(folder / "b", TODAY).patients.equals(first.patients)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=10))
def test_numbers_come_back_to_the_last_digit(
    tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    """A value is written so that it is read as the same number."""
    rows = pl.DataFrame(
        {
            "patient_number": "1",
            "code": "271649006",
            "event_date": date(2026, 1, 1),
            "precision": "D",
            "kind": "done",
            "value": sorted(values),
        }
    )
    patient = pl.DataFrame(
        {"patient_number": ["1"], "family_name": ["X"], "date_of_birth": [date(1960, 1, 1)]}
    )
    folder = tmp_path_factory.mktemp("numbers")
    with ExtractWriter(folder, ABOUT) as writer:
        writer.append("patients", conform(patient, PATIENTS))
        writer.append("events", conform(rows, EVENTS))
    read = read_extract(folder, TODAY).events.get_column("value").to_list()
    assert sorted(read) == sorted(values)


def test_a_writer_that_fails_leaves_no_file(tmp_path: Path) -> None:
    """Half an extract is none."""
    wrong = pl.DataFrame({"colour": ["red"]})
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(pl.exceptions.ColumnNotFoundError))
        stack.enter_context(ExtractWriter(tmp_path / "extract", ABOUT)).append("events", wrong)
    assert list((tmp_path / "extract").iterdir()) == []


def test_an_extract_is_never_overwritten(tmp_path: Path) -> None:
    """A folder that holds one is refused."""
    first = read_extract(GOLDEN / "everyday", TODAY)
    folder = _write(tmp_path / "extract", first)
    with pytest.raises(BadInput, match=r"holds extract\.csv already"):
        ExtractWriter(folder, ABOUT)


def test_written_files_are_private(tmp_path: Path) -> None:
    """Only their owner may read them."""
    folder = _write(tmp_path / "extract", read_extract(GOLDEN / "everyday", TODAY))
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_shares_add_up_to_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large extract in shares of a few patients is the same as in one piece."""
    sample = Path(__file__).parent / "data" / "us_csv_113.zip"
    whole = read_extract(sample, TODAY)
    folder = _write(tmp_path / "extract", whole)
    one = read_extract(folder, TODAY)
    monkeypatch.setattr(gathering, "SHARE", 1 << 18)
    with staged_extract(folder, TODAY) as staged:
        assert staged.shares > 5
        many = staged.whole()
        parts = list(staged.parts())
    for table in ("patients", "events", "medications", "appointments"):
        frame: pl.DataFrame = getattr(one, table)
        assert getattr(many, table).equals(frame)
        assert pl.concat([getattr(part, table) for part in parts]).equals(frame)
    assert many.problems.equals(one.problems)


def test_every_patient_is_in_one_share() -> None:
    """However the figures fall, the shares cover the patients exactly."""
    for patients in (1, 2, 7, 113, 10_387):
        for size in (0, 1, gathering.SHARE, 5 * gathering.SHARE, 64 * gathering.SHARE):
            shares = Shares.of(size, patients)
            assert (shares.count - 1) * shares.each < patients <= shares.count * shares.each


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the place to work in is full, one line says where, and nothing is left behind."""

    def full(_frame: pl.DataFrame, _file: Path) -> None:
        raise OSError(28, "No space left on device")

    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    monkeypatch.setattr(pl.DataFrame, "write_ipc", full)
    monkeypatch.setattr(gathering, "SHARE", 1 << 18)
    with pytest.raises(BadInput, match=r"no room .*: No space left on device"):
        read_extract(Path(__file__).parent / "data" / "us_csv_113.zip", TODAY)
    assert list(work.iterdir()) == []
