"""Opening the screen."""

import gc
import sys
from functools import partial

from recall_tui.cli.context import Given, open_house
from recall_tui.errors import UsageProblem


def open_screen(given: Given) -> None:
    """Open the worklist on this terminal.

    Raises:
        UsageProblem: there is no terminal that can show it.
        StoreTrouble: the store cannot be opened.
    """
    import os

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "the screen needs a terminal: recall worklist lists without one"
        raise UsageProblem(message)
    if os.environ.get("TERM", "") in {"", "dumb"}:
        message = "this terminal (TERM=dumb) cannot show the screen: recall worklist lists without"
        raise UsageProblem(message)
    # Nothing that is loaded now becomes garbage: looking for some takes a fifth of the start.
    gc.disable()
    house = open_house(given)
    try:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as aside:
            looking = aside.submit(house.first_look)
            # While the list is read: loading these takes as long.
            from recall_tui.app import RecallApp
            from recall_tui.house_desk import HouseDesk
            from recall_tui.screen_settings import (
                FILE_NAME,
                keep_screen_settings,
                read_screen_settings,
            )
            from recall_tui.theme import look_for
            from screens.arranging import Arranged, known

            file = house.settings.data_folder / FILE_NAME
            chosen = read_screen_settings(file, known())
            arranged = Arranged(chosen, partial(keep_screen_settings, file))
            look = looking.result()
        if look is None:
            house.store.revision()
        RecallApp(HouseDesk(house, look), look_for(os.environ, chosen.look), arranged).run(
            mouse=not os.environ.get("SSH_CONNECTION")
        )
    finally:
        house.close()
