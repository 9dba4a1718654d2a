"""Straight in Postgres: a person reads and writes what their role may in their practice, only."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url, text

from recall_tui.domain.commands import Actor, AddNote
from recall_tui.domain.rights import Role
from recall_tui.errors import RecallError
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.views.audit import Inquiry
from recall_tui.views.people import Member
from storage.audit_verifying import verify
from storage.auditing import entries
from storage.engine import open_database
from storage.grants import TABLES, login_statements, statements
from storage.ids import new_row_id
from storage.practices import add_practice
from storage.store import SqlStore, open_store
from storage.tables import METADATA
from tests.support.desk import AT, TODAY
from tests.support.extracts import due, extract, patient, plan
from tests.support.postgres import fresh_database

LOGINS = {role: f"g_{role}" for role in Role}
STRANGER = "g_stranger"
OTHER_ADMIN = "g_other_admin"


@dataclass(frozen=True)
class Served:
    """A store on a server with two practices and a login for each role in the first."""

    url: str
    store: SqlStore

    def opened_by(self, role: Role) -> SqlStore:
        """Open the store as the person of this role."""
        keys = self.store.database.audit.folder
        return open_store(self.as_login(LOGINS[role]), practice="A12345", audit_folder=keys)

    def as_login(self, login: str) -> str:
        """Return the URL by which somebody else comes."""
        url = make_url(self.url).set(username=login)
        return url.render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """Give the store; logins are the server's, so they are made once and dropped again."""
    keys = tmp_path_factory.mktemp("keys")
    with fresh_database() as url, closing(open_database(url, audit_folder=keys)) as database:
        stores = [SqlStore(database, add_practice(database, code, "", AT)) for code in CODES]
        store = stores[0]
        for store in stores:
            people = extract([patient("100"), patient("101")])
            store.merge_extract(people, by="jo", at=AT, accept=False, dry_run=False)
            items = [due("100", "hba1c", TODAY), due("101", "hba1c", TODAY)]
            store.merge_plan(plan(items), None, AT)
            act_note(store, "seed")
        for role, login in LOGINS.items():
            put(stores[0], login, role)
        put(stores[1], OTHER_ADMIN, Role.ADMIN)
        everybody = [*LOGINS.values(), STRANGER, OTHER_ADMIN]
        run(store.database.engine, [f'CREATE ROLE "{login}" LOGIN' for login in everybody])
        run(store.database.engine, list(statements()) * 2)
        for role, login in (*LOGINS.items(), (Role.ADMIN, OTHER_ADMIN)):
            run(store.database.engine, list(login_statements(login, role)))
        try:
            yield Served(url, stores[0])
        finally:
            drop = [f'DROP OWNED BY "{one}"; DROP ROLE "{one}"' for one in everybody]
            run(store.database.engine, drop)


CODES = ("A12345", "B12345")


def act_note(store: SqlStore, login: str) -> None:
    """Keep a note, as an admin of the program would."""
    moment = Moment(Actor(login, "admin"), AT, TODAY, new_row_id())
    perform(store, AddNote("100", "rang"), moment)


def put(store: SqlStore, login: str, role: str) -> None:
    """Give a login a role in the store."""
    store.write(lambda work: work.put_member(Member(login, "", role), by="ada", at=AT))


def run(engine: Any, lines: list[str]) -> None:  # noqa: ANN401 - the owner's engine
    """Run statements as the owner."""
    with engine.connect() as connection:
        for line in lines:
            connection.execute(text(line.replace(":", "\\:")))
        connection.commit()


def ask(served: Served, login: str, sql: str) -> list[tuple[Any, ...]] | str:
    """Return the rows that a login gets, or the class of what the server says to it."""
    try:
        with closing(psycopg.connect(served.as_login(login))) as connection:
            cursor = connection.execute(sql.encode())
            while cursor.nextset():
                pass
            rows = cursor.fetchall() if cursor.description else [(cursor.rowcount,)]
            connection.rollback()
            return rows
    except psycopg.Error as error:
        return type(error).__name__


@pytest.mark.parametrize("role", Role)
def test_matrix(served: Served, role: Role) -> None:
    """For every table and verb: what the table of grants says is what the server does."""
    found: list[str] = []
    for table, verbs in TABLES.items():
        rows = ask(served, LOGINS[role], f'SELECT practice_id FROM "{table}"')  # noqa: S608 - ours
        may_ask = role in verbs.select or bool(verbs.also_select)
        if may_ask is (rows == "InsufficientPrivilege"):
            found.append(f"select {table}: {rows}")
        if isinstance(rows, list) and any(row[0] != 1 for row in rows):
            found.append(f"rows of another practice: {table}")
        for verb, roles in (("UPDATE", verbs.update), ("DELETE", verbs.delete)):
            tail = "SET practice_id = practice_id" if verb == "UPDATE" else ""
            words = f'{verb} {"" if tail else "FROM"} "{table}" {tail}'
            done = ask(served, LOGINS[role], words)
            may = role in roles or (verb == "UPDATE" and bool(verbs.also_update))
            if may is (done == "InsufficientPrivilege"):
                found.append(f"{verb} {table}: {done}")
        if ask(served, LOGINS[role], f'TRUNCATE "{table}"') != "InsufficientPrivilege":
            found.append(f"truncate {table}")
    assert not found


