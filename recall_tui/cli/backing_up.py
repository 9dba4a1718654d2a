"""recall backup: a copy of the store."""

from pathlib import Path

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say
from recall_tui.cli.shapes import BACKUP_SCHEMA
from recall_tui.settings import make_private_folder


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@common
def backup_command(given: Given, file: Path | None) -> None:
    """Copy the store to FILE (default: a new file in the data folder), whole or not at all."""
    house = open_house(given)
    target = file
    if target is None:
        folder = make_private_folder(house.settings.data_folder / "backups")
        ending = "db" if house.settings.sqlite_file else "dump"
        target = folder / f"recall-{house.clock.now():%Y%m%d-%H%M%S}.{ending}"
    size = house.back_up(target)
    words = f"copied {house.settings.database_words} to {target} ({size:,} bytes)"
    if given.as_json:
        emit_json(BACKUP_SCHEMA, [{"file": str(target), "bytes": size, "words": words}])
    else:
        say(words)
