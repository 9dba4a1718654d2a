"""Filters of the list: which rows are shown, and how many each choice would show."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from recall_tui.domain.states import AppointmentState
from recall_tui.views.words import STAFF_WORDS, STATE_WORDS
from recall_tui.views.worklist import WorklistRow


class Facet(StrEnum):
    """A group of choices in the sidebar; the value is its heading."""

    STATE = "State"
    STAFF = "Staff group"
    RECALL = "Recall"
    OVERDUE = "Overdue"
    INVITES = "Invites"
    LAST_INVITED = "Last invited"
    APPOINTMENTS = "Appointments"
    CHANNEL = "Channel"
    ASSIGNED = "Assigned"


MANY_INVITES = 3
LATELY_DAYS = (7, 14, 28)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet: its key in the filter, its words, how many rows it fits."""

    facet: Facet
    key: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class FilterState:
    """What is chosen: within a facet any choice may fit, every facet with a choice must."""

    chosen: Mapping[Facet, frozenset[str]] = field(default_factory=dict[Facet, frozenset[str]])
    text: str = ""
    show_hidden: bool = False

    def toggled(self, facet: Facet, key: str) -> "FilterState":
        """Return the filter with one choice added, or taken away if it was there."""
        changed = dict(self.chosen)
        changed[facet] = changed.get(facet, frozenset()) ^ {key}
        if not changed[facet]:
            del changed[facet]
        return replace(self, chosen=changed)

    def with_text(self, text: str) -> "FilterState":
        """Return the filter with other words typed."""
        return replace(self, text=text)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen or typed."""
        return not self.chosen and not self.text.strip()


def apply_filter(
    rows: Iterable[WorklistRow], state: FilterState, today: date
) -> tuple[WorklistRow, ...]:
    """Return the rows that fit, in their order."""
    kept = [row for row in rows if state.show_hidden or not _hidden(row, state)]
    for facet, keys in state.chosen.items():
        read = READERS[facet]
        kept = [row for row in kept if not keys.isdisjoint(read(row, today))]
    for word in state.text.casefold().split():
        kept = [row for row in kept if word in _searchable(row)]
    return tuple(kept)


def _hidden(row: WorklistRow, state: FilterState) -> bool:
    """Choosing a hidden state shows it."""
    wanted = state.chosen.get(Facet.STATE, frozenset())
    return row.is_hidden and str(row.state) not in wanted


def _searchable(row: WorklistRow) -> str:
    parts = [row.patient, row.name, row.nhs_number or "", *row.recalls, row.assigned_to]
    parts += [one.staff_group for one in row.appointments]
    parts += [due.item for due in row.due_items()]
    return " ".join(parts).casefold()


def _states(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return (str(row.state),)


def _staff(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return [one.staff_group for one in row.appointments if one.state is not AppointmentState.DONE]


def _recalls(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return row.recalls


def _overdue(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    found = ["overdue"] if row.overdue_since else ["not_yet"]
    return [*found, "high_risk"] if row.high_risk_overdue else found


def _invites(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return (f"{MANY_INVITES}+" if row.invites >= MANY_INVITES else str(row.invites),)


def _last_invited(row: WorklistRow, today: date) -> Sequence[str]:
    if row.last_invited is None:
        return ("never",)
    found = [str(days) for days in LATELY_DAYS if row.last_invited > today - timedelta(days=days)]
    return found or ("longer",)


def _appointments(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    found = ["future" if row.future_appointments else "no_future"]
    if row.since_last_invite:
        found.append("since_invite")
    if any(one.state is AppointmentState.PARTLY_DONE for one in row.appointments):
        found.append("partly_done")
    return found


def _channel(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return (str(row.channel),)


def _assigned(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return (row.assigned_to or "nobody",)


READERS: Mapping[Facet, Callable[[WorklistRow, date], Sequence[str]]] = {
    Facet.STATE: _states,
    Facet.STAFF: _staff,
    Facet.RECALL: _recalls,
    Facet.OVERDUE: _overdue,
    Facet.INVITES: _invites,
    Facet.LAST_INVITED: _last_invited,
    Facet.APPOINTMENTS: _appointments,
    Facet.CHANNEL: _channel,
    Facet.ASSIGNED: _assigned,
}

WORDS: Mapping[Facet, Mapping[str, str]] = {
    Facet.STATE: {str(state): words for state, words in STATE_WORDS.items()},
    Facet.STAFF: {str(group): words for group, words in STAFF_WORDS.items()},
    Facet.OVERDUE: {
        "high_risk": "High-risk overdue",
        "overdue": "Overdue",
        "not_yet": "Not overdue",
    },
    Facet.INVITES: {"0": "Not invited", "1": "Once", "2": "Twice", "3+": "Three or more"},
    Facet.LAST_INVITED: {
        "never": "Never",
        "7": "In 7 days",
        "14": "In 14 days",
        "28": "In 28 days",
        "longer": "Longer ago",
    },
    Facet.APPOINTMENTS: {
        "future": "Has a future one",
        "no_future": "Has none",
        "since_invite": "Booked since invite",
        "partly_done": "Partly done",
    },
    Facet.CHANNEL: {
        "sms": "Text message",
        "email": "E-mail",
        "letter": "Letter",
        "none": "No contact details",
    },
}
"""Words by facet and key, in the order in which they are listed; others by their key."""


def choices(
    rows: Sequence[WorklistRow],
    state: FilterState,
    today: date,
    recall_words: Callable[[str], str],
) -> tuple[Choice, ...]:
    """Return every choice with how many rows it fits, given what the other facets choose."""
    found: list[Choice] = []
    for facet, read in READERS.items():
        others = {key: value for key, value in state.chosen.items() if key is not facet}
        fitting = apply_filter(rows, replace(state, chosen=others), today)
        if facet is Facet.STATE:
            fitting = apply_filter(rows, replace(state, chosen=others, show_hidden=True), today)
        counts = Counter(key for row in fitting for key in set(read(row, today)))
        found += _facet_choices(facet, counts, state, recall_words)
    return tuple(found)


def _facet_choices(
    facet: Facet, counts: Counter[str], state: FilterState, recall_words: Callable[[str], str]
) -> list[Choice]:
    words = WORDS.get(facet, {})
    keys = [key for key in words if counts[key] or key in state.chosen.get(facet, ())]
    rest = sorted((key for key in counts if key not in words), key=lambda key: -counts[key])

    def say(key: str) -> str:
        return recall_words(key) if facet is Facet.RECALL else words.get(key, key)

    return [Choice(facet, key, say(key), counts[key]) for key in (*keys, *rest)]
