"""What the shipped pack promises, recall by recall and code by code."""

import csv
from datetime import date
from pathlib import Path

import pytest

from recall_tui.domain.expressions import Coded
from recall_tui.domain.ids import ClusterId, FlagId, ItemId, RecallId
from recall_tui.domain.items import Item, StaffGroup, ValueNeed
from recall_tui.domain.recalls import Activity, Anchored, Interval, Recall, Rulebook
from recall_tui.pack.check import check_pack
from recall_tui.pack.reader import SHIPPED
from recall_tui.pack.snomed import code_fault
from tests.support.shipped_rules import shipped_rules

BOOK = shipped_rules()
RECALLS = sorted(BOOK.recalls.values(), key=lambda recall: recall.id)
ITEMS = sorted(BOOK.items.values(), key=lambda item: item.id)
CLUSTER_FILES = sorted(
    path for path in (SHIPPED / "clusters").glob("*.csv") if path.stem != "manifest"
)

ACTIVE = [
    "acei_arb",
    "acei_arb_ckd",
    "af",
    "amiodarone",
    "antipsychotics",
    "asthma",
    "chd",
    "ckd",
    "copd",
    "dementia",
    "diabetes",
    "dmards",
    "doac",
    "heart_failure",
    "hypertension",
    "lithium",
    "ndh",
    "pad",
    "smi",
    "smi_lithium",
    "stroke_tia",
    "thyroid",
    "warfarin",
]

# item, its code, why it must complete the item
CODES = [
    ("hba1c", "999791000000106", "the IFCC code that QOF counts"),
    ("hba1c", "1003671000000109", "HbA1c without a named method, as Synthea's is mapped"),
    ("ue", "1000731000000107", "serum creatinine"),
    ("egfr", "80274001", "glomerular filtration rate"),
    ("egfr", "1020291000000106", "MDRD, as Synthea's is mapped"),
    ("egfr", "1107411000000104", "by the laboratory"),
    ("lipids", "1005671000000105", "serum cholesterol"),
    ("acr", "1023491000000104", "urine albumin:creatinine ratio"),
    ("fbc", "1022431000000105", "haemoglobin"),
    ("lft", "1018251000000107", "serum ALT"),
    ("tsh", "1022791000000101", "serum TSH"),
    ("lithium_level", "1006681000000100", "serum lithium"),
    ("psa", "1000381000000105", "serum PSA"),
    ("inr", "165581004", "the only code of the INR that was found"),
    ("bmi", "60621009", "body mass index"),
    ("weight", "27113001", "body weight"),
    ("bp", "271649006", "systolic"),
    ("bp", "271650006", "diastolic"),
    ("bp", "413606001", "home average systolic"),
    ("bp", "413605002", "home average diastolic"),
    ("smoking", "77176002", "smoker"),
    ("smoking", "8517006", "ex-smoker"),
    ("smoking", "266919005", "never smoked"),
    ("foot_check", "134388005", "monofilament"),
    ("asthma_review", "394700004", "asthma annual review"),
    ("copd_review", "394703002", "COPD annual review"),
    ("copd_review", "760621000000103", "COPD six-monthly review"),
    ("diabetes_review", "170777000", "diabetic annual review"),
    ("af_review", "248411000000105", "AF annual review"),
    ("hf_review", "390885007", "heart failure annual review"),
    ("dementia_care_plan", "956841000000106", "care plan agreed"),
    ("medication_review", "1239511000000100", "structured medication review"),
    ("cvd_risk", "1085871000000105", "QRISK3 score"),
]

# recall, a diagnosis that puts somebody on its register
DIAGNOSES = [
    ("diabetes", "DM_COD", "44054006"),
    ("diabetes", "DM_COD", "46635009"),
    ("ndh", "NDHGD_COD", "700449008"),
    ("ndh", "NDHGD_COD", "11687002"),
    ("hypertension", "HYP_COD", "38341003"),
    ("chd", "CHD_COD", "53741008"),
    ("stroke_tia", "STIA_COD", "230690007"),
    ("stroke_tia", "STIA_COD", "266257000"),
    ("pad", "PAD_COD", "399957001"),
    ("heart_failure", "HF_COD", "84114007"),
    ("af", "AFIB_COD", "49436004"),
    ("ckd", "CKD_COD", "700378005"),
    ("asthma", "AST_COD", "195967001"),
    ("copd", "COPD_COD", "13645005"),
    ("dementia", "DEM_COD", "52448006"),
    ("smi", "MH_COD", "58214004"),
    ("learning_disability", "LD_COD", "110359009"),
    ("epilepsy", "EPIL_COD", "84757009"),
    ("rheumatoid_arthritis", "RARTH_COD", "69896004"),
    ("osteoporosis", "OSTEO_COD", "64859006"),
    ("thyroid", "THY_COD", "40930008"),
]


def _recall(name: str) -> Recall:
    return BOOK.recalls[RecallId(name)]


def _item(name: str) -> Item:
    return BOOK.items[ItemId(name)]


def _codes(book: Rulebook, item: Item) -> set[str]:
    return {code for cluster in item.clusters for code in book.clusters[cluster].codes}


