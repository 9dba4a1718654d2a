"""The drugs that go with the conditions, as repeats and issues; dm+d ids."""

from dataclasses import dataclass
from random import Random

from recall_tui.importers.synthetic.chances import Draw, chance, spread
from recall_tui.importers.synthetic.codes import Code
from recall_tui.importers.synthetic.conditions import Health
from recall_tui.importers.synthetic.people import Person


@dataclass(frozen=True, slots=True)
class Drug:
    """A product and the name of the monitoring it needs (empty: none)."""

    code: Code
    monitoring: str = ""


DRUGS: dict[str, Drug] = {}
"""Every drug that the practice prescribes, by its code."""


def _drug(code: str, term: str, monitoring: str = "") -> Drug:
    return DRUGS.setdefault(code, Drug(Code(code, term), monitoring))


RAMIPRIL = _drug("318902004", "Ramipril 5mg capsules", "acei")
LOSARTAN = _drug("318956006", "Losartan 50mg tablets", "acei")
APIXABAN = _drug("703908001", "Apixaban 5mg tablets", "doac")
WARFARIN = _drug("319734006", "Warfarin 3mg tablets", "warfarin")
AMIODARONE = _drug("318187007", "Amiodarone 200mg tablets", "amiodarone")
LITHIUM = _drug("13177001000001108", "Lithium carbonate 400mg modified-release tablets", "lithium")
METHOTREXATE = _drug("326874007", "Methotrexate 2.5mg tablets", "dmard")
METFORMIN = _drug("325278007", "Metformin 500mg tablets")
AMLODIPINE = _drug("319283006", "Amlodipine 5mg tablets")
SALBUTAMOL = _drug("39113611000001102", "Salbutamol 100micrograms/dose inhaler CFC free")

_ace_or_arb = Draw(
    (RAMIPRIL, 34),
    (_drug("318906001", "Ramipril 10mg capsules", "acei"), 16),
    (_drug("318859000", "Lisinopril 10mg tablets", "acei"), 14),
    (LOSARTAN, 24),
    (_drug("318979007", "Candesartan 8mg tablets", "acei"), 12),
)
_anticoagulant = Draw(
    (APIXABAN, 40),
    (_drug("703907006", "Apixaban 2.5mg tablets", "doac"), 14),
    (_drug("29903411000001101", "Edoxaban 60mg tablets", "doac"), 14),
    (_drug("19842211000001107", "Rivaroxaban 20mg tablets", "doac"), 13),
    (WARFARIN, 9),
    (None, 10),
)
_dmard_of_joints = Draw(
    (METHOTREXATE, 52),
    (_drug("330040008", "Sulfasalazine 500mg gastro-resistant tablets", "dmard"), 17),
    (_drug("330058002", "Leflunomide 20mg tablets", "leflunomide"), 9),
    (_drug("330037008", "Hydroxychloroquine 200mg tablets"), 12),
    (None, 10),
)
_dmard_of_others = Draw(
    (_drug("327070006", "Azathioprine 50mg tablets", "dmard"), 46),
    (METHOTREXATE, 32),
    (_drug("327106003", "Mycophenolate mofetil 500mg tablets", "dmard"), 14),
)
_statin = Draw(
    (_drug("320030001", "Atorvastatin 20mg tablets"), 50),
    (_drug("134489001", "Atorvastatin 80mg tablets"), 25),
    (_drug("320000009", "Simvastatin 40mg tablets"), 25),
)
_antipsychotic = Draw(
    (_drug("321614001", "Olanzapine 10mg tablets", "antipsychotic"), 34),
    (_drug("321625005", "Quetiapine 100mg tablets", "antipsychotic"), 24),
    (_drug("406787003", "Aripiprazole 10mg tablets", "antipsychotic"), 22),
    (_drug("321590000", "Risperidone 2mg tablets", "antipsychotic"), 20),
)
_gliptin = _drug("424345005", "Sitagliptin 100mg tablets")
_gliclazide = _drug("325242002", "Gliclazide 80mg tablets")
_flozin = Draw(
    (_drug("703680009", "Dapagliflozin 10mg tablets"), 60),
    (_drug("25290511000001101", "Empagliflozin 10mg tablets"), 40),
)
_insulin = _drug(
    "400877001", "Insulin glargine 100units/ml solution for injection 3ml pre-filled disposable"
    " devices",
)  # fmt: skip
_rapid_insulin = _drug(
    "3468711000001104", "Insulin aspart 100units/ml solution for injection 3ml pre-filled"
    " disposable devices",
)  # fmt: skip
_bisoprolol = _drug("318605000", "Bisoprolol 2.5mg tablets")
_spironolactone = _drug("318056008", "Spironolactone 25mg tablets")
_furosemide = _drug("317972000", "Furosemide 40mg tablets")
_clopidogrel = _drug("319799004", "Clopidogrel 75mg tablets")
_aspirin = _drug("319773006", "Aspirin 75mg dispersible tablets")
_beclometasone = _drug("42292311000001106", "Beclometasone 100micrograms/dose inhaler")

