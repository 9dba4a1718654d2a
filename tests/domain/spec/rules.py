"""The rules that the worked examples use: small enough to be read in one go.

A cluster is written like its only code, in capitals: the code ``dm`` is the cluster ``DM``.
"""

import tomllib
from dataclasses import replace
from typing import Final

from recall_tui.domain.expressions import Coded, Expression, Prescribed
from recall_tui.domain.ids import ClusterId, FlagId, ItemId, RecallId
from recall_tui.domain.items import Item, PlausibleRange, StaffGroup, ValueNeed
from recall_tui.domain.recalls import (
    Activity,
    Anchored,
    Cluster,
    Every,
    Exclusion,
    FlagRule,
    Interval,
    Recall,
    Requirement,
    Rulebook,
    Schedule,
    Unit,
)
from recall_tui.pack.schema import RecallText

CODES: Final = (
    *("dm", "dm_resolved", "ckd", "housebound", "not_housebound", "palliative", "declined"),
    *("hba1c", "systolic", "diastolic", "review", "foot", "fbc", "inr", "vaccine", "medication"),
    *("methotrexate", "lithium", "apixaban", "warfarin", "egfr", "lithium_level"),
    *("smear", "self_sample", "hpv_negative", "hpv_positive", "told_5_years", "told_otherwise"),
    *("ibuprofen", "attack", "smoker", "not_smoking", "care_home", "invite", "statin_declined"),
    *("stroke", "chd", "copd", "varicella"),
)

NURSE: Final = {StaffGroup.NURSE: 3}
GATHER: Final = {StaffGroup.PHLEBOTOMIST: 1, StaffGroup.HCA: 2}


def _item(name: str, title: str, minutes: int = 10) -> Item:
    return Item(ItemId(name), title, (ClusterId(name.upper()),), GATHER, minutes)


HBA1C: Final = replace(
    _item("hba1c", "HbA1c"),
    value=ValueNeed.REQUIRED,
    ranges=(
        PlausibleRange("mmol/mol", 15, 200),
        PlausibleRange("%", 3.5, 20, scale=10.929, offset=-23.5),
    ),
)
BP: Final = replace(
    _item("bp", "Blood pressure"),
    clusters=(),
    parts=((ClusterId("SYSTOLIC"),), (ClusterId("DIASTOLIC"),)),
    value=ValueNeed.REQUIRED,
    ranges=(PlausibleRange("mmHg", 40, 300),),
)
EGFR: Final = replace(
    _item("egfr", "Kidney function"),
    value=ValueNeed.REQUIRED,
    ranges=(PlausibleRange("mL/min", 1, 200),),
)
REVIEW: Final = replace(
    _item("review", "Diabetes review", 30), staff=NURSE, after=(ItemId("hba1c"),)
)
MEDICATION: Final = replace(_item("medication", "Medication review", 20), staff=NURSE)

ITEMS: Final = {
    item.id: item
    for item in (
        HBA1C,
        BP,
        EGFR,
        REVIEW,
        MEDICATION,
        replace(_item("foot", "Foot check"), staff=NURSE),
        replace(_item("fbc", "Full blood count"), high_risk=True),
        replace(_item("lithium_level", "Lithium level"), high_risk=True),
        replace(_item("inr", "INR"), high_risk=True),
        replace(_item("vaccine", "Vaccine", 5), staff=NURSE),
        replace(_item("varicella", "Chickenpox vaccine", 5), staff=NURSE),
        replace(_item("smear", "Cervical sample", 20), staff=NURSE),
    )
}

HOUSEBOUND: Final = FlagRule(
    FlagId("housebound"), "Housebound", (ClusterId("HOUSEBOUND"),), (ClusterId("NOT_HOUSEBOUND"),)
)

YEARLY: Final = Anchored(Every(12))
HALF_YEARLY: Final = Anchored(Every(6))
TWELVE_WEEKLY: Final = Interval(Every(12, Unit.WEEKS), first_after_days=14)

DIABETES: Final = Coded(ClusterId("DM"), resolved_by=ClusterId("DM_RESOLVED"))


def asks(item: str, schedule: Schedule = YEARLY) -> Requirement:
    """Return a requirement of one item."""
    return Requirement(ItemId(item), schedule)


def diabetes(*requirements: Requirement, register: Expression = DIABETES) -> Recall:
    """Return the recall of people with a diabetes code."""
    return Recall(
        RecallId("diabetes"),
        "Diabetes",
        Activity.ACTIVE,
        register,
        requirements or (asks("hba1c"),),
        start=ClusterId("DM"),
        resolved_by=ClusterId("DM_RESOLVED"),
    )


def kidneys(*requirements: Requirement) -> Recall:
    """Return the recall of people with a kidney disease code."""
    return Recall(
        RecallId("kidneys"),
        "Kidney disease",
        Activity.ACTIVE,
        Coded(ClusterId("CKD")),
        requirements,
        start=ClusterId("CKD"),
    )


def on_drug(drug: str, *requirements: Requirement) -> Recall:
    """Return the recall of people who take ``drug``."""
    return Recall(
        RecallId(drug),
        drug.capitalize(),
        Activity.ACTIVE,
        Prescribed(ClusterId(drug.upper())),
        requirements,
        start=ClusterId(drug.upper()),
        start_drug=True,
        high_risk=True,
    )


def everyone(*requirements: Requirement, register: Expression) -> Recall:
    """Return a recall without a diagnosis, such as a screening programme."""
    return Recall(RecallId("everyone"), "Everyone", Activity.ACTIVE, register, requirements)


def hold(recall: Recall, code: str, words: str) -> Recall:
    """Return ``recall`` with people who have ``code`` on hold."""
    exclusion = Exclusion(Coded(ClusterId(code.upper())), words)
    return replace(recall, exclusions=(*recall.exclusions, exclusion))


def written(toml: str) -> Recall:
    """Return the recall that a file of the pack says, without what only a file needs."""
    head = 'name = "An example"\nshort = "EXAMPLE"\nactivity = "active"\nversion = "1"\n'
    head += 'id = "example"\nreview_on = 2027-04-01\nsource = ["tests/domain/spec"]\n'
    return RecallText.model_validate(tomllib.loads(head + toml)).build("")


def rulebook(*recalls: Recall) -> Rulebook:
    """Return the rules of an example."""
    clusters = [
        Cluster(ClusterId(code.upper()), frozenset({code})) for code in dict.fromkeys(CODES)
    ]
    return Rulebook(
        items=ITEMS,
        recalls={recall.id: recall for recall in recalls},
        clusters={cluster.id: cluster for cluster in clusters},
        flags={HOUSEBOUND.id: HOUSEBOUND},
        medication_review=(ClusterId("MEDICATION"),),
    )
