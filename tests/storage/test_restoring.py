"""Backups, restores and moves: whole, compared row by row, and nothing is lost without a word."""

import stat
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from recall_tui.domain.commands import (
    AddNote,
    Channel,
    ExportInvites,
    MarkBooked,
    RecordExport,
    RecordInvites,
)
from recall_tui.errors import BadInput, Refused, StoreTrouble
from recall_tui.views.audit import AuditEntry, AuditVerdict, Inquiry
from storage import backing_up
from storage.audit_keys import ANCHORS_FILE, AuditKeys
from storage.audit_verifying import verify
from storage.auditing import entries
from storage.backing_up import back_up, default_ending, rotate
from storage.copying import Print, Prints, differences, prints
from storage.engine import open_database
from storage.moving import move
from storage.restoring import Wanted, lost, opened_backup, restore, settle
from storage.store import SqlStore
from storage.work import Database
from storage.written import Author
from tests.storage.conftest import MADE_AT
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import coded, due, extract, patient, plan
from tests.support.postgres import fresh_database
from tests.support.stocked import filled_by

JO = Author("jo", AT)
NUMBERS = [f"{serial:03d}" for serial in range(10)]


def as_it_begins(store: SqlStore) -> None:
    events = [coded(one, "999791000000106", date(2026, 3, 1), value=48.5) for one in NUMBERS]
    given = extract([patient(one) for one in NUMBERS], events)
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due(one, "hba1c", date(2026, 11, 10)) for one in NUMBERS]), None, AT)
    act(store, MarkBooked((target(store, "001", "hba1c"),), TODAY))
    invite(store, "002")


filling = filled_by(as_it_begins, "practice")


@pytest.fixture
def practice(store: SqlStore) -> SqlStore:
    """Give a store with records, a plan, a booking and an invite."""
    return store


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """Give an empty store of each kind."""
    if request.param == "sqlite":
        with closing(open_database(str(tmp_path / "elsewhere.db"))) as opened:
            yield opened
    else:
        with fresh_database() as url, closing(open_database(url)) as opened:
            yield opened


def invite(store: SqlStore, number: str) -> None:
    """Record an invite."""
    wanted = (target(store, number, "hba1c"),)
    act(store, RecordInvites(wanted, ((number, Channel.SMS),)))


def wanted(tmp_path: Path) -> Wanted:
    """Return how a backup is put back."""
    return Wanted("one.db", tmp_path / "aside.db", "jo", MADE_AT)


