"""recall backup, restore and move: whole copies of the store."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say, warn
from recall_tui.cli.progress import Progress
from recall_tui.cli.shapes import BACKUP_SCHEMA, MOVE_SCHEMA, RESTORE_SCHEMA
from recall_tui.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from recall_tui.house_upkeep import Restoring


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--keep", type=click.IntRange(1), help="Keep so many in the folder, no more.")
@click.option("--quick", is_flag=True, help="Compare it, but do not restore it on trial.")
@click.option(
    "--encrypt-to",
    "recipients",
    metavar="KEY",
    multiple=True,
    help="Only this public key reads it.",
)
@common
def backup_command(
    given: Given,
    file: Path | None,
    *,
    keep: int | None,
    quick: bool,
    recipients: tuple[str, ...],
) -> None:
    """Copy the store to FILE (default: a new file in the data folder), whole or not at all.

    The copy is compared row by row, and put into a scratch store on trial. A FILE that ends in
    .dump is a dump by Postgres' own tools; any other is a file that every installation restores.
    With public keys (here, or under [backup] in the settings) it is encrypted, and ends in .age.
    """
    from recall_tui.house_upkeep import Upkeep

    if keep is not None and file is not None:
        message = "--keep is for the backups of the data folder: leave FILE out"
        raise UsageProblem(message)
    house = open_house(given)
    try:
        upkeep = Upkeep(house)
        target, done = upkeep.back_up(file, rehearse=not quick, encrypt_to=recipients)
        removed = upkeep.rotate(keep) if keep else ()
    finally:
        house.close()
    tried = "restored on trial" if done.tried else "not restored on trial"
    words = (
        f"copied {house.settings.database_words} to {target} ({done.size:,} bytes, "
        f"{done.rows:,} rows compared, {tried})"
    )
    facts: dict[str, object] = {
        "file": str(target), "bytes": done.size, "rows": done.rows, "tried": done.tried,
        "removed": list(removed), "words": words,
    }  # fmt: skip
    _tell(given, facts, [words, *(f"removed {name}" for name in removed)], BACKUP_SCHEMA)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--yes", is_flag=True, help="Put it back although something is lost.")
@click.option("--settled", is_flag=True, help="The lost invites are dealt with: invite again.")
@click.option(
    "--identity", type=click.Path(path_type=Path), help="The file with the key of an encrypted one."
)
@common
def restore_command(
    given: Given, file: Path | None, *, yes: bool, settled: bool, identity: Path | None
) -> None:
    """Put the backup FILE back in place of the store.

    It first says what the store holds and the backup does not; with that it changes nothing
    without --yes. The replaced store is kept. Where invites were lost, recording more of them
    waits until --settled: they may have gone out. The key of an encrypted backup is in a file, or
    typed when it is asked for; it is never an argument.
    """
    from recall_tui.house_upkeep import Upkeep

    if settled is (file is not None):
        message = "which backup? recall restore FILE (or, afterwards, recall restore --settled)"
        raise UsageProblem(message)
    house = open_house(given)
    try:
        upkeep = Upkeep(house)
        if file is None:
            count = upkeep.settle()
            words = "invites may be recorded again" if count else "nothing was waiting"
            _tell(given, {"settled": count, "words": words}, [words])
            return
        found = upkeep.restore(file, agreed=yes, identity=lambda: _key(identity))
    finally:
        house.close()
    held = [f"{file.name} holds {one.words}" for one in found.held]
    if not found.done:
        for line in held:
            warn(line)
        message = f"nothing was changed: {found.lost.words} would be lost; with --yes they are"
        raise Refused(message)
    lines = [*held, *_restored(found)]
    aside = str(found.aside) if found.aside else None
    _tell(given, {"lost": found.lost.counts(), "aside": aside, "words": lines[-1]}, lines)


def _key(identity: Path | None) -> str:
    """Return the key of an encrypted backup: from a file, or typed."""
    import sys

    if identity is not None:
        from recall_tui.house_upkeep import identity_of

        return identity_of(identity)
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass("Key of the backup (AGE-SECRET-KEY-…): ")
    return sys.stdin.readline()


def _restored(found: "Restoring") -> list[str]:
    """Say what a restore did, and what must be done now."""
    lines = [f"put back; lost: {found.lost.words}"]
    if found.aside is not None:
        lines.append(f"the replaced store is kept: {found.aside}")
    if found.lost.invites:
        lines.append(
            f"no invite is recorded until you say recall restore --settled: {found.lost.invites:,} "
            f"may have gone out that this store does not know (see them: --db {found.aside})"
        )
    if found.aside is not None:
        lines.append("then say so to the audit: recall audit accept --because 'restored a backup'")
    return lines


@click.command("move")
@click.option("--to", metavar="URL", required=True, help="An empty store: a file, or a database.")
@common
def move_command(given: Given, to: str) -> None:
    """Copy everything to another store, all of it or nothing, proved row by row.

    From SQLite to Postgres or back. Nobody can write meanwhile; a SQLite store that was moved
    takes no more changes. The audit's keys and anchors go along.
    """
    from recall_tui.house_upkeep import Upkeep
    from recall_tui.settings import Options, load_settings

    house = open_house(given)
    target = load_settings({}, Options(db=to), house.settings.data_folder)
    try:
        with Progress(quiet=given.as_json) as progress:
            rows, folder = Upkeep(house).move(target.database, progress)
    finally:
        house.close()
    words = f"moved {house.settings.database_words} to {target.database_words} ({rows:,} rows)"
    hint = 'now tell everybody: RECALL_DB, or url = "…" under [store] in settings.toml'
    lines = [words, hint]
    if target.sqlite_file is None:
        lines.append(f"every computer that runs recall needs the audit key: copy {folder} to it")
    _tell(given, {"rows": rows, "words": words}, lines, MOVE_SCHEMA)


def _tell(
    given: Given, facts: dict[str, object], lines: list[str], schema: str = RESTORE_SCHEMA
) -> None:
    if given.as_json:
        emit_json(schema, [facts])
        return
    for line in lines:
        say(line)
