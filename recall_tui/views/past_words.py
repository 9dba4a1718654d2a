"""Results with their trend, the household and the timeline of a patient, as lines of plain text."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from recall_tui.domain.decisions import DecisionKind
from recall_tui.views.names import Names
from recall_tui.views.past import Happening, PatientPast, Recorded, Relative
from recall_tui.views.patient import AppointmentView, PatientPage
from recall_tui.views.words import CHANNEL_WORDS, STAFF_WORDS

VALUES: Final = 5
"""How many of the latest values are shown."""

EARLIER: Final = 2
"""How many earlier values are written out beside the trend."""

BLOCKS: Final = "▁▂▃▄▅▆▇"
PLAIN: Final = "_.-=^"
"""Heights of a trend without Unicode."""

STEADY: Final = 0.05
"""A change of less than this part of the earlier value is none."""

MOST_EVENTS: Final = 200

_VERBS: Final[Mapping[str, str]] = {
    DecisionKind.INVITED: "Invited",
    DecisionKind.BOOKED: "Booked",
    DecisionKind.UNBOOKED: "Booking taken back",
    DecisionKind.MARKED_DONE: "Marked done",
    DecisionKind.SNOOZED: "Hidden",
    DecisionKind.WOKEN: "Back from being hidden",
    DecisionKind.DECLINED: "Declined",
    DecisionKind.REOPENED: "Back on the list",
    DecisionKind.HELD: "On hold",
    DecisionKind.ESCALATED: "To a prescriber",
    DecisionKind.CONTACTED: "Contact",
    DecisionKind.NOTED: "Note",
    DecisionKind.ASSIGNED: "Assigned",
    DecisionKind.MONTH_CHOSEN: "Recall month",
}

_SAID: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    DecisionKind.INVITED: ((" by ", "channel"),),
    DecisionKind.BOOKED: ((" for ", "on"),),
    DecisionKind.UNBOOKED: ((", ", "missed"),),
    DecisionKind.MARKED_DONE: ((", ", "reason"),),
    DecisionKind.SNOOZED: ((" until ", "until"), (", ", "reason")),
    DecisionKind.DECLINED: ((", ", "reason"),),
    DecisionKind.HELD: ((" until ", "until"), (", ", "reason"), (", ", "name")),
    DecisionKind.ESCALATED: ((": ", "to"),),
    DecisionKind.CONTACTED: ((": ", "outcome"), (", ", "words")),
    DecisionKind.NOTED: ((": ", "words"),),
    DecisionKind.ASSIGNED: ((" to ", "to"),),
    DecisionKind.MONTH_CHOSEN: ((" ", "month"),),
}
"""What of an event's payload is said, with what stands before it (docs/events.md)."""


