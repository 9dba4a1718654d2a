"""What colleagues share beside patients: named views, recipes, teams, and when views were run.

Append-only changes, folded as decisions are: undo is a change that takes a whole command back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

_LONGEST_NAME = 40


class SharedKind(StrEnum):
    """What is shared."""

    VIEW = "view"
    """A filter and an order of the month's list, under a name."""

    RECIPE = "recipe"
    """Views in the order in which a month's batches are made."""

    TEAM = "team"
    """People who look after the same patients, under a name."""

    EXPORT = "export"
    """A batch of invites written to a file (``domain.exports``)."""


class SharedAct(StrEnum):
    """What was done to it, in the past tense."""

    SAVED = "saved"
    REMOVED = "removed"
    RUN = "run"
    TAKEN_BACK = "taken_back"
    BEGUN = "begun"
    """An export: its file is about to be written."""

    WRITTEN = "written"
    """Its file is there, whole."""

    FAILED = "failed"
    """Its file could not be written, or was removed at once: nobody has it."""

    RECORDED = "recorded"
    """Its invites are recorded."""

    DISCARDED = "discarded"
    """Somebody said that its file was not sent, and will not be."""


OF_FILES = frozenset({SharedAct.BEGUN, SharedAct.WRITTEN, SharedAct.FAILED})
"""What became of a file: no undo takes it back, the file is there or it is not."""


@dataclass(frozen=True, slots=True)
class SharedChange:
    """One change.

    ``payload`` holds JSON values: of a saving name and definition, of a run the month and the
    patients that the view held then.
    """

    command_id: str
    at: datetime
    by: str
    act: SharedAct
    kind: SharedKind
    shared_id: str
    payload: Mapping[str, object] = field(default_factory=dict[str, object])
    undoes: str = ""
    """The command that a taking back takes back."""

    seq: int = 0
    """Counts with the events of the practice; 0: not yet stored."""


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a view was worked through."""

    at: datetime
    by: str
    month: str
    patients: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shared:
    """What the changes of one view or recipe add up to."""

    kind: SharedKind
    shared_id: str
    name: str = ""
    """Empty: never saved here, so it is as it was shipped."""

    definition: Mapping[str, object] = field(default_factory=dict[str, object])
    is_removed: bool = False
    version: int = 0
    """Number of the newest saving or removal; 0 when there is none."""

    by: str = ""
    at: datetime | None = None
    runs: tuple[Run, ...] = ()
    """The oldest first."""


@dataclass(frozen=True, slots=True)
class SaveShared:
    """Keep a view or recipe under a name, over ``version`` (0: none yet)."""

    kind: SharedKind
    shared_id: str
    """Empty: a new one."""

    name: str
    definition: Mapping[str, object]
    version: int = 0


@dataclass(frozen=True, slots=True)
class RemoveShared:
    """Remove a view or recipe, over ``version``."""

    kind: SharedKind
    shared_id: str
    name: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class NoteRun:
    """Note that a view of a month was worked through, and who was in it."""

    shared_id: str
    name: str
    month: str
    patients: tuple[str, ...]


def counted(changes: Iterable[SharedChange]) -> tuple[SharedChange, ...]:
    """Return the changes that still count, in order of ``seq``: undo and redo applied."""
    taken_back: set[str] = set()
    kept: list[SharedChange] = []
    for change in sorted(changes, key=lambda one: one.seq, reverse=True):
        if change.command_id in taken_back:
            continue
        if change.act is SharedAct.TAKEN_BACK:
            taken_back.add(change.undoes)
        else:
            kept.append(change)
    return tuple(reversed(kept))


def fold_shared(changes: Iterable[SharedChange]) -> Mapping[tuple[SharedKind, str], Shared]:
    """Return every view and recipe that was ever changed; removed ones say so.

    A version counts what is taken back, too: whoever saw the state before an undo saw another one.
    """
    every = sorted(changes, key=lambda one: one.seq)
    found: dict[tuple[SharedKind, str], Shared] = {}
    for change in counted(every):
        key = (change.kind, change.shared_id)
        found[key] = _applied(found.get(key, Shared(*key)), change)
    newest = {(one.kind, one.shared_id): one.seq for one in every if one.act is not SharedAct.RUN}
    return {
        key: replace(found.get(key, Shared(*key)), version=newest.get(key, 0))
        for key in found.keys() | newest.keys()
    }


def name_wrong(name: str) -> str:
    """Say what is wrong with a name, or nothing."""
    if not name.strip():
        return "Give it a name."
    if len(name.strip()) > _LONGEST_NAME:
        return f"At most {_LONGEST_NAME} characters."
    return ""


def _applied(shared: Shared, change: SharedChange) -> Shared:
    match change.act:
        case SharedAct.SAVED:
            return _changed(shared, change, is_removed=False)
        case SharedAct.REMOVED:
            return _changed(shared, change, is_removed=True)
        case SharedAct.RUN:
            return _with_run(shared, change)
        case _:
            return shared


def _changed(shared: Shared, change: SharedChange, *, is_removed: bool) -> Shared:
    definition = change.payload.get("definition")
    return replace(
        shared,
        name=str(change.payload.get("name") or shared.name),
        definition=shared.definition if definition is None else _mapping(definition),
        is_removed=is_removed,
        by=change.by,
        at=change.at,
    )


def _with_run(shared: Shared, change: SharedChange) -> Shared:
    patients = change.payload.get("patients")
    numbers = cast("list[object]", patients) if isinstance(patients, list) else []
    run = Run(
        at=change.at,
        by=change.by,
        month=str(change.payload.get("month") or ""),
        patients=frozenset(map(str, numbers)),
    )
    return replace(shared, runs=(*shared.runs, run))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
