"""The audit chain: whatever is done to it behind the program's back is found, and where."""

import re
import shutil
import stat
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.domain.sharing import SaveShared, SharedKind
from recall_tui.errors import StoreTrouble
from recall_tui.ports import Work
from recall_tui.services.desk import perform
from recall_tui.views.audit import AuditVerdict, Inquiry
from storage import audit_verifying
from storage.audit_chain import BREAK, COLUMNS, chain_rows
from storage.audit_chain import EVENT as EVENT_TABLE
from storage.audit_keys import ANCHORS_FILE, AuditKeys
from storage.audit_verifying import verify
from storage.auditing import accept_chain, entries
from storage.bare import Bare
from storage.driver import SQLITE
from storage.migrations.run import downgrade, upgrade
from storage.store import SqlStore
from storage.tables import ACCESS_LOG, EVENT
from tests.support.desk import AT, moment
from tests.support.extracts import extract, patient

VIEW: dict[str, object] = {"choices": {}}
ROWS = 12
"""Decisions and looks in turn, after the row that begins the chain: 2 to 13."""


@pytest.fixture
def peopled(peopled: SqlStore) -> SqlStore:
    """Give the store with a chain that is still to begin, so that its rows can be counted."""
    tamper(
        peopled,
        "DELETE FROM access_log",
        "UPDATE change_seq SET chain_no = 0, chain_mac = '', chain_key = ''",
    )
    (peopled.database.audit.folder / ANCHORS_FILE).unlink()
    return peopled


def fill(store: SqlStore, first: int = 0, rows: int = ROWS) -> None:
    """Record notes and looks in turn, each in a transaction of its own."""
    for number in range(first, first + rows):
        at = AT + timedelta(minutes=number)

        def unit(work: Work, number: int = number, at: datetime = at) -> None:
            work.role_of("al" if number % 2 else "jo")
            if number % 2:
                work.record_access("open", ["100", "101"], by="al", at=at)
                return
            event = Decision(
                f"e{number}", f"c{number}", at, "jo", DecisionKind.NOTED, "100",
                payload={"words": f"Rückruf {number}"},
            )  # fmt: skip
            work.append([event])

        store.write(unit)


def verdict(store: SqlStore, url: str) -> AuditVerdict:
    """Verify the chain as an auditor does, on a connection of its own."""
    return verify(url, "A12345", store.database.audit)


def tamper(store: SqlStore, *statements: str) -> None:
    """Change rows behind the program's back."""

    def unit(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    store.database.write(unit)


def held(store: SqlStore) -> list[object]:
    """Return every row of the chain as it is stored."""
    chained = (EVENT.select().order_by(EVENT.c.seq), ACCESS_LOG.select().order_by("access_id"))
    return store.database.read(
        lambda one: [tuple(row) for query in chained for row in one.execute(query)]
    )


def said(found: AuditVerdict) -> str:
    """Return what was found, in words."""
    return "; ".join(f"{one.chain_no}: {one.row} {one.words}" for one in found.faults)


def test_sound(peopled: SqlStore, database_url: str) -> None:
    """A chain that nobody touched is sound: every row proven, the newest anchored outside.

    A line of the anchors that a crash cut off, or that cannot be read, is no proof of anything.
    """
    fill(peopled)
    with (peopled.database.audit.folder / "anchors").open("ab") as anchors:
        anchors.write(b"1 2\n\xff\xfe 2 3 4 5\n")
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)
    assert found.sealed == found.anchored == found.rows >= ROWS + 1
    assert found.sections == 1


GONE = {
    "removed": "rows 1 to 13",
    "emptied": "rows 1 to 13",
    "blanked": "rows 1 to 13",
    "another practice's": "rows 1 to 13",
    "cut to an earlier line": "rows 11 to 13",
}
"""What becomes of the anchors, and which rows have none then."""


def spoil(anchors: Path, how: str) -> None:
    """Do to the file of anchors what nobody should."""
    lines = anchors.read_text(encoding="ascii").splitlines(keepends=True)
    anchors.unlink()
    left = {
        "emptied": "",
        "blanked": " \n" * len(lines),
        "another practice's": "".join(f"7{line[1:]}" for line in lines),
        "cut to an earlier line": "".join(lines[:-6]),
    }
    if how in left:
        anchors.write_text(left[how], encoding="ascii")


