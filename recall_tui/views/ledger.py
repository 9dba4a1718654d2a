"""What one person did since a moment, by verb; and how the month burns down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from recall_tui.domain.standing import NO_RESPONSE_DAYS, NO_RESPONSE_INVITES
from recall_tui.domain.states import DueState
from recall_tui.views.names import Names
from recall_tui.views.words import STATE_WORDS
from recall_tui.views.worklist import WorklistRow, WorklistSnapshot

LONDON = ZoneInfo("Europe/London")
FEW_ITEMS = 3
"""So many items are named in a line of the ledger; more are counted."""

VERB_WORDS: Mapping[str, str] = {
    "invited": "invited",
    "booked": "booked",
    "unbooked": "unbooked",
    "marked_done": "marked done",
    "snoozed": "snoozed",
    "woken": "woken",
    "declined": "declined",
    "reopened": "brought back to the list",
    "held": "put on hold",
    "escalated": "escalated",
    "contacted": "contacted",
    "noted": "noted",
    "assigned": "assigned",
    "month_chosen": "recall months chosen",
    "flagged": "flags set or taken away",
    "slot_opened": "brought back for free slots",
}
"""Kinds of events as a hand-over note counts them."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One command that still counts."""

    command_id: str
    at: datetime
    by: str
    kind: str
    patients: int
    items: int
    first: str
    """One of its patients, to be opened."""

    words: str = ""
    """What was said, where something was."""

    named: tuple[str, ...] = ()
    """The items that it was about, each once."""

    def told(self, names: Names) -> str:
        """Return the entry as one line, with the items where they are few."""
        at = self.at.astimezone(LONDON)
        people = "1 patient" if self.patients == 1 else f"{self.patients:,} patients"
        what = VERB_WORDS.get(self.kind, self.kind.replace("_", " "))
        if 0 < len(self.named) <= FEW_ITEMS:
            what += f" {' and '.join(map(names.item, self.named))}"
        elif self.named:
            what += f" {self.items:,} due items"
        said = f": {self.words}" if self.words else ""
        who = f" ({self.first})" if self.patients == 1 else ""
        return f"{at:%d %b %H:%M}  {what}, {people}{who}{said}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything of one person since a moment, the newest first."""

    by: str
    since: datetime
    entries: tuple[LedgerEntry, ...]
    exports: tuple[str, ...] = ()
    """What was exported, recorded or discarded, the oldest first, in words."""

    def counts(self) -> Mapping[str, int]:
        """How many patients each verb was done to, in the order of the verbs."""
        found: Counter[str] = Counter()
        for entry in self.entries:
            found[entry.kind] += entry.patients
        return {kind: found[kind] for kind in VERB_WORDS if found[kind]}

    def handover(self, names: Names) -> Iterator[str]:
        """Give the lines of a hand-over note."""
        since = self.since.astimezone(LONDON)
        yield f"Done by {self.by} since {since:%H:%M} on {since.day} {since:%b %Y}"
        counts = self.counts()
        said = ", ".join(f"{count:,} {VERB_WORDS[kind]}" for kind, count in counts.items())
        yield said or "Nothing yet."
        yield ""
        for entry in self.entries:
            yield entry.told(names)
        if self.exports:
            yield from ("", "Exports of invites", *self.exports)


