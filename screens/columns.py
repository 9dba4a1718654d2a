"""The columns of the monthly overview: a row of the list as a plain tuple of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast, overload

from recall_tui.domain.calendar import age_on
from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.views.names import Names
from recall_tui.views.words import STAFF_SHORT, STATE_WORDS
from recall_tui.views.worklist import PlannedAppointmentView, WorklistRow
from screens.privacy import name_words
from widgets.columns import Column, Tone
from widgets.rows import Row

(
    NUMBER,
    NAME,
    AGE,
    STATE,
    DUE,
    OVERDUE,
    NEEDS,
    ITEMS,
    RECALLS,
    INVITES,
    INVITED,
    FUTURE,
    ASSIGNED,
) = range(13)
"""Places of the values in a row."""


def table_row(row: WorklistRow, names: Names, today: date) -> Row:
    """Return the values of one patient in the order of the columns."""
    return tuple(read(row, names, today) for read in VALUES)


class TableRows(Sequence[Row]):
    """What the table shows of each row, made when it is asked for: of many rows few are seen."""

    def __init__(self, rows: Sequence[WorklistRow], names: Names, today: date) -> None:
        """Take the rows, in the order of the table."""
        self._rows = rows
        self._names = names
        self._today = today

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        """Return the values of one row, or of several."""
        if isinstance(at, slice):
            return [table_row(row, self._names, self._today) for row in self._rows[at]]
        return table_row(self._rows[at], self._names, self._today)

    def values(self, columns: Sequence[int]) -> list[Row]:
        """Return of each row the values of some columns only, to sort by."""
        reads = [VALUES[column] for column in columns]
        names, today = self._names, self._today
        return [tuple(read(row, names, today) for read in reads) for row in self._rows]


def _shown(row: WorklistRow) -> Sequence[PlannedAppointmentView]:
    """Return the appointments that are still needed, or all when none is."""
    pending = [one for one in row.appointments if one.state is not AppointmentState.DONE]
    return pending or row.appointments


VALUES: Sequence[Callable[[WorklistRow, Names, date], Any]] = (
    lambda row, _names, _today: row.patient,
    lambda row, _names, _today: row.name,
    lambda row, _names, today: age_on(row.date_of_birth, today),
    lambda row, _names, _today: (row.state, row.exported) if row.exported else row.state,
    lambda row, _names, _today: min((one.earliest for one in _shown(row)), default=None),
    lambda row, _names, _today: (row.urgent_since, row.high_risk_overdue),
    lambda row, _names, _today: " + ".join(_need(one) for one in _shown(row)),
    lambda row, _names, _today: _partly(_shown(row)),
    lambda row, names, _today: " ".join(names.recall_short(recall) for recall in row.recalls),
    lambda row, _names, _today: row.invites,
    lambda row, _names, _today: row.last_invited,
    lambda row, _names, _today: row.future_appointments,
    lambda row, _names, _today: row.assigned_to,
)
"""How each value is read, in the order of their places."""


def follower(row: Row) -> Row:
    """Return a row as that of somebody who lives with the patient above."""
    return (*row[:NAME], f"+ {row[NAME]}", *row[NAME + 1 :])


def _need(planned: PlannedAppointmentView) -> str:
    if not planned.staff_group:
        held = all(due.state is DueState.ON_HOLD for due in planned.due_items)
        return "on hold" if held else "not planned"
    return f"{STAFF_SHORT.get(planned.staff_group, planned.staff_group)} {planned.minutes}"


def _partly(planned: Sequence[PlannedAppointmentView]) -> str:
    due = [item for one in planned for item in one.due_items]
    done = sum(one.state is DueState.DONE for one in due)
    return f"{done}/{len(due)}"


def sort_value(value: Any) -> Any:  # noqa: ANN401 - any column's value
    """Return what a value is compared by."""
    if isinstance(value, DueState):
        return value.rank
    if isinstance(value, tuple):
        if isinstance(value[0], DueState):
            return value[0].rank
        since, risky = cast("tuple[date | None, bool]", value)
        return (not risky, since or date.max)
    if isinstance(value, str):
        return (len(value), value) if value.isdigit() else (0, value.casefold())
    return value


EXPORTED_FROM = (DueState.OUTSTANDING, DueState.INVITED)
"""States of which the list says *Exported* instead; any other one is worth more."""


def state_words(value: DueState | tuple[DueState, str]) -> str:
    """Return a state as the list shows it; who waits and is in an open export is *Exported*.

    When and by whom stands in the banner above and in the pane. Who is escalated stays so.
    """
    state = value[0] if isinstance(value, tuple) else value
    is_exported = isinstance(value, tuple) and state in EXPORTED_FROM
    return "Exported" if is_exported else STATE_WORDS[state]


def overdue_words(value: tuple[date | None, bool]) -> str:
    """Return since when a patient is overdue: ``!`` says overdue, ``!!`` high-risk."""
    since, risky = value
    if since is None:
        return ""
    return f"{'!!' if risky else '!'} {since:%d %b %y}"


def day_words(value: date | None) -> str:
    """Return a day as 03 Dec 26."""
    return "" if value is None else f"{value:%d %b %y}"


def count_words(value: int) -> str:
    """Return a count, nothing for none."""
    return str(value) if value else ""


def state_tone(value: DueState | tuple[DueState, str], row: Row) -> str | None:
    """Return the tone of a state."""
    del row
    if isinstance(value, tuple):
        return Tone.HOLD
    if value is DueState.ESCALATED:
        return Tone.OVERDUE
    if value in {DueState.ON_HOLD, DueState.SNOOZED, DueState.DECLINED, DueState.NO_CONTACT}:
        return Tone.HOLD
    return Tone.DONE if value is DueState.DONE else None


def overdue_tone(value: Any, row: Row) -> str | None:  # noqa: ANN401 - the table's protocol
    """Return the tone of an overdue cell."""
    del row
    return Tone.OVERDUE if value[0] is not None else None


def overview_columns(number_label: str) -> tuple[Column, ...]:
    """Return the columns; those with a priority leave first on narrow terminals."""
    short_label = number_label.replace(" number", " no.")
    return (
        Column("number", short_label, NUMBER, width=8, max_width=12, is_frozen=True),
        Column("name", "Name", NAME, width=16, flex=2, max_width=28, is_frozen=True,
               formatter=name_words),
        Column("age", "Age", AGE, width=3, align="right", priority=6),
        Column("state", "State", STATE, width=10, max_width=18, flex=1, formatter=state_words,
               styler=state_tone),
        Column("overdue", "Overdue", OVERDUE, width=12, formatter=overdue_words,
               styler=overdue_tone),
        Column("needs", "Appointments needed", NEEDS, width=19, flex=3, max_width=40),
        Column("items", "Done", ITEMS, width=5, align="right", priority=4),
        Column("recalls", "Recalls", RECALLS, width=12, flex=2, max_width=30, priority=5),
        Column("invites", "Inv", INVITES, width=3, align="right", formatter=count_words,
               priority=1),
        Column("invited", "Invited", INVITED, width=9, formatter=day_words, priority=2),
        Column("future", "Appts", FUTURE, width=5, align="right", formatter=count_words,
               priority=3),
        Column("due", "First due", DUE, width=9, formatter=day_words, priority=7),
        Column("assigned", "Assigned", ASSIGNED, width=8, max_width=14, flex=1, priority=8),
    )  # fmt: skip


COLUMNS_BY_ID: Mapping[str, Column] = {column.id: column for column in overview_columns("Number")}
"""To sort by one of them."""
