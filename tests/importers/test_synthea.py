"""The two real samples of Synthea: one clean, one with defects; and what their codes become."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from recall_tui.frames import Extract
from recall_tui.importers import cells
from recall_tui.importers.readers import read_extract

DATA = Path(__file__).parent / "data"
TODAY = date(2025, 8, 27)


@cache
def _american() -> Extract:
    return read_extract(DATA / "us_csv_113.zip", TODAY)


@cache
def _british() -> Extract:
    return read_extract(DATA / "uk_swpc_100.zip", TODAY)


def test_the_american_sample_is_clean() -> None:
    """Every row of every file is read, and nothing is said about any."""
    extract = _american()
    assert extract.problems.is_empty()
    assert extract.rows_read == {
        "patients": 113,
        "events": 760 + 25_649 + 2_949 + 1_630,
        "medications": 3_530,
        "appointments": 5_275,
    }
    assert (extract.patients.height, extract.medications.height) == (113, 3_530)
    assert extract.patients.get_column("died_on").count() == 13
    assert extract.system == "Synthea"


def test_names_keep_their_digits_and_accents() -> None:
    """Synthea's names are odd, and are not ours to change."""
    names = _american().patients.get_column("given_name").to_list()
    assert "José Emilio366" in names


def test_every_defective_row_of_the_british_sample_is_reported() -> None:
    """All medications are a column short and all immunisations one long: each is named by line."""
    problems = _british().problems
    assert problems.get_column("severity").unique().to_list() == ["rejected"]
    for file, rows, words in (
        ("immunizations.csv", 2_021, "the row has 6 columns, the header 5"),
        ("medications.csv", 105, "the row has 8 columns, the header 9"),
    ):
        of_file = problems.filter(pl.col("file") == file)
        assert of_file.get_column("line").to_list() == list(range(2, rows + 2))
        assert of_file.get_column("words").unique().to_list() == [words]
    assert problems.height == 2_021 + 105


def test_no_row_of_the_british_sample_is_shifted() -> None:
    """What is left are the good rows of the other files, with codes in the place of codes."""
    extract = _british()
    assert extract.medications.is_empty()
    assert extract.events.height == 60 + 17_083 + 13
    codes = extract.events.get_column("code").unique().to_list()
    assert all(code in {"QALY", "DALY", "QOLS"} or code.isdecimal() for code in codes)
    assert extract.patients.height == 100
    assert extract.appointments.height == 4_889


def test_times_in_utc_become_local_days() -> None:
    """An observation at 23:35 in UTC in summer is of the next day in England."""
    source = DATA / "uk_swpc_100.zip"
    extract = read_extract(source, TODAY)
    starts = extract.appointments.filter(
        pl.col("appointment_id") == "61f961c4-8585-d94d-6257-965f4c0c1112"
    )
    assert str(starts.get_column("starts_at")[0]) == "2001-02-10 23:20:43"
    summer = extract.appointments.filter(
        pl.col("starts_at").dt.month().is_between(6, 8), pl.col("starts_at").dt.hour() == 0
    )
    assert not summer.is_empty()


@cache
def _clusters() -> pl.DataFrame:
    return pl.read_csv(DATA / "clusters.csv", infer_schema=False)


def _latest(cluster: str, name: str) -> pl.DataFrame:
    codes = _clusters().filter(pl.col("cluster") == cluster).select("code")
    coded = _american().events.join(codes, on="code", how="semi")
    return coded.group_by("patient_number").agg(pl.col("event_date").max().alias(name))


def _living() -> pl.DataFrame:
    return _american().patients.filter(pl.col("died_on").is_null())


