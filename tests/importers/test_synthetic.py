"""The synthetic practice: deterministic, English in shape, made of people who cannot exist."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from recall_tui.domain.calendar import age_on
from recall_tui.domain.channel import mobile_digits
from recall_tui.errors import BadInput
from recall_tui.importers.readers import read_extract
from recall_tui.importers.synthetic import generate, next_extract
from recall_tui.importers.synthetic.conditions import CONDITIONS
from recall_tui.importers.synthetic.identifiers import check_digit
from recall_tui.importers.synthetic.people import Town

TODAY = date(2026, 11, 22)
LATER = date(2026, 11, 30)
PATIENTS = 8_000
MOBILE = re.compile(r"(07700[ -]?900[ -]?|\+447700900|0044 7700 900)\d{2,3}")
LANDLINE = re.compile(
    r"(01632 960|011[3-8] 496 0|01[2-6]1 496 0|020 7946 0|0191 498 0|028 9649 6|029 2018 0)\d{3}"
)

Rows = list[dict[str, str]]


def rows(folder: Path, name: str) -> Rows:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic")
    generate(folder, today=TODAY, patients=PATIENTS)
    return folder


@pytest.fixture(scope="module")
def patients(practice: Path) -> Rows:
    return rows(practice, "patients.csv")


@pytest.fixture(scope="module")
def codes(practice: Path) -> dict[str, set[str]]:
    """The codes of every patient."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(practice, "events.csv"):
        found[row["patient_number"]].add(row["code"])
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    """Patients, seed and day decide every byte of every file."""
    for name in ("one", "two"):
        generate(tmp_path / name, today=TODAY, patients=300, seed=5)
    generate(tmp_path / "other", today=TODAY, patients=300, seed=6)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


def test_more_patients_do_not_change_the_first_ones(tmp_path: Path) -> None:
    """A larger practice begins with the patients of the smaller one."""
    generate(tmp_path / "small", today=TODAY, patients=200)
    generate(tmp_path / "large", today=TODAY, patients=900)
    for name, small in contents(tmp_path / "small").items():
        assert contents(tmp_path / "large")[name].startswith(small)


def test_it_has_as_many_patients_as_asked_for(tmp_path: Path) -> None:
    """The counts are those of the files, and progress ends at the number asked for."""
    heard: list[tuple[int, int]] = []
    made = generate(
        tmp_path, today=TODAY, patients=1_201, progress=lambda done, of: heard.append((done, of))
    )
    assert made.counts["patients.csv"] == 1_201
    assert {name: len(rows(tmp_path, name)) for name in made.counts} == made.counts
    assert heard[-1] == (1_201, 1_201)


def test_the_importer_takes_every_row(practice: Path) -> None:
    """Nothing of the default practice is rejected; only results of the year 2062 are noted."""
    extract = read_extract(practice, TODAY)
    assert extract.problems.filter(pl.col("severity") == "rejected").is_empty()
    assert set(extract.problems["code"].to_list()) <= {"future"}
    assert extract.patients.height == PATIENTS


def test_nhs_numbers_are_valid_unique_and_never_issued(patients: Rows) -> None:
    """Every NHS number begins with 9, has a valid check digit and belongs to one patient."""
    numbers = [row["nhs_number"] for row in patients if row["nhs_number"]]
    assert len(set(numbers)) == len(numbers) > 0.98 * PATIENTS
    assert all(number[0] == "9" for number in numbers)
    assert all(check_digit(number[:9]) == int(number[9]) for number in numbers)


def test_a_shared_mobile_is_a_familys() -> None:
    """In the mean practice no two households have a mobile in common, nor a landline."""
    mobiles: dict[str, set[str]] = {}
    lines: dict[str, set[str]] = {}
    town = Town(1, date(2026, 11, 30).toordinal(), PATIENTS)
    seen = 0
    for _rng, household in town.households():
        for person in household:
            seen += 1
            home = person.household
            if digits := mobile_digits(person.mobile):
                mobiles.setdefault(digits, set()).add(home)
            if person.home_phone:
                lines.setdefault(person.home_phone, set()).add(home)
        if seen >= PATIENTS:
            break
    assert len(mobiles) > 900
    assert max(map(len, lines.values())) == 1
    assert sum(len(homes) > 1 for homes in mobiles.values()) < 0.05 * len(mobiles)


