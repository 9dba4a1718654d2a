"""The synthetic practice speaks the language of the shipped rules."""

import pytest

from recall_tui.domain.ids import ClusterId, ItemId, RecallId
from recall_tui.domain.items import Item, ValueNeed
from recall_tui.domain.recalls import Rulebook
from recall_tui.importers.synthetic.codes import HOUSEBOUND, NO_LONGER_HOUSEBOUND
from recall_tui.importers.synthetic.conditions import CONDITIONS
from recall_tui.importers.synthetic.doable import DOABLE, Record
from recall_tui.importers.synthetic.drugs import DRUGS
from recall_tui.importers.synthetic.measures import MEASURES
from recall_tui.importers.synthetic.monitoring import MONITORING
from recall_tui.importers.synthetic.needs import needs_of
from tests.support.shipped_rules import shipped_rules

CLUSTERS = {
    "hypertension": "HYP_COD", "type1": "DM_COD", "type2": "DM_COD", "ndh": "NDH_COD",
    "ckd": "CKD_COD", "chd": "CHD_COD", "stroke": "STIA_COD", "pad": "PAD_COD",
    "af": "AFIB_COD", "hf": "HF_COD", "copd": "COPD_COD", "asthma": "AST_COD",
    "dementia": "DEM_COD", "smi": "MH_COD", "ld": "LD_COD", "epilepsy": "EPIL_COD",
    "ra": "RARTH_COD", "osteoporosis": "OSTEO_COD", "thyroid": "THY_COD",
}  # fmt: skip
DRUG_CLUSTERS = {
    "acei": "ACEARB_DRUG", "antipsychotic": "ANTIPSYCHOTIC_DRUG", "doac": "DOAC_DRUG",
    "warfarin": "VKA_DRUG", "amiodarone": "AMIODARONE_DRUG", "lithium": "LITHIUM_DRUG",
    "dmard": "DMARD_DRUG", "leflunomide": "LEFLUNOMIDE_DRUG",
}  # fmt: skip
RECALLS = {
    "hypertension": "hypertension", "type1": "diabetes", "type2": "diabetes", "ndh": "ndh",
    "ckd": "ckd", "chd": "chd", "stroke": "stroke_tia", "pad": "pad", "af": "af",
    "hf": "heart_failure", "copd": "copd", "asthma": "asthma", "dementia": "dementia",
    "smi": "smi", "thyroid": "thyroid", "acei": "acei_arb", "antipsychotic": "antipsychotics",
}  # fmt: skip


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return shipped_rules()


def members(rulebook: Rulebook, cluster: str) -> frozenset[str]:
    return rulebook.clusters[ClusterId(cluster)].codes


def parts_of(item: Item) -> tuple[tuple[ClusterId, ...], ...]:
    return item.parts or (item.clusters,)


def completes(rulebook: Rulebook, item: Item, record: Record) -> bool:
    """Whether ``record`` has a plausible code, value and unit for every part of ``item``."""
    for part in parts_of(item):
        wanted = frozenset[str]().union(*(rulebook.clusters[name].codes for name in part))
        if item.value is ValueNeed.NONE:
            found = any(code.code in wanted for code in record.codes)
        else:
            found = any(_is_plausible(item, name, wanted) for name in record.results)
        if not found:
            return False
    return True


def _is_plausible(item: Item, name: str, wanted: frozenset[str]) -> bool:
    measure = MEASURES[name]
    return measure.code.code in wanted and any(
        limits.unit.lower() == measure.unit.lower()
        and limits.low <= measure.spread.low
        and measure.spread.high <= limits.high
        for limits in item.ranges
    )


def test_every_item_of_an_active_recall_can_be_done(rulebook: Rulebook) -> None:
    """Each item that a recall active as shipped asks for is completed by what is written for it."""
    items = {need.item for recall in rulebook.active() for need in recall.requirements}
    assert items <= DOABLE.keys()
    assert [i for i in items if not completes(rulebook, rulebook.items[i], DOABLE[i])] == []


def test_every_item_known_here_is_one_of_the_pack(rulebook: Rulebook) -> None:
    """No item is known here that the pack does not have, or that would not complete it."""
    for name, record in DOABLE.items():
        assert completes(rulebook, rulebook.items[ItemId(name)], record), name


def test_diagnoses_are_members_of_their_clusters(rulebook: Rulebook) -> None:
    """Every diagnosis puts its patient on the register it is meant for."""
    for condition in CONDITIONS:
        if condition.name in CLUSTERS:
            codes = {code.code for code in condition.codes}
            assert codes <= members(rulebook, CLUSTERS[condition.name]), condition.name


def test_resolving_codes_resolve(rulebook: Rulebook) -> None:
    """Every code that ends a condition ends it for the recall too."""
    for condition in CONDITIONS:
        if condition.resolved and condition.name in RECALLS:
            off = rulebook.recalls[RecallId(RECALLS[condition.name])].resolved_by
            assert off is not None
            assert condition.resolved.code in members(rulebook, off), condition.name


def test_monitored_drugs_are_members_of_their_clusters(rulebook: Rulebook) -> None:
    """Every drug that is monitored here is a drug of the recall that monitors it."""
    for drug in DRUGS.values():
        if drug.monitoring:
            assert drug.code.code in members(rulebook, DRUG_CLUSTERS[drug.monitoring]), drug
    assert MONITORING.keys() <= DRUG_CLUSTERS.keys()


@pytest.mark.parametrize("name", RECALLS)
def test_a_yearly_round_leaves_nothing_open(rulebook: Rulebook, name: str) -> None:
    """What is done in a year for a condition completes every item that its recall asks for."""
    needs = needs_of(frozenset({name}))
    done = {
        "pressure": ("systolic", "diastolic"), "weight": ("weight", "bmi"), "urine": ("acr",),
    }  # fmt: skip
    results = {*needs.bloods, *(test for thing in needs.gathers for test in done.get(thing, ()))}
    alone = {"smoking": "smoking", "feet": "foot_check", "grade": "mrc_grade"}
    codes = {*needs.reviews}
    for thing in needs.gathers:
        codes.update(DOABLE[alone[thing]].codes if thing in alone else ())
    record = Record(tuple(results), tuple(codes))
    recall = rulebook.recalls[RecallId(RECALLS[name])]
    asked = [rulebook.items[need.item] for need in recall.requirements]
    assert [item.id for item in asked if not completes(rulebook, item, record)] == []


def test_housebound_can_end(rulebook: Rulebook) -> None:
    """The codes of housebound and no longer housebound are the two sides of the flag."""
    flag = next(flag for flag in rulebook.flags.values() if flag.id == "housebound")
    assert any(HOUSEBOUND.code in members(rulebook, cluster) for cluster in flag.on)
    assert any(NO_LONGER_HOUSEBOUND.code in members(rulebook, cluster) for cluster in flag.off)