def test_a_backup_is_private_and_the_same(
    practice: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup has mode 0600, is one file, and holds every row of the store, or is not kept."""
    file = tmp_path / "one.db"
    done = back_up(practice.database, file)
    assert done.tried
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.glob(".recall*")] == []
    with opened_backup(file, practice.database) as backup:
        assert differences(prints_of(practice.database), prints_of(backup)) == ()
    with pytest.raises(Refused, match="exists already"):
        back_up(practice.database, file)
    compared: list[tuple[str, ...]] = [(), ("event",)]  # a file is compared as it is, too

    def differing(_found: Prints, _arrived: Prints) -> tuple[str, ...]:
        return compared.pop(0)

    if not practice.database.is_sqlite:
        compared.pop(0)
    monkeypatch.setattr(backing_up, "differences", differing)
    with pytest.raises(StoreTrouble, match="the backup restores differently in event: not kept"):
        back_up(practice.database, tmp_path / "two.db")
    assert not (tmp_path / "two.db").exists()


def prints_of(database: Database) -> dict[str, Print]:
    """Return what a store holds."""
    return dict(database.read(prints))


def test_a_backup_under_write_load(practice: SqlStore, database_url: str, tmp_path: Path) -> None:
    """Backups taken while another process books are each of one moment, with all before it."""
    command = [sys.executable, "-m", "tests.storage.changing_process", database_url, "60", "0.01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603 - ours
        assert other.stdout is not None
        assert other.stdout.readline()
        files = [tmp_path / f"{number}.db" for number in range(2)]
        known: list[int] = []
        for file in files:
            known.append(practice.database.read(newest_seq))
            back_up(practice.database, file, rehearse=False)
        other.communicate()
    assert other.returncode == 0
    for file, least in zip(files, known, strict=True):
        with opened_backup(file, practice.database) as backup:
            events = text("SELECT count(*), max(seq) FROM event")
            held = backup.read(lambda one, asked=events: one.execute(asked).one())
            assert held[0] == held[1] == backup.read(newest_seq) >= least


def newest_seq(connection: Connection) -> int:
    """Return how many decisions the store says it has."""
    return connection.execute(text("SELECT event_seq FROM change_seq")).scalar_one()


def test_a_restore_says_what_is_lost(practice: SqlStore, tmp_path: Path) -> None:
    """What came after the backup is counted, replaced, kept aside, and news to every session."""
    file = tmp_path / "one.db"
    back_up(practice.database, file, rehearse=False)
    before = prints_of(practice.database)
    act(practice, AddNote("003", "rang"))
    act(practice, MarkBooked((target(practice, "004", "hba1c"),), TODAY))
    newest = practice.revision()
    with opened_backup(file, practice.database) as backup:
        missing = lost(backup, practice.database)
        assert (missing.decisions, missing.bookings, missing.invites) == (2, 1, 0)
        assert restore(backup, practice.database, wanted(tmp_path)) == missing
    assert practice.revision() > newest
    after = prints_of(practice.database)
    assert differences(before, after) == ("access_log", "change_seq", "restoration")
    with opened_backup(tmp_path / "aside.db", practice.database) as aside:
        assert aside.read(lambda one: one.execute(text("SELECT count(*) FROM event")).scalar()) == 4
    invite(practice, "005")


def test_invites_wait_until_the_lost_ones_are_dealt_with(
    practice: SqlStore, tmp_path: Path
) -> None:
    """After a restore that lost invites none is recorded before somebody says they are settled.

    Not after a second restore either, which loses none of its own.
    """
    file = tmp_path / "one.db"
    back_up(practice.database, file, rehearse=False)
    invite(practice, "006")
    with opened_backup(file, practice.database) as backup:
        assert restore(backup, practice.database, wanted(tmp_path)).invites == 1
    with pytest.raises(
        Refused, match=r"one\.db was put back on 1 Nov 2026 and 1 invites were lost"
    ):
        invite(practice, "007")
    with opened_backup(file, practice.database) as backup:
        again = replace(wanted(tmp_path), source="two.db", aside=tmp_path / "aside-2.db")
        assert restore(backup, practice.database, again).invites == 0
    with pytest.raises(Refused, match=r"one\.db was put back"):
        invite(practice, "007")
    act(practice, MarkBooked((target(practice, "007", "hba1c"),), TODAY))
    practice.database.write(lambda one: settle(one, practice.practice.practice_id, "jo", AT))
    invite(practice, "006")
    told = [one.action for one in said(practice.database) if one.by == "jo" and not one.patient]
    assert told[-2:] == ["restore", "restore settled"]


def test_an_export_that_was_lost_waits_like_invites(practice: SqlStore, tmp_path: Path) -> None:
    """Its file may have been sent: neither is exported nor recorded before it is dealt with."""
    file = tmp_path / "one.db"
    back_up(practice.database, file, rehearse=False)
    asked = RecordInvites((target(practice, "006", "hba1c"),), (("006", Channel.SMS),))
    export = act(practice, ExportInvites(asked, "x.csv", ""))
    with opened_backup(file, practice.database) as backup:
        assert restore(backup, practice.database, wanted(tmp_path)).invites == 1
    assert practice.shared_changes(exports=True) == ()
    with pytest.raises(Refused, match="1 invites were lost"):
        act(practice, ExportInvites(asked, "y.csv", ""))
    with pytest.raises(Refused, match="no such export"):
        act(practice, RecordExport(export.command_id))


def test_what_is_no_backup(practice: SqlStore, tmp_path: Path) -> None:
    """Another file, a damaged one, one that is missing and one of a newer program are refused."""
    good = tmp_path / "good.db"
    back_up(practice.database, good, rehearse=False)
    text_file, damaged, newer = (tmp_path / name for name in ("x.txt", "y.db", "z.db"))
    text_file.write_text("hello")
    damaged.write_bytes(good.read_bytes()[:20_000] + b"\xff" * 30_000)
    with closing(open_database(str(newer))) as later:
        later.write(lambda one: one.execute(text("UPDATE alembic_version SET version_num='9999'")))
    for file, kind, words in (
        (text_file, BadInput, "no backup of recall"),
        (damaged, StoreTrouble, "damaged"),
        (tmp_path / "none.db", BadInput, "cannot be read"),
        (newer, StoreTrouble, "newer version"),
    ):
        with pytest.raises(kind, match=words), opened_backup(file, practice.database):
            pass


def test_moving(practice: SqlStore, elsewhere: Database) -> None:
    """Everything arrives on either engine; the old file takes no more; nothing is moved twice."""
    before = prints_of(practice.database)
    arrived = dict(move(practice.database, elsewhere, JO))
    assert differences(arrived, prints_of(elsewhere)) == ()
    assert set(differences(before, arrived)) == {"access_log", "change_seq"}
    moved = SqlStore(elsewhere, practice.practice)
    assert moved.patient_page("001", TODAY) == practice.patient_page("001", TODAY)
    found = verdict(elsewhere)
    assert (found.is_sound, found.anchored) == (True, found.sealed), found.faults
    files = [*elsewhere.audit.folder.iterdir()]
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    for place in (practice.database, elsewhere):
        newest = said(place)[-1]
        told = {"from": practice.database.location, "to": elsewhere.location}
        assert (newest.action, newest.by, newest.details) == ("move", "jo", told)
    act(moved, AddNote("003", "rang"))
    again = verdict(elsewhere)
    assert (again.is_sound, again.sections) == (True, found.sections), again.faults
    assert again.anchored == again.sealed > found.sealed
    if practice.database.is_sqlite:
        with pytest.raises(StoreTrouble, match=r"was moved to .*: nothing was saved"):
            act(practice, AddNote("003", "rang"))
        return
    with pytest.raises(Refused, match="holds practice A12345 already"):
        move(practice.database, elsewhere, JO)


def said(database: Database) -> list[AuditEntry]:
    """Return everything in the audit of the practice."""
    url = database.engine.url.render_as_string(hide_password=False)
    return [*entries(url, 1, Inquiry())]


def verdict(database: Database) -> AuditVerdict:
    """Verify a store's audit with the keys and anchors that are read anew from its folder."""
    url = database.engine.url.render_as_string(hide_password=False)
    return verify(url, "A12345", AuditKeys(database.audit.folder))


def test_no_move_without_the_key(practice: SqlStore, elsewhere: Database) -> None:
    """Where the store's key is not, or another store's audit is, nothing is moved."""
    key = practice.database.audit.folder / "key"
    aside = key.rename(key.with_name("aside"))
    with pytest.raises(Refused, match="lacks the audit key of the store: copy that folder"):
        move(practice.database, elsewhere, JO)
    aside.rename(key)
    other = AuditKeys(elsewhere.audit.folder)
    assert other.current
    with pytest.raises(Refused, match="holds the audit of another store"):
        move(practice.database, elsewhere, JO)
    assert AuditKeys(other.folder).current == other.current
    (other.folder / "key").unlink()
    move(practice.database, elsewhere, JO)
    assert verdict(elsewhere).is_sound


def test_a_backup_on_a_computer_without_the_key(
    practice: SqlStore, elsewhere: Database, tmp_path: Path
) -> None:
    """A file goes on, unproven until the old key is there; a server takes nothing before."""
    file = tmp_path / "one.db"
    back_up(practice.database, file, rehearse=False)
    with opened_backup(file, elsewhere) as backup:
        restore(backup, elsewhere, wanted(tmp_path))
    restored = SqlStore(elsewhere, practice.practice)
    if elsewhere.is_sqlite:
        act(restored, AddNote("003", "rang"))
    else:
        with pytest.raises(StoreTrouble, match=r"lacks the audit key .*: copy that folder"):
            act(restored, AddNote("003", "rang"))
    found = verdict(elsewhere)
    assert (found.fault_count, found.is_sound, found.unproven > 0) == (0, False, True)
    old = practice.database.audit.current
    elsewhere.audit.put(f"key-{old.fingerprint}", old.secret.hex().encode())
    if not elsewhere.is_sqlite:
        assert "had no anchor" in verdict(elsewhere).faults[0].words
        elsewhere.audit.put(ANCHORS_FILE, practice.database.audit.content(ANCHORS_FILE) or b"")
    assert verdict(elsewhere).is_sound


def test_a_move_that_fails_leaves_nothing(practice: SqlStore, elsewhere: Database) -> None:
    """A target that cannot take a row ends up empty, and the source goes on as before."""
    elsewhere.write(lambda one: one.execute(text("ALTER TABLE event RENAME COLUMN kind TO sort")))
    with pytest.raises(Exception, match=r"kind"):
        move(practice.database, elsewhere, JO)
    rows = text("SELECT count(*) FROM patient")
    assert elsewhere.read(lambda one: one.execute(rows).scalar()) == 0
    act(practice, AddNote("003", "rang"))


def test_a_dump_by_the_servers_own_tools(practice: SqlStore, tmp_path: Path) -> None:
    """Where Postgres' tools fit the server they make the backup; it is restored on trial too."""
    ending = default_ending(practice.database)
    file = tmp_path / "one.dump"
    if ending != ".dump":
        with pytest.raises(Refused, match=r"ends in \.db"):
            back_up(practice.database, file)
        return
    assert back_up(practice.database, file).tried
    before = prints_of(practice.database)
    act(practice, AddNote("003", "rang"))
    with opened_backup(file, practice.database) as backup:
        restore(backup, practice.database, wanted(tmp_path))
    assert differences(before, prints_of(practice.database)) == ("change_seq", "restoration")


def test_old_backups_go(tmp_path: Path) -> None:
    """Only the newest are kept, and nothing that is not a backup of ours is touched."""
    for name in ("recall-20261101-030000.db", "recall-20261102-030000.dump", "mine.db"):
        (tmp_path / name).touch()
    (tmp_path / "recall-20261103-030000.db").touch()
    assert rotate(tmp_path, 2) == ("recall-20261101-030000.db",)
    assert rotate(tmp_path, 2) == ()
    assert (tmp_path / "mine.db").exists()
