"""Acting on a store as named people would, for tests."""

from datetime import UTC, date, datetime, timedelta

from recall_tui.domain.commands import Actor, Command, Target
from recall_tui.ports import OpenItem, Work
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.views.done import Done
from storage.ids import new_row_id
from storage.store import SqlStore

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)


def moment(login: str = "jo", *, minutes: int = 0, command_id: str = "") -> Moment:
    """Return the moment at which somebody acts, some minutes after 10:42."""
    at = AT + timedelta(minutes=minutes)
    return Moment(Actor(login, "admin"), at, TODAY, command_id or new_row_id())


def act(store: SqlStore, command: Command, login: str = "jo", *, minutes: int = 0) -> Done:
    """Carry a command out as ``login``."""
    return perform(store, command, moment(login, minutes=minutes))


def open_item(store: SqlStore, patient: str, item: str) -> OpenItem:
    """Return the open due item of a patient."""
    return store.write(lambda work: work.open_items([patient])[patient, item])


def target(store: SqlStore, patient: str, item: str) -> Target:
    """Return the open due item as somebody sees it now."""
    key = (patient, item)

    def seen(work: Work) -> Target:
        due = work.open_items([patient])[key]
        return Target(patient, item, due.due_on, work.item_states([key])[key].version)

    return store.write(seen)