def test_telephones_are_kept_for_drama(patients: Rows) -> None:
    """Every telephone number lies in one of the ranges that Ofcom keeps for drama."""
    for row in patients:
        assert not row["home_phone"] or LANDLINE.fullmatch(row["home_phone"])
        mobile = row["mobile_phone"]
        assert not mobile or MOBILE.fullmatch(mobile) or LANDLINE.fullmatch(mobile)


def test_nobody_can_be_found_or_written_to(patients: Rows) -> None:
    """Postcodes lie in an area that does not exist; mail goes to example domains."""
    assert all(re.fullmatch(r"ZZ[1-9] [1-9][A-Z]{2}", row["postcode"]) for row in patients)
    assert all(
        re.fullmatch(r"([a-z]+\.[a-z]+@example\.(com|org|net))?", r["email"]) for r in patients
    )


@pytest.mark.parametrize(
    ("condition", "low", "high"),
    [
        ("hypertension", 13.5, 17.0),
        ("diabetes", 5.6, 7.4),
        ("chd", 2.3, 3.7),
        ("copd", 1.4, 2.5),
        ("asthma", 5.0, 7.5),
        ("af", 1.7, 3.0),
        ("ckd", 2.8, 4.6),
        ("hf", 0.7, 1.6),
        ("stroke", 1.3, 2.6),
        ("dementia", 0.5, 1.3),
        ("smi", 0.6, 1.3),
        ("ld", 0.3, 0.9),
        ("ndh", 4.0, 7.5),
        ("thyroid", 3.0, 5.0),
    ],
)
def test_prevalence_is_near_that_of_england(
    codes: dict[str, set[str]], patients: Rows, condition: str, low: float, high: float
) -> None:
    """Living with a condition is as common, in per cent of the list, as QOF finds it."""
    wanted = {"diabetes": ("type1", "type2")}.get(condition, (condition,))
    members = {code.code for c in CONDITIONS if c.name in wanted for code in c.codes}
    resolving = {c.resolved.code for c in CONDITIONS if c.name in wanted and c.resolved}
    living = [
        row["patient_number"] for row in patients if not row["died_on"] and not row["left_on"]
    ]
    count = sum(bool(codes[n] & members) and not codes[n] & resolving for n in living)
    assert low < 100 * count / len(living) < high


def test_ages_are_those_of_england(patients: Rows) -> None:
    """A fifth is under 18, about a fifth 65 and over, one in forty 85 and over."""
    ages = [age_on(date.fromisoformat(row["date_of_birth"]), TODAY) for row in patients]
    shares = [100 * sum(map(test, ages)) / PATIENTS for test in (_child, _retired, _very_old)]
    assert [round(share) for share in shares] == pytest.approx([20, 19, 3], abs=2.5)


def _child(age: int) -> bool:
    return age < 18


def _retired(age: int) -> bool:
    return age >= 65


def _very_old(age: int) -> bool:
    return age >= 85


def test_odd_people_and_odd_contacts_are_there(patients: Rows) -> None:
    """Everything that makes an invite difficult happens to somebody."""
    assert any(not row["home_phone"] and not row["mobile_phone"] for row in patients)
    assert any(LANDLINE.fullmatch(row["mobile_phone"]) for row in patients)
    assert {row["sms_consent"] for row in patients} == {"allowed", "declined", "unknown"}
    for column in ("contact_allowed", "interpreter", "sensitive", "left_on", "died_on"):
        assert any(row[column] for row in patients), column
    assert any(row["nhs_number_status"] == "unverified" for row in patients)
    names = " ".join(f"{row['given_name']} {row['family_name']}" for row in patients)
    assert all(part in names for part in ("Siân", "Llŷr", "Ŵyn", "O'Brien", "Zoë", "-", "Łukasz"))


def test_households_share_what_households_share(patients: Rows) -> None:
    """People of one household have one address; some share a mobile, as children do."""
    homes: dict[str, Rows] = defaultdict(list)
    for row in patients:
        homes[row["household"]].append(row)
    assert all(len({row["postcode"] for row in home}) == 1 for home in homes.values())
    shared = [
        home
        for home in homes.values()
        if max(
            Counter(row["mobile_phone"] for row in home if row["mobile_phone"]).values(), default=0
        )
        > 1
    ]
    assert len(shared) > 50
    assert any(key.startswith("C") and len(home) > 3 for key, home in homes.items())