@dataclass(frozen=True, slots=True)
class BurnDown:
    """How far a month's list is, how fast it empties, and what blocks the rest."""

    total: int
    open: int
    """Patients for whom somebody still has to do something: neither booked nor hidden."""

    by_state: Mapping[DueState, int]
    per_day: float
    """Patients dealt with a working day, of the last two weeks."""

    forecast: date | None
    """When the list is empty at that pace; None: nothing was dealt with, or it is empty."""

    blocks: tuple[tuple[str, int], ...]
    """What blocks the rest: words, and how many patients."""

    today: date

    def lines(self) -> Iterator[str]:
        """Give the burn-down as text."""
        done = self.total - self.open
        dealt = [
            f"{count:,} {STATE_WORDS[state].lower()}"
            for state, count in self.by_state.items()
            if state is DueState.BOOKED or state.is_hidden
        ]
        which = f" ({', '.join(dealt)})" if dealt else ""
        yield f"{done:,} of {self.total:,} patients are dealt with{which}; {self.open:,} are left."
        width = 40
        filled = round(width * done / self.total) if self.total else width
        yield f"[{'#' * filled}{'.' * (width - filled)}]"
        yield f"{self.per_day:.1f} patients a working day in the last two weeks."
        if self.open == 0:
            yield "The list is empty."
        elif self.forecast is None:
            yield "No forecast: nobody was booked, done, declined or held in the last two weeks."
        elif self.forecast - self.today > timedelta(days=FAR):
            yield "At that pace it is not empty within a year."
        else:
            yield f"At that pace it is empty on {self.forecast:%A} {self.forecast:%d %b %Y}."
        yield ""
        yield f"What blocks the {self.open:,} that are left, each counted once:"
        for words, count in self.blocks:
            yield f"{count:>7,}  {words}"
        yield ""
        yield "Where all of the month stand, by what is least far of what they need:"
        for state, count in self.by_state.items():
            yield f"{count:>7,}  {STATE_WORDS[state]}"


FAR = 366
"""Days beyond which a forecast says nothing about the month."""


def day_began(now: datetime) -> datetime:
    """Return the midnight, in London, of the day of a moment."""
    return datetime.combine(now.astimezone(LONDON).date(), time.min, LONDON).astimezone(UTC)


PACE_DAYS = 14
SATURDAY = 5


def pace_began(now: datetime) -> datetime:
    """Return since when the pace of a month is measured."""
    return now - timedelta(days=PACE_DAYS)


def burn_down(snapshot: WorklistSnapshot, dealt_with: int) -> BurnDown:
    """Return how a month burns down; ``dealt_with``: patients in the last two weeks."""
    counts = snapshot.counts()
    states = {state: counts[state] for state in DueState if counts.get(state)}
    left = [row for row in snapshot.rows if row.state.is_open and row.state is not DueState.BOOKED]
    pace = dealt_with / _working_days(snapshot.today - timedelta(days=PACE_DAYS), PACE_DAYS)
    forecast = _forecast(snapshot.today, len(left), pace)
    blocks = _blocks(snapshot)
    return BurnDown(len(snapshot.rows), len(left), states, pace, forecast, blocks, snapshot.today)


def _blocks(snapshot: WorklistSnapshot) -> tuple[tuple[str, int], ...]:
    reasons: Counter[str] = Counter()
    for row in snapshot.rows:
        if row.state is DueState.NO_CONTACT:
            reasons["no valid contact details"] += 1
        elif row.state is DueState.ESCALATED:
            reasons["escalated: a prescriber must decide"] += 1
        elif row.state not in {DueState.INVITED, DueState.OUTSTANDING}:
            continue
        elif row.since_last_invite:
            reasons["booked since the invite: link the appointment"] += 1
        elif row.state is DueState.INVITED or row.invites:
            reasons[_unanswered(row, snapshot.today)] += 1
        else:
            reasons["not invited yet"] += 1
    return tuple(reasons.most_common())


def _unanswered(row: WorklistRow, today: date) -> str:
    """Return how long somebody invited has not answered, and what there is to do about it.

    Who was invited for a part of what is due is phoned like others, too, once invites are vain.
    """
    answerable = today - timedelta(days=NO_RESPONSE_DAYS)
    is_silent = row.last_invited is not None and row.last_invited <= answerable
    if is_silent and row.invites >= NO_RESPONSE_INVITES:
        return f"no answer to {NO_RESPONSE_INVITES} invites or more: phone, or ask when seen"
    if row.state is DueState.OUTSTANDING:
        return "invited, but not yet for all that is due: invite for the rest"
    if is_silent:
        return f"no answer for {NO_RESPONSE_DAYS} days: invite again"
    return "invited, no answer yet"


def _working_days(first: date, days: int) -> int:
    every: Sequence[date] = [first + timedelta(days=place) for place in range(days)]
    return sum(day.weekday() < SATURDAY for day in every)


def _forecast(today: date, left: int, pace: float) -> date | None:
    if not left or not pace:
        return None
    days, day = left / pace, today
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
