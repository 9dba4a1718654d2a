"""The morning tray after a sync: what it brought that somebody must look at."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from recall_tui.domain.commands import REPLIES, ContactOutcome
from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.domain.live import live
from recall_tui.views.queues import EXPORTED, QueueAsk, QueueRow, in_groups
from storage.readers.appointments import books
from storage.readers.book import NO_BOOK, Book
from storage.readers.changed_people import ANOTHER, BACK, RENUMBERED, changed_people
from storage.readers.due_logic import due_row
from storage.readers.due_rows import due_rows_statement
from storage.readers.exported import exported
from storage.readers.full_kit import VIEWS
from storage.readers.people import shown_name, status_of
from storage.readers.worklist import is_here
from storage.state_rows import decision_of_row
from storage.tables import APPOINTMENT, BOOKING, DUE_ITEM, EVENT, IMPORT_RUN, ITEM_STATE, PATIENT

GONE = "Died or left, with something in the book: cancel it"
MISSED = "Did not attend or cancelled: book again"
ATTENDED = "Attended, not recorded: record it, or book again"
NOT_FOUND = "Booked day is past, no appointment found: ask"
FAILED = "Contact failed: correct the number in the clinical system"
DIED = "Reported to have died: check; nobody is invited until then"
CALL = "Call back today"
ELSEWHERE = "Done elsewhere, not recorded: ask for the result"
NEW = "Newly due since the sync before"
ORDER = (
    EXPORTED,
    DIED,
    GONE,
    ANOTHER,
    BACK,
    RENUMBERED,
    CALL,
    MISSED,
    ATTENDED,
    NOT_FOUND,
    ELSEWHERE,
    FAILED,
    NEW,
)
_LEFT_TO_DO = {
    "deceased_reported": DIED,
    "call_back": CALL,
    "done_elsewhere": ELSEWHERE,
    "wrong_number": FAILED,
}
"""Outcome of the newest contact, and the group under which the patient stands."""

_UNTIL_ANSWERED = (ContactOutcome.DECEASED_REPORTED, ContactOutcome.WRONG_NUMBER)
"""Outcomes that stand until the patient answers, whoever tried in vain since."""

_REOPENED = {
    "missed": MISSED,
    "cancelled": MISSED,
    "attended_not_recorded": ATTENDED,
    "no_appointment_found": NOT_FOUND,
}
_CONTACTS_BACK = timedelta(days=92)
"""How far back a failed contact is looked for; a reported death stands until it is checked."""

_PERSON = (PATIENT.c.patient_number, PATIENT.c.family_name, PATIENT.c.given_name)


def tray(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return everything that the newest sync brought to look at, most urgent first."""
    return in_groups(
        [
            *exported(connection, practice_id, ask.today),
            *_gone(connection, practice_id, ask.today),
            *changed_people(connection, practice_id, ask.today),
            *_reopened(connection, practice_id, ask.today),
            *_contacts(connection, practice_id, ask.today),
            *_newly_due(connection, practice_id, ask.today),
        ],
        ORDER,
    )


def _gone(connection: Connection, practice_id: int, today: date) -> list[QueueRow]:
    """Return the dead and departed with a booking or an appointment from today on."""
    midnight = datetime.combine(today, time.min)
    ahead = or_(
        PATIENT.c.patient_number.in_(
            select(BOOKING.c.patient_number).where(
                BOOKING.c.practice_id == practice_id, BOOKING.c.active, BOOKING.c.on >= today
            )
        ),
        PATIENT.c.patient_number.in_(
            select(APPOINTMENT.c.patient_number).where(
                APPOINTMENT.c.practice_id == practice_id,
                APPOINTMENT.c.status == "booked",
                APPOINTMENT.c.starts_at >= midnight,
            )
        ),
    )
    rows = connection.execute(
        select(*_PERSON, PATIENT.c.died_on, PATIENT.c.left_on, PATIENT.c.absent_since).where(
            PATIENT.c.practice_id == practice_id, ~is_here(today), ahead
        )
    ).all()
    booked = _ahead(connection, practice_id, {row[0] for row in rows}, today)
    found: list[QueueRow] = []
    for number, family, given, died_on, left_on, absent_since in rows:
        if number not in booked:
            continue  # taken back a moment ago
        status, since = status_of(died_on, left_on, absent_since)
        (on, at, staff_group, words), *others = booked[number]
        known = f"{status} {since.day} {since:%b %Y}" if since else status
        more = f"and {len(others)} more" if others else ""
        what = ", ".join(filter(None, (known, words, more)))
        name = shown_name(family, given)
        found.append(QueueRow(number, name, GONE, what, on, at, staff_group))
    return found


