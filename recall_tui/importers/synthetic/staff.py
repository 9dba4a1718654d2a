"""The practice's invented staff and the kinds of appointment in its book."""

from dataclasses import dataclass
from random import Random

STAFF_HEADER = "staff_id,name,staff_group\n"
STAFF = (
    ("S01", "Dr Adeyemi", "gp"),
    ("S02", "Dr Barrow", "gp"),
    ("S03", "Dr Chaudhry", "gp"),
    ("S04", "Dr Ó Briain", "gp"),
    ("S05", "Sr Holloway", "nurse"),
    ("S06", "Sr Llewelyn", "nurse"),
    ("S07", "Nurse Okonjo", "nurse"),
    ("S08", "Mr Petrov", "pharmacist"),
    ("S09", "Ms Iyer", "pharmacist"),
    ("S10", "Kim Aldous", "hca"),
    ("S11", "Jo Tremlett", "hca"),
    ("S12", "Pat Quill", "phlebotomist"),
    ("S13", "Sam Vane", "phlebotomist"),
    ("S14", "Sr Marchetti", "district_nurse"),
    ("S15", "Robin Skye", "nursing_associate"),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A kind of appointment: what the book calls it, whose it is, how long."""

    name: str
    staff: str
    minutes: int

    def clinician(self, rng: Random) -> str:
        """Draw the member of staff whose column it stands in."""
        names = _NAMES[self.staff]
        return names[int(rng.random() * len(names))]


_NAMES = {
    group: tuple(name for _, name, own in STAFF if own == group)
    for group in {own for _, _, own in STAFF}
}
BLOODS = Slot("Blood test", "phlebotomist", 10)
HCA_CHECK = Slot("HCA check", "hca", 20)
NURSE_REVIEW = Slot("Long-term condition review", "nurse", 30)
PHARMACIST_REVIEW = Slot("Pharmacist review", "pharmacist", 20)
GP_REVIEW = Slot("GP review", "gp", 20)
GP_ROUTINE = Slot("GP routine", "gp", 10)
NURSE_ROUTINE = Slot("Nurse treatment room", "nurse", 15)
HEALTH_CHECK = Slot("Learning disability health check", "nurse", 40)
INR_CLINIC = Slot("INR clinic", "hca", 10)
DRUG_CHECK = Slot("Drug monitoring", "hca", 15)
PRESSURE_CHECK = Slot("Blood pressure check", "hca", 10)
HOME_VISIT = Slot("Home visit", "district_nurse", 30)
REVIEWING = frozenset(
    slot.name for slot in (HCA_CHECK, NURSE_REVIEW, PHARMACIST_REVIEW, GP_REVIEW, HEALTH_CHECK)
)
"""The slots in which a yearly review is done."""
