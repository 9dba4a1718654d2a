"""What the program is told of store, practice and date, however it is told.

Nothing here loads click: the screen opens without it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from recall_tui.bootstrap import House


class Given(NamedTuple):
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
