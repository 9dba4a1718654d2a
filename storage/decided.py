"""Reading events and the states they fold to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)

from recall_tui.domain.decisions import Decision, DecisionKind, ItemState
from recall_tui.domain.sharing import OF_FILES, SharedAct
from recall_tui.ports import ItemKey, OpenItem, StoredState
from storage.ready import ready
from storage.state_rows import decision_of_row, state_of_row
from storage.tables import DUE_ITEM, EVENT, ITEM_STATE, PATIENT, SHARED_CHANGE

T = TypeVar("T")

MOST_IN_ONE = 500
"""Patients named in one statement."""

_LAST_COMMANDS = 200
"""How far back a person's undo looks."""

_NO_STATE = StoredState(ItemState(), 0)


def portions(values: Iterable[T], size: int = MOST_IN_ONE) -> Iterator[list[T]]:
    """Return the values in lists of at most ``size``."""
    rest = iter(values)
    while portion := list(islice(rest, size)):
        yield portion


_PRACTICE: BindParameter[int] = bindparam("practice", type_=Integer)
_PATIENTS: BindParameter[str] = bindparam("patients", type_=String, expanding=True)


def _of_command(table: Table) -> ColumnElement[bool]:
    of_practice = table.c.practice_id == _PRACTICE
    return exists().where(of_practice, table.c.command_id == bindparam("command"))


def _of_items(table: Table) -> Select[Any]:
    """Return every row about one of some items of one of some patients."""
    statement = select(table).where(
        table.c.practice_id == _PRACTICE,
        table.c.patient_number.in_(_PATIENTS),
        table.c.item.in_(bindparam("items", expanding=True)),
    )
    return ready(statement, "practice", several=("items", "patients"))


_COMMAND_IS_KNOWN = ready(
    select(or_(_of_command(EVENT), _of_command(SHARED_CHANGE))), "command", "practice"
)
_ROWS = {table.name: _of_items(table) for table in (EVENT, ITEM_STATE)}
_OPEN_ITEMS = ready(
    select(
        DUE_ITEM.c.patient_number,
        DUE_ITEM.c.item,
        DUE_ITEM.c.due_on,
        DUE_ITEM.c.closed_through,
        DUE_ITEM.c.high_risk,
        DUE_ITEM.c.held,
        DUE_ITEM.c.window_opens,
    ).where(
        DUE_ITEM.c.practice_id == _PRACTICE,
        DUE_ITEM.c.patient_number.in_(_PATIENTS),
        DUE_ITEM.c.is_open,
    ),
    "practice",
    several=("patients",),
)
_KNOWN_PATIENTS = ready(
    select(PATIENT.c.patient_number).where(
        PATIENT.c.practice_id == _PRACTICE, PATIENT.c.patient_number.in_(_PATIENTS)
    ),
    "practice",
    several=("patients",),
)


def command_is_known(connection: Connection, practice_id: int, command_id: str) -> bool:
    """Whether events or shared changes of this command are stored."""
    values = {"command": command_id, "practice": practice_id}
    return bool(connection.execute(_COMMAND_IS_KNOWN, values).scalar_one())


def command_events(
    connection: Connection, practice_id: int, command_id: str
) -> tuple[Decision, ...]:
    """Return the events of one command, in order of ``seq``."""
    rows = connection.execute(
        select(EVENT)
        .where(EVENT.c.practice_id == practice_id, EVENT.c.command_id == command_id)
        .order_by(EVENT.c.seq)
    ).mappings()
    return tuple(decision_of_row(row) for row in rows)


def item_events(
    connection: Connection, practice_id: int, keys: Collection[ItemKey]
) -> Mapping[ItemKey, tuple[Decision, ...]]:
    """Return all events of each key (empty item: of the whole patient), in order of ``seq``."""
    wanted = set(keys)
    found: defaultdict[ItemKey, list[Decision]] = defaultdict(list)
    for row in _rows_of_patients(connection, practice_id, EVENT, wanted):
        key = (row["patient_number"], row["item"])
        if key in wanted:
            found[key].append(decision_of_row(row))
    return {key: tuple(sorted(found[key], key=lambda event: event.seq)) for key in keys}


def item_states(
    connection: Connection, practice_id: int, keys: Collection[ItemKey]
) -> Mapping[ItemKey, StoredState]:
    """Return the stored state of each key, version 0 where there is none."""
    wanted = set(keys)
    found = dict.fromkeys(wanted, _NO_STATE)
    for row in _rows_of_patients(connection, practice_id, ITEM_STATE, wanted):
        key = (row["patient_number"], row["item"])
        if key in wanted:
            found[key] = StoredState(
                state_of_row(row),
                row["version"],
                row["changed_by"],
                row["changed_at"],
                row["change"],
            )
    return found


