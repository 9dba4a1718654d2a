"""The two real samples through the commands: what is reported, who is listed, and why not."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from recall_tui.domain.ids import ClusterId
from storage.driver import SQLITE
from tests.cli.running import Answer, Runner
from tests.support.shipped_rules import shipped_rules

DATA = Path(__file__).parents[1] / "importers" / "data"
TODAY = "2025-08-27"
LIVING = {
    "HYP_COD": 24, "DM_COD": 7, "STRK_COD": 4, "OSTEO_COD": 3, "DEM_COD": 2, "CHD_COD": 1,
    "AST_COD": 1, "AFIB_COD": 1, "EPIL_COD": 1, "HF_COD": 0, "COPD_COD": 0,
}  # fmt: skip
EVER = {
    "HYP_COD": 27, "DM_COD": 8, "STRK_COD": 5, "OSTEO_COD": 5, "DEM_COD": 4, "CHD_COD": 6,
    "AST_COD": 2, "AFIB_COD": 1, "EPIL_COD": 1, "HF_COD": 5, "COPD_COD": 2,
}  # fmt: skip
OURS = {"STRK_COD": "STIA_COD"}
"""The sample's name of a cluster, and what the pack calls it."""

RESOLVED = {
    "HYP_COD": "HYPRES_COD", "DM_COD": "DMRES_COD", "AST_COD": "ASTRES_COD",
    "EPIL_COD": "EPILRES_COD", "HF_COD": "HFRES_COD", "COPD_COD": "COPDRES_COD",
}  # fmt: skip


def _import(name: str, folder: Path, patch: pytest.MonkeyPatch) -> tuple[Runner, Answer]:
    recall = Runner(folder / "recall.db", patch, today=TODAY)
    recall.begin()
    return recall, recall.ok("import", str(DATA / name), "--json")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runner, Answer]]:
    """Give the American sample, imported and planned."""
    folder = tmp_path_factory.mktemp("american")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "home"))
        yield _import("us_csv_113.zip", folder, patch)


def _select(recall: Runner, sql: str) -> list[tuple[Any, ...]]:
    with closing(SQLITE.connect(recall.store)) as connection:
        return connection.execute(sql).fetchall()


def _coded(recall: Runner, cluster: str, *, living: bool) -> set[str]:
    """Return the patients with a code of a cluster; ``living``: alive, and not resolved since."""
    clusters = shipped_rules().clusters

    def latest(name: str) -> dict[str, str]:
        codes = clusters[ClusterId(name)].codes if name in clusters else frozenset[str]()
        rows = _select(recall, "SELECT patient_number, code, event_date FROM coded_event")
        found: dict[str, str] = {}
        for patient, code, on in rows:
            if code in codes and on <= TODAY:
                found[patient] = max(on, found.get(patient, ""))
        return found

    on = latest(OURS.get(cluster, cluster))
    if not living:
        return set(on)
    off = latest(RESOLVED.get(cluster, ""))
    dead = {row[0] for row in _select(recall, "SELECT patient_number FROM patient "
                                      "WHERE died_on IS NOT NULL")}  # fmt: skip
    return {one for one, day in on.items() if one not in dead and off.get(one, "") <= day}


def test_the_american_sample_is_clean(sample: tuple[Runner, Answer]) -> None:
    """Nothing is reported, and importing it again changes nothing."""
    recall, answer = sample
    report = answer.objects[0]
    assert (report["applied"], report["problem_count"]) == (True, 0)
    assert report["counts"]["patients"]["added"] == 113
    again = recall.ok("import", str(DATA / "us_csv_113.zip"), "--json").objects[0]
    assert not again["applied"]
    kinds = list(again["counts"].values())
    assert not any(counts["added"] + counts["changed"] + counts["removed"] for counts in kinds)


@pytest.mark.parametrize("cluster", sorted(LIVING))
def test_the_registers_hold_the_known_numbers(sample: tuple[Runner, Answer], cluster: str) -> None:
    """Living patients with an unresolved code, and everybody who ever had one, as counted."""
    recall, _answer = sample
    found = (len(_coded(recall, cluster, living=True)), len(_coded(recall, cluster, living=False)))
    assert found == (LIVING[cluster], EVER[cluster])


