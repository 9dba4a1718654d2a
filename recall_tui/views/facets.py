"""What a list can be filtered by: the groups of choices, what each reads from a row, its words."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from recall_tui.domain.calendar import age_on
from recall_tui.domain.channel import Channel
from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.views.names import Names
from recall_tui.views.words import STAFF_WORDS, STATE_WORDS, WAKE_WORDS
from recall_tui.views.worklist import WorklistRow

_RIGHT_QUOTE = "\N{RIGHT SINGLE QUOTATION MARK}"


class Facet(StrEnum):
    """A group of choices in the sidebar; the value is its heading."""

    STATE = "State"
    STAFF = "Staff group"
    OVERDUE = "Overdue"
    INVITES = "Invites"
    LAST_INVITED = "Last invited"
    APPOINTMENTS = "Appointments"
    PARTIAL = "Done so far"
    RECALL = "Recall"
    ITEM = "Item"
    CHANNEL = "Channel"
    FLAG = "Flag"
    AGE = "Age"
    USUAL_GP = "Usual GP"
    ASSIGNED = "Assigned"
    SNOOZED = "Snoozed"
    LANGUAGE = "Language"


class Looking(NamedTuple):
    """Who looks at the list, and when: some choices mean something else for somebody else."""

    today: date
    login: str = ""
    invited: frozenset[str] = frozenset()
    """The patients whom this person has invited in this session."""

    teams: frozenset[str] = frozenset()
    """The teams that this person belongs to: what is theirs is the person's."""


ME, OTHERS = "@me", "@others"
"""Assigned to whoever looks, or to anybody else; a view that is shared keeps its sense."""

MANY_INVITES = 3
LATELY_DAYS = (7, 14, 28)
WEEK, MONTH = timedelta(days=7), timedelta(days=31)
ADULT = 16
"""Younger patients are asked through a parent (recall_domain.md D)."""

AGE_BANDS = ((0, "0-15"), (16, "16-39"), (40, "40-64"), (65, "65-79"), (80, "80+"))
"""From which age, and the key of the band."""