_CLASS = {drug.code.code: "statin" for drug in _statin.values}
_SHARES: tuple[tuple[str, float, Drug | Draw[Drug] | Draw[Drug | None]], ...] = (
    ("hypertension", 0.62, _ace_or_arb),
    ("hypertension", 0.42, AMLODIPINE),
    ("type2", 0.72, METFORMIN),
    ("type2", 0.13, _gliclazide),
    ("type2", 0.12, _gliptin),
    ("type2", 0.24, _flozin),
    ("type2", 0.1, _insulin),
    ("type2", 0.3, _ace_or_arb),
    ("type1", 1.0, _insulin),
    ("type1", 0.9, _rapid_insulin),
    ("type2", 0.68, _statin),
    ("chd", 0.85, _statin),
    ("stroke", 0.78, _statin),
    ("pad", 0.7, _statin),
    ("hypertension", 0.3, _statin),
    ("ckd", 0.3, _statin),
    ("smi", 0.6, _antipsychotic),
    ("dementia", 0.05, _antipsychotic),
    ("chd", 0.55, _aspirin),
    ("chd", 0.25, _clopidogrel),
    ("chd", 0.6, _bisoprolol),
    ("chd", 0.5, _ace_or_arb),
    ("stroke", 0.7, _clopidogrel),
    ("pad", 0.6, _clopidogrel),
    ("hf", 0.8, _ace_or_arb),
    ("hf", 0.75, _bisoprolol),
    ("hf", 0.35, _spironolactone),
    ("hf", 0.5, _furosemide),
    ("ckd", 0.35, _ace_or_arb),
    ("af", 1.0, _anticoagulant),
    ("af", 0.55, _bisoprolol),
    ("af", 0.05, AMIODARONE),
    ("ra", 0.85, _dmard_of_joints),
    ("copd", 0.9, SALBUTAMOL),
    ("asthma", 0.82, SALBUTAMOL),
    ("asthma", 0.66, _beclometasone),
)
_OTHERS_ON_DMARD = 0.004
_OTHERS_ON_DOAC = 0.006
_OLD_ENOUGH = 18


@dataclass(slots=True)
class Course:
    """A drug as a patient has it: from ``start`` to ``stop`` (0: still current)."""

    drug: Drug
    start: int
    stop: int = 0
    repeat: bool = True


def draw_courses(rng: Random, person: Person, health: Health) -> list[Course]:
    """Draw the drugs of a patient, each class once, current ones and stopped ones."""
    chosen: dict[str, Course] = {}
    for condition, share, drug in _SHARES:
        if condition not in health.active or not chance(rng, share):
            continue
        product = drug if isinstance(drug, Drug) else drug(rng)
        if product is not None:
            _add(rng, chosen, product, health.diagnoses[condition].since, person.end)
    if person.age >= _OLD_ENOUGH:
        _others(rng, person, health, chosen)
    return list(chosen.values())


def _others(rng: Random, person: Person, health: Health, chosen: dict[str, Course]) -> None:
    """Drugs for conditions that are not among those drawn."""
    if chance(rng, _OTHERS_ON_DMARD):
        _add(rng, chosen, _dmard_of_others(rng), person.end - spread(rng, 90, 4000), person.end)
    if person.age > 45 and chance(rng, _OTHERS_ON_DOAC):  # noqa: PLR2004 - thrombosis in mid-life
        _add(rng, chosen, APIXABAN, person.end - spread(rng, 30, 2500), person.end)
    bipolar = health.diagnoses.get("smi")
    if bipolar and "Bipolar" in bipolar.code.term and chance(rng, 0.3):
        _add(rng, chosen, LITHIUM, bipolar.since, person.end)


def _add(rng: Random, chosen: dict[str, Course], drug: Drug, since: int, end: int) -> None:
    kind = drug.monitoring or _CLASS.get(drug.code.code, drug.code.code)
    if kind in chosen:
        return
    start = max(since, end - 9000)
    start += int((end - start) * 0.5 * rng.random() ** 2)
    stop = 0
    if chance(rng, 0.05):
        stop = start + int((end - start) * rng.random())
    repeat = drug is not SALBUTAMOL or chance(rng, 0.7)
    chosen[kind] = Course(drug, start, stop, repeat)
    if drug is RAMIPRIL and chance(rng, 0.12):  # a cough: changed to an ARB
        chosen[kind].stop = stop or max(start, end - spread(rng, 30, 1500))
        chosen["arb"] = Course(LOSARTAN, chosen[kind].stop)
