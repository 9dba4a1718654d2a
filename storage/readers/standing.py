"""Where a practice's records stand: revision, age of the data, what is stored."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from storage.tables import COUNTER, EVENT, IMPORT_RUN, PATIENT, PRACTICE


def revision(connection: Connection, practice_id: int) -> int:
    """Return the number that grows with every change of the practice."""
    statement = select(COUNTER.c.revision).where(COUNTER.c.practice_id == practice_id)
    return connection.execute(statement).scalar_one()


def data_as_of(connection: Connection, practice_id: int) -> date | None:
    """Return the day of the newest extract that was applied, or None."""
    row = connection.execute(
        select(IMPORT_RUN.c.extracted_at, IMPORT_RUN.c.applied_at)
        .where(IMPORT_RUN.c.practice_id == practice_id, IMPORT_RUN.c.state == "applied")
        .order_by(IMPORT_RUN.c.run_no.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return (row[0] or row[1]).date()


def status(connection: Connection, practice_id: int) -> Mapping[str, str]:
    """Return what is stored, in words: heading to what there is to say."""
    practice = connection.execute(
        select(PRACTICE.c.ods_code, PRACTICE.c.name).where(PRACTICE.c.practice_id == practice_id)
    ).one()
    patients = connection.execute(
        select(func.count()).select_from(PATIENT).where(PATIENT.c.practice_id == practice_id)
    ).scalar_one()
    events = connection.execute(
        select(func.max(EVENT.c.seq)).where(EVENT.c.practice_id == practice_id)
    ).scalar_one()
    as_of = data_as_of(connection, practice_id)
    return {
        "practice": " ".join(part for part in practice if part),
        "patients": f"{patients} stored",
        "decisions": f"{events or 0} recorded",
        "extract": f"of {as_of.day} {as_of:%b %Y}" if as_of else "none imported yet",
    }
