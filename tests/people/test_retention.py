"""Retention: what was kept long enough goes, previewed and recorded, and the audit stays sound."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from recall_tui.errors import BadInput
from recall_tui.practice_settings import read_practice_settings
from recall_tui.views.audit import AuditVerdict, Inquiry
from storage.audit_verifying import verify
from storage.auditing import entries
from storage.retaining import Limits, Outlived, outlived, prune
from storage.store import SqlStore
from storage.written import Author
from tests.cli.conftest import planned_store, recall
from tests.cli.running import Runner
from tests.people.test_audit_chain import fill, tamper
from tests.people.test_refused import become
from tests.support.desk import AT
from tests.support.extracts import extract, patient

__all__ = ["planned_store", "recall"]

NOW = AT + timedelta(days=4000)
JO = Author("jo", NOW)


def limits(minutes: int) -> Limits:
    """Keep looks from so many minutes after the first, and nothing of old imports."""
    return Limits(AT + timedelta(minutes=minutes), NOW, NOW)


def verdict(store: SqlStore, url: str) -> AuditVerdict:
    """Verify the chain as an auditor does."""
    return verify(url, "A12345", store.database.audit)


def looks(url: str) -> Sequence[str]:
    """Return whom somebody looked at, as an inquiry tells it."""
    return [one.patient for one in entries(url, 1, Inquiry()) if one.action == "open"]


def test_old_looks_go_and_the_chain_holds(peopled: SqlStore, database_url: str) -> None:
    """Previewed, then blanked; verify passes and says from when; later prunings speak for all."""
    fill(peopled)
    place = (peopled.database, peopled.practice.practice_id)
    assert looks(database_url) == ["100", "101"] * 6
    assert outlived(*place, limits(5)).looks == 3
    assert len(looks(database_url)) == 12
    assert prune(*place, limits(5), JO).looks == 3
    assert len(looks(database_url)) == 8
    found = verdict(peopled, database_url)
    assert (found.is_sound, found.blanked) == (True, 3), found.faults
    assert found.blanked_until.startswith("2026-11-22T10:47")
    fill(peopled, first=12, rows=4)
    assert prune(*place, limits(9), JO, ["invites-1.csv"]).looks == 2
    found = verdict(peopled, database_url)
    assert (found.is_sound, found.blanked) == (True, 5), found.faults
    assert prune(*place, limits(9), JO).looks == 0
    assert verdict(peopled, database_url).is_sound
    told = [one for one in entries(database_url, 1, Inquiry()) if one.action == "audit pruned"]
    assert [one.by for one in told] == ["jo", "jo", "jo"]
    assert [one.details["looks"] for one in told] == [3, 2, 0]
    assert told[1].details["files"] == ["invites-1.csv"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_log SET action = 'blanked', patients = '[]' WHERE chain_no = {open}",
        "UPDATE access_log SET at = '2020-01-01 10:00:00.000000Z' WHERE chain_no = {blank}",
        "DELETE FROM access_log WHERE chain_no = {blank}",
        "UPDATE access_log SET \"by\" = 'al' WHERE chain_no = {blank}",
        "DELETE FROM access_log WHERE action = 'audit pruned'",
        "UPDATE access_log SET details = '{{}}' WHERE action = 'audit pruned'",
    ],
)
def test_a_pruning_is_no_way_round_the_chain(
    peopled: SqlStore, database_url: str, statement: str
) -> None:
    """Whoever blanks, moves or removes rows without the key is found, as before."""
    fill(peopled)
    prune(peopled.database, 1, limits(5), JO)
    fill(peopled, first=20, rows=2)
    rows = peopled.database.read(
        lambda one: one.execute(
            text("SELECT chain_no, action FROM access_log ORDER BY chain_no")
        ).all()
    )
    chosen = {
        "blank": next(row[0] for row in rows if row[1] == "blanked"),
        "open": next(row[0] for row in rows if row[1] == "open"),
    }
    assert verdict(peopled, database_url).is_sound
    tamper(peopled, statement.format(**chosen))
    assert verdict(peopled, database_url).fault_count


def test_a_chain_of_two_keys(peopled: SqlStore, database_url: str) -> None:
    """Where the key was renewed, the newest pruning speaks for the rows of both sections."""
    fill(peopled, rows=6)
    peopled.database.audit.renew()
    fill(peopled, first=6, rows=6)
    assert verdict(peopled, database_url).sections == 2
    assert prune(peopled.database, 1, limits(9), JO).looks == 5
    assert verdict(peopled, database_url).is_sound
    tamper(peopled, "UPDATE event SET payload = '{}' WHERE seq = 1")
    assert not verdict(peopled, database_url).is_sound


def test_old_imports(peopled: SqlStore) -> None:
    """Images and problems of old imports go; those of the newest stay, for it can be taken back."""
    for number, name in enumerate(("One", "Two")):
        people = [patient("100", family_name=name), patient("101"), patient("102")]
        given = extract(people, sha256=f"{number + 7:064d}")
        peopled.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)
    place = (peopled.database, peopled.practice.practice_id)
    assert outlived(*place, Limits(None, NOW, NOW)) == Outlived(0, 0, 1)
    assert outlived(*place, Limits(None, None, AT)) == Outlived(0, 0, 0)
    assert prune(*place, Limits(None, NOW, NOW), JO) == Outlived(0, 0, 1)
    run = peopled.import_runs()[0]
    assert peopled.roll_back_import(run.run_id, by="jo", at=AT) > 0
    assert "One" in peopled.find_by_number("100")[0].name


def test_on_the_command_line(recall: Runner) -> None:
    """Only for an admin; shown first, removed with --yes, and the audit verifies."""
    become(recall.store, "operator")
    assert "may not remove what was kept" in recall("retention").fault
    become(recall.store, "admin")
    old, young = (recall.store.with_name(f"{recall.store.name}.before-000{n}") for n in (1, 2))
    for file in (old, young):
        file.touch()
    now = datetime.fromisoformat(recall.today).timestamp()
    os.utime(old, (0, 0))
    os.utime(young, (now, now))
    shown = recall.ok("retention", "--json").objects[0]
    assert (shown["done"], shown["looks"], shown["files"]) == (False, 0, [old.name])
    assert old.exists()
    assert recall.ok("retention", "--yes", "--json").objects[0]["done"] is True
    assert (old.exists(), young.exists()) == (False, True)
    assert "done, and recorded" in recall.ok("retention", "--yes").out
    told = recall.ok("audit", "export", "--json").objects
    pruned = [one["details"]["files"] for one in told if one["action"] == "audit pruned"]
    assert pruned == [[old.name], []]


def test_never_less_than_eight_years() -> None:
    """A shorter time for looks is refused with its place; 0 keeps them for ever."""
    file = Path("settings.toml")
    read = read_practice_settings({"retention": {"looks_years": 0}}, file)
    assert read.retention.looks_years == 0
    with pytest.raises(BadInput, match=r"\[retention\] looks_years: must be from 8 to 100"):
        read_practice_settings({"retention": {"looks_years": 7}}, file)
    keys = read_practice_settings({"backup": {"encrypt_to": ["age1x"]}}, file).backup
    assert keys.encrypt_to == ("age1x",)
