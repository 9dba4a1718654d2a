"""recall init and recall demo: the first minute."""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.importing import Wanted, import_and_plan
from recall_tui.cli.output import emit_json, say, warn
from recall_tui.cli.shapes import DONE_SCHEMA
from recall_tui.errors import BadInput, Refused
from recall_tui.settings import make_private_folder

DEFAULT_PATIENTS = 10_387
"""The mean list of an English practice (recall_domain.md section F)."""


@click.command("init")
@click.option("--name", default="", help="The practice's name.")
@common
def init_command(given: Given, name: str) -> None:
    """Make a store for the practice named with --practice (an ODS code such as A12345)."""
    house = open_house(given, create=True)
    try:
        made = house.init_practice(name)
        admins = [one.login for one in house.store.members() if one.role == "admin"]
    finally:
        house.close()
    words = "is ready" if made else "was there already"
    line = f"{house.settings.practice} {words} in {house.settings.database_words}"
    line += f"; admin: {', '.join(admins)}"
    if given.as_json:
        emit_json(DONE_SCHEMA, [{"words": line, "made": made}])
    else:
        say(line)


@click.command("demo")
@click.option("--patients", type=click.IntRange(1, 1_000_000), default=DEFAULT_PATIENTS)
@click.option("--seed", type=int, default=1, help="Another seed, another practice.")
@click.option("--no-tui", is_flag=True, help="Only build it.")
@click.option("--extract", type=click.Path(path_type=Path), help="Only write its files here.")
@click.option("--fresh", is_flag=True, help="Build it again although it is there.")
@common
def demo_command(  # noqa: PLR0913 - one parameter an option
    given: Given,
    *,
    patients: int,
    seed: int,
    no_tui: bool,
    extract: Path | None,
    fresh: bool,
) -> None:
    """Build a synthetic practice through the real importer and engine, and open it."""
    if extract is not None:
        _write_files(given, extract, patients, seed)
        return
    house = _demo_house(given, patients, seed)
    try:
        words = _build(house, patients, seed, fresh=fresh)
    finally:
        house.close()
    if given.as_json:
        emit_json(DONE_SCHEMA, [{"words": words, "db": house.settings.database_words}])
    else:
        say(words)
    if not no_tui:
        from recall_tui.cli.opening import open_screen

        open_screen(_demo_given(given, house))


def _demo_given(given: Given, house: House) -> Given:
    from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE

    return Given(house.settings.database, PRACTICE_CODE, given.today)


def _demo_house(given: Given, patients: int, seed: int) -> House:
    """Return the house of the demo's own store, beside a real one, never in it."""
    from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE

    base = open_house(given)
    name = f"demo-{patients}-{seed}.db"
    url = given.db or f"sqlite:///{base.settings.data_folder / name}"
    return open_house(Given(url, PRACTICE_CODE, given.today), create=True)


def _build(house: House, patients: int, seed: int, *, fresh: bool) -> str:
    """Build the practice unless it is there, and say so in words."""
    from recall_tui.importers.synthetic import generate
    from recall_tui.importers.synthetic.identifiers import PRACTICE_NAME

    file = house.settings.sqlite_file
    if fresh and file is not None:
        _remove_demo(file)
    made = house.init_practice(PRACTICE_NAME)
    if not made and house.store.data_as_of() is not None:
        return (
            f"the demo practice is there already: {house.settings.database_words} (--fresh: anew)"
        )
    with tempfile.TemporaryDirectory(prefix="recall-demo-") as folder:
        warn(f"  writing {patients:,} synthetic patients")
        generate(Path(folder), today=house.today, patients=patients, seed=seed)
        report = import_and_plan(house, folder, Wanted())
    if report.stopped:
        raise BadInput(f"the demo was stopped: {report.stopped[0]}")
    return f"{patients:,} synthetic patients in {house.settings.database_words}"


def _remove_demo(file: Path) -> None:
    if not file.name.startswith("demo-"):
        message = f"{file.name} is not a demo store: --fresh only replaces files named demo-…"
        raise Refused(message)
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _write_files(given: Given, folder: Path, patients: int, seed: int) -> None:
    from recall_tui.importers.synthetic import generate

    if folder.exists() and any(folder.iterdir()):
        message = f"{folder} is not empty: give a new folder"
        raise Refused(message)
    today: date = open_house(given).today
    make_private_folder(folder)
    try:
        generate(folder, today=today, patients=patients, seed=seed)
    except OSError as fault:
        shutil.rmtree(folder, ignore_errors=True)
        raise BadInput.at(folder, None, f"cannot be written: {fault.strerror}") from fault
    say(f"wrote {patients:,} synthetic patients to {folder}")
