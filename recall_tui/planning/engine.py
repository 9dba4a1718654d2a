"""The engine: one function for one patient and for a million."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.domain.standing import BOOKING_GRACE_DAYS
from recall_tui.frames import PATIENT_PLANS, PlanFrames, PlanInputs, conform
from recall_tui.planning.anchored import Anchoring, anchored
from recall_tui.planning.anchors import ReviewContext, anchors, last_reviews, settled_reviews
from recall_tui.planning.appointments import Packing, packed
from recall_tui.planning.chains import chains
from recall_tui.planning.ending import Singles
from recall_tui.planning.evidence import valid_evidence
from recall_tui.planning.facts import Questions
from recall_tui.planning.flags import held_flags
from recall_tui.planning.intervals import Intervals, intervals
from recall_tui.planning.merging import Merging, merged
from recall_tui.planning.needs import Needs, needs_of
from recall_tui.planning.parts import parts_of, together
from recall_tui.planning.record_invites import record_invites
from recall_tui.planning.registers import registers
from recall_tui.planning.rows import due_rows, final_frames
from recall_tui.planning.singles import singles
from recall_tui.planning.streams import (
    Streams,
    arriving,
    coming,
    living,
    looked_at,
    numbered,
    split_codes,
    split_drugs,
)
from recall_tui.planning.thought import Planned
from recall_tui.planning.variable import Judge
from recall_tui.queries import in_one_thread

__all__ = ["PlanFrames", "PlanInputs", "Planned", "plan", "planned", "think"]


def plan(inputs: PlanInputs, rulebook: Rulebook, settings: PlanSettings, today: date) -> PlanFrames:
    """Return the plan of these patients on ``today``.

    Only living, registered patients have one. The same inputs give the same frames. Many patients
    are planned in parts, one after the other.

    Raises:
        BadInput: a rule cannot be planned.
    """
    parts = list(parts_of(inputs.patients["patient_number"]))
    if len(parts) > 1:
        return together(plan(part.of(inputs), rulebook, settings, today) for part in parts)
    made = planned(think(inputs, rulebook, settings, today), inputs.pinned)
    return _with_newcomers(made, arriving(inputs.patients, today))


def _with_newcomers(made: PlanFrames, newcomers: pl.DataFrame) -> PlanFrames:
    """Return the plan with those who are to come, of whom nothing else is said yet."""
    if newcomers.is_empty():
        return made
    rows = conform(newcomers, PATIENT_PLANS).with_columns(
        pl.lit([], dtype=PATIENT_PLANS["flags"]).alias("flags")
    )
    return replace(made, patients=pl.concat([made.patients, rows]).sort("patient_number"))


@in_one_thread
def planned(thought: Planned, pinned: pl.DataFrame) -> PlanFrames:
    """Return the plan that rests on ``thought``; ``pinned`` are the booked due items (PINNED)."""
    standing = pl.col("booked_for") >= thought.today - timedelta(days=BOOKING_GRACE_DAYS)
    booked = numbered(pinned.filter(standing), thought.streams.patients)
    rows = due_rows(thought.merged, booked, thought.streams)
    packing = Packing(thought.streams, thought.rulebook, thought.settings, thought.today)
    return final_frames(thought, packed(rows, thought.flags, packing))


@in_one_thread
def think(inputs: PlanInputs, rulebook: Rulebook, settings: PlanSettings, today: date) -> Planned:
    """Return what the plan rests on, up to one line a patient and item."""
    needs = needs_of(rulebook)
    patients = living(inputs.patients, today)
    events = numbered(looked_at(inputs.events, needs.clusters(rulebook), rulebook), patients)
    drugs = numbered(inputs.medications, patients)
    streams = _streams(events, drugs, patients, (needs, rulebook, today))
    said = numbered(inputs.hand_flags, patients).rename({"on": "day"})
    streams = replace(streams, said=said.select("pid", "flag", "day", "holds"))
    asked = Questions.today(streams, dict(rulebook.flags), today)
    flags = held_flags(asked).join(
        record_invites(events, rulebook), on="pid", how="left", maintain_order="left"
    )
    found = registers(needs, asked)
    reviews = last_reviews(events, rulebook, settings, today)
    context = ReviewContext(streams, needs, rulebook, found, settings)
    before = _in_force_before(patients, inputs.choices)
    anchor = anchors(streams, settled_reviews(reviews, before, context), inputs.choices, today)
    rows = chains(needs, streams, found.asked, anchor)
    judge = Judge(needs, streams, dict(rulebook.flags), settings, today)
    marks = _marks(numbered(inputs.closed, patients), streams)
    outcomes = [
        anchored(rows, Anchoring(needs, streams, settings, judge, marks, today)),
        intervals(rows, Intervals(needs, streams, judge, marks, today)),
        *singles(rows, Singles(needs, streams, settings, marks, today)),
    ]
    items = merged(rows, outcomes, Merging(needs, rulebook, settings, marks, today))
    return Planned(
        rulebook, settings, today, needs, streams, asked, found, anchor, flags, rows, items, judge
    )


def _streams(
    events: pl.DataFrame,
    medications: pl.DataFrame,
    patients: pl.DataFrame,
    rules: tuple[Needs, Rulebook, date],
) -> Streams:
    needs, rulebook, today = rules
    found = valid_evidence(events, needs.items, rulebook, today)
    return Streams(
        patients,
        split_codes(events, needs.codes, rulebook, today),
        split_drugs(medications, needs.drugs, rulebook, today),
        found.known,
        found.future,
        coming(events, medications, patients, today),
        needs.items,
        unusable=found.unusable,
    )


def _in_force_before(patients: pl.DataFrame, choices: pl.DataFrame) -> pl.DataFrame:
    return (
        numbered(choices, patients)
        .join(patients.select("pid", "born", "registered"), on="pid", how="left")
        .select(
            "pid", "recall_date", "registered", pl.coalesce("registered", "born").alias("begins")
        )
    )


def _marks(closed: pl.DataFrame, streams: Streams) -> pl.DataFrame:
    """Return the due dates marked done as (pid, item, day)."""
    return (
        closed.rename({"item": "item_id"})
        .join(streams.item_names(), on="item_id", how="inner")
        .select("pid", "item", pl.col("due_on").alias("day"))
        .unique()
    )