def _own_value(item: Item, unit: str, value: float) -> float:
    limits = next(limits for limits in item.ranges if limits.unit == unit)
    assert limits.low <= value <= limits.high
    return value * limits.scale + limits.offset


def test_the_shipped_pack_has_no_fault() -> None:
    """What is delivered can be read, whole."""
    assert not check_pack(SHIPPED)


@pytest.mark.parametrize("recall", RECALLS, ids=lambda recall: recall.id)
def test_a_recall_says_where_it_comes_from_and_who_has_not_approved_it(recall: Recall) -> None:
    """Source, version and review date stand in each; approval is the practice's own to give."""
    assert recall.source.startswith("http")
    assert recall.version
    assert recall.review_on is not None
    assert recall.review_on > date(2026, 11, 22)
    assert not recall.approver
    assert 0 < len(recall.short) <= 8
    assert recall.requirements


def test_the_recalls_that_are_on_by_default() -> None:
    """The common ones, and only those whose codes are known."""
    assert [recall.id for recall in BOOK.active()] == ACTIVE


@pytest.mark.parametrize("recall", RECALLS, ids=lambda recall: recall.id)
def test_a_recall_without_its_codes_is_off_and_says_which(recall: Recall) -> None:
    """No list that was not found is made up, and no recall runs on an empty one."""
    used = {cluster for one in recall.requirements for cluster in _item(one.item).clusters}
    used |= {recall.start} if recall.start else set()
    lacking = {cluster for cluster in used if not BOOK.clusters[cluster].codes}
    if lacking:
        assert recall.activity is Activity.INACTIVE
        assert all(cluster in recall.unverified for cluster in lacking)


def test_the_short_names_of_recalls_differ() -> None:
    """A narrow column never shows two recalls alike."""
    assert len({recall.short for recall in RECALLS}) == len(RECALLS)


@pytest.mark.parametrize("recall", RECALLS, ids=lambda recall: recall.id)
def test_indicators_are_those_of_their_contract_year(recall: Recall) -> None:
    """An id that was retired on 1 April 2026 is not claimed in 2026/27, nor a new one before."""
    retired = {"DM012", "NDH002", "HYP008", "HYP009", "CHD015", "CHD016", "AST007", "STIA014"}
    new = {"DM037", "NDH003", "HYP010", "HYP011", "CD001", "CD002", "AST015", "OB004"}
    for requirement in recall.requirements:
        assert set(requirement.qof) <= {"2025/26", "2026/27"}
        assert not retired & set(requirement.qof.get("2026/27", ()))
        assert not new & set(requirement.qof.get("2025/26", ()))


def test_the_eight_care_processes_of_diabetes() -> None:
    """DM037 needs every one of the eight in the year."""
    processes = {"hba1c", "bp", "ue", "lipids", "acr", "bmi", "smoking", "foot_check"}
    asked = {
        requirement.item
        for requirement in _recall("diabetes").requirements
        if "DM037" in requirement.qof.get("2026/27", ())
    }
    assert asked == processes


def test_monitored_drugs_are_high_risk_and_counted_from_the_last_test() -> None:
    """Twelve-weekly and three-monthly blood tests are never hidden and never calendar-bound."""
    for name in ("dmards", "lithium", "warfarin", "doac", "amiodarone"):
        recall = _recall(name)
        assert recall.high_risk
        assert recall.start_drug
        assert not recall.exclusions
        assert all(isinstance(one.schedule, Interval) for one in recall.requirements)


def test_reviews_of_conditions_fall_on_the_recall_date() -> None:
    """Long-term conditions share the recall date, so that one appointment serves several."""
    for name in ("diabetes", "hypertension", "chd", "stroke_tia", "copd", "asthma", "ckd"):
        assert all(isinstance(one.schedule, Anchored) for one in _recall(name).requirements)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_an_item_has_short_words_for_the_appointment(item: Item) -> None:
    """Reason and notes fit the boxes of the clinical systems."""
    assert 0 < len(item.reason) <= 30
    assert 0 < len(item.notes) <= 80


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_conversion_keeps_the_limits_together(item: Item) -> None:
    """A believable value in one unit is not absurd in the item's own."""
    for limits in item.ranges:
        own = item.ranges[0]
        assert limits.low * limits.scale + limits.offset >= own.low - 0.3 * (own.high - own.low)
        assert limits.high * limits.scale + limits.offset <= 1.3 * own.high


@pytest.mark.parametrize(
    ("name", "unit", "value", "own"),
    [
        ("hba1c", "%", 6.5, 47.5),
        ("hba1c", "%", 7.0, 53.0),
        ("hba1c", "%", 10.0, 85.8),
        ("ue", "mg/dL", 1.0, 88.4),
        ("lipids", "mg/dL", 200.0, 5.17),
        ("acr", "mg/g", 30.0, 3.39),
        ("fbc", "g/dL", 13.5, 135.0),
        ("weight", "[lb_av]", 154.0, 69.9),
    ],
)
def test_american_units_are_converted(name: str, unit: str, value: float, own: float) -> None:
    """The IFCC master equation and the molar masses, against published pairs."""
    assert _own_value(_item(name), unit, value) == pytest.approx(own, abs=0.06)