@pytest.mark.parametrize(
    ("cluster", "recall_id"),
    [("HYP_COD", "hypertension"), ("DM_COD", "diabetes"), ("STRK_COD", "stroke_tia"),
     ("DEM_COD", "dementia"), ("CHD_COD", "chd"), ("AST_COD", "asthma"), ("AFIB_COD", "af"),
     ("HF_COD", "heart_failure"), ("COPD_COD", "copd")],
)  # fmt: skip
def test_explain_says_who_is_on_and_why_not(
    sample: tuple[Runner, Answer], cluster: str, recall_id: str
) -> None:
    """Of those with the code each is on the recall, or the clause at fault is named."""
    recall, _answer = sample
    lines = {one["recall"]: one for one in recall.ok("balance", "--json").objects}
    coded = sorted(_coded(recall, cluster, living=True))
    told = [recall.ok("explain", one, "--recall", recall_id, "--json").objects[0] for one in coded]
    on_register = lines[recall_id]["on_register"] if recall_id in lines else 0
    assert sum(one["on"] for one in told) == on_register
    for one in told:
        if not one["on"]:
            assert re.match(r"Not on the register\. (Not true|In the way): ", one["why"][0])
        else:
            assert any(clause["on"] for clause in one["clauses"])


def test_explain_names_the_drug_that_is_missing(sample: tuple[Runner, Answer]) -> None:
    """Asthma counts with a drug in the last twelve months: who has none is held, and reads why."""
    recall, _answer = sample
    (patient,) = _coded(recall, "AST_COD", living=True)
    told = recall.ok("explain", patient, "--recall", "asthma", "--json").objects[0]
    assert (told["on"], told["held"]) == (True, True)
    assert "On hold: No asthma drug in 12 months: off the QOF register." in told["why"]
    assert {one["state"] for one in told["requirements"]} <= {"on_hold", "done"}


def test_explain_names_the_age_that_is_wanting(sample: tuple[Runner, Answer]) -> None:
    """A child with a code is not on an adults' recall, and the age is what is named."""
    recall, _answer = sample
    (young,) = _select(recall, "SELECT patient_number FROM patient WHERE died_on IS NULL "
                       "ORDER BY date_of_birth DESC LIMIT 1")[0]  # fmt: skip
    told = recall.ok("explain", str(young), "--recall", "diabetes", "--json").objects[0]
    assert not told["on"]
    assert "Not true: aged 17 or over" in told["why"][0]


def test_nobody_dead_is_listed_and_every_item_once(sample: tuple[Runner, Answer]) -> None:
    """Through a year of lists: no dead patient, one line a patient, one line an item."""
    recall, _answer = sample
    dead = {row[0] for row in _select(recall, "SELECT patient_number FROM patient "
                                      "WHERE died_on IS NOT NULL")}  # fmt: skip
    assert len(dead) == 13
    for month in ("2025-08", "2025-09", "2025-12", "2026-03"):
        rows = recall.ok("worklist", "--month", month, "--all", "--json").objects
        people = [row["patient"] for row in rows]
        assert len(people) == len(set(people))
        assert not dead & set(people)
        for row in rows:
            dues = [due["item"] for one in row["planned_appointments"] for due in one["due_items"]]
            assert max(Counter(dues).values()) == 1, (month, row["patient"])
    assert people


def test_every_defective_row_of_the_british_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All medications and immunisations are named by file and line, and none is shifted."""
    recall, answer = _import("uk_swpc_100.zip", tmp_path, monkeypatch)
    report = answer.objects[0]
    assert report["applied"]
    assert report["problem_count"] == len(report["problems"]) == 2_021 + 105
    for file, rows in (("immunizations.csv", 2_021), ("medications.csv", 105)):
        lines = [one["line"] for one in report["problems"] if one["file"] == file]
        assert lines == list(range(2, rows + 2))
    rejected = {table: one["rejected"] for table, one in report["counts"].items()}
    assert (rejected["events"], rejected["medications"]) == (2_021, 105)
    shutil.copyfile(DATA / "uk_swpc_100.zip", tmp_path / "again.zip")
    again = recall.ok("import", str(tmp_path / "again.zip"), "--json").objects[0]
    assert not again["applied"]
    assert recall.ok("worklist", "--all", "--json").objects
    assert all(one["difference"] == 0 for one in recall.ok("balance", "--json").objects)
