"""From a command to stored events and folded states, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recall_tui.domain.commands import USUAL_SNOOZE, SnoozeDays
from recall_tui.domain.decisions import Decision, DecisionKind, fold
from recall_tui.errors import Conflict, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from typing import TypeAlias

    from recall_tui.domain.commands import Actor, Target
    from recall_tui.ports import ItemKey, OpenItem, StoredState, Work

    Histories: TypeAlias = Mapping[ItemKey, tuple[Decision, ...]]
    """Every event of each key; an empty item stands for the whole patient."""


YEAR_DAYS = 366
"""Nothing is booked or snoozed for longer, and nothing held for longer than two of these."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Who does it, when, and under which command; ``at`` is UTC, ``today`` the practice's date."""

    who: Actor
    at: datetime
    today: date
    command_id: str
    snooze: SnoozeDays = USUAL_SNOOZE
    """What the practice decided about snoozes at that time."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event to be: about an item (``due_on`` given) or about the whole patient."""

    kind: DecisionKind
    patient: str
    item: str = ""
    due_on: date | None = None
    payload: Mapping[str, object] = field(default_factory=dict[str, object])
    undoes: str = ""


def drafts_for(
    targets: Iterable[Target], kind: DecisionKind, payload: Mapping[str, object]
) -> tuple[Draft, ...]:
    """Return one draft a target, all with the same payload."""
    return tuple(Draft(kind, one.patient, one.item, one.due_on, payload) for one in targets)


def check_targets(work: Work, targets: Sequence[Target]) -> Mapping[ItemKey, OpenItem]:
    """Return the open due items behind ``targets``.

    Raises:
        Refused: nothing is chosen, or an item is no longer due on the date that was shown.
        Conflict: somebody else decided about one of them since it was shown.
    """
    if not targets:
        message = "nothing is chosen: mark a patient or a due item first"
        raise Refused(message)
    every = work.open_items({one.patient for one in targets})
    keys = [(one.patient, one.item) for one in targets]
    stored = work.item_states(keys)
    for one, key in zip(targets, keys, strict=True):
        current = every.get(key)
        if current is None or current.due_on != one.due_on:
            now = f"it is due on {current.due_on:%d %b %Y}" if current else "it is not due"
            message = f"{one.item} of this patient changed since you saw it: {now}; look again"
            raise Refused(message)
        refuse_changed(stored[key], one.version)
    return {key: every[key] for key in keys}


def refuse_far(day: date, today: date, most_days: int, advice: str) -> None:
    """Raise Refused when a day is so far off that its year was typed wrongly.

    What is booked, snoozed or held until 2062 would be seen by nobody until then.
    """
    if (day - today).days > most_days:
        message = f"{on_date(day)} is over {things(most_days // 365, 'year')} away: {advice}"
        raise Refused(message)


def refuse_changed(stored: StoredState, seen: int) -> None:
    """Raise Conflict when the stored state is not the version the person saw."""
    if stored.version != seen:
        raise Conflict(stored.change, who=stored.changed_by, when=stored.changed_at)


def record(
    work: Work, moment: Moment, drafts: Sequence[Draft], before: Histories | None = None
) -> Histories:
    """Store ``drafts`` as events and fold the states they touch.

    ``before`` are the events of every key of the drafts, where they were read already. Returns the
    events after it, of the keys of ``before``.

    Raises:
        Conflict: a state was changed between reading and writing.
    """
    stored = work.append([_event(work, moment, draft) for draft in drafts])
    fresh: defaultdict[ItemKey, list[Decision]] = defaultdict(list)
    for event in stored:
        fresh[event.patient, event.item].append(event)
    after = {key: (*some, *fresh[key]) for key, some in (before or {}).items()}
    keys = sorted({(one.patient, one.item) for one in drafts if one.item})
    if keys:
        refold(work, moment, keys, drafts[0].kind, after if before is not None else None)
    return after


def refold(
    work: Work,
    moment: Moment,
    keys: Sequence[ItemKey],
    change: DecisionKind,
    known: Histories | None = None,
) -> None:
    """Fold the events of each key (``known`` or read) and store the result as the next version."""
    before = work.item_states(keys)
    events = work.item_events(keys) if known is None else known
    open_items = work.open_items({patient for patient, _item in keys})
    states = {
        key: (
            fold(events[key], *(open_items[key].period if key in open_items else (None,))),
            before[key].version,
        )
        for key in keys
    }
    work.put_item_states(states, by=moment.who.login, at=moment.at, change=str(change))


def _event(work: Work, moment: Moment, draft: Draft) -> Decision:
    return Decision(
        event_id=work.new_id(),
        command_id=moment.command_id,
        at=moment.at,
        by=moment.who.login,
        kind=draft.kind,
        patient=draft.patient,
        item=draft.item,
        due_on=draft.due_on,
        payload=draft.payload,
        undoes=draft.undoes,
    )


def people(patients: Iterable[str]) -> str:
    """Return "1 patient" or "n patients"."""
    count = len(set(patients))
    return "1 patient" if count == 1 else f"{count} patients"


def things(count: int, one: str) -> str:
    """Return "1 item" or "n items" for any noun with a plain plural."""
    return f"1 {one}" if count == 1 else f"{count} {one}s"


def on_date(day: date) -> str:
    """Return a day as people write it: 3 Dec 2026."""
    return f"{day.day} {day:%b %Y}"