def _ahead(
    connection: Connection, practice_id: int, patients: set[str], today: date
) -> dict[str, list[tuple[date, str, str, str]]]:
    """Return what each has in the book from today on: day, time, staff group, and with whom.

    A day that was booked here and is not in the book stands among them.
    """
    real, mine = APPOINTMENT.c, BOOKING.c
    whose = sorted(patients)
    rows = connection.execute(
        select(real.patient_number, real.starts_at, real.staff_group, real.clinician,
               real.slot_type)
        .where(real.practice_id == practice_id, real.patient_number.in_(whose),
               real.status == "booked", real.starts_at >= datetime.combine(today, time.min))
    )  # fmt: skip
    found: defaultdict[str, list[tuple[date, str, str, str]]] = defaultdict(list)
    for number, starts_at, staff_group, clinician, slot_type in rows:
        if starts_at is not None:
            words = ", ".join(filter(None, (clinician, slot_type)))
            one = (starts_at.date(), f"{starts_at:%H:%M}", staff_group or "", words)
            found[number].append(one)
    rows = connection.execute(
        select(mine.patient_number, mine.on, mine.staff_group).where(
            mine.practice_id == practice_id, mine.patient_number.in_(whose),
            mine.active, mine.on >= today,
        )
    )  # fmt: skip
    for number, on, staff_group in rows:
        if on not in {one[0] for one in found[number]}:
            found[number].append((on, "", staff_group or "", "booked here"))
    return {number: sorted(some) for number, some in found.items() if some}


def _reopened(connection: Connection, practice_id: int, today: date) -> list[QueueRow]:
    """Return open items whose booking no longer counts."""
    mine = (
        DUE_ITEM.c.practice_id == practice_id,
        DUE_ITEM.c.is_open,
        ITEM_STATE.c.booked_for.is_not(None),
    )
    listed = select(ITEM_STATE.c.patient_number).where(
        ITEM_STATE.c.practice_id == practice_id, ITEM_STATE.c.booked_for.is_not(None)
    )
    every = books(connection, practice_id, listed, today)
    found: defaultdict[tuple[str, str, date], list[str]] = defaultdict(list)
    for row in connection.execute(due_rows_statement().where(*mine, is_here(today))):
        view = due_row(row, every.get(row[0], NO_BOOK), today, VIEWS).view
        if view.reopened in _REOPENED and view.booked_for is not None:
            found[row[0], view.reopened, view.booked_for].append(view.item)
    names = _names(connection, practice_id, {patient for patient, _why, _on in found})
    return [
        QueueRow(patient, names.get(patient, ""), _REOPENED[why], why.replace("_", " "), on, "",
                 "", tuple(items), _in_book(every.get(patient, NO_BOOK), today))
        for (patient, why, on), items in found.items()
    ]  # fmt: skip


def _in_book(book: Book, today: date) -> str:
    """Return what the book has for a patient yet: moved by telephone, it has another id."""
    days = [f"{one.starts_at.day} {one.starts_at:%b %H:%M}" for one in book.future(today)]
    return f"in the book: {', '.join(days)}; if it is for this, link it" if days else ""


