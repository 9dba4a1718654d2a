"""What needs the engine, done by another process of ours: a session never loads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from recall_tui.errors import StoreTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recall_tui.bootstrap import House
    from recall_tui.views.date_change import DateChange
    from recall_tui.views.done import Done

LONGEST_SECONDS = 300


def said_by(house: House, what: str, *arguments: str) -> str:
    """Run ``recall ARGUMENTS`` on the same store, practice and day, and return what it printed.

    Raises:
        StoreTrouble: it failed; says ``what`` did not work, and why.
    """
    place = ["--practice", house.ods_code, "--today", house.today.isoformat()]
    # The URL may hold a password: the environment is private, arguments are not.
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "recall_tui", *arguments, *place],
        check=False, capture_output=True, timeout=LONGEST_SECONDS, cwd=Path(__file__).parent.parent,
        env={**os.environ, "RECALL_DB": house.settings.database},
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"]
        message = f"{what} did not work: {lines[-1].removeprefix('recall: ')}"
        raise StoreTrouble(message)
    return done.stdout.decode(errors="replace")


def plan_expired(house: House) -> str:
    """Plan again whoever's plan no longer holds; return words about it, or nothing.

    Raises:
        StoreTrouble: the other process failed; the plans stay expired and are tried again.
    """
    expired = len(house.store.expired_patients(house.today))
    other_rules = house.rules.changed(house.kept_words())
    if not (expired or other_rules or house.rules.agreement.is_pending):
        return ""
    said_by(house, "planning again", "tick")
    if other_rules:
        return "The rules changed: planned everybody again."
    return f"Planned {expired:,} patients again for today." if expired else ""


def planned_after(done: Done, again: Callable[[], object], tell: Callable[[str], object]) -> Done:
    """Plan again whoever a command changed, by ``again``; ``tell`` hears that it has come to it.

    What was recorded stands although that fails: the plans stay expired, and the words say so.
    """
    count = len(done.replan)
    tell(f"saved; planning {count:,} patient{'s' if count > 1 else ''} again")
    try:
        again()
    except StoreTrouble as fault:
        return replace(done, words=f"{done.words}; but {fault.words}")
    return done


def why_absent(house: House, number: str) -> Sequence[str]:
    """Return what the engine says now of every recall of a patient: why on it, or why not."""
    said = said_by(house, "asking the engine", "explain", number, "--fresh")
    return said.rstrip().splitlines()[1:]  # the first line says who it is


def preview_month(house: House, number: str, month: int) -> DateChange:
    """Return what a recall month of a patient's own (0: none) would do."""
    from recall_tui.views.date_change import change_of  # noqa: PLC0415 - seldom asked

    ask = ("preview", number, "--month", str(month), "--json")
    return change_of(json.loads(said_by(house, "trying it", *ask)))