FORGED = (
    "INSERT INTO event SELECT practice_id, seq + 900, 'x', at, 'jo', kind, patient_number, item, "
    "due_on, payload, 'x', undoes, role, origin, chain_no, mac FROM event"
)
"""A decision in somebody else's name."""


@pytest.mark.parametrize(
    "attempt",
    [
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET row_security = off; SELECT * FROM patient",
        "SELECT * FROM pg_authid",
        "ALTER TABLE event DISABLE ROW LEVEL SECURITY",
        "DROP POLICY recall_select ON event",
        "CREATE TABLE public.mine (a int)",
        "COPY patient TO PROGRAM 'cat'",
        "UPDATE event SET payload = '{}'",
        "DELETE FROM access_log",
        FORGED,
    ],
)
def test_attempts(served: Served, attempt: str) -> None:
    """What a clever person tries in psql is refused, for an admin as well."""
    for login in (LOGINS[Role.RECEPTION], LOGINS[Role.ADMIN]):
        assert isinstance(ask(served, login, attempt), str), login


@pytest.mark.parametrize("setting", ["app.practice_id", "recall.practice"])
def test_no_setting_opens_another_practice(served: Served, setting: str) -> None:
    """Nothing that a session can set shows a row of another practice."""
    sql = f"SET {setting} = '2'; SELECT * FROM patient WHERE practice_id = 2"  # noqa: S608 - ours
    assert ask(served, LOGINS[Role.ADMIN], sql) == []
    assert len(ask(served, OTHER_ADMIN, "SELECT * FROM patient")) == 2


def test_nobody_makes_themselves_admin(served: Served) -> None:
    """Reception may change their own PIN, and neither their role nor anybody else's PIN."""
    me = LOGINS[Role.RECEPTION]
    assert ask(served, me, f"UPDATE member SET pin = 'x' WHERE login = '{me}'") == [(1,)]  # noqa: S608 - ours
    assert ask(served, me, "UPDATE member SET pin = 'x' WHERE login = 'g_admin'") == [(0,)]
    raised = f"UPDATE member SET role = 'admin' WHERE login = '{me}'"  # noqa: S608 - ours
    assert ask(served, me, raised) == "InsufficientPrivilege"


def test_a_stranger_sees_nothing(served: Served) -> None:
    """A login of the server without a role in any practice reads nothing, on either way."""
    assert ask(served, STRANGER, "SELECT * FROM patient") == "InsufficientPrivilege"
    with pytest.raises(RecallError, match="does not give this login the rights"):
        open_store(served.as_login(STRANGER), practice="A12345")


def test_every_table_is_in_the_table() -> None:
    """A table without a line would be nobody's: each has one."""
    assert set(TABLES) == set(METADATA.tables)


def test_people_work_under_these_grants(served: Served) -> None:
    """Reception reads and notes, an admin imports and plans, an auditor finds the chain whole."""
    reception = served.opened_by(Role.RECEPTION)
    admin = served.opened_by(Role.ADMIN)
    with closing(reception), closing(admin):
        moment = Moment(Actor(LOGINS[Role.RECEPTION]), AT, TODAY, new_row_id())
        perform(reception, AddNote("100", "rang"), moment)
        given = extract([patient("100"), patient("101"), patient("102")])
        report = admin.merge_extract(
            given, by=LOGINS[Role.ADMIN], at=AT, accept=True, dry_run=False
        )
        assert report.applied, report.stopped
        admin.merge_plan(plan([due("102", "hba1c", TODAY)]), None, AT)
        assert reception.patient_page("102", TODAY) is not None
        reception.write(
            lambda work: work.record_access("open", ["102"], by=LOGINS[Role.RECEPTION], at=AT)
        )
    keys, auditor = served.store.database.audit, served.as_login(LOGINS[Role.AUDITOR])
    for url in (served.url, auditor):
        assert verify(url, "A12345", keys).fault_count == 0
    practice = served.store.practice.practice_id
    assert list(entries(auditor, practice, Inquiry())) == list(
        entries(served.url, practice, Inquiry())
    )
