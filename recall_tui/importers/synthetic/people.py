"""Invented people in households: ages as in England, addresses, telephones, how to reach them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from unicodedata import normalize

from recall_tui.importers.synthetic.chances import Draw, chance, seeded, spread
from recall_tui.importers.synthetic.identifiers import (
    landline,
    mobile,
    mobile_share,
    nhs_numbers,
    postcode,
)
from recall_tui.importers.synthetic.names import (
    Community,
    draw_community,
    draw_family,
    draw_given,
)

ADULT = 18
_OLD = 76
_NO_NUMBER = "-"
_YEAR = 365.25


@dataclass(slots=True)
class Person:
    """One patient.

    Days are ordinals of ``date``. ``end`` is the day after which nothing is known: today, or the
    day on which the patient left or died.
    """

    number: str
    nhs_number: str
    nhs_status: str
    title: str
    given: str
    family: str
    born: int
    age: int
    sex: str
    registered: int
    end: int
    address: str
    postcode: str
    household: str
    home_phone: str
    mobile: str = ""
    email: str = ""
    sms: str = ""
    email_consent: str = ""
    contact: str = ""
    preferred: str = ""
    language: str = ""
    interpreter: str = ""
    gp: str = ""
    sensitive: str = ""
    left: int = 0
    died: int = 0
    care_home: bool = False


_STREETS = (
    "High Street", "Mill Lane", "Church Road", "Station Road", "Orchard Close", "Victoria Terrace",
    "King's Avenue", "The Green", "Elm Grove", "Meadow View", "Canal Walk", "Priory Gardens",
    "Queensway", "St Mary's Row", "Foundry Court", "Ashfield Drive", "Park Crescent", "Tŷ Gwyn",
)  # fmt: skip
_CARE_HOMES = ("Larch House", "The Willows", "St Anne's Lodge", "Beechcroft", "Hollybank Court")
_TOWN = "Fictington"
_DOCTORS = tuple(
    f"Dr {name}" for name in ("Adeyemi", "Barrow", "Chaudhry", "Ellwood", "Fenn", "Ó Briain")
)

_head_age = Draw(
    ((18, 24), 6.5), ((25, 29), 7.4), ((30, 34), 9.4), ((35, 39), 9.5), ((40, 44), 8.5),
    ((45, 49), 8.0), ((50, 54), 9.0), ((55, 59), 9.0), ((60, 64), 8.0), ((65, 69), 6.7),
    ((70, 74), 6.3), ((75, 79), 5.6), ((80, 84), 3.9), ((85, 89), 2.6), ((90, 99), 1.5),
)  # fmt: skip
_doctor = Draw(*((name, 1.0) for name in _DOCTORS))
_sms = Draw(("allowed", 62), ("unknown", 32), ("declined", 6))
_email_consent = Draw(("allowed", 40), ("unknown", 52), ("declined", 8))
_preferred = Draw(("", 82), ("sms", 9), ("letter", 4), ("phone", 3), ("email", 2))
_mail_host = Draw(("example.com", 50), ("example.org", 30), ("example.net", 20))
_spare = Draw((1, 90), (2, 6), (3, 4))


class Town:
    """Moves households in, one after the other; the same town for the same seed and day."""

    def __init__(
        self, seed: int, today: int, patients: int, first_number: int = 10_001, start: int = 0
    ) -> None:
        """Begin with household ``start``; ``first_number`` is the first patient number.

        ``patients`` is how many the practice has: of so many not all can have a mobile.
        Towns that have no household in common share no NHS number.
        """
        self._seed = seed
        self._today = today
        self._turn = start
        self._number = first_number
        self._phones = start * 3
        self._mobiles = mobile_share(patients)
        self._luck = Random()  # noqa: S311 - invented people; seeded for each household
        self._nhs = nhs_numbers(seed, start * 11)

    def households(self) -> Iterator[tuple[Random, list[Person]]]:
        """Yield households without end, each with the generator that made it."""
        while True:
            rng = seeded(self._seed, self._turn)
            yield rng, self._household(rng)
            self._turn += 1

    def _household(self, rng: Random) -> list[Person]:
        community = draw_community(rng)
        family = draw_family(rng, community)
        code = postcode(self._turn // 4)
        street = _STREETS[(self._turn // 12) % len(_STREETS)]
        address = f"{self._turn % 12 * 2 + 1 + self._turn // 12 % 90} {street}, {_TOWN}"
        # Who has no mobile for want of numbers has a landline at least.
        line = landline(self._turn) if chance(rng, 0.95 - 0.33 * self._mobiles) else ""
        registered = self._today - int(rng.expovariate(1 / 4200.0)) - 3
        people: list[Person] = []
        for age, sex, own_name in _members(rng):
            surname = draw_family(rng, community) if own_name else family
            person = self._person(rng, community, age, sex)
            person.family, person.address, person.postcode = surname, address, code
            person.household, person.home_phone = f"H{self._turn + 1}", line
            person.registered = max(registered, person.born)
            people.append(person)
        self._luck = seeded(self._seed + 1, self._turn)
        for person in people:
            self._reach(rng, person, people)
        for person in people:
            person.mobile = person.mobile.replace(_NO_NUMBER, "")
        return people

    def _person(self, rng: Random, community: Community, age: int, sex: str) -> Person:
        number, self._number = self._number, self._number + _spare(rng)
        born = self._today - int((age + rng.random() * 0.999) * _YEAR) - 1
        nhs_number = next(self._nhs)
        status = "verified"
        if chance(rng, 0.008):
            nhs_number, status = ("", "") if chance(rng, 0.5) else (nhs_number, "unverified")
        speaks = community.language if chance(rng, 0.3) else ""
        person = Person(
            number=str(number),
            nhs_number=nhs_number,
            nhs_status=status,
            title=_title(rng, sex, age),
            given=draw_given(rng, community, sex, age),
            family="",
            born=born,
            age=age,
            sex=sex,
            registered=born,
            end=self._today,
            address="",
            postcode="",
            household="",
            home_phone="",
        )
        person.language = speaks
        person.interpreter = "Y" if speaks and chance(rng, 0.35) else ""
        person.gp = _doctor(rng)
        person.sensitive = "Y" if chance(rng, 0.003) else ""
        return person

    def _own_mobile(self, rng: Random) -> str:
        """Return the next mobile, or what stands for one that there is no number for.

        Either way the same is drawn from ``rng``: all else about the people stays as it is.
        """
        number = mobile(self._phones, rng)
        if not chance(self._luck, self._mobiles):
            return _NO_NUMBER
        self._phones += 1
        return number

    def _reach(self, rng: Random, person: Person, people: list[Person]) -> None:
        """Fill in telephones, e-mail and what the patient allows."""
        first = people[0]
        if person.age < ADULT - 2:
            person.mobile = first.mobile if chance(rng, 0.8) else ""
        elif person is not first and first.mobile and chance(rng, 0.05):
            person.mobile = first.mobile  # partners with one mobile between them
        elif chance(rng, 0.62 if person.age >= _OLD else 0.94):
            person.mobile = self._own_mobile(rng)
            if chance(rng, 0.006):
                person.mobile = landline(self._turn)  # a landline in the mobile field
            elif chance(rng, 0.003):
                person.mobile = person.mobile[:-1]  # one digit short
        if person.age >= ADULT and chance(rng, 0.3 if person.age >= _OLD else 0.62):
            person.email = f"{_plain(person.given)}.{_plain(person.family)}@{_mail_host(rng)}"
        person.sms, person.email_consent = _sms(rng), _email_consent(rng)
        person.contact = "N" if chance(rng, 0.003) else ""
        person.preferred = _preferred(rng)


def move_into_care(rng: Random, person: Person, turn: int) -> None:
    """Let ``person`` live in one of the care homes of this part of the town."""
    place = turn // 2200 * 2 + int(chance(rng, 0.5))
    name = _CARE_HOMES[place % len(_CARE_HOMES)]
    person.care_home = True
    person.address = f"{name}, {place + 1} Abbey Road, {_TOWN}"
    person.postcode = postcode(20_000 + place)
    person.household = f"C{place + 1}"
    person.home_phone = landline(15_000 + place)
    person.mobile = ""


def _plain(name: str) -> str:
    letters = normalize("NFKD", name.lower().replace("ł", "l"))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def _title(rng: Random, sex: str, age: int) -> str:
    if age < ADULT:
        return "Miss" if sex == "F" else "Master"
    if chance(rng, 0.012):
        return "Dr"
    return rng.choice(("Mrs", "Mrs", "Miss", "Ms")) if sex == "F" else "Mr"


_Member = tuple[int, str, bool]  # age, sex, has a family name of their own


def _members(rng: Random) -> list[_Member]:
    low, high = _head_age(rng)
    head = spread(rng, low, high)
    sex = "F" if chance(rng, 0.5 + max(0, head - 70) * 0.006) else "M"
    members: list[_Member] = [(head, sex, False)]
    if head < 30 and chance(rng, 0.3):  # noqa: PLR2004 - shared houses of the young
        extra = spread(rng, 1, 3)
        members += [(spread(rng, 18, 31), rng.choice("FM"), True) for _ in range(extra)]
        return members
    if chance(rng, _partnered(head)):
        other = "M" if sex == "F" else "F"
        if chance(rng, 0.03):
            other = sex
        members.append((max(18, min(99, head + spread(rng, -5, 5))), other, chance(rng, 0.3)))
    mother = head
    for _ in range(_children(rng, mother)):
        age = mother - spread(rng, 20, 39)
        if 0 <= age <= spread(rng, 17, 27):
            members.append((age, rng.choice("FM"), False))
    return members


_PARTNERED = (0.25, 0.55, 0.66, 0.66, 0.66, 0.66, 0.63, 0.45)
_CHILD_COUNT = {
    2: Draw((0, 55), (1, 25), (2, 15), (3, 5)),
    3: Draw((0, 20), (1, 25), (2, 38), (3, 13), (4, 4)),
    4: Draw((0, 22), (1, 26), (2, 38), (3, 11), (4, 3)),
    5: Draw((0, 55), (1, 28), (2, 15), (3, 2)),
}


def _partnered(head: int) -> float:
    return _PARTNERED[min(head // 10, 8) - 1]


def _children(rng: Random, head: int) -> int:
    count = _CHILD_COUNT.get(head // 10)
    return count(rng) if count else 0
