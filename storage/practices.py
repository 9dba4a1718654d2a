"""The practices of a store."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from recall_tui.errors import UsageProblem
from storage.tables import COUNTER, PRACTICE
from storage.work import Database


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice of the store."""

    practice_id: int
    ods_code: str
    name: str


def practices(database: Database) -> tuple[Practice, ...]:
    """Return every practice, in order of its number."""

    def unit(connection: Connection) -> tuple[Practice, ...]:
        columns = (PRACTICE.c.practice_id, PRACTICE.c.ods_code, PRACTICE.c.name)
        rows = connection.execute(select(*columns).order_by(PRACTICE.c.practice_id))
        return tuple(Practice(*row) for row in rows)

    return database.read(unit)


def add_practice(database: Database, ods_code: str, name: str, at: datetime) -> Practice:
    """Add a practice and return it; one with this code that is there already is returned.

    Raises:
        StoreTrouble: the database cannot be used.
    """
    code = ods_code.strip().upper()

    def unit(connection: Connection) -> Practice:
        known = connection.execute(
            select(PRACTICE.c.practice_id, PRACTICE.c.name).where(PRACTICE.c.ods_code == code)
        ).one_or_none()
        if known is not None:
            return Practice(known[0], code, known[1])
        newest = connection.execute(select(func.max(PRACTICE.c.practice_id))).scalar_one()
        number = (newest or 0) + 1
        connection.execute(
            insert(PRACTICE).values(practice_id=number, ods_code=code, name=name, created_at=at)
        )
        connection.execute(
            insert(COUNTER).values(
                practice_id=number,
                revision=1,
                event_seq=0,
                run_no=0,
                clinical_version=0,
                plan_version=0,
            )
        )
        return Practice(number, code, name)

    return database.write(unit)


def choose_practice(database: Database, ods_code: str = "") -> Practice:
    """Return the practice with this code, or the only one when no code is given.

    Raises:
        UsageProblem: there is none, or there are several and none was named.
    """
    known = practices(database)
    code = ods_code.strip().upper()
    fitting = [one for one in known if one.ods_code == code] if code else list(known)
    if len(fitting) == 1:
        return fitting[0]
    if not known:
        raise UsageProblem("the store holds no practice yet: run recall init --practice CODE")
    codes = ", ".join(one.ods_code for one in known)
    if code:
        raise UsageProblem(f"practice {code} is not in this store, which holds {codes}")
    raise UsageProblem(f"the store holds several practices: choose one with --practice ({codes})")
