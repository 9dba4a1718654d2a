"""An invite of one patient for some of what is due: what no appointment of the book covers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from recall_tui.domain.states import least_advanced
from recall_tui.services.batching import prepare_batch
from recall_tui.views.patient import PatientPage
from recall_tui.views.worklist import PlannedAppointmentView, WorklistRow
from screens.keeping import Keeping
from screens.narrowing import Narrowing
from screens.privacy import name_words


def invite_rest(screen: Keeping, page: PatientPage, items: Collection[str]) -> None:
    """Open the preview of an invite for ``items`` of one patient."""
    from screens.invites import InvitesScreen  # noqa: PLC0415 - not before first paint

    row = row_for(page, items)
    stale = _stale_words(screen)
    count = "1 item" if len(items) == 1 else f"{len(items)} items"
    batch = prepare_batch([row], screen.desk.today, *screen.desk.invite_rule)
    preview = InvitesScreen(screen.desk, screen.names, screen.doors, batch)
    screen.app.push_screen(preview.about(f"only for {count} of {name_words(page.name)}", stale))


def row_for(page: PatientPage, items: Collection[str] | None = None) -> WorklistRow:
    """Return a patient's row as a list would have it if only ``items`` (None: all) were due."""
    planned = tuple(
        some for one in page.appointments_needed if (some := _only(one, items)) is not None
    )
    dues = [due for one in planned for due in one.due_items]
    invited = [due.last_invited for due in dues if due.last_invited]
    return WorklistRow(
        patient=page.patient,
        nhs_number=page.nhs_number,
        name=page.name,
        date_of_birth=page.date_of_birth,
        state=least_advanced(due.state for due in dues),
        overdue_since=min((due.overdue_since for due in dues if due.overdue_since), default=None),
        high_risk_since=min(
            (due.overdue_since for due in dues if due.high_risk and due.overdue_since), default=None
        ),
        appointments=planned,
        recalls=tuple(sorted({recall for due in dues for recall in due.recalls})),
        invites=max((due.invites for due in dues), default=0),
        last_invited=max(invited, default=None),
        future_appointments=len(page.future_appointments),
        since_last_invite=0,
        assigned_to=page.assigned_to,
        channel=page.channel,
        flags=page.flags,
        usual_gp=page.usual_gp,
        interpreter=page.interpreter,
    )


def _only(
    planned: PlannedAppointmentView, items: Collection[str] | None
) -> PlannedAppointmentView | None:
    due = tuple(
        one for one in planned.due_items if one.is_open and (items is None or one.item in items)
    )
    return replace(planned, due_items=due) if due else None


def _stale_words(screen: Keeping) -> str:
    """Return why nobody should be invited from the data; nothing where they are good."""
    lists = [one for one in screen.app.screen_stack if isinstance(one, Narrowing)]
    words = (one.listed.snapshot.stale_words(one.desk.stale_days) for one in lists)
    return next(filter(None, words), "")