@pytest.mark.parametrize(
    ("cluster", "resolved", "living", "ever"),
    [
        ("HYP_COD", "HYPRES_COD", 24, 27),
        ("DM_COD", "DMRES_COD", 7, 8),
        ("STRK_COD", "", 4, 5),
        ("OSTEO_COD", "", 3, 5),
        ("DEM_COD", "", 2, 4),
        ("CHD_COD", "", 1, 6),
        ("AST_COD", "ASTRES_COD", 1, 2),
        ("AFIB_COD", "", 1, 1),
        ("EPIL_COD", "EPILRES_COD", 1, 1),
        ("HF_COD", "HFRES_COD", 0, 5),
        ("COPD_COD", "COPDRES_COD", 0, 2),
    ],
)
def test_unresolved_codes_of_the_living(
    cluster: str, resolved: str, living: int, ever: int
) -> None:
    """The figures of the published sample: an ended condition is resolved, and the dead are out."""
    coded = _latest(cluster, "coded")
    assert coded.height == ever
    ended = _latest(resolved, "ended")
    open_ones = coded.join(ended, on="patient_number", how="left").filter(
        pl.col("ended").is_null() | (pl.col("ended") < pl.col("coded"))
    )
    assert open_ones.join(_living(), on="patient_number", how="semi").height == living


def test_a_hundred_patients_live() -> None:
    """Thirteen of the 113 are dead."""
    assert _living().height == 100


def test_readings_get_their_snomed_code_and_keep_their_unit() -> None:
    """A systolic pressure is one, whatever code system the file has it in."""
    events = _american().events
    systolic = events.filter(pl.col("code") == "271649006")
    assert systolic.height == 1_491
    assert systolic.get_column("unit").unique().to_list() == ["mm[Hg]"]
    assert events.filter(pl.col("code") == "8480-6").is_empty()
    smoking = events.filter(pl.col("code") == "266919005")
    assert smoking.height == 878
    assert smoking.get_column("value_text").is_null().all()


def test_codes_without_a_verified_map_stay_as_they_are() -> None:
    """Creatinine in whole blood is not serum creatinine; a vaccine code stays what it is."""
    codes = set(_american().events.get_column("code").unique())
    assert {"38483-4", "140", "QALY"} <= codes


def test_a_drug_without_an_end_is_a_repeat() -> None:
    """What was stopped is not current."""
    drugs = _american().medications
    assert drugs.get_column("repeat").sum() == 172
    assert drugs.filter(pl.col("repeat") & pl.col("stopped_on").is_not_null()).is_empty()


def test_a_stay_has_no_minutes() -> None:
    """What lasts longer than a day is no appointment slot."""
    minutes = _american().appointments.get_column("minutes")
    assert minutes.null_count() > 0
    assert (minutes.drop_nulls() <= 24 * 60).all()


@pytest.mark.parametrize("name", ["synthea_codes.csv", "synthea_resolved.csv"])
def test_every_code_that_a_map_leads_to_is_a_snomed_code(name: str) -> None:
    """The check digit of every target is right, and every row names its source."""
    text = files("recall_tui.importers").joinpath("maps", name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert cells.has_check_digit(row["becomes"]), row
        assert row["becomes"][-3:-1] in {"00", "10"}, row
        assert row["source"], row


def test_synthea_without_records_is_refused(tmp_path: Path) -> None:
    """Patients alone say nothing about what is due."""
    (tmp_path / "patients.csv").write_text("Id,BIRTHDATE,FIRST,LAST,GENDER\na,1960-01-01,A,B,F\n")
    (words,) = read_extract(tmp_path, TODAY).stopped
    assert "none of Synthea's conditions.csv" in words


def test_synthea_with_another_header_is_refused(tmp_path: Path) -> None:
    """A file of Synthea without a column that is needed says which."""
    (tmp_path / "patients.csv").write_text("Id,BIRTHDATE,FIRST,LAST,GENDER\na,1960-01-01,A,B,F\n")
    (tmp_path / "conditions.csv").write_text("START,PATIENT,CODE,DESCRIPTION\n")
    (words,) = read_extract(tmp_path, TODAY).stopped
    assert "conditions.csv:1: the column stop is missing" in words
