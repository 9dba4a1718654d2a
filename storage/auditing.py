"""Reading the audit for an inquiry, and accepting that a store was put back."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from recall_tui.ports import Work
from recall_tui.views.audit import AuditEntry, Inquiry
from storage.audit_chain import BLANKED, EVENT, ChainRow, Origin, as_text, chain_rows
from storage.audit_keys import Anchor
from storage.bare import reading
from storage.store import SqlStore
from storage.tables import COUNTER

LONDON = ZoneInfo("Europe/London")
ACCEPTED = "chain accepted"


def _takes(inquiry: Inquiry, at: str, by: str) -> bool:
    """Whether a row of this instant (as stored) and author belongs to the inquiry."""
    first, last = inquiry.first, inquiry.last
    return (
        (first is None or at >= _midnight(first))
        and (last is None or at < _midnight(last + timedelta(days=1)))
        and inquiry.by in ("", by)
    )


def _midnight(day: date) -> str:
    return as_text(datetime.combine(day, time(), LONDON))


def entries(url: str, practice_id: int, inquiry: Inquiry) -> Iterator[AuditEntry]:
    """Give what was done and who was looked at, one entry a patient, in the order of the chain.

    Raises:
        StoreTrouble: the store cannot be read.
    """
    with reading(url) as bare:
        for row in chain_rows(bare.ask, practice_id, is_sqlite=bare.is_sqlite):
            if row.action == BLANKED:
                continue
            at, by = row.values[4:6] if row.table == EVENT else row.values[3:5]
            if _takes(inquiry, at, by):
                for entry in _decision(row) if row.table == EVENT else _looks(row):
                    if inquiry.patient in ("", entry.patient):
                        yield entry


def _decision(row: ChainRow) -> Iterator[AuditEntry]:
    _practice, number, _seq, _id, at, by, role, origin, kind, patient, item, *rest = row.values
    due_on, payload, command_id, undoes = rest
    details = {**json.loads(payload), "due_on": due_on, "command": command_id, "undoes": undoes}
    known = {name: value for name, value in details.items() if value != ""}
    yield AuditEntry(
        int(number), datetime.fromisoformat(at), by, role, Origin.of(origin).words, kind, patient,
        item, known,
        looked=False,
    )  # fmt: skip


def _looks(row: ChainRow) -> Iterator[AuditEntry]:
    _practice, number, _id, at, by, role, origin, action, patients, details = row.values
    for patient in json.loads(patients) or [""]:
        yield AuditEntry(
            int(number), datetime.fromisoformat(at), by, role, Origin.of(origin).words, action,
            patient, "",
            json.loads(details), looked=True,
        )  # fmt: skip


def head_of(connection: Connection, practice_id: int) -> tuple[int, str]:
    """Return number and MAC of the newest row of the chain."""
    row = connection.execute(
        select(COUNTER.c.chain_no, COUNTER.c.chain_mac).where(COUNTER.c.practice_id == practice_id)
    ).one()
    return row[0], row[1]


def accept_chain(store: SqlStore, *, by: str, at: datetime, why: str) -> None:
    """Record that an admin knows why anchors and store differ; older anchors no longer count."""

    def unit(work: Work) -> None:
        work.record_access(ACCEPTED, (), by=by, at=at, details={"why": why})

    store.write(unit)
    number, mac = store.database.read(lambda one: head_of(one, store.practice.practice_id))
    store.database.audit.anchor(
        Anchor(store.practice.practice_id, number, mac, as_text(at), is_accepted=True)
    )