def spark(values: Sequence[float], *, plain: bool = False) -> str:
    """Return a trend of values, oldest first, as one character a value.

    ``plain``: with ASCII only. Equal values are all of middle height.
    """
    heights = PLAIN if plain else BLOCKS
    low, high = min(values), max(values)
    if high == low:
        return heights[len(heights) // 2] * len(values)
    top = len(heights) - 1
    return "".join(heights[round((one - low) / (high - low) * top)] for one in values)


def trend_words(values: Sequence[float]) -> str:
    """Return whether the newest of values (oldest first) is up, down or steady, in words."""
    if len(values) <= 1:
        return ""
    before, now = values[-2], values[-1]
    if abs(now - before) <= STEADY * abs(before):
        return "steady"
    return "up" if now > before else "down"


def result_lines(past: PatientPast, *, plain: bool = False) -> list[str]:
    """Return one line for each number that is measured: latest values, unit, day, trend."""
    groups: dict[tuple[str, str], list[Recorded]] = {}
    for one in past.recorded:
        called = past.measures.get(one.code)
        if one.value is None or (past.measures and called is None):
            continue
        some = groups.setdefault((called or one.term, one.unit), [])
        if len(some) < VALUES:
            some.append(one)
    width = max((len(name) for name, _unit in groups), default=0)
    newest = sorted(groups.items(), key=lambda one: one[0])
    return [_result_line(name, unit, some, width, plain=plain) for (name, unit), some in newest]


def _result_line(
    name: str, unit: str, newest_first: Sequence[Recorded], width: int, *, plain: bool
) -> str:
    values = [one.value for one in reversed(newest_first) if one.value is not None]
    last = newest_first[0]
    line = f"{name:<{width}}  {last.said} {unit}".rstrip() + f" on {_on(last)}"
    if len(values) == 1:
        return line
    earlier = ", ".join(one.said for one in newest_first[1 : 1 + EARLIER])
    return f"{line}  {spark(values, plain=plain)} {trend_words(values)}; before {earlier}"


def _on(one: Recorded) -> str:
    if one.precision == "Y":
        return f"{one.on.year}"
    return f"{one.on:%b %Y}" if one.precision == "M" else _day(one.on)


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def past_sections(
    page: PatientPage, past: PatientPast, names: Names, today: date, *, plain: bool
) -> list[tuple[str, list[str]]]:
    """Return results, household and timeline, each under its heading; ``plain``: ASCII trends."""
    return [
        ("Results", result_lines(past, plain=plain)),
        ("Household", household_lines(past.household)),
        ("Timeline", timeline_lines(page, past, names, today)),
    ]


def past_shape(past: PatientPast) -> dict[str, object]:
    """Return results, household and decisions as JSON values."""
    return {
        "recorded": [
            {"on": one.on, "precision": one.precision, "code": one.code, "term": one.term,
             "value": one.value, "bound": one.bound or None, "unit": one.unit or None}
            for one in past.recorded
        ],
        "household": [
            {"patient": one.patient, "name": one.name, "shares": list(one.shares)}
            for one in past.household
        ],
        "happenings": [
            {"at": one.at.isoformat(), "by": one.by, "kind": one.kind, "item": one.item or None,
             "payload": dict(one.payload), "command": one.command_id, "undoes": one.undoes or None}
            for one in past.happenings
        ],
    }  # fmt: skip


def household_lines(household: Sequence[Relative]) -> list[str]:
    """Return how many share something, who, and what it means for messages. Names only."""
    if not household:
        return []
    count = len(household)
    lines = ["1 other patient" if count == 1 else f"{count} other patients"]
    lines += [f"{one.name}: same {', '.join(one.shares)}" for one in household]
    shared = shared_number_words(household)
    return [*lines, *([f"! {shared}"] if shared else [])]


def shared_number_words(household: Sequence[Relative]) -> str:
    """Return the warning for a phone number that several patients have, or nothing."""
    count = sum(bool({"mobile", "home phone"} & set(one.shares)) for one in household)
    if not count:
        return ""
    others = "1 other patient" if count == 1 else f"{count} other patients"
    return f"number shared with {others}: name no condition, confirm who it is"


def timeline_lines(page: PatientPage, past: PatientPast, names: Names, today: date) -> list[str]:
    """Return everything that happened, newest first: record, book, decisions."""
    found = [
        *_decision_lines(past.happenings, names),
        *((one.starts_at.date(), _appointment_words(one, today)) for one in
          (*page.future_appointments, *page.past_appointments)),
        *_record_lines(past.recorded),
    ]  # fmt: skip
    ordered = sorted(found, key=lambda one: one[0], reverse=True)
    lines = [f"{_day(on):>11}  {words}" for on, words in ordered[:MOST_EVENTS]]
    left = len(ordered) - MOST_EVENTS
    return [*lines, *([f"and {left:,} earlier"] if left > 0 else [])]


def _record_lines(recorded: Iterable[Recorded]) -> list[tuple[date, str]]:
    days: dict[date, list[str]] = {}
    for one in recorded:
        value = f" {one.said} {one.unit}".rstrip() if one.said else ""
        days.setdefault(one.on, []).append(f"{one.term}{value}")
    return [(on, f"Recorded: {', '.join(dict.fromkeys(some))}") for on, some in days.items()]


def _appointment_words(real: AppointmentView, today: date) -> str:
    who = STAFF_WORDS.get(real.staff_group, real.staff_group)
    parts = [one for one in (who, real.clinician, real.slot_type, real.status) if one]
    ahead = " (to come)" if real.starts_at.date() >= today else ""
    return f"Appointment {real.starts_at:%H:%M}: {', '.join(parts)}{ahead}"


def _decision_lines(happenings: Iterable[Happening], names: Names) -> list[tuple[date, str]]:
    groups: dict[tuple[str, str], list[Happening]] = {}
    every = list(happenings)
    for one in every:
        groups.setdefault((one.command_id, one.kind), []).append(one)
    taken_back = _taken_back(every)
    return [
        (some[0].at.date(), _decision_words(some, names, undone=command in taken_back))
        for (command, kind), some in groups.items()
        if kind != DecisionKind.UNDONE
    ]


def _taken_back(happenings: Iterable[Happening]) -> set[str]:
    """Return the commands that stand undone; an undo that was undone itself does not count."""
    undone: set[str] = set()
    for one in happenings:  # newest first: an undo is known before what it takes back
        if one.undoes and one.command_id not in undone:
            undone.add(one.undoes)
    return undone


def _decision_words(some: Sequence[Happening], names: Names, *, undone: bool) -> str:
    first = some[0]
    items = ", ".join(dict.fromkeys(names.item(one.item) for one in reversed(some) if one.item))
    words = f"{_VERBS.get(first.kind, first.kind)}{_details(first)}"
    words += f": {items}" if items else ""
    back = " (taken back)" if undone else ""
    return f"{words} ({first.by}){back}"


def _details(one: Happening) -> str:
    parts = [(before, _value(key, one.payload.get(key))) for before, key in _SAID.get(one.kind, ())]
    return "".join(f"{before}{value}" for before, value in parts if value)


def _value(key: str, value: object) -> str:
    if not value:
        return ""
    words = str(value)
    if key in {"on", "until"}:
        return _day(date.fromisoformat(words))
    if key == "channel":
        return CHANNEL_WORDS.get(words, words).lower()
    return "did not attend" if key == "missed" else words.replace("_", " ")