def _contacts(connection: Connection, practice_id: int, today: date) -> list[QueueRow]:
    """Return patients whose newest contact left something to be done at the desk."""
    kinds = [str(DecisionKind.CONTACTED), str(DecisionKind.UNDONE)]
    rows = connection.execute(
        select(EVENT).where(
            EVENT.c.practice_id == practice_id, EVENT.c.kind.in_(kinds), EVENT.c.item == ""
        )
    ).mappings()
    events: defaultdict[str, list[Decision]] = defaultdict(list)
    for row in rows:
        event = decision_of_row(row)
        events[event.patient].append(event)
    left: dict[str, tuple[str, Decision]] = {}
    for patient, some in events.items():
        event = _left_to_do(live(some))
        group = _LEFT_TO_DO.get(_outcome(event)) if event else None
        if event and group and _is_waiting(group, event, today):
            left[patient] = group, event
    names = _names(connection, practice_id, set(left), is_here(today))
    return [
        QueueRow(patient, name, left[patient][0], _said(left[patient][1]),
                 _day_of(left[patient][1]), detail=str(left[patient][1].payload.get("words") or ""))
        for patient, name in names.items()
    ]  # fmt: skip


def _left_to_do(contacts: Sequence[Decision]) -> Decision | None:
    """Return the contact that left something to do: the newest, or what only an answer ends.

    Whom nobody reached again is no less said to have died, and is asked by nobody meanwhile.
    """
    answered = [at for at, one in enumerate(contacts) if _outcome(one) in REPLIES]
    unanswered = contacts[answered[-1] + 1 :] if answered else contacts
    for outcome in _UNTIL_ANSWERED:
        found = [one for one in unanswered if _outcome(one) == outcome]
        if found:
            return found[-1]
    return contacts[-1] if contacts else None


def _outcome(event: Decision) -> str:
    return str(event.payload.get("outcome"))


def _is_waiting(group: str, event: Decision, today: date) -> bool:
    if group is DIED:
        return True
    if event.at.date() < today - _CONTACTS_BACK:
        return False
    return group is not CALL or str(event.payload.get("on")) <= today.isoformat()


def _said(event: Decision) -> str:
    return f"{str(event.payload.get('outcome')).replace('_', ' ')}, said {event.by}"


def _day_of(event: Decision) -> date:
    on = event.payload.get("on")
    return date.fromisoformat(on) if isinstance(on, str) else event.at.date()


def _newly_due(connection: Connection, practice_id: int, today: date) -> list[QueueRow]:
    """Return what came onto the list since the sync before the newest one."""
    days = connection.execute(
        select(IMPORT_RUN.c.extracted_at, IMPORT_RUN.c.applied_at)
        .where(IMPORT_RUN.c.practice_id == practice_id, IMPORT_RUN.c.state == "applied")
        .order_by(IMPORT_RUN.c.run_no.desc())
        .limit(2)
    ).all()
    if len(days) < len(("newest", "before")):
        return []
    before = (days[1][0] or days[1][1]).date()
    same = and_(
        PATIENT.c.practice_id == DUE_ITEM.c.practice_id,
        PATIENT.c.patient_number == DUE_ITEM.c.patient_number,
    )
    rows = connection.execute(
        select(*_PERSON, DUE_ITEM.c.item, DUE_ITEM.c.due_on, DUE_ITEM.c.listed_on)
        .select_from(DUE_ITEM.join(PATIENT, same))
        .where(
            DUE_ITEM.c.practice_id == practice_id,
            DUE_ITEM.c.is_open,
            DUE_ITEM.c.listed_on > before,
            DUE_ITEM.c.listed_on <= today,
            # What was overdue before is listed anew each month: it is no news.
            or_(DUE_ITEM.c.overdue_since.is_(None), DUE_ITEM.c.overdue_since > before),
            is_here(today),
        )
    )
    found: defaultdict[tuple[str, str, date], list[str]] = defaultdict(list)
    for number, family, given, item, due_on, _listed_on in rows:
        found[number, shown_name(family, given), due_on].append(item)
    return [
        QueueRow(number, name, NEW, f"due {due_on:%d %b %Y}", due_on, "", "", tuple(sorted(items)))
        for (number, name, due_on), items in found.items()
    ]


def _names(
    connection: Connection, practice_id: int, patients: set[str], *also: ColumnElement[bool]
) -> dict[str, str]:
    rows = connection.execute(
        select(*_PERSON).where(
            PATIENT.c.practice_id == practice_id,
            PATIENT.c.patient_number.in_(sorted(patients)),
            *also,
        )
    )
    return {number: shown_name(family, given) for number, family, given in rows}
