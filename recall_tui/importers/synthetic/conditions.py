"""Which long-term conditions and drugs an invented patient has: prevalences of England by age.

Sources and target figures are in docs of the reference (QOF 2023/24 to 2025/26): hypertension
15.3 % of the list, diabetes 6.5, CHD 3.0, COPD 1.9; tests/importers/test_synthetic.py holds the
outcome within bounds. Conditions come in a fixed order and each raises the odds of later ones, so
that they gather in the same people as they do in life.
"""

from dataclasses import dataclass, field
from random import Random

from recall_tui.importers.synthetic.chances import chance
from recall_tui.importers.synthetic.codes import DEPRESSION_RESOLVED, Code
from recall_tui.importers.synthetic.people import Person

_PERCENT = 0.01


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, how common it is and how it is coded.

    ``by_decade`` is the per cent of people aged 0-9, 10-19, ... 90 and over; ``raised_by`` the
    factors by which conditions that came before multiply it; ``again`` the share that was coded a
    second time, ``resolved_share`` the share that was coded as resolved; ``men`` the factor for
    men (women get two less that).
    """

    name: str
    by_decade: tuple[float, ...]
    codes: tuple[Code, ...]
    raised_by: dict[str, float] = field(default_factory=dict[str, float])
    men: float = 1.0
    from_age: int = 18
    excluded_by: tuple[str, ...] = ()
    again: float = 0.08
    resolved: Code | None = None
    resolved_share: float = 0.0
    years: float = 9.0
    """Mean number of years since it was first coded."""


CONDITIONS = (
    Condition(
        "hypertension", (0, 0.02, 0.4, 2.1, 7.8, 19.7, 35.0, 51.0, 58.0, 57.0),
        (Code("59621000", "Essential hypertension"),
         Code("38341003", "Hypertensive disorder, systemic arterial")),
        men=1.03, from_age=22, resolved=Code("162659009", "Hypertension resolved"),
        resolved_share=0.015,
    ),
    Condition(
        "type1", (0.1, 0.3, 0.5, 0.6, 0.6, 0.6, 0.5, 0.4, 0.2, 0.1),
        (Code("46635009", "Diabetes mellitus type 1"),), from_age=2, years=16.0,
    ),
    Condition(
        "type2", (0, 0.02, 0.25, 1.0, 3.2, 6.7, 10.7, 13.6, 13.5, 9.6),
        (Code("44054006", "Diabetes mellitus type 2"),
         Code("313436004", "Type II diabetes mellitus without complication"),
         Code("73211009", "Diabetes mellitus")),
        {"hypertension": 1.8}, men=1.15, from_age=16, excluded_by=("type1",), again=0.12,
        resolved=Code("315051004", "Diabetes resolved"), resolved_share=0.012,
    ),
    Condition(
        "ndh", (0, 0, 0.6, 1.9, 4.6, 7.9, 11.5, 13.8, 12.5, 8.5),
        (Code("700449008", "Non-diabetic hyperglycemia"),),
        {"hypertension": 1.3}, excluded_by=("type1", "type2"), years=4.0, again=0.03,
    ),
    Condition(
        "ckd", (0, 0, 0.05, 0.15, 0.4, 1.1, 3.3, 9.3, 18.0, 22.0),
        (Code("700378005", "Chronic kidney disease stage 3A"),
         Code("700379002", "Chronic kidney disease stage 3B"),
         Code("433144002", "Chronic kidney disease stage 3"),
         Code("431857002", "Chronic kidney disease stage 4")),
        {"hypertension": 1.7, "type2": 1.6, "type1": 1.6}, men=0.93, from_age=25, again=0.2,
        resolved=Code("939211000000104", "Chronic kidney disease resolved"), resolved_share=0.02,
        years=6.0,
    ),
    Condition(
        "chd", (0, 0, 0.01, 0.08, 0.5, 1.8, 4.3, 7.7, 11.0, 11.5),
        (Code("414545008", "Ischemic heart disease"), Code("22298006", "Myocardial infarction"),
         Code("53741008", "Coronary arteriosclerosis"), Code("194828000", "Angina")),
        {"hypertension": 1.6, "type2": 1.5, "type1": 1.7, "ckd": 1.2}, men=1.35, from_age=35,
        again=0.2,
    ),
    Condition(
        "stroke", (0, 0, 0.05, 0.1, 0.45, 1.1, 2.4, 5.1, 8.6, 10.5),
        (Code("230690007", "Cerebrovascular accident"),
         Code("266257000", "Transient ischemic attack")),
        {"hypertension": 1.6, "type2": 1.3}, from_age=30, years=7.0,
    ),
    Condition(
        "pad", (0, 0, 0, 0.03, 0.1, 0.35, 0.85, 1.5, 1.7, 1.5),
        (Code("399957001", "Peripheral arterial occlusive disease"),),
        {"type2": 1.9, "chd": 1.8}, men=1.3, from_age=40,
    ),
    Condition(
        "af", (0, 0, 0.03, 0.1, 0.25, 0.75, 2.5, 6.6, 12.5, 16.0),
        (Code("49436004", "Atrial fibrillation"),),
        {"hypertension": 1.5, "chd": 1.4, "stroke": 1.3}, men=1.15, from_age=30, years=6.0,
    ),
    Condition(
        "hf", (0, 0, 0.02, 0.07, 0.17, 0.45, 1.1, 2.3, 4.6, 7.0),
        (Code("84114007", "Heart failure"),),
        {"chd": 2.4, "af": 2.2, "ckd": 1.4}, men=1.15, from_age=40, years=4.5,
        resolved=Code("521691000000100", "Heart failure resolved"), resolved_share=0.02,
    ),
    Condition(
        "copd", (0, 0, 0, 0.1, 0.6, 2.1, 4.6, 7.2, 7.4, 5.0),
        (Code("13645005", "Chronic obstructive pulmonary disease"),), {"chd": 1.3}, from_age=36,
        resolved=Code("941201000000103", "Chronic obstructive pulmonary disease resolved"),
        resolved_share=0.01,
    ),
    Condition(
        "asthma", (2.0, 6.4, 6.8, 6.6, 6.6, 7.0, 7.4, 7.8, 6.2, 5.0),
        (Code("195967001", "Asthma"),), {"copd": 2.0}, men=0.9, from_age=5, again=0.1,
        resolved=Code("162660004", "Asthma resolved"), resolved_share=0.06, years=15.0,
    ),
    Condition(
        "dementia", (0, 0, 0, 0, 0.02, 0.07, 0.4, 2.5, 8.5, 15.0),
        (Code("52448006", "Dementia"), Code("26929004", "Alzheimer's disease")),
        {"stroke": 1.6}, men=0.9, from_age=50, years=3.0,
    ),
    Condition(
        "smi", (0, 0.05, 0.65, 1.15, 1.45, 1.5, 1.3, 1.1, 0.9, 0.7),
        (Code("13746004", "Bipolar disorder"), Code("58214004", "Schizophrenia")), years=12.0,
    ),
    Condition(
        "ld", (0.1, 0.75, 0.95, 0.75, 0.6, 0.55, 0.4, 0.2, 0.1, 0),
        (Code("110359009", "Intellectual disability"),), men=1.25, from_age=3, years=20.0,
    ),
    Condition(
        "epilepsy", (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.1, 0.9),
        (Code("84757009", "Epilepsy"),), {"ld": 12.0}, from_age=2, years=14.0,
    ),
    Condition(
        "ra", (0, 0.03, 0.12, 0.3, 0.6, 1.1, 1.7, 2.0, 1.9, 1.3),
        (Code("69896004", "Rheumatoid arthritis"),), men=0.6, from_age=18,
    ),
    Condition(
        "osteoporosis", (0, 0, 0, 0.02, 0.07, 0.5, 1.9, 4.2, 6.8, 8.0),
        (Code("64859006", "Osteoporosis"),), {"ra": 1.8}, men=0.4, from_age=45, years=6.0,
    ),
    Condition(
        "thyroid", (0, 0.15, 0.9, 2.0, 3.6, 5.6, 7.6, 9.4, 10.8, 11.0),
        (Code("40930008", "Hypothyroidism"),), {"type1": 2.0}, men=0.38, from_age=12, years=10.0,
    ),
    Condition(
        "depression", (0, 2.0, 10.0, 14.0, 15.0, 15.0, 13.0, 10.0, 9.0, 8.0),
        (Code("35489007", "Depressive disorder"),), men=0.7, from_age=13, years=8.0,
        resolved=DEPRESSION_RESOLVED, resolved_share=0.3,
    ),
)  # fmt: skip


@dataclass(slots=True)
class Diagnosis:
    """One condition of one patient: first coded on ``since``; ``resolved`` day or 0."""

    condition: Condition
    code: Code
    since: int
    resolved: int = 0


@dataclass(slots=True)
class Health:
    """What a patient has: diagnoses by name (resolved ones too), those that stand, and habits."""

    diagnoses: dict[str, Diagnosis]
    active: frozenset[str]
    bmi: float
    smoking: str
    """never, ex or now."""


_SMOKES = (0.0, 0.02, 0.16, 0.195, 0.185, 0.18, 0.158, 0.105, 0.06, 0.03)
_EX = (0.0, 0.01, 0.1, 0.2, 0.24, 0.28, 0.32, 0.38, 0.4, 0.35)


def draw_health(rng: Random, person: Person) -> Health:
    """Draw everything that ``person`` suffers from, as it stands at the end of the record."""
    decade = min(person.age // 10, 9)
    burden = 0.35 + 1.3 * rng.random()  # some people gather conditions, others none
    found: dict[str, Diagnosis] = {}
    for condition in CONDITIONS:
        share = condition.by_decade[decade]
        if not share or person.age < condition.from_age:
            continue
        share *= _PERCENT * burden * (condition.men if person.sex == "M" else 2 - condition.men)
        for name, factor in condition.raised_by.items():
            if name in found:
                share *= factor
        if rng.random() < share and not any(name in found for name in condition.excluded_by):
            found[condition.name] = _diagnosis(rng, person, condition)
    active = frozenset(name for name, diagnosis in found.items() if not diagnosis.resolved)
    return Health(found, active, _bmi(rng, person, active), _smoking(rng, decade, active))


def _diagnosis(rng: Random, person: Person, condition: Condition) -> Diagnosis:
    longest = (person.age - condition.from_age) * 365 + 60
    ago = min(int(rng.expovariate(1 / (condition.years * 365.0))), longest)
    since = person.end - 5 - ago
    code = condition.codes[0]
    if len(condition.codes) > 1 and chance(rng, 0.45):
        code = rng.choice(condition.codes[1:])
    diagnosis = Diagnosis(condition, code, max(since, person.born + 30))
    if condition.resolved and chance(rng, condition.resolved_share):
        diagnosis.resolved = diagnosis.since + int((person.end - diagnosis.since) * rng.random())
    return diagnosis


def _bmi(rng: Random, person: Person, active: frozenset[str]) -> float:
    if person.age < 18:  # noqa: PLR2004 - children: the age of majority
        return 16.0 + person.age * 0.35 + rng.random() * 4
    base = 22.2 + rng.gammavariate(2.2, 2.1)
    if "type2" in active:
        base += 3.5
    return max(17.0, min(56.0, base))


def _smoking(rng: Random, decade: int, active: frozenset[str]) -> str:
    now, before = _SMOKES[decade], _EX[decade]
    if "copd" in active:
        now, before = 0.36, 0.55
    elif "smi" in active:
        now *= 2.2
    place = rng.random()
    if place < now:
        return "now"
    return "ex" if place < now + before else "never"
