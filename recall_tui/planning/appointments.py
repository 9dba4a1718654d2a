"""Planned appointments: the packing is asked once for each distinct pattern of due items."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from recall_tui.domain.calendar import Month
from recall_tui.domain.items import Place
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.planning.answers import (
    SIGNATURE,
    Answers,
    Asking,
    answering,
    days_number,
    item_number,
    undated,
)
from recall_tui.planning.grids import opens as window
from recall_tui.planning.grids import tolerance
from recall_tui.planning.needs import DAYS_A_MONTH
from recall_tui.planning.streams import Streams
from recall_tui.planning.timeline import moment
from recall_tui.queries import HERE

KEPT_DAYS = 92
"""A closed due date stays in the picture so long, so that it does not change while being done."""

LEAD_MOST = 42
"""What lies further apart than this cannot need one another."""

ROUNDING = 0.001
"""Twelve months divided into months must not come out as eleven."""

UNTIL_ANY_DAY = 84
"""How long after its due date an item without a frequency may still be planned together."""

PICTURES = 3
"""What is open, what is done and what is expected are different pictures of a patient."""

PLACES = {"housebound": Place.HOME, "care_home": Place.CARE_HOME}


@dataclass(frozen=True, slots=True)
class Packing:
    """What packing needs besides the due items."""

    streams: Streams
    rulebook: Rulebook
    settings: PlanSettings
    today: date


@dataclass(frozen=True, slots=True)
class Packed:
    """The due items with listed_on and appointment_no, and the appointments."""

    due_items: pl.DataFrame
    appointments: pl.DataFrame


def packed(due_items: pl.DataFrame, flags: pl.DataFrame, work: Packing) -> Packed:
    """Return the appointments that ``due_items`` need.

    ``due_items`` have a row number, pid, item, due_on, is_open, held, window_opens, overdue_since,
    kind, high_risk and booked_for; ``flags`` (pid, flags) are the flags that hold.
    """
    days = _days(due_items, work)
    parts = _patterns(days, _limits(flags, work))
    had = (work.settings.staff_groups, work.settings.places)
    items = tuple(undated(work.rulebook.items[item], *had) for item in work.streams.items)
    slots = tuple(sorted(work.settings.slot_minutes_by_group.items()))
    answers = answering(Asking(items, slots)).answers(parts)
    asked = parts.join(
        answers.patterns, on=list(SIGNATURE), how="left", maintain_order="left"
    ).drop(list(SIGNATURE))
    return _spread(due_items, (days, asked), answers, work.today)


def _days(due_items: pl.DataFrame, work: Packing) -> pl.DataFrame:
    """Return the due items to be packed with their allowed days, in parts that stand alone.

    Parts are numbered in order of patient, picture and first day.

    What is overdue may be done from the first of this month to the end of the next one, high-risk
    monitoring by ``monitored_by``: it waits for nothing that could be done along with it later.
    What was done of the same due date stays with it, so that the appointment is partly done.
    """
    due, opens = pl.col("due_on"), pl.min_horizontal("window_opens", "due_on")
    month = Month.of(work.today)
    months = (pl.col("length") / DAYS_A_MONTH + ROUNDING).floor().cast(pl.Int32)
    near = window(due, tolerance(pl.max_horizontal(months, 1), work.settings))
    repeated = pl.col("kind").is_in(["anchored", "interval"])
    early = pl.when(repeated).then(pl.max_horizontal(opens, near)).otherwise(opens)
    endless = pl.when(pl.col("kind").is_in(["once", "seasonal"])).then(UNTIL_ANY_DAY)
    late = due + pl.duration(days=endless.otherwise(0))
    recent = pl.col("is_open") | (due >= work.today - timedelta(days=KEPT_DAYS))
    wanted = (
        due_items.lazy()
        .filter(~pl.col("held") & recent)
        .with_columns(_picture().alias("picture"))
        .select(
            "row",
            "pid",
            "item",
            _allowed(early, month.first, work.today).alias("earliest"),
            _allowed(due, month.first, work.today).alias("target"),
            _allowed(late, _at_last(work.today), work.today).alias("latest"),
            pl.col("booked_for").is_not_null().alias("pinned"),
            (pl.col("pid").cast(pl.Int64) * PICTURES + pl.col("picture")).alias("scene"),
        )
        .collect(engine=HERE)
    )
    wish = pl.col("target").cast(pl.Int64) * len(work.streams.items) + pl.col("item")
    order = wanted.select(
        pl.arg_sort_by(moment(pl.col("scene"), pl.col("earliest")), wish, maintain_order=True)
    )
    return _divided(wanted[order.to_series()])


def _at_last(today: date) -> pl.Expr:
    """Return the last day of what is overdue."""
    waits_for_nothing = pl.col("is_open") & pl.col("high_risk")
    last = Month.of(today).plus(1).last
    return pl.when(waits_for_nothing).then(monitored_by(today)).otherwise(last)


def monitored_by(today: date) -> date:
    """Return by when overdue high-risk monitoring is done: the Sunday of the week after next.

    That is in 14 to 20 days, and stays the same for a week, so that the plan does.
    """
    return next_monday(today) + timedelta(days=13)


def next_monday(today: date) -> date:
    """Return the Monday after today."""
    return today + timedelta(days=7 - today.weekday())


def _allowed(natural: pl.Expr, when_overdue: date | pl.Expr, today: date) -> pl.Expr:
    overdue = (pl.col("picture") == 0) & (pl.col("due_on") < today)
    return (
        pl.when(pl.col("booked_for").is_not_null())
        .then("booked_for")
        .when(overdue)
        .then(when_overdue)
        .otherwise(natural)
    )


def _picture() -> pl.Expr:
    """Return 0 for what is open and what was done of the same due date, 1 done, 2 expected.

    An expected due date becomes an open one when the one before it is done, and is then packed
    with the others that are open.
    """
    when = moment(pl.col("pid"), pl.col("due_on"))
    done = pl.when(when.is_in(when.filter("is_open").implode())).then(0).otherwise(1)
    expected = ~pl.col("is_open") & pl.col("closed_by").is_null()
    return pl.when("is_open").then(0).when(expected).then(2).otherwise(done)


def _divided(wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with ``part``, and its first day (``base``) and place.

    A part has nothing to do with others: they are far apart in time, or in another picture.
    """
    scene, earliest = pl.col("scene"), pl.col("earliest")
    # Scenes come in order: the latest day so far of a scene is the greatest moment so far.
    reached = moment(scene, pl.col("latest")).cum_max().shift(1)
    far = moment(scene, earliest - pl.duration(days=LEAD_MOST)) > reached
    begins = (far | (scene != scene.shift(1))).fill_null(value=True)
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    return (
        wanted.lazy()
        .with_columns(begins.alias("begins"))
        .with_columns(
            (pl.col("begins").cum_sum() - 1).set_sorted().alias("part"),
            pl.when("begins").then(earliest).forward_fill().alias("base"),
            (place - pl.when("begins").then(place).forward_fill()).alias("place_in"),
        )
        .drop("scene", "begins")
        .collect(engine=HERE)
    )


