"""Filters of the list: which rows are shown, and how many each choice would show.

Everything that is read from a row is read once a snapshot (`index_rows`, off the UI thread); a
filter then only compares numbers, so that a key press costs the same few milliseconds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain
from typing import TypeAlias

from recall_tui.domain.states import AppointmentState
from recall_tui.views.names import Names
from recall_tui.views.words import STAFF_WORDS, STATE_WORDS
from recall_tui.views.worklist import WorklistRow


class Facet(StrEnum):
    """A group of choices in the sidebar; the value is its heading."""

    STATE = "State"
    STAFF = "Staff group"
    OVERDUE = "Overdue"
    INVITES = "Invites"
    LAST_INVITED = "Last invited"
    APPOINTMENTS = "Appointments"
    RECALL = "Recall"
    ITEM = "Item"
    CHANNEL = "Channel"
    FLAG = "Flag"
    ASSIGNED = "Assigned"


MANY_INVITES = 3
LATELY_DAYS = (7, 14, 28)

Option: TypeAlias = tuple[Facet, str]
"""A facet and the key of one of its choices."""


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


@dataclass(frozen=True)
class Indexed:
    """Rows with all that filters compare: made by `index_rows`, the same for every filter."""

    rows: tuple[WorklistRow, ...]
    options: tuple[Option, ...]
    """Every choice that fits any row; its place here is its number."""

    numbers: tuple[frozenset[int], ...]
    """For each row the numbers of the choices that fit it."""

    texts: tuple[str, ...]
    """For each row what typed words are looked for in."""

    names: Names


def index_rows(rows: Iterable[WorklistRow], today: date, names: Names) -> Indexed:
    """Read from each row, once, everything that a filter may ask."""
    every = tuple(rows)
    known: dict[Option, int] = {}
    shared: dict[frozenset[int], frozenset[int]] = {}
    numbers: list[frozenset[int]] = []
    for row in every:
        mine = frozenset(
            known.setdefault((facet, key), len(known))
            for facet, read in READERS.items()
            for key in read(row, today)
        )
        numbers.append(shared.setdefault(mine, mine))
    texts = tuple(_searchable(row, names) for row in every)
    return Indexed(every, tuple(known), tuple(numbers), texts, names)


def fitting(indexed: Indexed, state: FilterState) -> Sequence[int]:
    """Return the places of the rows that fit, in their order."""
    places = _with_text(indexed, state.text)
    wanted = state.chosen.get(Facet.STATE, frozenset())
    if not state.show_hidden:
        rows = indexed.rows
        places = [at for at in places if not _is_hidden(rows[at], wanted)]
    for chosen in _chosen_numbers(indexed, state).values():
        places = [at for at in places if not chosen.isdisjoint(indexed.numbers[at])]
    return places


def choices(indexed: Indexed, state: FilterState) -> tuple[Choice, ...]:
    """Return every choice with how many rows it fits, given what the other facets choose."""
    chosen = _chosen_numbers(indexed, state)
    wanted = state.chosen.get(Facet.STATE, frozenset())
    every: list[frozenset[int]] = []
    nearly: dict[Facet, list[frozenset[int]]] = {facet: [] for facet in Facet}
    for at in _with_text(indexed, state.text):
        numbers = indexed.numbers[at]
        failed = [facet for facet, keys in chosen.items() if keys.isdisjoint(numbers)]
        if not state.show_hidden and _is_hidden(indexed.rows[at], wanted):
            failed = sorted({*failed, Facet.STATE})
        if not failed:
            every.append(numbers)
        elif len(failed) == 1:
            nearly[failed[0]].append(numbers)
    counts = Counter(chain.from_iterable(every))
    found: list[Choice] = []
    for facet in READERS:
        others = Counter(chain.from_iterable(nearly[facet]))
        counted = {
            key: counts[number] + others[number]
            for number, (one, key) in enumerate(indexed.options)
            if one is facet
        }
        found += _facet_choices(facet, counted, state, indexed.names)
    return tuple(found)


def option_words(facet: Facet, key: str, names: Names) -> str:
    """Return what one choice is called."""
    match facet:
        case Facet.RECALL:
            return names.recall(key)
        case Facet.ITEM:
            return names.item(key)
        case Facet.FLAG:
            return key.replace("_", " ").capitalize()
        case _:
            return WORDS.get(facet, {}).get(key, key)


def _with_text(indexed: Indexed, text: str) -> Sequence[int]:
    places: Sequence[int] = range(len(indexed.rows))
    for word in text.casefold().split():
        places = [at for at in places if word in indexed.texts[at]]
    return places


def _chosen_numbers(indexed: Indexed, state: FilterState) -> dict[Facet, frozenset[int]]:
    return {
        facet: frozenset(
            number
            for number, (one, key) in enumerate(indexed.options)
            if one is facet and key in keys
        )
        for facet, keys in state.chosen.items()
    }


def _is_hidden(row: WorklistRow, wanted: frozenset[str]) -> bool:
    """Choosing a hidden state shows it."""
    return row.is_hidden and str(row.state) not in wanted


def _facet_choices(
    facet: Facet, counts: Mapping[str, int], state: FilterState, names: Names
) -> list[Choice]:
    """In the order of the facet's words, then the most frequent first; chosen ones always."""
    chosen = state.chosen.get(facet, frozenset())
    kept = {key: count for key, count in counts.items() if count or key in chosen}
    kept |= {key: 0 for key in chosen if key not in kept}
    words = WORDS.get(facet, {})
    rest = sorted(kept.keys() - words.keys(), key=lambda key: (-kept[key], key))
    return [
        Choice(facet, key, option_words(facet, key, names), kept[key])
        for key in (*(key for key in words if key in kept), *rest)
    ]


def _searchable(row: WorklistRow, names: Names) -> str:
    parts = [row.patient, row.name, row.nhs_number or "", row.assigned_to, row.usual_gp]
    parts += [names.recall(recall) for recall in row.recalls]
    parts += [names.recall_short(recall) for recall in row.recalls]
    parts += [STAFF_WORDS.get(one.staff_group, one.staff_group) for one in row.appointments]
    parts += [names.item(due.item) for due in row.due_items()]
    return "\n".join(parts).casefold()


def _states(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return (str(row.state),)


def _staff(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return [one.staff_group for one in row.appointments if one.state is not AppointmentState.DONE]


def _recalls(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return row.recalls


def _items(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return [due.item for due in row.due_items() if due.is_open]


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


def _flags(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return row.flags


def _assigned(row: WorklistRow, today: date) -> Sequence[str]:
    del today
    return (row.assigned_to or "",)


READERS: Mapping[Facet, Callable[[WorklistRow, date], Sequence[str]]] = {
    Facet.STATE: _states,
    Facet.STAFF: _staff,
    Facet.OVERDUE: _overdue,
    Facet.INVITES: _invites,
    Facet.LAST_INVITED: _last_invited,
    Facet.APPOINTMENTS: _appointments,
    Facet.RECALL: _recalls,
    Facet.ITEM: _items,
    Facet.CHANNEL: _channel,
    Facet.FLAG: _flags,
    Facet.ASSIGNED: _assigned,
}
"""What each facet reads from a row, in the order of the sidebar."""

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
        "phone": "Phone",
        "none": "No contact details",
    },
    Facet.ASSIGNED: {"": "Nobody"},
}
"""Words by facet and key, in the order in which they are listed; others by their key."""
