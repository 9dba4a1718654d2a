"""Faults of the clock: set back by somebody, and put forward and back by the law twice a year."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text

from recall_tui.domain.commands import Actor, AddNote
from recall_tui.quick import london_date
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from storage.ids import new_row_id
from storage.store import SqlStore, open_store
from tests.faults.row import Row

LONDON = ZoneInfo("Europe/London")
NIGHTS = ((2026, 10, 25), (2027, 3, 28))
"""The night in which 01:30 comes twice, and the one in which it does not come."""

Whole = Callable[[SqlStore], str]


def nights_of_the_clock_change(url: str, engine: str, whole: Whole) -> Row:
    """Decide before and after each change of the clocks, and read in which order it is told."""
    told: list[str] = []
    wrong: list[str] = []
    with closing(open_store(url)) as store:
        for night in NIGHTS:
            instants = [datetime(*night, hour, 30, tzinfo=UTC) for hour in (0, 1)]
            for at in instants:
                moment = Moment(Actor("jo", "admin"), at, date(*night), new_row_id())
                perform(store, AddNote("001", f"{at:%H:%M} UTC"), moment)
            found = [one.at for one in store.past("001", date(*night)).happenings]
            shown = [at for at in found if at in instants]
            if shown not in (instants, instants[::-1]) or not _in_order(store):
                wrong.append(f"ORDER LOST in the night of {date(*night)}")
            told += [f"{at.astimezone(LONDON):%H:%M %Z}" for at in instants]
            late = datetime(*night, 23, 30, tzinfo=UTC)
            if london_date(late) != late.astimezone(LONDON).date():
                wrong.append(f"WRONG DAY at {late}")
        then = "; ".join(wrong) or "told in the order of their numbers, each on London's day"
        words = f"(nothing needs to be said) decided at {', '.join(told)}"
        return Row("the nights of the clock change", engine, words, f"{then}; {whole(store)}")


def _in_order(store: SqlStore) -> bool:
    """Whether the two newest decisions by number are those of the night, in their order."""
    statement = text("SELECT payload FROM event ORDER BY seq DESC LIMIT 2")
    newest = store.database.read(lambda one: one.execute(statement).scalars().all())
    return "01:30 UTC" in newest[0] and "00:30 UTC" in newest[1]
