"""Settings: options before environment before file before defaults; mistakes are named."""

import stat
from collections.abc import Mapping
from datetime import date
from os import uname
from pathlib import Path

import pytest

from recall_tui.errors import BadInput, RecallError, StoreTrouble, UsageProblem
from recall_tui.house_exports import place_words
from recall_tui.practice_settings import PracticeSettings
from recall_tui.settings import (
    FILE_NAME,
    Options,
    Settings,
    load_settings,
    make_private_folder,
    user_data_folder,
)


def _load(
    folder: Path,
    text: str = "",
    env: Mapping[str, str] | None = None,
    options: Options | None = None,
) -> Settings:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return load_settings(env or {}, options, folder)


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    """No file, no environment: a store in the data folder and the defaults of the design."""
    settings = load_settings({}, data_folder=tmp_path)
    assert settings.sqlite_file == tmp_path / "recall.db"
    assert (settings.practice, settings.today, settings.file) == (None, None, None)
    assert settings.decided == PracticeSettings()
    assert settings.log_file == tmp_path / "recall.log"
    assert settings.spool_folder == tmp_path / "spool"
    path, over_ssh = settings.spool_folder / "a.csv", {"SSH_CONNECTION": "10.0.0.2 1 10.0.0.1 22"}
    assert place_words(path, "jo", {}) == str(path)
    assert f"scp jo@{uname().nodename}:{path} ." in place_words(path, "jo", over_ssh)


def test_the_defaults_are_those_of_the_design() -> None:
    """Where the sources are silent, these numbers decide."""
    decided = PracticeSettings()
    assert dict(decided.tolerance.weeks) == {1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 12: 12}
    assert decided.tolerance.weeks_longer == 16
    assert decided.new_patients.diagnosed_months == 3
    assert decided.new_patients.registered_days == 28
    assert decided.appointments.slot_minutes == 40
    assert decided.appointments.slot_minutes_by_flag == {"learning_disability": 60}
    assert decided.appointments.offer_along_weeks == 8
    assert decided.snooze.days == decided.snooze.high_risk_days == 7
    assert decided.worklist.opens_weeks == 6
    assert decided.recall_date.drift_factor == 1.25
    assert decided.recall_date.choice == "birthday"
    assert len(decided.appointments.staff_groups) == 10
    assert decided.appointments.places == ("surgery", "home", "care_home", "telephone")
    assert decided.invites.stale_days == 3
    assert not decided.store.allow_network_sqlite


def test_the_data_folder_is_the_users_own(own_home: Path) -> None:
    """Without being told otherwise, everything lies under the user's home."""
    assert user_data_folder().is_relative_to(own_home)


def test_an_option_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    """The nearest word wins, for the store and for the practice."""
    text = '[store]\nurl = "/f/file.db"\n[site]\npractice = "c00001"\n'
    assert _load(tmp_path, text).database == "sqlite:////f/file.db"
    assert _load(tmp_path, text).practice == "C00001"
    env = {"RECALL_DB": "/e/env.db", "RECALL_PRACTICE": "B00001"}
    assert _load(tmp_path, text, env).database == "sqlite:////e/env.db"
    assert _load(tmp_path, text, env).practice == "B00001"
    options = Options(db="/o/opt.db", practice="A00001", today="2026-01-31")
    settings = _load(tmp_path, text, env, options)
    assert settings.database == "sqlite:////o/opt.db"
    assert settings.practice == "A00001"
    assert settings.today == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("given", "url", "words"),
    [
        ("/a/b.db", "sqlite:////a/b.db", "/a/b.db"),
        ("sqlite:////a/b.db", "sqlite:////a/b.db", "/a/b.db"),
        ("postgresql://jo:pw@host/r", "postgresql://jo:pw@host/r", "postgresql://jo@host/r"),
        ("postgres://host/r", "postgresql://host/r", "postgresql://host/r"),
        ("postgresql+psycopg://host/r", "postgresql://host/r", "postgresql://host/r"),
    ],
)
def test_a_database_is_a_file_or_a_url(tmp_path: Path, given: str, url: str, words: str) -> None:
    """A path means SQLite; a password is never shown, not even in the settings' own repr."""
    settings = _load(tmp_path, env={"RECALL_DB": given})
    assert settings.database == url
    assert settings.database_words == words
    assert "pw" not in repr(settings)


