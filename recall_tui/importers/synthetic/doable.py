"""What has to be recorded so that an item of the shipped pack counts as done."""

from dataclasses import dataclass

from recall_tui.importers.synthetic.chart import Chart
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
    FLU_VACCINE,
    FOOT_CHECK,
    GRADES,
    HF_REVIEW,
    MEDICATION_REVIEW,
    NEVER_SMOKED,
    Code,
)
from recall_tui.importers.synthetic.needs import COUNT, KIDNEYS, LIPIDS, LIVER


@dataclass(frozen=True, slots=True)
class Record:
    """Measurements by name, and codes that stand alone."""

    results: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()


DOABLE: dict[str, Record] = {
    "hba1c": Record(("hba1c",)),
    "ue": Record(KIDNEYS),
    "egfr": Record(("egfr",)),
    "lipids": Record(LIPIDS),
    "acr": Record(("acr",)),
    "tsh": Record(("tsh",)),
    "lithium_level": Record(("lithium_level",)),
    "bp": Record(("systolic", "diastolic")),
    "bmi": Record(("weight", "bmi")),
    "weight": Record(("weight",)),
    "smoking": Record((), (NEVER_SMOKED,)),
    "fbc": Record(COUNT),
    "lft": Record(LIVER),
    "inr": Record(("inr",)),
    "foot_check": Record((), (FOOT_CHECK,)),
    "mrc_grade": Record((), (GRADES[1],)),
    "copd_exacerbations": Record((), (COPD_EXACERBATIONS,)),
    "diabetes_review": Record((), (DIABETES_REVIEW,)),
    "asthma_review": Record((), (ASTHMA_REVIEW,)),
    "asthma_control": Record((), (ASTHMA_CONTROL,)),
    "asthma_attacks": Record((), (ASTHMA_ATTACKS,)),
    "asthma_plan": Record((), (ASTHMA_PLAN,)),
    "copd_review": Record((), (COPD_REVIEW,)),
    "hf_review": Record((), (HF_REVIEW,)),
    "af_review": Record((), (AF_REVIEW,)),
    "dementia_care_plan": Record((), (DEMENTIA_CARE_PLAN,)),
    "medication_review": Record((), (MEDICATION_REVIEW,)),
    "flu_vaccine": Record((), (FLU_VACCINE,)),
}
"""By item; every item of the recalls that are active as shipped is here."""


def complete(chart: Chart, item: str, day: int) -> None:
    """Record ``item`` as done on ``day``.

    Raises:
        KeyError: the synthetic practice does not know the item.
    """
    record = DOABLE[item]
    chart.results(record.results, day)
    for code in record.codes:
        chart.code(code, day)
