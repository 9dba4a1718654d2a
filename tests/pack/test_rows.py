"""The rows of the reference of UK recall rules: each is a recall, and has worked examples."""

from typing import Final

import pytest

from recall_tui.domain.ids import RecallId
from recall_tui.domain.recalls import Activity
from recall_tui.pack.case_reader import SHIPPED_CASES, own_cases
from recall_tui.pack.reader import SHIPPED
from tests.support.shipped_rules import shipped_rules

BOOK: Final = shipped_rules()

ROWS: Final = {
    "type 2 diabetes": ("diabetes",),
    "type 1 diabetes": ("diabetes_type1",),
    "non-diabetic hyperglycaemia": ("ndh",),
    "hypertension": ("hypertension",),
    "coronary heart disease": ("chd",),
    "stroke and TIA": ("stroke_tia",),
    "peripheral arterial disease": ("pad",),
    "heart failure": ("heart_failure",),
    "atrial fibrillation": ("af",),
    "chronic kidney disease": ("ckd",),
    "asthma": ("asthma",),
    "COPD": ("copd",),
    "dementia": ("dementia",),
    "severe mental illness": ("smi", "smi_lithium"),
    "learning disability": ("learning_disability",),
    "epilepsy": ("epilepsy",),
    "rheumatoid arthritis": ("rheumatoid_arthritis",),
    "osteoporosis": ("osteoporosis",),
    "hypothyroidism": ("thyroid",),
    "DOAC": ("doac",),
    "warfarin": ("warfarin",),
    "DMARDs": ("dmards",),
    "lithium": ("lithium",),
    "ACE inhibitor, ARB, MRA": ("acei_arb", "acei_arb_ckd", "mra"),
    "statin": ("statin", "statin_year"),
    "combined pill": ("combined_pill",),
    "HRT": ("hrt",),
    "depot contraception": ("depot_contraception",),
    "antipsychotics": ("antipsychotics",),
    "amiodarone and others": (
        *("amiodarone", "carbimazole", "carbamazepine", "valproate", "digoxin", "allopurinol"),
    ),
    "NHS Health Check": ("nhs_health_check",),
    "cervical screening": ("cervical_screening",),
    "flu": ("flu",),
    "pneumococcal": ("pneumococcal",),
    "shingles": ("shingles", "shingles_70"),
    "RSV and COVID": ("rsv", "rsv_80", "rsv_care_home", "covid"),
    "B12": ("b12",),
    "PSA": ("psa_monitoring",),
    "MGUS": ("mgus",),
    "medication review": ("medication_review",),
    "obesity": ("obesity",),
}
"""All 41, in its order (B1)."""

NAMES: Final = [name for names in ROWS.values() for name in names]


def test_every_row_is_a_recall_and_every_recall_a_row() -> None:
    """Nothing of the reference is left out, and nothing is shipped that it does not know."""
    assert len(ROWS) == 41
    assert sorted(NAMES) == sorted(BOOK.recalls)


@pytest.mark.parametrize("name", NAMES)
def test_a_recall_has_worked_examples_from_a_source(name: str) -> None:
    """Somebody is on its register, and something that it asks for is expected on a date."""
    recall = BOOK.recalls[RecallId(name)]
    cases = own_cases(SHIPPED_CASES / f"{name}.toml")
    text = (SHIPPED_CASES / f"{name}.toml").read_text(encoding="utf-8")
    assert text.startswith("source = [\n")
    assert len(cases) >= 2
    assert {case.registers.get(name) for case in cases} >= {"on"}
    asked = {item for case in cases for item in case.due}
    wanted = {need.item for need in recall.requirements}
    assert asked & wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_recall_that_waits_for_a_list_says_so_and_is_off(name: str) -> None:
    """Codes made up for an example are only for lists that nobody has supplied."""
    recall = BOOK.recalls[RecallId(name)]
    cases = own_cases(SHIPPED_CASES / f"{name}.toml")
    made_up = {cluster for case in cases for cluster in case.codes}
    assert bool(made_up) == bool(recall.unverified)
    if made_up:
        assert recall.activity is Activity.INACTIVE
        assert all(cluster in recall.unverified for cluster in made_up - {"HYSTERECTOMY_COD"})


@pytest.mark.parametrize("name", NAMES)
def test_a_number_without_a_source_says_so(name: str) -> None:
    """First checks after a start say "assumed"; the day on which an offer began, whence it is."""
    recall = BOOK.recalls[RecallId(name)]
    text = (SHIPPED / "recalls" / f"{name}.toml").read_text(encoding="utf-8")
    if "first_after_days" in text or 'issue as "still on it"' in text:
        assert "assumed" in text
    if recall.offered_from is not None:
        said = next(
            one for one in text.splitlines()[::-1] if one.startswith("#") and "source" in one
        )
        assert text.index(said) < text.index("offered_from")


QOF: Final = ("diabetes", "ndh", "hypertension", "chd", "stroke_tia", "pad", "heart_failure", "af")


@pytest.mark.parametrize("name", [*QOF, "ckd", "asthma", "copd", "dementia", "smi"])
def test_invites_in_the_record_count_for_every_qof_condition(name: str) -> None:
    """The code for an invite to any QOF care counts for each, whatever else its own list holds."""
    recall = BOOK.recalls[RecallId(name)]
    codes = {code for one in recall.invited_by for code in BOOK.clusters[one].codes}
    assert "1109921000000106" in codes
