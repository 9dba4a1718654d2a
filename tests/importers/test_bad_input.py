"""Bad input: one clear line for each kind, and nothing imported in part."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from recall_tui.errors import BadInput
from recall_tui.frames import Extract
from recall_tui.importers.readers import read_extract
from tests.importers.building import EVENTS, PATIENTS, build, said

TODAY = date(2026, 11, 22)


def _refused(folder: Path) -> str:
    with pytest.raises(BadInput) as refused:
        read_extract(folder, TODAY)
    assert "\n" not in refused.value.words
    return refused.value.words


def _stopped(folder: Path) -> Extract:
    extract = read_extract(folder, TODAY)
    assert len(extract.stopped) == 1
    assert "\n" not in extract.stopped[0]
    assert extract.tables == {"patients"}
    assert not any(len(rows) for rows in (extract.events, extract.medications))
    return extract


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"patients.csv": b""}, "patients.csv: is empty"),
        ({"patients.csv": PATIENTS[:-1]}, "patients.csv:3: has no line end at its end"),
        ({"patients.csv": PATIENTS.encode("utf-16")}, "patients.csv: is written in UTF-16"),
        ({"patients.csv": PATIENTS.replace("Ann", "Zoë").encode("cp1252")}, "cp1252"),
        ({"patients.csv": PATIENTS.replace(",", ";")}, "separated by semicolons"),
        ({"patients.csv": PATIENTS.split("\n", maxsplit=1)[0] + "\n"}, "has no patient"),
        ({"patients.csv": PATIENTS.replace("date_of_birth", "age")}, "date_of_birth is missing"),
        ({"patients.csv": "colour,taste\nred,sweet\n"}, "is no patient list that we know"),
        ({"patients.csv": PATIENTS.replace("sex", "DOB")}, "two columns of the header mean"),
        ({"patients.csv": "x\ny\n"}, "one column only"),
        ({"extract.csv": "practice_code,extracted_at\n"}, "must have the header and one row"),
        (
            {"extract.csv": "practice_code,extracted_at\nA12345,yesterday\n"},
            "extract.csv:2: extracted_at is not a date and time",
        ),
        (
            {"patients.csv": PATIENTS.replace("1960-03-02", "03/22/1960")},
            "patients.csv:3: the dates of date_of_birth are in American order",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_is_one_line(
    files: dict[str, str | bytes], words: str, tmp_path: Path
) -> None:
    """Which file, which line, what is wrong: and nothing is imported."""
    assert words in _refused(build(tmp_path / "extract", files))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"events.csv": EVENTS[:-10]}, "events.csv:3: has no line end at its end"),
        ({"events.csv": b""}, "events.csv: is empty"),
        ({"events.csv": EVENTS.encode("utf-16")}, "events.csv: is written in UTF-16"),
        ({"events.csv": EVENTS.replace("code", "what")}, "events.csv:1: the column code"),
        ({"events.csv": "x\n" * 3}, "events.csv:1: has one column only"),
        (
            {"events.csv": EVENTS.replace("2024-05-01", "05/31/2024")},
            "events.csv:2: the dates of date are in American order",
        ),
        ({"medications.csv": "patient_number;code\n"}, "medications.csv:1: is separated by"),
        ({"appointments.csv": b"\xff\xfe"}, "appointments.csv"),
    ],
)
def test_a_good_list_of_patients_is_read_all_the_same(
    files: dict[str, str | bytes], words: str, tmp_path: Path
) -> None:
    """Another file cannot be taken: one line says why, and deaths can still be had of the list."""
    patients = PATIENTS.replace("sex", "sex,died_on", 1).replace(",F", ",F,2026-11-01", 1)
    patients = patients.replace(",M", ",M,")
    folder = build(tmp_path / "extract", {"patients.csv": patients, **files})
    extract = _stopped(folder)
    assert words in extract.stopped[0]
    assert extract.patients["died_on"].to_list() == [date(2026, 11, 1), None]


def test_a_wrong_folder_says_what_is_expected(tmp_path: Path) -> None:
    """CSV files of another kind are named, and so is what we look for."""
    (tmp_path / "invoices.csv").write_text("a,b\n1,2\n")
    words = _refused(tmp_path)
    assert "there is invoices.csv" in words
    assert "expected patients.csv and events.csv" in words


def test_events_are_needed(tmp_path: Path) -> None:
    """Without events everything would look undone."""
    folder = build(tmp_path / "extract")
    (folder / "events.csv").unlink()
    assert "events.csv: is missing" in _stopped(folder).stopped[0]


def test_codes_damaged_by_a_spreadsheet_park_their_rows(tmp_path: Path) -> None:
    """Scientific notation and rounded digits are refused row by row, and said."""
    events = EVENTS + "1,1.06695E+15,x,2024-05-01,,,\n1,1066951000000100,x,2024-05-01,,,\n"
    extract = read_extract(build(tmp_path / "extract", {"events.csv": events}), TODAY)
    assert extract.events.height == 2
    assert said(extract) == [
        ("events.csv", 4, "code", "scientific"),
        ("events.csv", 5, "code", "rounded"),
    ]


def test_a_wrong_nhs_number_is_dropped_and_the_patient_stays(tmp_path: Path) -> None:
    """The number is an attribute: without it the patient is still called."""
    patients = PATIENTS.replace("9990000018", "9990000019").replace("9990000026", "2222222222")
    extract = read_extract(build(tmp_path / "extract", {"patients.csv": patients}), TODAY)
    assert extract.patients.get_column("nhs_number").to_list() == [None, None]
    assert said(extract) == [
        ("patients.csv", 2, "nhs_number", "nhs_check"),
        ("patients.csv", 3, "nhs_number", "nhs_same_digit"),
    ]
    assert not said(extract, "rejected")


def test_an_nhs_number_on_two_patients_is_noted_on_both(tmp_path: Path) -> None:
    """One of the two is wrong, and only a person can say which."""
    patients = PATIENTS.replace("9990000026", "9990000018")
    extract = read_extract(build(tmp_path / "extract", {"patients.csv": patients}), TODAY)
    assert extract.patients.get_column("nhs_number").to_list() == ["9990000018", "9990000018"]
    assert said(extract, "noted") == [
        ("patients.csv", 2, "nhs_number", "nhs_twice"),
        ("patients.csv", 3, "nhs_number", "nhs_twice"),
    ]


def test_the_first_of_two_patients_with_one_number_stays(tmp_path: Path) -> None:
    """All but the first are parked, with their lines."""
    patients = PATIENTS + "1,,Other,Person,1970-01-01,F\n1,,Third,Person,1970-01-01,F\n"
    extract = read_extract(build(tmp_path / "extract", {"patients.csv": patients}), TODAY)
    assert extract.patients.get_column("given_name").to_list() == ["Ann", "Bob"]
    assert said(extract, "rejected") == [
        ("patients.csv", 4, "patient_number", "patient_twice"),
        ("patients.csv", 5, "patient_number", "patient_twice"),
    ]


def test_rows_of_unknown_patients_are_parked_in_every_file(tmp_path: Path) -> None:
    """An event, a drug or an appointment without its patient belongs to nobody."""
    files: dict[str, str | bytes] = {
        "events.csv": EVENTS + "3,44054006,x,2024-05-01,,,\n",
        "medications.csv": "patient_number,code,issued_on\n3,319283006,2024-05-01\n",
        "appointments.csv": ("patient_number,appointment_id,starts_at\n3,a1,2026-12-01 09:00\n"),
    }
    extract = read_extract(build(tmp_path / "extract", files), TODAY)
    assert said(extract, "rejected") == [
        ("appointments.csv", 2, "patient_number", "patient_unknown"),
        ("events.csv", 4, "patient_number", "patient_unknown"),
        ("medications.csv", 2, "patient_number", "patient_unknown"),
    ]
    assert extract.medications.is_empty()
    assert extract.appointments.is_empty()


def test_an_appointment_that_stands_twice_is_kept_once(tmp_path: Path) -> None:
    """The first row of an appointment stays, the later is parked."""
    appointments = (
        "patient_number,appointment_id,starts_at,status\n"
        "1,a1,2026-12-01 09:00,booked\n"
        "1,a1,2026-12-01 10:00,booked\n"
        "2,a1,2026-12-01 11:00,booked\n"
    )
    extract = read_extract(build(tmp_path / "x", {"appointments.csv": appointments}), TODAY)
    assert extract.appointments.get_column("starts_at").dt.hour().to_list() == [9, 11]
    assert said(extract) == [("appointments.csv", 3, None, "appointment_twice")]


def test_a_word_that_could_complete_an_item_by_mistake_parks_its_row(tmp_path: Path) -> None:
    """An unknown kind or status is not taken for done or booked."""
    files: dict[str, str | bytes] = {
        "events.csv": EVENTS + "1,44054006,x,2024-05-01,,,perhaps\n",
        "appointments.csv": (
            "patient_number,appointment_id,starts_at,status\n1,a1,2026-12-01 09:00,maybe\n"
        ),
    }
    extract = read_extract(build(tmp_path / "extract", files), TODAY)
    assert said(extract, "rejected") == [
        ("appointments.csv", 2, "status", "word"),
        ("events.csv", 4, "kind", "word"),
    ]


def test_an_odd_consent_is_taken_on_the_safe_side(tmp_path: Path) -> None:
    """What cannot be read never allows a message."""
    patients = (
        "patient_number,family_name,date_of_birth,sms_consent,contact_allowed,sensitive\n"
        "1,Example,1960-01-01,perhaps,perhaps,perhaps\n"
        "2,Example,1960-01-01,,,\n"
    )
    extract = read_extract(build(tmp_path / "extract", {"patients.csv": patients}), TODAY)
    columns = ("sms_consent", "contact_allowed", "sensitive")
    assert extract.patients.select(columns).rows() == [
        ("declined", False, True),
        ("unknown", True, False),
    ]
    words = extract.problems.filter(pl.col("column") == "contact_allowed").get_column("words")
    assert words.to_list() == ["is none of Y, N: taken as N until it is corrected"]


def test_dates_that_cannot_be_are_noted_and_kept(tmp_path: Path) -> None:
    """Future births, death before birth and the like are for a person to look at."""
    patients = (
        "patient_number,family_name,date_of_birth,registered_on,left_on,died_on\n"
        "1,Example,2030-01-01,,,\n"
        "2,Example,1960-01-01,1959-01-01,1958-01-01,1950-01-01\n"
        "3,Example,1890-01-01,,,\n"
    )
    files: dict[str, str | bytes] = {
        "patients.csv": patients,
        "events.csv": EVENTS + "2,44054006,x,2027-01-01,,,\n2,44054006,x,1950-01-01,,,\n",
        "medications.csv": (
            "patient_number,code,issued_on,stopped_on\n2,319283006,2024-05-01,2024-04-01\n"
        ),
    }
    extract = read_extract(build(tmp_path / "extract", files), TODAY)
    assert set(said(extract)) == {
        ("events.csv", 2, "date", "before_birth"),
        ("events.csv", 4, "date", "future"),
        ("events.csv", 5, "date", "before_birth"),
        ("medications.csv", 2, "stopped_on", "stopped_before_issued"),
        ("patients.csv", 2, "date_of_birth", "future"),
        ("patients.csv", 3, "died_on", "died_before_birth"),
        ("patients.csv", 3, "registered_on", "before_birth"),
        ("patients.csv", 3, "left_on", "left_before_registered"),
        ("patients.csv", 4, "date_of_birth", "very_old"),
    }
    assert extract.events.height == 4


def test_unknown_columns_and_files_are_named(tmp_path: Path) -> None:
    """What is ignored is said, so that a misspelt header is noticed."""
    files: dict[str, str | bytes] = {
        "patients.csv": PATIENTS.replace("sex", "shoe size"),
        "recalls.csv": "a,b\n",
        "readme.txt": "hello",
    }
    extract = read_extract(build(tmp_path / "extract", files), TODAY)
    assert said(extract) == [
        ("patients.csv", 1, "shoe size", "unknown_column"),
        ("readme.txt", 1, None, "unknown_file"),
        ("recalls.csv", 1, None, "unknown_file"),
    ]


def test_no_problem_holds_what_was_in_the_cell(tmp_path: Path) -> None:
    """The words of problems go to screens and logs: nothing of a patient is in them."""
    patients = (
        "patient_number,family_name,date_of_birth,sex,email\n"
        "CANARY1\u200b,CANARY2\x1b,CANARY3,CANARY4,CANARY5\x07\n"
        "2,CANARY6\u202e,1960-01-01,CANARY7,CANARY8\x07\n"
    )
    extract = read_extract(build(tmp_path / "extract", {"patients.csv": patients}), TODAY)
    assert extract.problems.height > 4
    assert "CANARY" not in extract.problems.write_csv()