@pytest.mark.parametrize("how", GONE)
def test_anchors_that_are_gone(peopled: SqlStore, database_url: str, how: str) -> None:
    """It is told at once, and for good though people go on, until an admin accepts it."""
    fill(peopled)
    spoil(peopled.database.audit.folder / ANCHORS_FILE, how)
    words = f"{GONE[how]} had no anchor: the file of anchors was removed, blanked or cut"
    assert words in said(verdict(peopled, database_url))
    for more in (ROWS, ROWS + 2):
        fill(peopled, more, 2)
        assert words in said(verdict(peopled, database_url))
    accept_chain(peopled, by="jo", at=AT, why="the disk was changed")
    fill(peopled, ROWS + 4, 1)
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)


def test_anchors_of_one_of_two_computers(
    peopled: SqlStore, database_url: str, tmp_path: Path
) -> None:
    """Those that were cut on one are told there at once, and on the other once it wrote again.

    A file has one folder of anchors, beside it: what was anchored elsewhere is told here.
    """
    here = peopled.database.audit
    fill(peopled, rows=2)
    there = replace(here, folder=tmp_path / "there")
    shutil.copytree(here.folder, there.folder)
    other = SqlStore(replace(peopled.database, audit=there), peopled.practice)
    fill(other, 2, 3)
    fill(peopled, 5, 3)
    if peopled.database.is_sqlite:
        assert "rows 4 to 6 had no anchor" in said(verdict(peopled, database_url))
        return
    assert verify(database_url, "A12345", there).is_sound
    spoil(there.folder / ANCHORS_FILE, "cut to an earlier line")
    assert verify(database_url, "A12345", here).is_sound
    first = said(verify(database_url, "A12345", there))
    assert re.fullmatch(r"6: the anchors rows 4 to 6 had no anchor: .*", first)
    fill(peopled, 8, 1)
    fill(other, 9, 1)
    for keys in (here, there):
        found = said(verify(database_url, "A12345", keys))
        assert found.startswith("11: ")
        assert "was written when rows 4 to 6 had no anchor" in found
    origins = {one.origin for one in entries(database_url, peopled.practice.practice_id, Inquiry())}
    assert not any("after" in one for one in origins)


