"""recall doctor: what is where, and what is wrong with it."""

import os
import platform
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say
from recall_tui.cli.release import release
from recall_tui.errors import RecallError, Refused
from recall_tui.house import shared_names

DOCTOR_SCHEMA = "recall.doctor/1"
FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ok, warn or wrong, and the words."""

    what: str
    verdict: str
    words: str


@click.command("doctor")
@common
def doctor_command(given: Given) -> None:
    """Say what is where and what is wrong."""
    house = open_house(given)
    try:
        findings = tuple(_look(house))
    finally:
        house.close()
    if given.as_json:
        emit_json(
            DOCTOR_SCHEMA,
            [{"what": one.what, "verdict": one.verdict, "words": one.words} for one in findings],
        )
    else:
        for one in findings:
            say(f"{one.verdict:5}  {one.what}: {one.words}")
    wrong = sum(one.verdict == "wrong" for one in findings)
    if wrong:
        message = f"{wrong} thing{'s' * (wrong > 1)} wrong: see above"
        raise Refused(message)


def _look(house: House) -> Iterator[Finding]:
    yield Finding("program", "ok", f"recall-tui {release()}, {_python()}")
    yield from _packages()
    yield Finding("data folder", "ok", str(house.settings.data_folder))
    settings_file = house.settings.file
    yield Finding("settings", "ok", str(settings_file) if settings_file else "the defaults")
    yield from _rules(house)
    yield from _store(house)


def _python() -> str:
    return f"Python {platform.python_version()} at {sys.executable}"


def _packages() -> Iterator[Finding]:
    shared = shared_names(packages_distributions())
    if shared:
        words = f"also installed by others ({'; '.join(shared)}): install recall-tui on its own"
        yield Finding("packages", "wrong", words)
    else:
        yield Finding("packages", "ok", "ours alone")


def _rules(house: House) -> Iterator[Finding]:
    try:
        book = house.rulebook
    except RecallError as fault:
        yield Finding("recalls", "wrong", fault.words)
        return
    judged = house.rules.agreement
    for words in (judged.told, judged.refusal if judged.agreed else ""):
        if words:
            yield Finding("rules", "warn", words)
    active = book.active()
    unapproved = sum(not one.approver for one in active)
    yield Finding("recalls", "ok", f"{len(book.recalls)} known, {len(active)} active")
    if unapproved:
        words = f"{unapproved} active recalls are not yet approved by this practice"
        yield Finding("approval", "warn", words)


def _encryption(*, is_encrypted: bool) -> Finding:
    if is_encrypted:
        return Finding("encryption", "ok", "the store is encrypted: keep its key elsewhere, too")
    words = "the store is not encrypted: keep it on an encrypted disk, or name a key"
    return Finding("encryption", "warn", words)


def _store(house: House) -> Iterator[Finding]:
    file = house.settings.sqlite_file
    if file is not None and not file.exists():
        words = f"{house.settings.database_words} is not there yet: recall init, or recall demo"
        yield Finding("store", "warn", words)
        return
    try:
        status = house.store.status()
    except RecallError as fault:
        yield Finding("store", "wrong", fault.words)
        return
    for what, words in status.items():
        yield Finding(what, "ok", words)
    if file is not None:
        if file.stat().st_mode & FOR_OTHERS or file.parent.stat().st_mode & FOR_OTHERS:
            words = f"{file} can be read by others: chmod 600 it, and 700 its folder"
            yield Finding("privacy", "wrong" if os.getuid() else "warn", words)
        for banner in house.store.banners:
            yield Finding("banner", "warn", banner)
        yield _encryption(is_encrypted=house.store.is_encrypted)
    as_of = house.store.data_as_of()
    if as_of is not None and (house.today - as_of).days > house.settings.decided.invites.stale_days:
        age = (house.today - as_of).days
        yield Finding("data", "warn", f"the data are {age} days old: import a newer extract")
