"""Invented patients of an invented practice: the same ones every time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from recall_tui.domain.calendar import Month
from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Item, StaffGroup
from recall_tui.views.names import Names
from recall_tui.views.patient import AppointmentView
from tests.screens.fake_store import FakeItem, FakePatient

TODAY = date(2026, 12, 7)

_ITEMS: dict[str, tuple[str, str, int, bool]] = {
    "hba1c": ("HbA1c", "phlebotomist", 5, False),
    "renal": ("Kidney function", "phlebotomist", 5, False),
    "blood_pressure": ("Blood pressure", "hca", 10, False),
    "foot_check": ("Foot check", "hca", 10, False),
    "diabetes_review": ("Diabetes review", "nurse", 20, False),
    "asthma_review": ("Asthma review", "nurse", 20, False),
    "copd_review": ("COPD review", "nurse", 30, False),
    "methotrexate_bloods": ("Methotrexate bloods", "phlebotomist", 5, True),
    "lithium_level": ("Lithium level", "phlebotomist", 5, True),
    "medication_review": ("Medication review", "pharmacist", 15, False),
}
"""Item: its name, who does it, minutes, whether it is high risk."""

_RECALLS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "diabetes": (
        "Diabetes",
        "DM",
        ("hba1c", "renal", "blood_pressure", "foot_check", "diabetes_review"),
    ),
    "hypertension": ("Hypertension", "BP", ("renal", "blood_pressure")),
    "asthma": ("Asthma", "Asthma", ("asthma_review",)),
    "copd": ("COPD", "COPD", ("copd_review",)),
    "dmards": ("DMARDs", "DMARD", ("methotrexate_bloods",)),
    "lithium": ("Lithium", "Lithium", ("lithium_level",)),
    "medication_review": ("Medication review", "MedRev", ("medication_review",)),
}
"""Recall: its name, its short name, what it asks for."""

NAMES = Names(
    items={item: name for item, (name, *_rest) in _ITEMS.items()},
    recalls={recall: name for recall, (name, _short, _items) in _RECALLS.items()},
    recalls_short={recall: short for recall, (_name, short, _items) in _RECALLS.items()},
    flags={"housebound": "Housebound", "interpreter": "Interpreter needed"},
)


_ABLE: dict[str, tuple[StaffGroup, ...]] = {
    "phlebotomist": (StaffGroup.PHLEBOTOMIST, StaffGroup.HCA, StaffGroup.NURSE),
    "hca": (StaffGroup.HCA, StaffGroup.NURSE),
    "nurse": (StaffGroup.NURSE,),
    "pharmacist": (StaffGroup.PHARMACIST,),
}
"""Who else can do what is planned with a staff group, cheapest first."""

ITEMS = {
    item: Item(
        ItemId(item),
        name,
        (),
        {one: cost for cost, one in enumerate(_ABLE[group], start=1)},
        minutes,
        high_risk=high_risk,
        notes=f"Please do: {name}.",
    )
    for item, (name, group, minutes, high_risk) in _ITEMS.items()
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_GIVEN = _words(
    "Margaret Siân David Olivia Nnamdi Zoë Gareth Priya Dafydd Aoife Mohammed Renée Keith Ffion "
    "Patricia Owain Łucja Brian Chloë Ifeoma"
)
_FAMILY = _words(
    "Abernathy O'Shaughnessy Llewellyn Evans Ap-Rhys Featherstonehaugh Ng Patel Jones Ó-Briain "
    "Smith Kowalska Okafor Webb Griffiths Hussain Lawrence Ŵyn Marshall Young"
)
_FLAGS = ("housebound", "care_home", "dementia", "learning_disability")
_DOCTORS = ("Dr Hart", "Dr Osei", "Dr Lewis")


def a_practice(count: int = 240, seed: int = 7) -> tuple[FakePatient, ...]:
    """Return ``count`` patients; about two thirds are on the list of December 2026."""
    chance = Random(seed)  # noqa: S311 - invented people, the same every time
    return tuple(_a_patient(chance, 1000 + place * 7) for place in range(count))


def _a_patient(chance: Random, number: int) -> FakePatient:
    born = date(1932, 1, 1) + timedelta(days=chance.randrange(30_000))
    reach = chance.random()
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    return FakePatient(
        number=str(number),
        name=f"{given} {family}",
        born=born,
        nhs_number=_nhs_number(number) if chance.random() < 0.95 else None,
        sex=chance.choice("FM"),
        mobile=f"07700 900{number % 1000:03d}" if reach < 0.8 else "",
        email=f"p{number}@example.org" if reach < 0.3 else "",
        address=f"{number % 90 + 1} Mill Lane" if reach < 0.95 else "",
        postcode=f"ZZ{number % 9 + 1} {number % 7 + 1}AA",
        usual_gp=chance.choice(_DOCTORS),
        flags=(chance.choice(_FLAGS),) if chance.random() < 0.12 else (),
        language=chance.choice(("", "", "", "", "Polish", "Welsh")),
        items=_items(chance),
        future=_future(chance, number),
        past=_past(number),
    )


def _items(chance: Random) -> tuple[FakeItem, ...]:
    recalls = chance.sample(sorted(_RECALLS), k=chance.choice((1, 1, 2)))
    month = Month.of(TODAY).plus(chance.choice((-2, -1, 0, 0, 0, 0, 1, 2)))
    due_on = month.first + timedelta(days=chance.randrange(28))
    wanted = dict.fromkeys(item for recall in recalls for item in _RECALLS[recall][2])
    is_held = chance.random() < 0.05
    done = chance.random()
    return tuple(
        FakeItem(
            item,
            due_on,
            _ITEMS[item][1],
            _ITEMS[item][2],
            tuple(recall for recall in sorted(recalls) if item in _RECALLS[recall][2]),
            high_risk=_ITEMS[item][3],
            held="under the hospital clinic until 1 Mar 2027" if is_held else "",
            done_on=due_on - timedelta(days=9) if done < (0.1 if place else 0.2) else None,
        )
        for place, item in enumerate(wanted)
    )  # fmt: skip


def _future(chance: Random, number: int) -> tuple[AppointmentView, ...]:
    if chance.random() > 0.3:
        return ()
    starts = datetime(2026, 12, 9, 8, 30, tzinfo=UTC) + timedelta(days=number % 20)
    group = chance.choice(("phlebotomist", "hca", "nurse"))
    return (
        AppointmentView(
            f"a{number}", starts, 10, group, "Sister Ada Quill", "Routine", "booked",
            TODAY - timedelta(days=3),
        ),
    )  # fmt: skip


def _past(number: int) -> tuple[AppointmentView, ...]:
    starts = datetime(2026, 3, 2, 10, 10, tzinfo=UTC) + timedelta(days=number % 90)
    return (
        AppointmentView(
            f"b{number}", starts, 15, "nurse", "Sister Ada Quill", "Review",
            "missed" if number % 5 == 0 else "attended", None,
        ),
    )  # fmt: skip


def _nhs_number(number: int) -> str:
    """Return a number of the 999 range, with its check digit."""
    for body in (f"999{number:06d}", f"999{number + 500_000:06d}"):
        total = sum(int(digit) * (10 - place) for place, digit in enumerate(body))
        check = (11 - total % 11) % 11
        if check < 10:
            return body + str(check)
    return ""