def _limits(flags: pl.DataFrame, work: Packing) -> pl.DataFrame:
    """Return for each patient what limits appointments, as ``60;home``."""
    slot: pl.Expr = pl.lit(work.settings.slot_minutes)
    for flag, minutes in sorted(work.settings.slot_minutes_by_flag.items()):
        slot = (
            pl.when(pl.col("flags").list.contains(flag))
            .then(pl.max_horizontal(slot, pl.lit(minutes)))
            .otherwise(slot)
        )
    place: pl.Expr = pl.lit(Place.SURGERY.value)
    for flag, where in sorted(PLACES.items(), reverse=True):
        held = pl.col("flags").list.contains(flag)
        place = pl.when(held).then(pl.lit(where.value)).otherwise(place)
    return flags.select("pid", pl.format("{};{}", slot, place).alias("limits"))


def _patterns(days: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """Return for each part, in order, its patient, its first day and its signature."""
    earliest, target, latest = (
        (pl.col(name) - pl.col("base")).dt.total_days() for name in ("earliest", "target", "latest")
    )
    return (
        days.lazy()
        .select(
            *("pid", "part", "base"),
            item_number("item", earliest, "pinned").alias("items"),
            days_number(target, latest).alias("days"),
        )
        .group_by("part", maintain_order=True)
        .agg(pl.col("pid", "base").first(), pl.col("items", "days"))
        .join(limits.lazy(), on="pid", how="left", maintain_order="left")
        .collect(engine=HERE)
    )


def _spread(
    due_items: pl.DataFrame,
    asked: tuple[pl.DataFrame, pl.DataFrame],
    answers: Answers,
    today: date,
) -> Packed:
    """Return the answers as days of each patient."""
    days, patterns = asked
    moments = [
        (pl.col("base") + pl.duration(days=pl.col(f"from_{name}"))).alias(f"{name}_on")
        for name in ("earliest", "latest", "target", "listed")
    ]
    ranked = (
        patterns.lazy()
        .join(answers.appointments.lazy(), on="pattern", how="inner")
        .with_columns(moments)
        .sort("pid", "listed_on", "stage", "target_on", "staff_group", "part", "appointment")
        .with_columns(_numbered_within("pid").alias("number"))
        .collect(engine=HERE)
    )
    # Where each due item is was said pattern by pattern, in the order of its due items.
    place = patterns["places_from"].gather(days["part"]) + days["place_in"]
    where = (
        days.lazy()
        .select("row", "part", answers.places["appointment"].gather(place).alias("appointment"))
        .join(
            ranked.lazy().select("part", "appointment", "number", "listed_on"),
            on=["part", "appointment"],
            how="left",
        )
        .select("row", "listed_on", pl.col("number").alias("appointment_no"))
        .collect(engine=HERE)
    )
    placed = due_items.join(where, on="row", how="left", maintain_order="left")
    return _listed_in_time(placed, ranked, today)


def _numbered_within(name: str) -> pl.Expr:
    """Return 1, 2, … for the rows of each value of a column whose rows follow one another."""
    at, column = pl.int_range(pl.len(), dtype=pl.Int32), pl.col(name)
    begins = (column != column.shift(1)).fill_null(value=True)
    return at - pl.when(begins).then(at).forward_fill() + 1


def _listed_in_time(due_items: pl.DataFrame, appointments: pl.DataFrame, today: date) -> Packed:
    """List no appointment in a later month than that in which what it does is due.

    What is overdue belongs to the present month. A booking in January for what is due in December
    leaves it on December's list, as booked.
    """
    here = pl.lit(Month.of(today).first)
    key = ["pid", "appointment_no"]
    sooner = (
        due_items.lazy()
        .with_columns(pl.max_horizontal("due_on", here).alias("sooner"))
        .filter(pl.col("is_open") & (pl.col("sooner") < pl.col("listed_on")))
        .group_by(key)
        .agg(pl.col("sooner").min())
        .collect(engine=HERE)
    )
    if sooner.is_empty():
        return Packed(due_items, appointments)
    named = sooner.rename({"appointment_no": "number"})
    first = pl.coalesce("sooner", "listed_on").alias("listed_on")
    return Packed(
        due_items.join(sooner, on=key, how="left", maintain_order="left")
        .with_columns(first)
        .drop("sooner"),
        appointments.join(named, on=["pid", "number"], how="left", maintain_order="left")
        .with_columns(first)
        .drop("sooner"),
    )
