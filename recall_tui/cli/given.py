"""What the program is told of store, practice and date, however it is told.

Nothing here loads click: the screen opens without it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recall_tui.bootstrap import House

_WITH_VALUE = ("--db", "--practice", "--today")


@dataclass(frozen=True, slots=True)
class Given:
    """The options as typed; None where nothing was."""

    db: str | None = None
    practice: str | None = None
    today: str | None = None
    as_json: bool = False


def house_of(given: Given) -> House:
    """Return the house these options name, for whoever may see it; nothing is opened yet."""
    from recall_tui.bootstrap import House
    from recall_tui.settings import Options, load_settings

    options = Options(db=given.db, practice=given.practice, today=given.today)
    return House(load_settings(os.environ, options), tell=_warn)


def _warn(words: str) -> None:
    # Seldom: only the first person of a practice is told something.
    from recall_tui.cli.output import warn

    warn(words)


def screen_wanted(argv: Sequence[str]) -> tuple[Given, bool] | None:
    """Return the options of a line that asks for the screen, and whether it is the simple one.

    None: the line asks for something else, or holds what only the command line understands.
    """
    values: dict[str, str] = {}
    is_simple = False
    rest = iter(argv)
    for argument in rest:
        name, has_value, value = argument.partition("=")
        if argument == "--simple":
            is_simple = True
        elif name in _WITH_VALUE:
            found = value if has_value else next(rest, None)
            if found is None:
                return None
            values[name] = found
        else:
            return None
    db, practice, today = (values.get(name) for name in _WITH_VALUE)
    return Given(db, practice, today), is_simple
