"""recall screen: how the person arranged the screen, with every default."""

from dataclasses import replace

import click

from recall_tui.actions import ACTIONS
from recall_tui.cli.context import Given, common
from recall_tui.cli.output import emit_json, say
from recall_tui.screen_settings import FILE_NAME, read_screen_settings, screen_text
from recall_tui.settings import user_data_folder
from screens.arranging import known

SCREEN_SCHEMA = "recall.screen/1"


@click.command("screen")
@common
def screen_command(given: Given) -> None:
    """Print how you arranged the screen, with the defaults, as screen.toml takes it."""
    file = user_data_folder() / FILE_NAME
    known_names = known()
    chosen = read_screen_settings(file, known_names)
    keys = {one.id: chosen.keys.get(one.id, one.keys) for one in ACTIONS}
    whole = replace(chosen, keys=keys, columns=chosen.columns or tuple(known_names.columns))
    if given.as_json:
        shape = {
            "file": str(file),
            "simple": whole.simple,
            "look": whole.look or None,
            "columns": list(whole.columns),
            "widths": dict(whole.widths),
            "keys": {name: list(some) for name, some in whole.keys.items()},
        }
        emit_json(SCREEN_SCHEMA, [shape])
        return
    say(f"# {file}")
    for line in screen_text(whole).splitlines():
        say(line)