@pytest.mark.parametrize(
    "env",
    [
        {"RECALL_DB": "mysql://host/x"},
        {"RECALL_DB": "sqlite://"},
        {"RECALL_DB": "sqlite:///"},
        {"RECALL_TODAY": "22/11/2026"},
        {"RECALL_TODAY": "2026-02-30"},
        {"RECALL_PRACTICE": "the surgery"},
    ],
)
def test_a_mistake_in_the_environment_is_one_line_of_usage(
    tmp_path: Path, env: dict[str, str]
) -> None:
    """What was typed wrongly is quoted, with the form it should have."""
    with pytest.raises(UsageProblem) as caught:
        _load(tmp_path, env=env)
    assert len(caught.value.words) > 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[snooz]\ndays = 3", "[snooz]: no such section; did you mean snooze?"),
        ("[snooze]\nday = 3", "[snooze] day: no such setting; did you mean days?"),
        ("[snooze]\ndays = '3'", "[snooze] days: must be a whole number"),
        ("[snooze]\ndays = 3.5", "[snooze] days: must be a whole number"),
        ("[snooze]\ndays = true", "[snooze] days: must be a whole number"),
        ("[snooze]\nhigh_risk_days = 8", "[snooze] high_risk_days: must be from 1 to 7, not 8"),
        ("[recall_date]\nchoice = 'x'", "'x' is none of birthday, medication_review"),
        ("[recall_date]\nfree_months = 8", "free_months: must be a list"),
        ("[recall_date]\nfree_months = [13]", "must be from 1 to 12, not 13"),
        ("[recall_date]\ndrift_factor = 'x'", "drift_factor: must be a number"),
        ("[tolerance]\nweeks = 3", "weeks: must be a table"),
        ("[tolerance]\nweeks = {x = 1}", "'x' must be a number of months"),
        ("[tolerance]\nweeks = {}", "must name at least one frequency"),
        ("[appointments]\nslot_minutes_by_group = {cook = 9}", "'cook' is none of phlebotomist"),
        ("[appointments]\nstaff_groups = ['cook']", "'cook' is none of phlebotomist"),
        ("[appointments]\nstaff_groups = []", "staff_groups: must name at least one"),
        ("[appointments]\nplaces = []", "places: must name at least one"),
        ("[appointments]\ncheck_after_days = 9", "check_after_days: no such setting"),
        ("[invites]\nmost = 4", "[invites] most: no such setting"),
        ("[imports]\nmost_departed = 9", "[imports]: no such section"),
        ("[store]\nallow_network_sqlite = 1", "must be true or false"),
        ("[worklist]\npatient_number_name = ''", "must be text in quotes"),
        ("[site]\npractice = 5", "[site] practice: must be text in quotes"),
        ("snooze = 3", "snooze must be a section, written [snooze]"),
        ("a b", "is not TOML: "),
    ],
)
def test_a_mistake_in_the_file_names_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    """The person who wrote the file is told which file, which key, and what it should be."""
    with pytest.raises(BadInput) as caught:
        _load(tmp_path, text)
    assert caught.value.words.startswith(f"{tmp_path / FILE_NAME}: ")
    assert words in caught.value.words


def test_what_the_file_states_replaces_the_default_and_nothing_else(tmp_path: Path) -> None:
    """Each setting stands for itself."""
    text = (
        "[tolerance]\nweeks = {1 = 1, 12 = 10}\n"
        "[recall_date]\nfree_months = [8, 12]\ndrift_factor = 2\n"
        "[appointments]\nslot_minutes_by_group = {gp = 15}\n"
    )
    decided = _load(tmp_path, text).decided
    assert dict(decided.tolerance.weeks) == {1: 1, 12: 10}
    assert decided.tolerance.weeks_longer == 16
    assert decided.recall_date.free_months == (8, 12)
    assert decided.recall_date.drift_factor == 2.0
    assert decided.appointments.slot_minutes_by_group == {"gp": 15}
    assert decided.appointments.slot_minutes == 40


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """A file in another encoding is named with what to do."""
    (tmp_path / FILE_NAME).write_bytes(b"[site]\npractice = '\xe9'\n")
    with pytest.raises(BadInput, match="is not UTF-8 text"):
        load_settings({}, data_folder=tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder in the place of the file is no traceback."""
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(RecallError, match="cannot be read"):
        load_settings({}, data_folder=tmp_path)


def test_the_folder_is_private(tmp_path: Path) -> None:
    """Nobody else on the server can look into the data folder."""
    folder = make_private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert make_private_folder(folder) == folder


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The words say which folder, and which setting moves it."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreTrouble, match="cannot be made"):
        make_private_folder(tmp_path / "file" / "folder")
