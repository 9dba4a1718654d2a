"""The codes that the synthetic practice writes, with their terms.

Diagnoses, tests and reviews are members of the published NHS England primary care clusters or of
the code lists named in the notice of the pack; drugs are dm+d ids of the same lists.
tests/importers/test_synthetic.py holds them against the shipped rulebook.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A SNOMED CT concept or dm+d id with its term."""

    code: str
    term: str

    @property
    def cells(self) -> str:
        """The two cells of the file; a term with a comma is quoted."""
        return f'{self.code},"{self.term}"' if "," in self.term else f"{self.code},{self.term}"


# Flags, exceptions and the like.
HOUSEBOUND = Code("160689007", "Housebound")
HOUSEBOUND_FOR_NOW = Code("428415003", "Temporarily housebound")
NO_LONGER_HOUSEBOUND = Code("760661000000106", "No longer housebound")
CARE_HOME = Code("248171000000108", "Lives in care home")
NURSING_HOME = Code("160734000", "Lives in nursing home")
RESIDENTIAL_HOME = Code("394923006", "Lives in a residential home")
FRAILTY_MILD = Code("925791000000100", "Mild frailty")
FRAILTY_MODERATE = Code("925831000000107", "Moderate frailty")
FRAILTY_SEVERE = Code("925861000000102", "Severe frailty")
PALLIATIVE = Code("103735009", "Palliative care")
NO_LONGER_PALLIATIVE = Code(
    "1048611000000104", "Palliative care not currently clinically indicated"
)
INVITE = Code(
    "1109921000000106", "Quality and Outcomes Framework quality indicator-related care invitation"
)
INVITE_DIABETES = tuple(
    Code(code, f"Diabetes monitoring short message service text message {which} invitation")
    for code, which in (
        ("1066911000000100", "first"),
        ("1066921000000106", "second"),
        ("1066931000000108", "third"),
    )
)
INVITE_HYPERTENSION = tuple(
    Code(code, f"Hypertension monitoring short message service text message {which} invitation")
    for code, which in (
        ("1066951000000101", "first"),
        ("1066961000000103", "second"),
        ("1066971000000105", "third"),
    )
)
NOT_ATTENDED = Code("281399006", "Did not attend")
BLOOD_TEST_DECLINED = Code("116471000119100", "Blood test declined")
DIABETES_DISSENT = Code(
    "716031000000106", "Excepted from diabetes quality indicators - informed dissent"
)
HYPERTENSION_DISSENT = Code(
    "716771000000106", "Excepted from hypertension quality indicators - informed dissent"
)
NEVER_SMOKED = Code("266919005", "Never smoked tobacco")
EX_SMOKER = Code("8517006", "Ex-smoker")
SMOKER = Code("77176002", "Smoker")
MEDICATION_REVIEW = Code("314530002", "Medication review done")
STRUCTURED_MEDICATION_REVIEW = Code("1239511000000100", "Structured medication review")
FLU_VACCINE = Code("822851000000102", "Seasonal influenza vaccination")
DEPRESSION_RESOLVED = Code("196381000000100", "Depression resolved")

# Reviews and what is recorded at them.
FOOT_CHECK = Code("134388005", "Monofilament foot sensation test")
DIABETES_REVIEW = Code("170777000", "Diabetes mellitus annual review")
COPD_REVIEW = Code("394703002", "Chronic obstructive pulmonary disease annual review")
ASTHMA_REVIEW = Code("394700004", "Asthma annual review")
ASTHMA_CONTROL = Code("443117005", "Asthma control test score")
ASTHMA_ATTACKS = Code("366874008", "Number of asthma exacerbations in past year")
ASTHMA_PLAN = Code("811921000000103", "Asthma self-management plan agreed")
HF_REVIEW = Code("390885007", "Heart failure annual review")
AF_REVIEW = Code("248411000000105", "Atrial fibrillation annual review")
DEMENTIA_CARE_PLAN = Code("956841000000106", "Dementia care plan agreed")
COPD_EXACERBATIONS = Code(
    "723245007", "Number of chronic obstructive pulmonary disease exacerbations in past year"
)
GRADES = tuple(
    Code(code, f"Medical Research Council Dyspnoea scale grade {grade}")
    for grade, code in enumerate(
        ("391120009", "391123006", "391124000", "391125004", "391126003"), start=1
    )
)
"""Breathlessness, from grade 1 to grade 5."""
