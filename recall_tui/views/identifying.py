"""Whether whoever is on the phone is the patient: two identifiers before a record is opened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from recall_tui.domain.birth_dates import split_birth
from recall_tui.views.patient import PatientHit

NEEDED = 2
NHS_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Identifier:
    """Something that only the patient, or somebody close, knows; ``key`` says it was confirmed."""

    key: str
    words: str


BIRTH = Identifier("d", "date of birth")
POSTCODE = Identifier("p", "postcode")
NAME = Identifier("n", "full name")
OTHER = Identifier("o", "something else (address, NHS number)")
OWN = Identifier("o", "something else of their own (NHS number)")
"""For somebody of the same household: what both share proves nothing."""


def identifiers_for(typed: str, hit: PatientHit) -> tuple[Identifier, ...]:
    """Return what may be asked: not what the search was made with, nor what is not recorded."""
    by_name = any(mark.isalpha() for mark in split_birth(typed, date.max).name)
    return (
        BIRTH,
        *([POSTCODE] if hit.postcode else []),
        *([] if by_name else [NAME]),
        OTHER,
    )


def identifiers_beside(shares: Collection[str], hit: PatientHit) -> tuple[Identifier, ...]:
    """Return what may be asked about somebody who ``shares`` something with a known patient.

    ``shares`` is that of `Relative`: where a home is shared, the postcode is known to the caller.
    """
    has_own_home = bool(hit.postcode) and not {"household", "address"} & set(shares)
    return (BIRTH, *([POSTCODE] if has_own_home else []), NAME, OWN)


def is_own_number(typed: str, hits: tuple[PatientHit, ...]) -> bool:
    """Whether a patient number or NHS number was typed, and one patient has it."""
    key = "".join(mark for mark in typed if not mark.isspace() and mark != "-")
    if len(hits) != 1:
        return False
    is_nhs = key.isdecimal() and len(key) == NHS_DIGITS and not key.startswith("0")
    return is_nhs or hits[0].patient == key
