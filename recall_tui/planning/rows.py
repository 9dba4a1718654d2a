"""The rows of the plan: the open, the last closed and the expected due dates of every item."""

from collections.abc import Mapping

import polars as pl

from recall_tui.frames import (
    DUE_ITEMS,
    PATIENT_PLANS,
    PLANNED_APPOINTMENTS,
    REGISTER,
    PlanFrames,
    Schema,
    conform,
)
from recall_tui.planning.appointments import Packed
from recall_tui.planning.merging import Merged
from recall_tui.planning.reasons import with_reasons
from recall_tui.planning.streams import Streams
from recall_tui.planning.thought import Planned
from recall_tui.planning.timeline import moment
from recall_tui.planning.validity import valid_until

COMMON = [
    *("pid", "item", "chain", "ask", "kind", "asking", "held", "words", "review"),
    *("high_risk", "last_done", "closed_through", "next_recall", "source", "started"),
    *("registered", "why", "length", "earlier", "changed_on", "beyond"),
]
"""What all rows of a line say alike."""

OWN: Schema = {
    "due_on": pl.Date,
    "is_open": pl.Boolean,
    "overdue_since": pl.Date,
    "window_opens": pl.Date,
    "early_days": pl.Int32,
    "long_gap_days": pl.Int32,
    "qof_by": pl.Date,
    "done_on": pl.Date,
    "closed_by": pl.String,
}
"""What each row says for itself; null where it has nothing to say."""


def due_rows(merged: Merged, pinned: pl.DataFrame, streams: Streams) -> pl.DataFrame:
    """Return one row a due date, numbered by ``row``, in order of patient, item and date.

    ``of`` is the number of its line in ``merged.items``.
    """
    items = merged.items.with_row_index("of")
    is_open = pl.col("open_on").is_not_null()
    before_open = ~is_open | (pl.col("closed_on") < pl.col("open_on"))
    closed = items.filter(pl.col("closed_on").is_not_null() & before_open)
    lines = items.select("of", "pid", "item")
    ahead = merged.ahead.join(lines, on=["pid", "item"], how="left")
    parts = [
        items.filter(is_open).select(*_own("open_on", is_open=True, of=_OPEN)),
        closed.select(*_own("closed_on", is_open=False, of=_CLOSED)),
        ahead.select(*_own("due_on", is_open=False, of=_EXPECTED)),
    ]
    own = pl.concat(parts)
    # One number a row sorts several times faster than three columns.
    order = own.select(moment(pl.col("of"), pl.col("due_on")).arg_sort()).to_series()
    own = own[order]
    alike = items.select(COMMON)[own["of"]]
    rows = pl.concat([alike, own], how="horizontal")
    return _with_bookings(rows, pinned, streams).with_row_index("row")


_OPEN = {
    "overdue_since": "overdue_since",
    "window_opens": "window_opens",
    "early_days": "early_days",
    "long_gap_days": "long_gap_days",
    "qof_by": "qof_by",
}
_CLOSED = {"window_opens": "closed_opens", "done_on": "done_on", "closed_by": "closed_by"}
_EXPECTED = {"window_opens": "opens"}
"""Where each kind of row finds what it says for itself, besides its due date."""


def _own(due_on: str, *, is_open: bool, of: Mapping[str, str]) -> list[pl.Expr]:
    """Return ``of``, the frequency and the columns of OWN."""
    known = {
        "due_on": pl.col(due_on),
        "is_open": pl.lit(is_open),
        **{name: pl.col(found) for name, found in of.items()},
    }
    own = [known[name].alias(name) if name in known else _nothing(name) for name in OWN]
    return [pl.col("of"), pl.col("every"), *own]


def _nothing(name: str) -> pl.Expr:
    return pl.lit(None, dtype=OWN[name]).alias(name)