def open_items(
    connection: Connection, practice_id: int, patients: Collection[str]
) -> Mapping[ItemKey, OpenItem]:
    """Return every open due item of these patients."""
    found: dict[ItemKey, OpenItem] = {}
    for some in portions(sorted(set(patients))):
        rows = connection.execute(_OPEN_ITEMS, {"patients": some, "practice": practice_id})
        for patient, item, due_on, closed_through, high_risk, held, opens in rows:
            risk = (bool(high_risk), bool(held))
            one = OpenItem(patient, item, due_on, closed_through, *risk, opens=opens)
            found[patient, item] = one
    return found


def known_patients(
    connection: Connection, practice_id: int, patients: Collection[str]
) -> frozenset[str]:
    """Return which of these patient numbers the practice has."""
    return frozenset(
        number
        for some in portions(sorted(set(patients)))
        for number in connection.scalars(
            _KNOWN_PATIENTS, {"patients": some, "practice": practice_id}
        )
    )


def mobile_numbers(
    connection: Connection, practice_id: int, patients: Collection[str]
) -> Mapping[str, str]:
    """Return the mobile number of each of these patients; empty where there is none."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(patients))):
        rows = connection.execute(
            select(PATIENT.c.patient_number, PATIENT.c.mobile_phone).where(
                PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number.in_(some)
            )
        )
        found |= {number: mobile or "" for number, mobile in rows}
    return found


def last_command(
    connection: Connection,
    practice_id: int,
    by: str,
    *,
    undone: bool,
    within: Collection[str] | None = None,
) -> str:
    """Return the person's newest command that can be taken back (``undone``: put back), or ''.

    ``within`` are the commands of one session (None: all the person's count). A command is an
    *undo* when it takes back a deed, and a *redo* when it takes back an undo.
    """
    mine = _newest_commands(connection, practice_id, by, within)
    if not mine:
        return ""
    undoing = _undoing_commands(connection, practice_id, min(mine.values()))
    dead: set[str] = set()
    for command_id in sorted(undoing, key=lambda one: undoing[one][1], reverse=True):
        if command_id not in dead:
            dead.add(undoing[command_id][0])
    for command_id in sorted(mine, key=mine.__getitem__, reverse=True):
        depth = _depth(command_id, undoing)
        if undone and depth == 0:
            return ""
        if command_id not in dead and (depth == 0 or (undone and depth % 2 == 1)):
            return command_id
    return ""


def _newest_commands(
    connection: Connection, practice_id: int, by: str, within: Collection[str] | None
) -> dict[str, int]:
    """Return the person's newest commands, each with its last ``seq``.

    That a snooze ended by itself is nobody's command, whoever imported or planned; that a file was
    written is none that can be taken back.
    """
    newest: dict[str, int] = {}
    is_deed = SHARED_CHANGE.c.act.not_in([str(act) for act in OF_FILES])
    by_itself = EVENT.c.kind == str(DecisionKind.WOKEN)
    for table, chosen in ((EVENT, ~by_itself), (SHARED_CHANGE, is_deed)):
        last = func.max(table.c.seq)
        rows = connection.execute(
            select(table.c.command_id, last)
            .where(
                table.c.practice_id == practice_id,
                table.c.by == by,
                chosen,
                *(() if within is None else (table.c.command_id.in_(sorted(within)),)),
            )
            .group_by(table.c.command_id)
            .order_by(last.desc())
            .limit(_LAST_COMMANDS)
        )
        newest |= {row[0]: row[1] for row in rows}
    return newest


def _undoing_commands(
    connection: Connection, practice_id: int, since: int
) -> dict[str, tuple[str, int]]:
    """Return every command that takes another back: which one, and its last ``seq``."""
    undone = (
        (EVENT, EVENT.c.kind == str(DecisionKind.UNDONE)),
        (SHARED_CHANGE, SHARED_CHANGE.c.act == str(SharedAct.TAKEN_BACK)),
    )
    rows = connection.execute(
        union_all(
            *(
                select(table.c.command_id, func.max(table.c.undoes), func.max(table.c.seq))
                .where(table.c.practice_id == practice_id, is_undo, table.c.seq >= since)
                .group_by(table.c.command_id)
                for table, is_undo in undone
            )
        )
    )
    return {command_id: (undoes, seq) for command_id, undoes, seq in rows}


def _depth(command_id: str, undoing: Mapping[str, tuple[str, int]]) -> int:
    """How many times it takes back a taking back: 0 a deed, 1 an undo, 2 a redo."""
    depth = 0
    while command_id in undoing:
        command_id = undoing[command_id][0]
        depth += 1
    return depth


def _rows_of_patients(
    connection: Connection, practice_id: int, table: Table, keys: Collection[ItemKey]
) -> Iterator[Mapping[Any, Any]]:
    items = sorted({item for _patient, item in keys})
    for some in portions(sorted({patient for patient, _item in keys})):
        values = {"items": items, "patients": some, "practice": practice_id}
        yield from connection.execute(_ROWS[table.name], values).mappings().all()