def test_the_book_has_every_kind_of_appointment(practice: Path, patients: Rows) -> None:
    """Booked ones lie ahead, others behind; some were missed, some belong to the departed."""
    gone = {row["patient_number"] for row in patients if row["left_on"] or row["died_on"]}
    book = rows(practice, "appointments.csv")
    today = f"{TODAY} 24:00"
    assert all((row["starts_at"] > today) == (row["status"] == "booked") for row in book)
    assert {row["status"] for row in book} == {"booked", "attended", "missed", "cancelled"}
    assert any(row["status"] == "booked" and row["patient_number"] in gone for row in book)


def test_events_are_as_untidy_as_in_life(practice: Path) -> None:
    """Clotted samples, odd units, months and years for dates, invites, DNAs and declines."""
    events = rows(practice, "events.csv")
    assert {row["kind"] for row in events} == {"", "invite", "dna", "declined"}
    assert any(row["value"] == "Sample clotted" for row in events)
    assert {"%", "mg/dL", "lb"} <= {row["unit"] for row in events}
    assert {len(row["date"]) for row in events} == {4, 7, 10}
    assert any(row["date"].startswith("2062") for row in events)


def test_time_goes_on(practice: Path, tmp_path: Path) -> None:
    """Eight days later booked people have come, some have died or left, and others have joined."""
    made = next_extract(practice, tmp_path, today=LATER)
    before = {row["patient_number"]: row for row in rows(practice, "patients.csv")}
    after = {row["patient_number"]: row for row in rows(tmp_path, "patients.csv")}
    assert before.keys() < after.keys()
    changed = [number for number, row in before.items() if row != after[number]]
    assert changed
    assert all(after[number]["left_on"] or after[number]["died_on"] for number in changed)
    was = {_key(row): row["status"] for row in rows(practice, "appointments.csv")}
    now = {_key(row): row for row in rows(tmp_path, "appointments.csv")}
    assert was.keys() < now.keys()
    moved = {now[key]["status"] for key, status in was.items() if now[key]["status"] != status}
    assert {"attended", "missed"} <= moved <= {"attended", "missed", "cancelled"}
    assert all(r["starts_at"][:10] > f"{LATER}" for r in now.values() if r["status"] == "booked")
    extract = read_extract(made.folder, LATER)
    assert extract.problems.filter(pl.col("severity") == "rejected").is_empty()


def _key(row: dict[str, str]) -> tuple[str, str]:
    return row["patient_number"], row["appointment_id"]


def test_the_future_is_certain_too(practice: Path, tmp_path: Path) -> None:
    """The next extract is decided by the one before, the day and the seed."""
    for name in ("one", "two"):
        next_extract(practice, tmp_path / name, today=LATER)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_who_is_asked_to_come_comes(practice: Path, patients: Rows, tmp_path: Path) -> None:
    """A patient who is named has the items recorded, the day before the next extract."""
    number = next(row["patient_number"] for row in patients if not row["left_on"] + row["died_on"])
    next_extract(practice, tmp_path, today=LATER, attend={number: ["hba1c", "bp"]})
    new = [
        row["term"].split()[0]
        for row in rows(tmp_path, "events.csv")
        if row["patient_number"] == number and row["date"] == "2026-11-29"
    ]
    assert new == ["Haemoglobin", "Systolic", "Diastolic"]


def test_only_its_own_extract_can_be_continued(practice: Path, tmp_path: Path) -> None:
    """A folder of another kind, an earlier day and an unknown patient are refused in one line."""
    with pytest.raises(BadInput, match="not there"):
        next_extract(tmp_path, tmp_path / "next", today=LATER)
    with pytest.raises(BadInput, match="later day"):
        next_extract(practice, tmp_path / "next", today=TODAY)
    with pytest.raises(BadInput, match="has the number 7"):
        next_extract(practice, tmp_path / "next", today=LATER, attend={"7": []})
    with pytest.raises(BadInput, match="cannot do the item 'psa'"):
        next_extract(practice, tmp_path / "next", today=LATER, attend={"10001": ["psa"]})
    assert not (tmp_path / "next").exists()
    with pytest.raises(BadInput, match="another folder"):
        next_extract(practice, practice, today=LATER)