def _with_bookings(rows: pl.DataFrame, pinned: pl.DataFrame, streams: Streams) -> pl.DataFrame:
    """Return ``rows`` with the day for which the open due date is booked."""
    booked = (
        pinned.rename({"item": "item_id", "due_on": "decided_for"})
        .join(streams.item_names(), on="item_id", how="inner")
        .select("pid", "item", "decided_for", "booked_for")
    )
    if booked.is_empty():
        return rows.with_columns(pl.lit(None, dtype=pl.Date).alias("booked_for"))
    opened = rows.filter("is_open").select("pid", "item", "due_on", "closed_through")
    mine = (
        opened.join(booked, on=["pid", "item"], how="inner")
        .filter(
            pl.col("closed_through").is_null() | (pl.col("decided_for") > pl.col("closed_through"))
        )
        .group_by("pid", "item", "due_on")
        .agg(pl.col("booked_for").max())
    )
    return rows.join(mine, on=["pid", "item", "due_on"], how="left", maintain_order="left")


def final_frames(thought: Planned, result: Packed) -> PlanFrames:
    """Return the plan in the columns that the store keeps.

    Patients and items are numbered in the order of their names: rows stay in their order.
    """
    people = thought.streams.patients.select("pid", "patient_number")
    due = with_reasons(result.due_items, thought)
    review = pl.coalesce("review", pl.when("held").then("next_recall"))
    # Patients, items and sets of recalls are numbered in order: their names are taken, not sought.
    names = pl.Series([str(item) for item in thought.streams.items], dtype=pl.String)
    due_items = due.with_columns(
        people["patient_number"][due["pid"]].alias("patient_number"),
        names[due["item"]].alias("item"),
        thought.merged.askings["recalls"][due["asking"]].alias("recalls"),
        pl.col("words").alias("hold_words"),
        review.alias("hold_review_on"),
        pl.col("kind").alias("schedule"),
        pl.col("listed_on").fill_null(pl.col("due_on")),
    )
    return PlanFrames(
        registers=_register_frame(thought, people),
        due_items=conform(due_items, DUE_ITEMS),
        appointments=_appointment_frame(result.appointments, people),
        patients=_patient_frame(thought, result, people),
    )


def _register_frame(thought: Planned, people: pl.DataFrame) -> pl.DataFrame:
    names = pl.Series([str(recall.id) for recall in thought.needs.recalls], dtype=pl.String)
    members = thought.registers.members
    anchor = thought.anchors.select("pid", "next_recall")
    frame = (
        members.with_columns(names[members["recall"]].alias("recall"))
        .join(people, on="pid", how="left")
        .join(anchor, on="pid", how="left")
        .with_columns(
            pl.col("started").alias("started_on"),
            pl.col("words").alias("hold_words"),
            pl.coalesce("review", pl.when("held").then("next_recall")).alias("hold_review_on"),
        )
        .sort("recall", "patient_number")
    )
    return conform(frame, REGISTER)


def _appointment_frame(appointments: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    frame = appointments.join(people, on="pid", how="left").with_columns(
        pl.col("number").alias("appointment_no"),
        pl.col("earliest_on").alias("earliest"),
        pl.col("latest_on").alias("latest"),
        pl.col("target_on").alias("target"),
    )
    return conform(frame.sort("patient_number", "appointment_no"), PLANNED_APPOINTMENTS)


def _patient_frame(thought: Planned, result: Packed, people: pl.DataFrame) -> pl.DataFrame:
    # Everybody has a row in each of these, in order of pid.
    planned = valid_until(thought, result)
    known = pl.concat(
        [
            people.drop("pid"),
            thought.anchors.drop("pid"),
            thought.flags.select("flags", "record_invites"),
        ],
        how="horizontal",
    )
    frame = pl.concat([planned, known[planned["pid"]]], how="horizontal").with_columns(
        pl.col("base").alias("recall_date"),
        pl.col("source").alias("anchor_source"),
        pl.col("earlier").alias("earlier_recall_date"),
    )
    return conform(frame, PATIENT_PLANS)