def test_people_write_while_it_is_verified(
    peopled: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that came after the anchors were read are not taken for rows without any."""
    fill(peopled, rows=2)
    usual = audit_verifying.reading

    def reading(url: str) -> AbstractContextManager[Bare]:
        fill(peopled, 2, 1)
        return usual(url)

    monkeypatch.setattr(audit_verifying, "reading", reading)
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)
    assert found.sealed > found.anchored


def test_who_dies_before_the_anchor_is_no_forger(peopled: SqlStore, database_url: str) -> None:
    """A commit whose own anchor was lost by dying was announced before: nothing is gone."""
    fill(peopled, rows=3)
    anchors = peopled.database.audit.folder / ANCHORS_FILE
    lines = anchors.read_text(encoding="ascii").splitlines(keepends=True)
    assert lines[-1].endswith(" sealed\n")
    anchors.write_text("".join(lines[:-1]), encoding="ascii")
    assert verdict(peopled, database_url).is_sound
    fill(peopled, 3, 1)
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)
    assert found.anchored == found.sealed


def test_key_is_kept_apart(peopled: SqlStore) -> None:
    """The key is outside the store, for its owner only, and no row holds it."""
    fill(peopled, rows=2)
    key = peopled.database.audit.folder / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    rows = peopled.database.read(
        lambda one: one.execute(text("SELECT details, mac FROM access_log")).all()
    )
    assert key.read_text() not in str(rows)


SWAPPED = (
    "UPDATE event SET seq = 99 WHERE seq = 2",
    "UPDATE event SET seq = 2 WHERE seq = 3",
    "UPDATE event SET seq = 3 WHERE seq = 99",
)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("UPDATE event SET payload = '{}' WHERE seq = 3",), "decision 3 .* was changed"),
        (("UPDATE event SET \"by\" = 'al' WHERE seq = 3",), "decision 3 .* was changed"),
        (("UPDATE event SET at = '2026-11-22T10:00:00.000000Z' WHERE seq = 3",), "decision 3 .*ch"),
        (("UPDATE event SET role = 'auditor' WHERE seq = 3",), "decision 3 .* was changed"),
        (("UPDATE event SET mac = 'ab' WHERE seq = 3",), "decision 3 .* was changed"),
        (("UPDATE access_log SET patients = '[]' WHERE chain_no = 5",), "5: access .* was changed"),
        (("UPDATE access_log SET details = '{\"a\": 1}' WHERE chain_no = 5",), "5: access .*chang"),
        (("DELETE FROM event WHERE seq = 3",), "row 6 is missing.* decision 3 is missing"),
        (("DELETE FROM access_log WHERE chain_no = 7",), "comes after a gap: row 7 is missing"),
        (SWAPPED, "decision .* (the order was changed|was changed)"),
        (
            (
                "UPDATE access_log SET chain_no = 99 WHERE chain_no = 5",
                "UPDATE access_log SET chain_no = 5 WHERE chain_no = 7",
                "UPDATE access_log SET chain_no = 7 WHERE chain_no = 99",
            ),
            "5: access .* was changed",
        ),
        (
            ("DELETE FROM event WHERE seq > 4", "DELETE FROM access_log WHERE chain_no > 9"),
            "the store says that row .* is the newest",
        ),
    ],
)
def test_tampering(
    peopled: SqlStore, database_url: str, statements: tuple[str, ...], words: str
) -> None:
    """An edit, a deletion, a swap or a cut is found, and told with its row."""
    fill(peopled)
    before = held(peopled)
    tamper(peopled, *statements)
    assert held(peopled) != before, "the statements change something"
    found = verdict(peopled, database_url)
    assert re.search(words, said(found)), said(found)


def test_rows_repeated(peopled: SqlStore, database_url: str) -> None:
    """An old row that is put in again is found, under its own number or as the newest."""
    fill(peopled)
    columns = (
        'practice_id, "at", "by", action, patients, role, origin, details, mac, {number}, {key}'
    )
    for number, key, words in (
        ("chain_no", "'x1'", "a row was repeated"),
        ("14", "'x2'", "14: access x2 .* was changed, or put in the place of another"),
    ):
        into = columns.format(number="chain_no", key="access_id")
        values = columns.format(number=number, key=key)
        tamper(
            peopled,
            f"INSERT INTO access_log ({into}) SELECT {values} FROM access_log "  # noqa: S608 - ours
            "WHERE chain_no = 7 AND access_id <> 'x1'",
        )
        assert re.search(words, said(verdict(peopled, database_url)))


def test_cut_with_its_head(peopled: SqlStore, database_url: str) -> None:
    """A tail that was cut, the head set to match, is found by the anchors outside the store."""
    fill(peopled)
    tamper(
        peopled,
        "DELETE FROM event WHERE chain_no > 8",
        "DELETE FROM access_log WHERE chain_no > 8",
        "UPDATE change_seq SET chain_mac = (SELECT mac FROM event WHERE chain_no = 8)",
        "UPDATE change_seq SET chain_no = 8",
    )
    found = verdict(peopled, database_url)
    assert [one.chain_no for one in found.faults] == [9, 10, 11, 12, 13]
    assert all("was anchored at" in one.words for one in found.faults)
    fill(peopled, 20, 1)
    assert "is not the row that was anchored" in said(verdict(peopled, database_url))


def test_forged_without_the_key(peopled: SqlStore, database_url: str, tmp_path: Path) -> None:
    """A row sealed by somebody who lacks the key does not count, whatever it claims."""
    fill(peopled, rows=4)
    stolen = replace(peopled.database, audit=AuditKeys(tmp_path / "other"))
    fill(SqlStore(stolen, peopled.practice), 4, 2)
    found = verdict(peopled, database_url)
    assert found.unproven == 3
    assert not found.is_sound
    assert found.anchored < found.sealed


def test_lost_key(peopled: SqlStore, database_url: str) -> None:
    """After a key was lost a new section seals what was before; an edit before it is found."""
    fill(peopled, rows=4)
    folder = peopled.database.audit.folder
    shutil.rmtree(folder)
    fresh = replace(peopled.database, audit=AuditKeys(folder))
    fill(SqlStore(fresh, peopled.practice), 4, 4)
    found = verify(database_url, "A12345", fresh.audit)
    assert (found.sections, found.unproven, found.fault_count) == (2, 5, 0)
    tamper(peopled, "UPDATE event SET payload = '{}' WHERE seq = 1")
    found = verify(database_url, "A12345", fresh.audit)
    assert "the rows before it are not those that it names" in said(found)


def test_renewed_key(peopled: SqlStore, database_url: str) -> None:
    """A key that is renewed proves what it sealed as long as it lies beside the new one."""
    fill(peopled, rows=4)
    peopled.database.audit.renew()
    fill(peopled, 4, 4)
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)
    assert found.sections == 2


def test_accepted(peopled: SqlStore, database_url: str) -> None:
    """What an admin accepted after a restore voids older anchors, and nothing else."""
    fill(peopled)
    cut = ("DELETE FROM event WHERE chain_no > 8", "DELETE FROM access_log WHERE chain_no > 8")
    head = "chain_no = 8, chain_mac = (SELECT mac FROM event WHERE chain_no = 8)"
    tamper(peopled, *cut, f"UPDATE change_seq SET {head}, event_seq = 4")  # noqa: S608 - ours
    fill(peopled, 20, 1)
    accept_chain(peopled, by="ada", at=AT, why="restored the backup of 21 Nov")
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)
    tamper(peopled, "UPDATE event SET item = 'bp' WHERE seq = 2")
    assert "decision 2" in said(verdict(peopled, database_url))


def test_older_store(peopled: SqlStore, database_url: str) -> None:
    """A store from before the chain keeps its rows through migration; an edit of them is found."""
    fill(peopled, rows=4)
    database = peopled.database
    database.write(lambda connection: downgrade(connection, "0003"))
    database.write(upgrade)
    shutil.rmtree(database.audit.folder)
    later = SqlStore(replace(database, audit=AuditKeys(database.audit.folder)), peopled.practice)
    fill(later, 4, 4)
    found = verify(database_url, "A12345", later.database.audit)
    assert found.is_sound, said(found)
    assert (found.sections, found.rows - found.sealed) == (1, 5)
    tamper(peopled, "DELETE FROM event WHERE seq = 1")
    found = verify(database_url, "A12345", later.database.audit)
    assert "decision 1 is missing" in said(found)
    assert "the rows before it are not those that it names" in said(found)


def test_many_writers(peopled: SqlStore, database_url: str) -> None:
    """Three processes that write at once leave one chain without a gap."""
    command = [sys.executable, "-m", "tests.people.noting_process", database_url]
    running = [subprocess.Popen([*command, f"p{one}", "40"]) for one in range(3)]  # noqa: S603 - ours
    assert [one.wait(120) for one in running] == [0, 0, 0]
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)
    assert found.sealed == found.anchored == 3 * 40 * 2 + 1


def test_no_key_no_record(peopled: SqlStore, tmp_path: Path) -> None:
    """Where the key cannot be made nothing is recorded, and one line says so."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    keys = AuditKeys(tmp_path / "file" / "audit")
    store = SqlStore(replace(peopled.database, audit=keys), peopled.practice)
    with pytest.raises(StoreTrouble, match=r"audit key .* cannot be used"):
        fill(store, rows=1)
    assert not store.write(lambda work: work.command_is_known("c0"))


def test_damaged_key(tmp_path: Path) -> None:
    """A key file that is damaged is told by name, and never replaced."""
    keys = AuditKeys(tmp_path)
    (tmp_path / "key").write_text("beef", encoding="ascii")
    with pytest.raises(StoreTrouble, match="is no audit key: put the right one back"):
        assert keys.current


def test_seal_is_unambiguous(peopled: SqlStore, database_url: str) -> None:
    """Columns whose texts run into each other differently are not the same row."""
    fill(peopled, rows=1)
    peopled.write(lambda work: work.record_access("open", ["100"], by="al\x1fadmin", at=AT))
    peopled.write(lambda work: work.record_access("open", ["101"], by="al", at=AT))
    assert verdict(peopled, database_url).fault_count == 1
    tamper(peopled, "UPDATE access_log SET \"by\" = 'al admin' WHERE chain_no = 3")
    assert verdict(peopled, database_url).is_sound
    moved = "UPDATE access_log SET \"by\" = 'al', role = '' || CHR(31) WHERE chain_no = 4"
    tamper(peopled, moved.replace("CHR", "char" if peopled.database.is_sqlite else "chr"))
    assert "4: access" in said(verdict(peopled, database_url))


def test_a_missing_column_makes_no_room_for_a_break() -> None:
    """What a column lost cannot be made up for in another: such a row is not whole."""
    connection = SQLITE.connect(":memory:")
    for table, columns in COLUMNS.items():
        names = ", ".join(f'"{name}"' for name in columns)
        connection.execute(f'CREATE TABLE "{table}" ({names}, mac)')
    sound = {name: name for name in COLUMNS[EVENT_TABLE]} | {"practice_id": 1, "chain_no": 1}
    moved = sound | {"chain_no": 2, "command_id": f"payload{BREAK}command_id", "payload": None}
    for values in (sound, moved):
        places = ", ".join("?" * (len(values) + 1))
        insert = f'INSERT INTO "{EVENT_TABLE}" VALUES ({places})'  # noqa: S608 - our own name
        connection.execute(insert, (*values.values(), "mac"))
    rows = list(chain_rows(connection.execute, 1, is_sqlite=True))
    assert [row.is_whole for row in rows] == [True, False]


def test_another_computer_without_the_key(peopled: SqlStore, tmp_path: Path) -> None:
    """On a server, a computer that lacks the key records nothing for others than an admin."""
    fill(peopled, rows=2)
    other = replace(peopled.database, audit=AuditKeys(tmp_path / "other"))
    store = SqlStore(other, peopled.practice)
    if other.is_sqlite:
        store.write(lambda work: work.record_access("open", ["100"], by="eve", at=AT))
        return
    with pytest.raises(StoreTrouble, match="this computer lacks the audit key"):
        store.write(lambda work: work.record_access("open", ["100"], by="eve", at=AT))


def test_views_take_numbers_too(peopled: SqlStore, database_url: str) -> None:
    """A named view that was kept between two decisions leaves no gap that looks like a deletion."""
    fill(peopled, rows=1)
    perform(peopled, SaveShared(SharedKind.VIEW, "", "Bloods", VIEW), moment("jo"))
    fill(peopled, 2, 1)
    found = verdict(peopled, database_url)
    assert found.is_sound, said(found)
    tamper(peopled, "DELETE FROM shared_change")
    assert "decision 2 is missing" in said(verdict(peopled, database_url))


def test_what_is_not_about_a_patient(store: SqlStore, database_url: str) -> None:
    """Named views, imports and rollbacks stand in the chain: taking one out is found."""
    people = extract([patient("100")])
    report = store.merge_extract(people, by="jo", at=AT, accept=False, dry_run=False)
    perform(store, SaveShared(SharedKind.VIEW, "", "Bloods", VIEW), moment("jo"))
    store.roll_back_import(report.run_id, by="al", at=AT)
    rows = store.database.read(
        lambda one: one.execute(text('SELECT action, "by" FROM access_log ORDER BY chain_no'))
    ).all()
    expected = [("chain begun", "jo"), ("import", "jo"), ("view saved", "jo"), ("rollback", "al")]
    assert [tuple(row) for row in rows] == expected
    assert verdict(store, database_url).is_sound
    tamper(store, "UPDATE access_log SET details = '{}' WHERE action = 'import'")
    assert "2: access" in said(verdict(store, database_url))
    tamper(store, "DELETE FROM access_log WHERE action = 'view saved'")
    assert "row 3 is missing" in said(verdict(store, database_url))
