"""Marking whose plan rests on something that changed. Loads no frames: sessions use it, too."""

from collections.abc import Iterable

from sqlalchemy import Connection, update

from storage.decided import portions
from storage.tables import PATIENT


def mark_changed(
    connection: Connection, practice_id: int, patients: Iterable[str], revision: int
) -> None:
    """Note that what the plans of these patients rest on changes with ``revision``."""
    for some in portions(patients):
        connection.execute(
            update(PATIENT)
            .where(PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number.in_(some))
            .values(changed_no=revision)
        )
