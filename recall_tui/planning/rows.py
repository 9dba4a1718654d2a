"""The rows of the plan: the open, the last closed and the expected due dates of every item."""

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
from recall_tui.planning.validity import valid_until

COMMON = [
    *("pid", "item", "chain", "ask", "kind", "asking", "held", "words", "review", "every"),
    *("high_risk", "last_done", "closed_through", "next_recall", "source", "started"),
    *("registered", "why", "length", "earlier", "changed_on"),
]
"""What all rows of an item say alike."""

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
    """Return one row a due date, numbered by ``row``, in order of patient, item and date."""
    items = merged.items.lazy()
    is_open = pl.col("open_on").is_not_null()
    opened = items.filter(is_open).with_columns(
        pl.col("open_on").alias("due_on"),
        pl.lit(value=True).alias("is_open"),
        _nothing("done_on"),
        _nothing("closed_by"),
    )
    before_open = ~is_open | (pl.col("closed_on") < pl.col("open_on"))
    closed = items.filter(pl.col("closed_on").is_not_null() & before_open).with_columns(
        pl.col("closed_on").alias("due_on"),
        pl.lit(value=False).alias("is_open"),
        pl.col("closed_opens").alias("window_opens"),
        *(_nothing(name) for name in ("overdue_since", "early_days", "long_gap_days", "qof_by")),
    )
    ahead = merged.ahead.lazy().join(
        items.select(pl.col(COMMON).exclude("every")), on=["pid", "item"], how="left"
    )
    expected = ahead.with_columns(
        pl.lit(value=False).alias("is_open"),
        pl.col("opens").alias("window_opens"),
        *(_nothing(name) for name in OWN if name not in {"due_on", "is_open", "window_opens"}),
    )
    parts = [part.select(*COMMON, *OWN) for part in (opened, closed, expected)]
    rows = pl.concat(parts).sort("pid", "item", "due_on").collect()
    return _with_bookings(rows, pinned, streams).with_row_index("row")


def _nothing(name: str) -> pl.Expr:
    return pl.lit(None, dtype=OWN[name]).alias(name)


def _with_bookings(rows: pl.DataFrame, pinned: pl.DataFrame, streams: Streams) -> pl.DataFrame:
    """Return ``rows`` with the day for which the open due date is booked."""
    booked = (
        pinned.rename({"item": "item_id", "due_on": "decided_for"})
        .join(streams.item_names(), on="item_id", how="inner")
        .select("pid", "item", "decided_for", "booked_for")
    )
    opened = rows.lazy().filter("is_open").select("pid", "item", "due_on", "closed_through")
    mine = (
        opened.join(booked.lazy(), on=["pid", "item"], how="inner")
        .filter(
            pl.col("closed_through").is_null() | (pl.col("decided_for") > pl.col("closed_through"))
        )
        .group_by("pid", "item", "due_on")
        .agg(pl.col("booked_for").max())
        .collect()
    )
    return rows.join(mine, on=["pid", "item", "due_on"], how="left", maintain_order="left")


def final_frames(thought: Planned, result: Packed) -> PlanFrames:
    """Return the plan in the columns that the store keeps.

    Patients and items are numbered in the order of their names: rows stay in their order.
    """
    people = thought.streams.patients.select("pid", "patient_number")
    due = with_reasons(result.due_items, thought)
    review = pl.coalesce("review", pl.when("held").then("next_recall"))
    due_items = (
        due.lazy()
        .join(people.lazy(), on="pid", how="left", maintain_order="left")
        .join(thought.streams.item_names().lazy(), on="item", how="left", maintain_order="left")
        .join(thought.merged.askings.lazy(), on="asking", how="left", maintain_order="left")
        .with_columns(
            pl.col("item_id").alias("item"),
            pl.col("words").alias("hold_words"),
            review.alias("hold_review_on"),
            pl.col("kind").alias("schedule"),
            pl.col("listed_on").fill_null(pl.col("due_on")),
        )
        .collect()
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
        members.with_columns(names.gather(members["recall"]).alias("recall"))
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
    frame = (
        valid_until(thought, result)
        .sort("pid")
        .lazy()
        .join(people.lazy(), on="pid", how="left", maintain_order="left")
        .join(thought.anchors.lazy(), on="pid", how="left", maintain_order="left")
        .join(thought.flags.lazy(), on="pid", how="left", maintain_order="left")
        .with_columns(
            pl.col("base").alias("recall_date"),
            pl.col("source").alias("anchor_source"),
            pl.col("earlier").alias("earlier_recall_date"),
        )
        .collect()
    )
    return conform(frame, PATIENT_PLANS)