def _state(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    return (str(row.state),)


def _staff(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    return [one.staff_group for one in row.appointments if one.state is not AppointmentState.DONE]


def _recalls(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    return row.recalls


def _items(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    return [due.item for one in row.appointments for due in one.due_items if due.is_open]


def _overdue(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    if not row.urgent_since:
        return ("not_yet",)
    return ("overdue", "high_risk") if row.high_risk_overdue else ("overdue",)


def _invites(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    return (f"{MANY_INVITES}+" if row.invites >= MANY_INVITES else str(row.invites),)


def _last_invited(row: WorklistRow, looking: Looking) -> Sequence[str]:
    last = row.last_invited
    if last is None:
        return ("never",)
    found = [str(days) for days in LATELY_DAYS if last > looking.today - timedelta(days=days)]
    if row.patient in looking.invited:
        found.append("session")
    return found or ("longer",)


def _appointments(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    found = ["future" if row.future_appointments else "no_future"]
    if row.since_last_invite:
        found.append("since_invite")
    return found


def _partial(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    done = [due.state is DueState.DONE for one in row.appointments for due in one.due_items]
    if not any(done):
        return ("nothing",)
    return ("all",) if all(done) else ("part",)


def _channel(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    if row.channel is Channel.NONE:
        return (str(row.channel),)
    return (str(row.channel), "any")


def _flags(row: WorklistRow, looking: Looking) -> Sequence[str]:
    found = [*row.flags]
    if row.interpreter:
        found.append("interpreter")
    if age_on(row.date_of_birth, looking.today) < ADULT:
        found.append("under_16")
    return found


def _age(row: WorklistRow, looking: Looking) -> Sequence[str]:
    age = age_on(row.date_of_birth, looking.today)
    return (next(band for least, band in reversed(AGE_BANDS) if age >= least),)


def _usual_gp(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    return (row.usual_gp,)


def _assigned(row: WorklistRow, looking: Looking) -> Sequence[str]:
    if not row.assigned_to:
        return ("",)
    is_mine = row.assigned_to == looking.login or row.assigned_to in looking.teams
    return (row.assigned_to, ME if is_mine else OTHERS)


def _snoozed(row: WorklistRow, looking: Looking) -> Sequence[str]:
    until = [
        due.snoozed_until
        for one in row.appointments
        for due in one.due_items
        if due.snoozed_until and due.state is DueState.SNOOZED
    ]
    if not until:
        return ("no",)
    left = min(until) - looking.today
    when = {
        due.snoozed_when
        for one in row.appointments
        for due in one.due_items
        if due.snoozed_when and due.state is DueState.SNOOZED
    }
    span = "week" if left <= WEEK else "month" if left <= MONTH else "later"
    return (span, *sorted(when))


def _language(row: WorklistRow, looking: Looking) -> Sequence[str]:
    del looking
    return (row.language,)


READERS: Mapping[Facet, Callable[[WorklistRow, Looking], Sequence[str]]] = {
    Facet.STATE: _state,
    Facet.STAFF: _staff,
    Facet.OVERDUE: _overdue,
    Facet.INVITES: _invites,
    Facet.LAST_INVITED: _last_invited,
    Facet.APPOINTMENTS: _appointments,
    Facet.PARTIAL: _partial,
    Facet.RECALL: _recalls,
    Facet.ITEM: _items,
    Facet.CHANNEL: _channel,
    Facet.FLAG: _flags,
    Facet.AGE: _age,
    Facet.ASSIGNED: _assigned,
    Facet.USUAL_GP: _usual_gp,
    Facet.SNOOZED: _snoozed,
    Facet.LANGUAGE: _language,
}
"""What each facet reads from a row, in the order of the sidebar."""

REVEALING = (Facet.STATE, Facet.SNOOZED)
"""Choosing in one of these shows rows that are hidden otherwise."""

SELECTING = (Facet.RECALL, Facet.ITEM)
"""What is chosen here says which due items of a row the others are about."""

SELECTED = (Facet.STATE, Facet.OVERDUE)
"""What is asked of these due items alone, once any are selected."""

WORDS: Mapping[Facet, Mapping[str, str]] = {
    Facet.STATE: {str(state): words for state, words in STATE_WORDS.items()},
    Facet.STAFF: {
        **{str(group): words for group, words in STAFF_WORDS.items()},
        "": "No appointment planned",
    },
    Facet.OVERDUE: {
        "high_risk": "High-risk overdue",
        "overdue": "Overdue",
        "not_yet": "Not overdue",
    },
    Facet.INVITES: {"0": "Not invited", "1": "Once", "2": "Twice", "3+": "Three or more"},
    Facet.LAST_INVITED: {
        "never": "Never",
        "session": "In this session",
        "7": "In 7 days",
        "14": "In 14 days",
        "28": "In 28 days",
        "longer": "Longer ago",
    },
    Facet.APPOINTMENTS: {
        "future": "Has a future one",
        "no_future": "Has none",
        "since_invite": "Booked since invite",
    },
    Facet.PARTIAL: {"nothing": "Nothing yet", "part": "Partly (n of m)", "all": "Everything"},
    Facet.CHANNEL: {
        "any": "Can be reached",
        "sms": "Text message",
        "email": "E-mail",
        "letter": "Letter",
        "phone": "Phone",
        "none": "No contact details",
    },
    Facet.FLAG: {
        "housebound": "Housebound",
        "care_home": "Care home",
        "interpreter": "Interpreter",
        "dementia": "Dementia",
        "palliative": "Palliative care",
        "under_16": "Under 16",
        "learning_disability": "Learning disability",
    },
    Facet.AGE: {band: band for _least, band in AGE_BANDS},
    Facet.ASSIGNED: {ME: "Me", "": "Nobody", OTHERS: "A colleague"},
    Facet.USUAL_GP: {"": "None stated"},
    Facet.SNOOZED: {
        "no": "Not snoozed",
        "week": "Back within 7 days",
        "month": "Back within 31 days",
        "later": "Back later",
        **{when: f"Until {words}" for when, words in WAKE_WORDS.items()},
    },
    Facet.LANGUAGE: {"": "None stated"},
}
"""Words by facet and key, in the order in which they are listed; others by their key."""


def option_words(facet: Facet, key: str, names: Names) -> str:
    """Return what one choice is called."""
    match facet:
        case Facet.RECALL:
            return names.recall(key)
        case Facet.ITEM:
            return names.item(key)
        case _:
            plain = key.replace("_", " ").capitalize() if facet is Facet.FLAG else key
            return WORDS.get(facet, {}).get(key, plain)


def own_words(row: WorklistRow) -> str:
    """Return of what typed words are looked for in, folded, what is this patient's alone."""
    return folded("\n".join((row.patient, row.name, row.nhs_number or "")))


def folded(words: str) -> str:
    """Return words without case, accents, apostrophes and commas, as the look-up knows names."""
    plain = words.casefold()
    if not plain.isascii():
        every = unicodedata.normalize("NFKD", plain).replace(_RIGHT_QUOTE, "'")
        plain = "".join(mark for mark in every if not unicodedata.combining(mark))
    return plain.replace("'", "").replace(",", " ")


def shared_words(row: WorklistRow, looking: Looking, names: Names) -> Sequence[str]:
    """Return of what typed words are looked for in, in any case, what many patients share."""
    parts = [row.assigned_to, row.usual_gp, row.language, STATE_WORDS[row.state]]
    parts += _words(Facet.RECALL, row.recalls, names)
    parts += [names.recall_short(recall) for recall in row.recalls]
    parts += _words(Facet.STAFF, _staff(row, looking), names)
    parts += [names.item(due.item) for one in row.appointments for due in one.due_items]
    parts += _words(Facet.FLAG, _flags(row, looking), names)
    return parts


def _words(facet: Facet, keys: Iterable[str], names: Names) -> list[str]:
    return [option_words(facet, key, names) for key in keys]