def test_competence_is_a_matrix_and_not_a_ladder() -> None:
    """A pharmacist does no feet, a phlebotomist no blood pressure, a nurse no action plan."""
    assert StaffGroup.PHARMACIST not in _item("foot_check").staff
    assert StaffGroup.PHLEBOTOMIST not in _item("bp").staff
    assert StaffGroup.PHLEBOTOMIST in _item("hba1c").staff
    assert StaffGroup.GP not in _item("hba1c").staff
    assert StaffGroup.HCA not in _item("asthma_review").staff


def test_blood_pressure_needs_both_parts() -> None:
    """A systolic alone is no blood pressure."""
    systolic, diastolic = _item("bp").parts
    assert systolic == (ClusterId("SYSTOLIC_COD"),)
    assert diastolic == (ClusterId("DIASTOLIC_COD"),)
    assert not BOOK.clusters[systolic[0]].codes & BOOK.clusters[diastolic[0]].codes
    assert _item("bp").value is ValueNeed.REQUIRED


@pytest.mark.parametrize(("name", "code", "why"), CODES)
def test_a_known_code_completes_its_item(name: str, code: str, why: str) -> None:
    """The codes that laboratories and templates write are in the clusters of the items."""
    assert code in _codes(BOOK, _item(name)), why


@pytest.mark.parametrize(("name", "cluster", "code"), DIAGNOSES)
def test_a_headline_diagnosis_is_in_the_register_list(name: str, cluster: str, code: str) -> None:
    """The usual code of each condition is in the cluster that its register asks for."""
    assert code in BOOK.clusters[ClusterId(cluster)].codes
    assert f"'{cluster}'" in repr(_recall(name).register)


def test_declining_never_completes_an_item() -> None:
    """Codes of refusal are in no cluster that completes something."""
    refusals = {"116471000119100", "413123006", "716031000000106", "716771000000106"}
    for item in ITEMS:
        assert not refusals & _codes(BOOK, item)


def test_a_visit_to_a_care_home_does_not_make_a_resident() -> None:
    """Only codes of residence set the flag; events at care homes do not."""
    (cluster,) = BOOK.flags[FlagId("care_home")].on
    codes = BOOK.clusters[cluster].codes
    assert {"248171000000108", "160734000", "394923006"} <= codes
    assert not codes & {"889311000000109", "153422005", "1025041000000100", "876880009"}


def test_being_housebound_ends() -> None:
    """No longer housebound is an opposite code, so that the newest wins."""
    flag = BOOK.flags[FlagId("housebound")]
    assert "160689007" in BOOK.clusters[flag.on[0]].codes
    assert "760661000000106" in BOOK.clusters[flag.off[0]].codes


def test_one_grade_of_frailty_ends_the_others() -> None:
    """Whoever was moderately frail and is now severely frail has one flag."""
    for grade, others in (("mild", "MS"), ("moderate", "IS"), ("severe", "IM")):
        flag = BOOK.flags[FlagId(f"frailty_{grade}")]
        assert len(flag.off) == len(others)
        assert not set(flag.on) & set(flag.off)


def test_an_informed_dissent_holds_and_is_looked_at_again() -> None:
    """Who chose not to receive diabetes care is on hold for a year, not off the list."""
    whens = [one.when for one in _recall("diabetes").exclusions]
    assert Coded(ClusterId("DMPCADEC_COD"), within_months=12) in whens
    assert all(one.words and one.review_months <= 12 for one in _recall("diabetes").exclusions)


@pytest.mark.parametrize("path", CLUSTER_FILES, ids=lambda path: path.stem)
def test_a_cluster_is_well_formed_and_sorted(path: Path) -> None:
    """Every code has a right check digit and a term, stands once, and in order."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    assert codes
    assert codes == sorted(set(codes), key=lambda code: (len(code), code))
    assert not [code_fault(code) for code in codes if code_fault(code)]
    assert all(row["term"].strip() for row in rows)


def test_every_cluster_has_a_line_in_the_manifest() -> None:
    """Version, source and licence are known for each list."""
    with (SHIPPED / "clusters" / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["cluster"] for row in rows] == [path.stem for path in CLUSTER_FILES]
    assert all(row["version"] and row["source"] and row["licence"] for row in rows)


def test_no_cluster_is_shipped_that_no_rule_needs() -> None:
    """The package carries only lists in use."""
    rules = "".join(
        path.read_text(encoding="utf-8")
        for path in SHIPPED.rglob("*.toml")
        if path.parent.name != "cases"
    )
    assert not [path.stem for path in CLUSTER_FILES if f'"{path.stem}"' not in rules]


def test_the_pack_names_no_machine() -> None:
    """Sources are public ones, never a path of the machine where the lists were made."""
    for path in [*SHIPPED.rglob("*.toml"), SHIPPED / "clusters" / "manifest.csv"]:
        assert "/work" not in path.read_text(encoding="utf-8")
