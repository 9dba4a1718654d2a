"""Opening the screen."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from recall_tui.cli.given import Given, house_of
from recall_tui.ending import let_go
from recall_tui.errors import StoreTrouble, UsageProblem
from recall_tui.heap import one_heap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from recall_tui.app import RecallApp
    from recall_tui.screen_settings import ScreenSettings
    from screens.arranging import Arranged


def open_as_typed(options: Mapping[str, str]) -> None:
    """Open the worklist as a line of options says (``__main__.screen_wanted``)."""
    db, practice, today = (options.get(name) for name in ("--db", "--practice", "--today"))
    open_screen(Given(db, practice, today), simple="--simple" in options)


def open_screen(given: Given, *, simple: bool = False) -> None:
    """Open the worklist on this terminal; ``simple``: for reception.

    Raises:
        UsageProblem: there is no terminal that can show it.
        StoreTrouble: the store cannot be opened.
    """
    import os

    _refuse_no_terminal(os.environ)
    # Nothing that is loaded now becomes garbage: looking for some takes a fifth of the start.
    gc.disable()
    one_heap()
    house = house_of(given)
    try:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as aside:
            looking = aside.submit(house.first_look, whole=False)
            # While the list is read: loading these takes as long.
            from recall_tui.app import RecallApp
            from recall_tui.house_desk import HouseDesk
            from recall_tui.theme import look_for

            arranged = _arranged(house.settings.data_folder, simple=simple)
            look = looking.result()
        if look is None:
            house.store.revision()
        desk = HouseDesk(house, look)
        app = RecallApp(desk, look_for(os.environ, arranged.settings.look), arranged)
        app.run(mouse=not os.environ.get("SSH_CONNECTION"))
        desk.close()
        _refuse_loss(app)
    finally:
        house.close()
        let_go()


def _refuse_loss(app: RecallApp) -> None:
    """Raise what ended the screen, or that it ended before all was saved."""
    if app.fault is not None:
        raise app.fault
    if app.unsaved:
        raise StoreTrouble(
            f"{app.unsaved} of what you asked for could not be saved and is lost: note it, and "
            "do it again when the store can be written"
        )


def _refuse_no_terminal(environ: Mapping[str, str]) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "the screen needs a terminal: recall worklist lists without one"
        raise UsageProblem(message)
    if environ.get("TERM", "") in {"", "dumb"}:
        message = "this terminal (TERM=dumb) cannot show the screen: recall --plain lists without"
        raise UsageProblem(message)


def _arranged(folder: Path, *, simple: bool) -> Arranged:
    """Return how the person arranged the screen, and how it is kept."""
    from recall_tui.screen_settings import FILE_NAME, keep_screen_settings, read_screen_settings
    from screens.arranging import Arranged, known

    chosen = read_screen_settings(folder / FILE_NAME, known())

    def keep(settings: ScreenSettings) -> None:
        # --simple is of this session; the file keeps what it said.
        keep_screen_settings(folder / FILE_NAME, replace(settings, simple=chosen.simple))

    return Arranged(replace(chosen, simple=simple or chosen.simple), keep)
