"""recall retention: what is kept longer than the practice says, shown, then removed."""

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say
from recall_tui.cli.shapes import RETENTION_SCHEMA


@click.command("retention")
@click.option("--yes", is_flag=True, help="Remove it.")
@common
def retention_command(given: Given, *, yes: bool) -> None:
    """Show what is kept longer than [retention] in the settings says; --yes removes it.

    Of old looks place and time are kept, and the audit says in its own chain what went: it stays
    sound. Decisions are never removed. Backups go by recall backup --keep.
    """
    from recall_tui.house_upkeep import Upkeep

    house = open_house(given)
    try:
        found = Upkeep(house).retain(agreed=yes)
    finally:
        house.close()
    verb = "removed" if found.done else "would be removed"
    lines = [
        f"{found.looks:,} looks at patients: {verb} (who, and at whom)",
        f"{found.problems:,} rejected rows of old imports: {verb}",
        f"{found.images:,} rows as they were before old imports: {verb}",
        f"{len(found.files):,} old exports and stores put aside: {verb}",
    ]
    words = "done, and recorded" if found.done else "nothing was changed: --yes removes it"
    if given.as_json:
        facts: dict[str, object] = {
            "looks": found.looks, "problems": found.problems, "images": found.images,
            "files": list(found.files), "done": found.done, "words": words,
        }  # fmt: skip
        emit_json(RETENTION_SCHEMA, [facts])
        return
    for line in (*lines, *found.files, words):
        say(line)
