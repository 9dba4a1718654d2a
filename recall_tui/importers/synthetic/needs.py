"""What a patient's conditions and drugs ask for once a year."""

from dataclasses import dataclass

from recall_tui.importers.synthetic.codes import (
    AF_REVIEW,
    ASTHMA_ATTACKS,
    ASTHMA_CONTROL,
    ASTHMA_PLAN,
    ASTHMA_REVIEW,
    COPD_EXACERBATIONS,
    COPD_REVIEW,
    DEMENTIA_CARE_PLAN,
    DIABETES_REVIEW,
    HF_REVIEW,
    MEDICATION_REVIEW,
    Code,
)
from recall_tui.importers.synthetic.staff import (
    GP_REVIEW,
    HCA_CHECK,
    HEALTH_CHECK,
    NURSE_REVIEW,
    PHARMACIST_REVIEW,
    Slot,
)

KIDNEYS = ("sodium", "potassium", "creatinine", "egfr")
LIPIDS = ("cholesterol", "hdl", "ldl", "triglycerides")
COUNT = ("haemoglobin", "platelets", "white_cells")
LIVER = ("alt", "alp")

PANELS: dict[str, tuple[str, ...]] = {
    "kidneys": KIDNEYS,
    "count": COUNT,
    "liver": LIVER,
    "kidneys count liver": (*KIDNEYS, *COUNT, *LIVER),
}


@dataclass(frozen=True, slots=True)
class Yearly:
    """What one condition asks for: bloods, things that are measured, codes of the review."""

    bloods: tuple[str, ...] = ()
    gathers: tuple[str, ...] = ()
    """pressure, weight, smoking, feet, urine, grade."""

    reviews: tuple[Code, ...] = ()
    slot: Slot | None = None


YEARLY: dict[str, Yearly] = {
    "type2": Yearly(
        ("hba1c", *LIPIDS, *KIDNEYS), ("pressure", "weight", "smoking", "feet", "urine"),
        (DIABETES_REVIEW,), NURSE_REVIEW,
    ),
    "type1": Yearly(
        ("hba1c", *LIPIDS, *KIDNEYS, "tsh"), ("pressure", "weight", "smoking", "feet", "urine"),
        (DIABETES_REVIEW,), NURSE_REVIEW,
    ),
    "copd": Yearly(
        (), ("smoking", "grade", "weight"),
        (COPD_REVIEW,
         COPD_EXACERBATIONS),
        NURSE_REVIEW,
    ),
    "asthma": Yearly(
        (), ("smoking",), (ASTHMA_REVIEW, ASTHMA_CONTROL, ASTHMA_ATTACKS, ASTHMA_PLAN), NURSE_REVIEW
    ),
    "smi": Yearly(
        ("hba1c", *LIPIDS), ("pressure", "weight", "smoking"), (), HCA_CHECK
    ),
    "ld": Yearly((), ("pressure", "weight", "smoking"), (), HEALTH_CHECK),
    "hf": Yearly(
        KIDNEYS, ("pressure", "weight"), (HF_REVIEW,),
        PHARMACIST_REVIEW,
    ),
    "chd": Yearly(
        (*LIPIDS, *KIDNEYS, "hba1c"), ("pressure", "smoking", "weight"), (MEDICATION_REVIEW,),
        NURSE_REVIEW,
    ),
    "stroke": Yearly(
        (*LIPIDS, *KIDNEYS, "hba1c"), ("pressure", "smoking"),
        (Code("401103008", "Stroke annual review"), MEDICATION_REVIEW), NURSE_REVIEW,
    ),
    "pad": Yearly((*LIPIDS, *KIDNEYS, "hba1c"), ("pressure", "smoking"), (MEDICATION_REVIEW,),
                  NURSE_REVIEW),
    "af": Yearly(
        (), ("pressure",), (AF_REVIEW,),
        PHARMACIST_REVIEW,
    ),
    "dementia": Yearly(
        (), ("pressure",),
        (DEMENTIA_CARE_PLAN,
         Code("938551000000108", "Dementia medication review")),
        GP_REVIEW,
    ),
    "ckd": Yearly(
        (*KIDNEYS, "haemoglobin"), ("pressure", "urine", "smoking"),
        (Code("249171000000102", "Chronic kidney disease annual review"),), PHARMACIST_REVIEW,
    ),
    "hypertension": Yearly(
        (*KIDNEYS, *LIPIDS, "hba1c"), ("pressure", "smoking"),
        (Code("270440008", "Hypertension annual review"),), HCA_CHECK,
    ),
    "acei": Yearly(KIDNEYS, ("pressure",), (), HCA_CHECK),
    "antipsychotic": Yearly(("hba1c", *LIPIDS), ("pressure", "weight"), (), HCA_CHECK),
    "ndh": Yearly(("hba1c",)),
    "thyroid": Yearly(("tsh", "free_t4"), (), ()),
    "ra": Yearly(("haemoglobin",), ("pressure",), (), NURSE_REVIEW),
    "epilepsy": Yearly((), (), (), GP_REVIEW),
}  # fmt: skip
"""In the order in which one slot wins over another when a patient has several conditions."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one patient needs in a year, each thing once."""

    bloods: tuple[str, ...]
    gathers: tuple[str, ...]
    reviews: tuple[Code, ...]
    slot: Slot | None


_known: dict[frozenset[str], Needs] = {}


def needs_of(names: frozenset[str]) -> Needs:
    """Join what every named condition (or ``acei``) asks for."""
    found = _known.get(names)
    if found is None:
        parts = [part for name, part in YEARLY.items() if name in names]
        found = _known[names] = Needs(
            tuple(dict.fromkeys(test for part in parts for test in part.bloods)),
            tuple(dict.fromkeys(thing for part in parts for thing in part.gathers)),
            tuple(dict.fromkeys(code for part in parts for code in part.reviews)),
            next((part.slot for part in parts if part.slot), None),
        )
    return found
