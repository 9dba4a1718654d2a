"""Exports a batch and records it, and is killed at one step: FILE STORE STEP.

Steps: ``begun`` (before the store knows of the export), ``linked`` (just before the file gets its
name), ``written`` (just after it), ``noted`` (after the store was told that it is there) and
``recorded`` (just before the invites are recorded).
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from recall_tui import bootstrap, cli
from recall_tui.cli import inviting
from recall_tui.domain.commands import Command, NoteExport
from recall_tui.views.done import Done


def die(*_given: object, **_named: object) -> Any:  # noqa: ANN401 - stands for anything
    """End at once, as a machine without power does."""
    os.kill(os.getpid(), signal.SIGKILL)


def _die_for(target: str, link: Callable[..., None]) -> Callable[..., None]:
    def link_or_die(source: str, name: object) -> None:
        if str(name) == target:
            die()
        link(source, name)

    return link_or_die


def _write_and_die(write: Callable[..., str]) -> Callable[..., str]:
    def write_and_die(*given: Any) -> str:  # noqa: ANN401 - as given
        write(*given)
        return str(die())

    return write_and_die


def _note_and_die(record: Callable[..., Done]) -> Callable[..., Done]:
    def note_and_die(house: bootstrap.House, command: Command) -> Done:
        done = record(house, command)
        return die() if isinstance(command, NoteExport) else done

    return note_and_die


def main() -> None:
    """Carry ``recall invite --export FILE --record`` out, up to the step."""
    target, store, step = sys.argv[1:]
    match step:
        case "begun":
            bootstrap.House.record = die
        case "linked":
            os.link = _die_for(target, os.link)
        case "written":
            inviting.write_export = _write_and_die(inviting.write_export)
        case "noted":
            bootstrap.House.record = _note_and_die(bootstrap.House.record)
        case _:
            bootstrap.House.perform = die
    cli.main(["--db", store, "--today", "2026-11-22", "invite", "--export", target, "--record"])


if __name__ == "__main__":
    main()
