"""Who is on no month's list? A checker that knows nothing of the program but what it prints."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

Row = dict[str, Any]
Ask = Callable[..., Sequence[Row]]
"""Runs a command with ``--json`` and gives its objects."""

STATES = (
    *("escalated", "outstanding", "no_contact", "invited", "booked", "snoozed"),
    *("on_hold", "declined", "done"),
)
COLUMNS = {state: state for state in STATES} | {"outstanding": "to_invite"}
COLUMNS["no_contact"] = "to_invite"
MONTHS_AHEAD = 13


def wrongs(ask: Ask, today: date, patients: Sequence[str]) -> list[str]:
    """Return every open due item that is not on exactly one list, and every number that is off."""
    lists = {month: ask("worklist", "--month", month, "--all") for month in _months(today)}
    explained = {patient: ask("explain", patient) for patient in patients}
    found = [*_unlisted(lists, explained, f"{today:%Y-%m}")]
    found += [*_miscounted(lists[f"{today:%Y-%m}"], explained, ask("balance"))]
    return found


def _months(today: date) -> Iterator[str]:
    for ahead in range(MONTHS_AHEAD):
        years, month = divmod(today.month - 1 + ahead, 12)
        yield f"{today.year + years:04d}-{month + 1:02d}"


def _items(row: Row) -> Iterator[Row]:
    for planned in row["planned_appointments"]:
        yield from planned["due_items"]


def _unlisted(
    lists: dict[str, Sequence[Row]], explained: dict[str, Sequence[Row]], here: str
) -> Iterator[str]:
    where: defaultdict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for month, rows in lists.items():
        counted = Counter(row["patient"] for row in rows)
        yield from (f"{one} stands twice in {month}" for one, times in counted.items() if times > 1)
        for row in rows:
            for due in _items(row):
                key = (row["patient"], due["item"], due["due_on"])
                where[key].append((month, due["state"]))
    for key, state in _open(explained).items():
        if key[2][:7] <= max(lists):
            yield from _misplaced(key, state, where[key], here)


def _open(explained: dict[str, Sequence[Row]]) -> dict[tuple[str, str, str], str]:
    """Return what is open by what ``recall explain`` says, with its state."""
    return {
        (patient, asked["item"], asked["due_on"]): asked["state"]
        for patient, recalls in explained.items()
        for recall in recalls
        for asked in recall["requirements"]
        if asked["due_on"] is not None and asked["state"] != "done"
    }


def _misplaced(
    key: tuple[str, str, str], state: str, found: Sequence[tuple[str, str]], here: str
) -> Iterator[str]:
    if len(found) != 1:
        yield f"{key} is on {[month for month, _state in found] or 'no list'}"
        return
    ((month, listed),) = found
    if month > max(here, key[2][:7]):
        yield f"{key} is listed late, in {month}"
    if listed != state:
        yield f"{key} is {listed} on the list, {state} when explained"


def _miscounted(
    rows: Sequence[Row], explained: dict[str, Sequence[Row]], balance: Sequence[Row]
) -> Iterator[str]:
    standing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        for due in _items(row):
            for recall in due["recalls"]:
                standing[recall, row["patient"]].append(due["state"])
    for line in balance:
        columns = Counter(
            _column(standing[line["recall"], patient], is_held=one["held"])
            for patient, recalls in explained.items()
            for one in recalls
            if one["recall"] == line["recall"] and one["on"]
        )
        printed = {name: line[name] for name in set(COLUMNS.values()) if line[name]}
        if line["difference"] or printed != dict(columns):
            yield f"{line['recall']}: the lists say {dict(columns)}, the balance {printed}"


def _column(states: Sequence[str], *, is_held: bool) -> str:
    state = min(states or ["done"], key=STATES.index)
    hidden = is_held and state in {"done", "outstanding", "no_contact"}
    return "on_hold" if hidden else COLUMNS[state]
