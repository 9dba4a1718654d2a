"""What a patient's conditions and drugs ask for once a year."""

from dataclasses import dataclass

from recall_tui.importers.synthetic.codes import Code
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
    """pressure, weight, smoking, feet, urine, grade, alcohol."""

    reviews: tuple[Code, ...] = ()
    slot: Slot | None = None


FOOT_CHECK = Code("134388005", "Monofilament foot sensation test")
YEARLY: dict[str, Yearly] = {
    "type2": Yearly(
        ("hba1c", *LIPIDS, *KIDNEYS), ("pressure", "weight", "smoking", "feet", "urine"),
        (Code("170777000", "Diabetes mellitus annual review"),), NURSE_REVIEW,
    ),
    "type1": Yearly(
        ("hba1c", *LIPIDS, *KIDNEYS, "tsh"), ("pressure", "weight", "smoking", "feet", "urine"),
        (Code("170777000", "Diabetes mellitus annual review"),), NURSE_REVIEW,
    ),
    "copd": Yearly(
        (), ("smoking", "grade", "weight"),
        (Code("394703002", "Chronic obstructive pulmonary disease annual review"),
         Code("723245007", "Number of chronic obstructive pulmonary disease exacerbations in past"
              " year")),
        NURSE_REVIEW,
    ),
    "asthma": Yearly(
        (), ("smoking",), (Code("394700004", "Asthma annual review"),), NURSE_REVIEW
    ),
    "smi": Yearly(
        ("hba1c", *LIPIDS), ("pressure", "weight", "smoking", "alcohol"), (), NURSE_REVIEW
    ),
    "ld": Yearly((), ("pressure", "weight", "smoking"), (), HEALTH_CHECK),
    "hf": Yearly(
        KIDNEYS, ("pressure", "weight"), (Code("390885007", "Heart failure annual review"),),
        PHARMACIST_REVIEW,
    ),
    "chd": Yearly((*LIPIDS, *KIDNEYS, "hba1c"), ("pressure", "smoking", "weight"), (),
                  NURSE_REVIEW),
    "stroke": Yearly(
        (*LIPIDS, *KIDNEYS, "hba1c"), ("pressure", "smoking"),
        (Code("401103008", "Stroke annual review"),), NURSE_REVIEW,
    ),
    "pad": Yearly((*LIPIDS, *KIDNEYS, "hba1c"), ("pressure", "smoking"), (), NURSE_REVIEW),
    "af": Yearly(
        (), ("pressure", "pulse"), (Code("248411000000105", "Atrial fibrillation annual review"),),
        PHARMACIST_REVIEW,
    ),
    "dementia": Yearly(
        (), ("pressure",),
        (Code("956841000000106", "Dementia care plan agreed"),
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
    "ndh": Yearly(
        ("hba1c",), ("weight",),
        (Code("850591000000108", "High risk of diabetes mellitus annual review"),), HCA_CHECK,
    ),
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
