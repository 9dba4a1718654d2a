"""The columns of the canonical extract as data: names, kinds and what an odd cell means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from recall_tui.domain.items import StaffGroup
from recall_tui.frames import APPOINTMENTS, EVENTS, MEDICATIONS, PATIENTS, STAFF, Schema


class Kind(Enum):
    """How the text of a cell is read."""

    KEY = auto()
    """An identifier: kept exactly, refused when anything is hidden in it."""

    CODE = auto()
    """A clinical code: an identifier that a spreadsheet may have damaged."""

    NHS_NUMBER = auto()
    TEXT = auto()
    """A name or free text: cleaned."""

    DAY = auto()
    PERIOD = auto()
    """A day, a month or a year; fills ``event_date`` and ``precision``."""

    TIME = auto()
    WHOLE = auto()
    VALUE = auto()
    """A number (``value``), any other text (``value_text``), or ``<3`` (both)."""

    WORD = auto()
    """One of a few words."""

    YES_NO = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    A fault in a ``needed`` column, or in a ``strict`` one, rejects the row; in any other the cell
    becomes ``when_odd`` and the row is noted. An empty cell becomes ``when_empty``.
    """

    name: str
    kind: Kind
    needed: bool = False
    strict: bool = False
    aliases: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    when_empty: str | bool | None = None
    when_odd: str | bool | None = None

    @property
    def odd_words(self) -> str:
        """What is said of a cell that holds none of the known words."""
        known = ["Y", "N"] if self.kind is Kind.YES_NO else list(dict.fromkeys(self.words.values()))
        said = f"is none of {', '.join(known)}"
        if self.when_odd is None:
            return said
        taken = self.when_odd
        if isinstance(taken, bool):
            taken = "Y" if taken else "N"
        return f"{said}: taken as {taken} until it is corrected"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the extract: its file, its columns and the schema it becomes."""

    name: str
    schema: Schema
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"


def plain(header: str) -> str:
    """Return a header as it is compared: without case, blanks and punctuation."""
    return "".join(letter for letter in header.casefold() if letter.isalnum())


def _words(**meanings: str) -> Mapping[str, str]:
    """Map every accepted word (in ``plain`` form) to its meaning."""
    return MappingProxyType(
        {
            plain(word): meaning
            for meaning, words in meanings.items()
            for word in (meaning, *words.split("|"))
            if word
        }
    )


_SEX = _words(
    F="female|woman|girl|2",
    M="male|man|boy|1",
    I="indeterminate|intersex|other|9",
    U="unknown|not known|not specified|0",
)
_CONSENT = _words(
    allowed="allow|yes|y|true|1|consent|consented|consent given|granted|opted in",
    declined="decline|no|n|false|0|dissent|dissented|refused|withdrawn|opted out|not allowed",
    unknown="not known|not asked|none",
)
_CHANNEL = _words(
    sms="text|text message|mobile",
    email="e-mail|mail",
    letter="post|paper",
    phone="telephone|call|voice",
)
_KIND = _words(
    done="recorded|result|performed",
    request="requested|ordered",
    invite="invited|invitation",
    dna="did not attend|missed",
    declined="decline|refused|dissent",
)
_STATUS = _words(
    booked="pending|planned|scheduled",
    attended="arrived|seen|finished|completed|left|in progress",
    missed="dna|did not attend|no show",
    cancelled="canceled|cancelled by patient|cancelled by practice",
)
_NHS_STATUS = _words(verified="number present and verified|1", unverified="not verified|0")
_STAFF_GROUP = _words(
    **{group.value: group.value.replace("_", " ") for group in StaffGroup}
    | {
        "hca": "healthcare assistant|health care assistant",
        "nurse": "practice nurse",
        "gp": "doctor|general practitioner|gp partner|salaried gp",
        "anp": "advanced nurse practitioner",
    }
)
_YES: Final = ("y", "yes", "true", "1")
_NO: Final = ("n", "no", "false", "0")
YES_NO: Final[Mapping[str, bool]] = {word: word in _YES for word in (*_YES, *_NO)}

_PATIENT_ALIASES = ("emis number", "patient no", "patient id")
_NUMBER = Column("patient_number", Kind.KEY, needed=True, aliases=_PATIENT_ALIASES)


def _consent(name: str, *aliases: str) -> Column:
    """A consent that cannot be read counts as declined until it is corrected."""
    return Column(
        name, Kind.WORD, aliases=aliases, words=_CONSENT, when_empty="unknown", when_odd="declined"
    )


TABLES: Final = (
    Table(
        "patients",
        PATIENTS,
        (
            _NUMBER,
            Column("nhs_number", Kind.NHS_NUMBER, aliases=("nhs no",)),
            Column("nhs_number_status", Kind.WORD, words=_NHS_STATUS),
            Column("title", Kind.TEXT),
            Column("given_name", Kind.TEXT, aliases=("forename", "first name", "calling name")),
            Column("family_name", Kind.TEXT, needed=True, aliases=("surname", "last name")),
            Column("date_of_birth", Kind.DAY, needed=True, aliases=("dob", "birth date")),
            Column(
                "sex",
                Kind.WORD,
                aliases=("gender",),
                words=_SEX,
                when_empty="U",
                when_odd="U",
            ),
            Column("registered_on", Kind.DAY, aliases=("date of registration",)),
            Column("left_on", Kind.DAY, aliases=("date of deduction", "deducted on")),
            Column("died_on", Kind.DAY, aliases=("date of death",)),
            Column("address", Kind.TEXT),
            Column("postcode", Kind.TEXT, aliases=("post code",)),
            Column("home_phone", Kind.TEXT, aliases=("home telephone",)),
            Column("mobile_phone", Kind.TEXT, aliases=("mobile telephone", "mobile")),
            Column("email", Kind.TEXT, aliases=("email address",)),
            _consent("sms_consent"),
            _consent("email_consent"),
            Column("contact_allowed", Kind.YES_NO, when_empty=True, when_odd=False),
            Column("preferred_channel", Kind.WORD, words=_CHANNEL),
            Column("language", Kind.TEXT),
            Column("interpreter", Kind.YES_NO, when_empty=False, when_odd=False),
            Column("usual_gp", Kind.TEXT, aliases=("usual gps full name",)),
            Column("household", Kind.TEXT),
            Column("sensitive", Kind.YES_NO, when_empty=False, when_odd=True),
        ),
    ),
    Table(
        "events",
        EVENTS,
        (
            _NUMBER,
            Column("code", Kind.CODE, needed=True, aliases=("snomed code", "concept id")),
            Column("term", Kind.TEXT),
            Column("date", Kind.PERIOD, needed=True, aliases=("event date", "effective date")),
            Column("value", Kind.VALUE),
            Column("unit", Kind.TEXT, aliases=("units",)),
            Column("kind", Kind.WORD, strict=True, words=_KIND, when_empty="done"),
        ),
    ),
    Table(
        "medications",
        MEDICATIONS,
        (
            _NUMBER,
            Column("code", Kind.CODE, needed=True, aliases=("dmd code", "dmd id")),
            Column("term", Kind.TEXT),
            Column("issued_on", Kind.DAY, needed=True, aliases=("date of issue", "issue date")),
            Column("repeat", Kind.YES_NO, when_empty=False, when_odd=False),
            Column("stopped_on", Kind.DAY),
        ),
    ),
    Table(
        "appointments",
        APPOINTMENTS,
        (
            _NUMBER,
            Column("appointment_id", Kind.KEY, needed=True),
            Column("starts_at", Kind.TIME, needed=True),
            Column("minutes", Kind.WHOLE),
            Column("staff_group", Kind.WORD, words=_STAFF_GROUP),
            Column("clinician", Kind.TEXT),
            Column("slot_type", Kind.TEXT),
            Column("status", Kind.WORD, strict=True, words=_STATUS, when_empty="booked"),
            Column("booked_on", Kind.DAY),
        ),
    ),
    Table(
        "staff",
        STAFF,
        (
            Column("staff_id", Kind.KEY, needed=True),
            Column("name", Kind.TEXT, needed=True),
            Column("staff_group", Kind.WORD, needed=True, words=_STAFF_GROUP),
        ),
    ),
)
"""Every table, in the order in which it is read."""

BY_NAME: Final[Mapping[str, Table]] = MappingProxyType({table.name: table for table in TABLES})
