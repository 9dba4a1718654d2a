"""A change of recall date tried on the plans, before it is made.

The plan is made twice from the same inputs, as it is and as it would be, and the next two due
dates of every item are compared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import polars as pl

from recall_tui.domain.calendar import add_months
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.frames import PlanFrames, PlanInputs
from recall_tui.planning.engine import plan
from recall_tui.views.date_change import DateChange, ItemChange

YEAR = 12
DAYS_IN_MONTH = 30.4375

_Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The settings as they are and as they would be; months that patients would choose.

    In ``chosen`` 0 takes a patient's own month away.
    """

    now: PlanSettings
    then: PlanSettings
    chosen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Next:
    """An item's next due date and the one that follows it."""

    row: Mapping[str, Any]
    after: date | None

    @property
    def on(self) -> date:
        return self.row["due_on"]

    def long_gap(self, factor: float) -> int | None:
        """Return the days from last done, or to the date after, when they are too many."""
        if self.row["long_gap_days"] is not None:
            return int(self.row["long_gap_days"])
        months = _months(self.row)
        if months is None or self.after is None:
            return None
        days = (self.after - self.on).days
        return days if days > factor * months * DAYS_IN_MONTH else None


def preview(inputs: PlanInputs, rulebook: Rulebook, wanted: Wanted, today: date) -> DateChange:
    """Return what would change for the patients of ``inputs``; nothing is stored.

    Raises:
        BadInput: a rule cannot be planned.
    """
    now = plan(inputs, rulebook, wanted.now, today)
    then = plan(_with_months(inputs, wanted.chosen), rulebook, wanted.then, today)
    dates, would = _recall_dates(now), _recall_dates(then)
    moved = tuple(
        (patient, dates[patient], would[patient])
        for patient in sorted(dates.keys() & would.keys())
        if dates[patient] != would[patient]
    )
    return DateChange(
        patients=len(dates),
        moved=moved,
        months_now=_by_month(dates),
        months_then=_by_month(would),
        changes=tuple(_changes(_next(now, wanted.now), _next(then, wanted.then), wanted)),
    )


def _with_months(inputs: PlanInputs, chosen: Mapping[str, int]) -> PlanInputs:
    if not chosen:
        return inputs
    schema = {"patient_number": pl.String, "wanted": pl.Int8}
    wanted = pl.DataFrame(list(chosen.items()), schema=schema, orient="row")
    own = pl.coalesce("wanted", "chosen_month")
    choices = (
        inputs.choices.join(wanted, on="patient_number", how="full", coalesce=True)
        .with_columns(pl.when(own > 0).then(own).alias("chosen_month"))
        .select(inputs.choices.columns)
        .sort("patient_number")
    )
    return replace(inputs, choices=choices)


def _recall_dates(made: PlanFrames) -> dict[str, date]:
    frame = made.patients.filter(pl.col("recall_date").is_not_null())
    return dict(frame.select("patient_number", "recall_date").iter_rows())


def _by_month(dates: Mapping[str, date]) -> tuple[int, ...]:
    months = [one.month for one in dates.values()]
    return tuple(months.count(month) for month in range(1, YEAR + 1))


def _next(made: PlanFrames, settings: PlanSettings) -> dict[_Key, _Next]:
    """Return the open or next due date of every item, and the one after it."""
    anchors = _recall_dates(made)
    waiting = made.due_items.filter(pl.col("done_on").is_null() & pl.col("closed_by").is_null())
    found: dict[_Key, list[Mapping[str, Any]]] = {}
    for row in waiting.sort("patient_number", "item", "due_on").iter_rows(named=True):
        found.setdefault((row["patient_number"], row["item"]), []).append(row)
    return {
        key: _Next(rows[0], _after(rows, anchors.get(key[0]), settings))
        for key, rows in found.items()
    }


def _after(
    rows: list[Mapping[str, Any]], anchor: date | None, settings: PlanSettings
) -> date | None:
    """Return the second due date: of the plan, or beyond its year on the recall date's grid."""
    if len(rows) > 1:
        return rows[1]["due_on"]
    months = _months(rows[0])
    if months is None or anchor is None or months > YEAR:
        return None
    base = add_months(anchor, -YEAR * (anchor.year - rows[0]["due_on"].year))
    free = settings.free_months
    steps = range(-YEAR, 4 * YEAR)
    dates = (_kept_free(add_months(base, months * step), months, free) for step in steps)
    # Moved first: a date that was moved back may be the one that is due next itself.
    return next(day for day in dates if day > rows[0]["due_on"])


def _kept_free(day: date, months: int, free: frozenset[int]) -> date:
    if months < YEAR or len(free) == YEAR:
        return day
    return next(d for back in range(YEAR) if (d := add_months(day, -back)).month not in free)


def _months(row: Mapping[str, Any]) -> int | None:
    """Return the frequency of an item that goes by the recall date, in months."""
    if row["schedule"] != "anchored":
        return None
    return int(str(row["every"]).split()[0])


def _changes(
    now: Mapping[_Key, _Next], then: Mapping[_Key, _Next], wanted: Wanted
) -> Iterator[ItemChange]:
    for key in sorted(now.keys() & then.keys()):
        before, after = now[key], then[key]
        gap = after.long_gap(wanted.then.drift_factor)
        became_long = gap if before.long_gap(wanted.now.drift_factor) is None else None
        if (before.on, before.after) != (after.on, after.after) or became_long is not None:
            yield ItemChange(
                patient=key[0],
                item=key[1],
                every=str(after.row["every"]),
                next_now=before.on,
                next_then=after.on,
                after_now=before.after,
                after_then=after.after,
                gap_days=became_long,
            )
