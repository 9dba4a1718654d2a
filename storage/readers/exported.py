"""Who is in an export that nobody recorded or discarded, and must not be asked like that any more.

Between the file and its sending a sync may bring a death, a departure or a refusal, and a colleague
may note one: the file does not know.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, select

from recall_tui.domain.channel import Channel
from recall_tui.domain.exports import Export, exports_of
from recall_tui.views.queues import EXPORTED, QueueRow
from recall_tui.views.words import CHANNEL_WORDS
from storage.decided import portions
from storage.readers.due_logic import CONTACT, SAID, channel_of
from storage.readers.people import shown_name, status_of
from storage.shared import export_changes
from storage.tables import PATIENT, PATIENT_CHOICE

_GONE = ("died_on", "left_on", "absent_since")
_PERSON = ("patient_number", "family_name", "given_name", *_GONE)


def exported(connection: Connection, practice_id: int, today: date) -> list[QueueRow]:
    """Return who must be taken out of a file before it is sent, and out of which."""
    found: list[QueueRow] = []
    for one in exports_of(export_changes(connection, practice_id)):
        if one.is_open:
            people = _people(connection, practice_id, one)
            by = dict(one.invites.channels)
            for number in sorted(people):
                why = _why(people[number], by[number], today)
                if why:
                    name = shown_name(*people[number][1:3])
                    what = f"{why}: take them out of {one.file}"
                    found.append(QueueRow(number, name, EXPORTED, what, one.on))
    return found


def _people(
    connection: Connection, practice_id: int, export: Export
) -> Mapping[str, tuple[Any, ...]]:
    """Return name, departure and contact columns of everybody in an export."""
    chosen = and_(
        PATIENT_CHOICE.c.practice_id == PATIENT.c.practice_id,
        PATIENT_CHOICE.c.patient_number == PATIENT.c.patient_number,
    )
    columns = [PATIENT.c[name] for name in (*_PERSON, *CONTACT)]
    columns += [PATIENT_CHOICE.c[name] for name in SAID]
    found: dict[str, tuple[Any, ...]] = {}
    for some in portions(sorted(export.patients)):
        rows = connection.execute(
            select(*columns)
            .select_from(PATIENT.outerjoin(PATIENT_CHOICE, chosen))
            .where(PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number.in_(some))
        )
        found |= {row[0]: tuple(row) for row in rows}
    return found


def _why(person: tuple[Any, ...], asked_by: Channel, today: date) -> str:
    """Return why somebody may not be asked as the file does; empty: they may."""
    contact = person[len(_PERSON) :]
    status, since = status_of(*person[3 : len(_PERSON)])
    if since is not None and (status == "died" or since <= today):
        return f"{status} {since.day} {since:%b %Y}"
    if contact[len(CONTACT)]:
        return "reported to have died"
    now = channel_of(contact)
    if now is Channel.NONE:
        return "may not be contacted"
    return "" if now is asked_by else f"no {CHANNEL_WORDS[asked_by].lower()} any more"
