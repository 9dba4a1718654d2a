"""The order of the list: two columns, then urgency; and those who live together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recall_tui.domain.calendar import Month
from recall_tui.views.filters import FilterState, Looking
from recall_tui.views.names import NO_NAMES, Names
from recall_tui.views.worklist import WorklistRow
from screens import columns
from screens.columns import NAME, NUMBER, table_row
from screens.overview_data import Listed, Prepared
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import at_work
from tests.support.screen_text import settle
from widgets.rows import Row


def listed() -> Listed:
    """Return the list of the invented practice, everybody in one of seven households."""
    desk = FakeDesk()
    snapshot = desk.worklist(Month.of(desk.today))
    rows = tuple(
        replace(row, household=f"home {at % 7}" if at % 5 else "")
        for at, row in enumerate(snapshot.rows)
    )
    looking = Looking(snapshot.today, "jo")
    return Listed(Prepared(replace(snapshot, rows=rows), NO_NAMES, looking).ready())


def test_two_keys() -> None:
    """Equals of the leading column stand by the second one, and equals of that by urgency."""
    shown = replace(listed(), orders=(("state", False), ("invites", True)))
    rows = [shown.by_patient[str(shown.source.key(at))] for at in range(len(shown.source))]
    keys = [(row.state.rank, -row.invites) for row in rows]
    assert keys == sorted(keys)
    assert len(set(keys)) < len(keys)


def test_a_row_is_made_when_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Preparing, filtering and ordering a list makes no row of the table; showing lines makes them.

    A filter combines what was read once, so its cost and its memory do not depend on the columns.
    """
    made: list[str] = []

    def note(row: WorklistRow, names: Names, today: date) -> Row:
        made.append(row.patient)
        return table_row(row, names, today)

    monkeypatch.setattr(columns, "table_row", note)
    shown = replace(listed(), orders=(("needs", True),), filter=FilterState(text="a"))
    assert len(shown.source) > 3
    assert made == []
    rows = shown.source.rows(0, 3)
    assert made == [row[NUMBER] for row in rows]


def test_households() -> None:
    """Those of one home stand together behind the most urgent of them, with a sign; no row lost."""
    plain = listed()
    together = replace(plain, by_household=True)
    keys = [str(together.source.key(at)) for at in range(len(together.source))]
    assert sorted(keys) == sorted(str(plain.source.key(at)) for at in range(len(plain.source)))
    homes = [together.by_patient[key].household or key for key in keys]
    starts = [home for at, home in enumerate(homes) if at == 0 or homes[at - 1] != home]
    assert len(starts) == len(set(starts))
    for at, row in enumerate(together.source.rows(0, len(keys))):
        assert row[NAME].startswith("+ ") == (at > 0 and homes[at - 1] == homes[at])


async def test_keys_of_the_screen() -> None:
    """Sorting twice keeps the first order as the second key; = groups and ungroups; 0 resets."""
    async with at_work() as session:
        overview = session.overview
        await session.press("s", "s")
        assert [name for name, _reversed in overview.listed.orders] == ["name", "number"]
        await session.press("=")
        assert overview.listed.by_household
        await session.press("\\")
        await settle(session.pilot)
        assert overview.listed.orders == ()
        assert not overview.listed.by_household
