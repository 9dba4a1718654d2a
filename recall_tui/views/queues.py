"""Queues beside the month: who needs something for another reason than the month's batches."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from recall_tui.views.names import Names
from recall_tui.views.words import STAFF_WORDS


class Queue(StrEnum):
    """One queue; the value is what commands call it."""

    TRAY = "tray"
    BLOODS_DONE = "bloods-done"
    ATTENDING = "attending"
    PRESCRIBER = "prescriber"
    CARE_HOME = "care-home"
    CLOSED = "closed"
    CODING = "coding"
    MINE = "mine"


QUEUE_WORDS: Mapping[Queue, str] = {
    Queue.TRAY: "Morning tray after a sync",
    Queue.BLOODS_DONE: "Bloods done, review not booked",
    Queue.ATTENDING: "Attending with something due",
    Queue.PRESCRIBER: "Escalated to a prescriber",
    Queue.CARE_HOME: "Care-home round sheet",
    Queue.CLOSED: "Closed staff group: bookings to move",
    Queue.CODING: "To code in the clinical system",
    Queue.MINE: "Assigned to me or my teams",
}
"""In the order of a morning."""


EXPORTED = "In an export that is not recorded yet, and must not be asked like that"
"""Heading in the morning tray of those who must be taken out of a file before it is sent."""


@dataclass(frozen=True, slots=True)
class QueueAsk:
    """What a queue is asked for."""

    queue: Queue
    today: date
    days: int = 7
    """How many days from today an attendance or a closed staff group reaches."""

    first: date | None = None
    """Of a closed staff group: from when; None: from today."""

    staff_group: str = ""
    """Empty: any."""

    clinician: str = ""
    """Of a closed staff group: whose bookings, by a part of the name; empty: everybody's."""

    owners: tuple[str, ...] = ()
    """Of what is assigned: under which names it is the person's own."""

    @property
    def begins(self) -> date:
        """The first day asked about."""
        return self.first or self.today

    @property
    def ends(self) -> date:
        """The last day asked about."""
        return self.begins + timedelta(days=max(1, self.days) - 1)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One reason to do something about one patient."""

    patient: str
    name: str
    group: str
    """Heading under which it stands: a reason, a clinic, an address, a recall."""

    what: str
    """What is so, in words."""

    on: date | None = None
    at: str = ""
    """Time of day, where there is one."""

    staff_group: str = ""
    items: tuple[str, ...] = ()
    detail: str = ""
    recall: str = ""
    """The recall that it is about, where it is about one."""

    since: datetime | None = None
    """When it was assigned, where that is what it is about."""

    by: str = ""
    """Who assigned it."""

    date_of_birth: date | None = None
    """Where it tells who is meant; the heading is their address then."""

    @property
    def facts(self) -> str:
        """What is so, with the date of birth where it is told."""
        born = f"born {self.date_of_birth:%d %b %Y}" if self.date_of_birth else ""
        return ", ".join(part for part in (self.what, born) if part)

    def heading(self, names: Names) -> str:
        """The heading under which it stands."""
        return f"{self.group}: {names.recall(self.recall)}" if self.recall else self.group


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue as of a moment, in its order; rows of one group stand together."""

    ask: QueueAsk
    rows: tuple[QueueRow, ...]

    @property
    def title(self) -> str:
        """The queue and what it was asked for."""
        words = QUEUE_WORDS[self.ask.queue]
        if self.ask.queue not in {Queue.ATTENDING, Queue.CLOSED}:
            return words
        first, last = self.ask.begins, self.ask.ends
        span = f"{first.day} {first:%b}" if first == last else f"{first:%d %b} to {last:%d %b %Y}"
        group = STAFF_WORDS.get(self.ask.staff_group, self.ask.staff_group)
        whose = f", with {self.ask.clinician}" if self.ask.clinician else ""
        return f"{words}, {span}{f', {group}' if group else ''}{whose}"

    @property
    def headline(self) -> str:
        """The title and how many patients it names."""
        count = len(self.patients)
        return f"{self.title}: {count:,} {'patient' if count == 1 else 'patients'}"

    @property
    def patients(self) -> tuple[str, ...]:
        """Each patient once, in order."""
        return tuple(dict.fromkeys(row.patient for row in self.rows))

    def newest(self) -> datetime | None:
        """Return when the last of them was assigned."""
        return max((row.since for row in self.rows if row.since), default=None)

    def fresh(self, login: str, looked: datetime | None) -> int:
        """Count the patients whom others assigned to a person after the last look."""
        found = {
            row.patient
            for row in self.rows
            if row.since and row.by != login and (looked is None or row.since > looked)
        }
        return len(found)

    def headings(self, names: Names) -> Mapping[str, int]:
        """How many rows stand under each heading, in order."""
        return Counter(row.heading(names) for row in self.rows)


def printed(view: QueueView, names: Names) -> Iterator[str]:
    """Give the lines of a sheet to be printed: a heading a group, a box to tick a row."""
    yield view.headline
    yield f"Printed for {view.ask.today:%d %b %Y}"
    group = None
    for row in view.rows:
        heading = row.heading(names)
        if heading != group:
            group = heading
            yield ""
            yield heading
        due = "due " if view.ask.queue is Queue.CARE_HOME and row.on else ""
        yield f"[ ] {due}{row_words(row, names, view.ask.today)}"


def when_words(row: QueueRow, today: date) -> str:
    """Return day and time of a row; the year is said unless it is this one."""
    form = "%d %b" if row.on and row.on.year == today.year else "%d %b %y"
    return " ".join(part for part in (f"{row.on:{form}}" if row.on else "", row.at) if part)


def row_words(row: QueueRow, names: Names, today: date) -> str:
    """Return a row as one line of text."""
    when = when_words(row, today)
    items = ", ".join(names.item(item) for item in row.items)
    staff = STAFF_WORDS.get(row.staff_group, row.staff_group)
    parts = (when, row.patient, row.name, row.facts, staff, items, row.detail)
    return "  ".join(part for part in parts if part)


def in_groups(rows: Sequence[QueueRow], order: Sequence[str] = ()) -> tuple[QueueRow, ...]:
    """Return rows group by group: the groups of ``order`` first, then by heading."""
    places = {group: place for place, group in enumerate(order)}
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                places.get(row.group, len(places)), row.group, row.recall,
                row.on or date.max, row.at, row.name, row.patient,
            ),
        )
    )  # fmt: skip
