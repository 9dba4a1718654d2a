"""Exports that nobody recorded or discarded: what is said of them, and settling one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from recall_tui.domain.commands import DiscardExport, RecordExport
from screens.modals.asking import ChoiceQuestion
from widgets.messages import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from typing import Any

    from recall_tui.domain.exports import Export
    from screens.place import Place
    from screens.running import Running

_RECORD, _DISCARD, _LEAVE = "record", "discard", "leave"


def export_lines(exports: Iterable[Export], today: date, key: str) -> list[str]:
    """Say of each open export who is in it, and which ``key`` settles it (empty: none does)."""
    does = f"{key} records or discards it" if key else "whoever invites records or discards it"
    return [f"! {_said(one, today)}: {does}" for one in exports]


def export_words(exports: Iterable[Export], patient: str, today: date) -> str:
    """Say that a patient is in an export that nobody recorded or discarded; empty: in none."""
    return next((one.words(today) for one in exports if patient in one.patients), "")


def _said(one: Export, today: date) -> str:
    count = len(one.patients)
    people = "1 patient" if count == 1 else f"{count:,} patients"
    return f"{people} {one.words(today)}"


def ask_exports(screen: Place[Any]) -> None:
    """Read the open exports, then ask what became of one; never under what is being typed."""
    app = cast("Running", screen.app)
    app.ask_for("exports", "", lambda _job: screen.desk.exports(), partial(_choose, screen))


def _choose(screen: Place[Any], exports: Sequence[Export]) -> None:
    if not exports:
        screen.say("Every export is recorded or discarded.")
        return
    if len(exports) == 1:
        _ask(screen, exports[0])
        return

    def chosen(place: str | None) -> None:
        if place is not None:
            _ask(screen, exports[int(place)])

    today = screen.desk.today
    options = [(str(place), _said(one, today)) for place, one in enumerate(exports)]
    screen.app.push_screen(ChoiceQuestion("Which export?", options), chosen)


def _ask(screen: Place[Any], one: Export) -> None:
    def answered(answer: str | None) -> None:
        if answer == _RECORD:
            screen.post_message(Asked(RecordExport(one.export_id)))
        elif answer == _DISCARD:
            screen.post_message(Asked(DiscardExport(one.export_id)))

    question = f"{_said(one, screen.desk.today)}: {one.file}\nWhat became of it?"
    options = [
        (_LEAVE, "Not known yet: leave it open; nobody in it is invited again"),
        (_RECORD, "It was sent: record the invites"),
        (_DISCARD, "It was not sent and will not be: discard it"),
    ]
    screen.app.push_screen(ChoiceQuestion(question, options), answered)
