"""Planned appointments: the packing is asked once for each distinct pattern of due items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from recall_tui.domain.calendar import Month
from recall_tui.domain.items import Item, Place
from recall_tui.domain.packing import PackedAppointment, PackItem, PackLimits, pack
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.frames import Schema
from recall_tui.planning.grids import opens as window
from recall_tui.planning.grids import tolerance
from recall_tui.planning.needs import DAYS_A_MONTH
from recall_tui.planning.streams import Streams

KEPT_DAYS = 92
"""A closed due date stays in the picture so long, so that it does not change while being done."""

LEAD_MOST = 42
"""What lies further apart than this cannot need one another."""

ROUNDING = 0.001
"""Twelve months divided into months must not come out as eleven."""

UNTIL_ANY_DAY = 84
"""How long after its due date an item without a frequency may still be planned together."""

REMEMBERED = 100_000
"""Answers kept for the next plan of the same process: the packing is pure."""

_pack = lru_cache(maxsize=REMEMBERED)(pack)

PLACES = {"housebound": Place.HOME, "care_home": Place.CARE_HOME}

PACKED: Schema = {
    "pattern": pl.UInt32,
    "appointment": pl.Int32,
    "stage": pl.Int32,
    "staff_group": pl.String,
    "minutes": pl.Int32,
    "place": pl.String,
    "from_earliest": pl.Int32,
    "from_latest": pl.Int32,
    "from_target": pl.Int32,
    "from_listed": pl.Int32,
}
"""The answers: days relative to the pattern's first day."""

PLACED: Schema = {"pattern": pl.UInt32, "place_in": pl.UInt32, "appointment": pl.Int32}
"""Which due item of a pattern (by its place in it) is in which appointment."""


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
    kind and booked_for; ``flags`` (pid, flags) are the flags that hold.
    """
    limits = _limits(flags, work)
    days = _days(due_items, work).join(limits, on="pid", how="left", maintain_order="left")
    patterns = _patterns(days)
    distinct = patterns.select("signature").unique(maintain_order=True).with_row_index("pattern")
    asked = patterns.join(distinct, on="signature", how="left")
    answers, places = _answers(distinct, work)
    return _spread(due_items, (days, asked), (answers, places))


def _days(due_items: pl.DataFrame, work: Packing) -> pl.DataFrame:
    """Return the due items to be packed with their allowed days, in parts that stand alone.

    What is overdue may be done from the first of this month to the end of the next one; what was
    done of the same due date stays with it, so that the appointment is partly done.
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
    return (
        due_items.filter(~pl.col("held") & recent)
        .select(
            "row",
            "pid",
            "item",
            _allowed(early, month.first, work.today).alias("earliest"),
            _allowed(due, month.first, work.today).alias("target"),
            _allowed(late, month.plus(1).last, work.today).alias("latest"),
            pl.col("booked_for").is_not_null().alias("pinned"),
            _picture().alias("picture"),
        )
        .sort("pid", "picture", "earliest", "target", "item", "row")
        .with_columns(_part())
        .with_columns(pl.col("earliest").min().over("pid", "part").alias("base"))
    )


def _allowed(natural: pl.Expr, when_overdue: date, today: date) -> pl.Expr:
    overdue = (_picture() == 0) & (pl.col("due_on") < today)
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
    with_open = pl.col("is_open").any().over("pid", "due_on")
    done = pl.when(with_open).then(0).otherwise(1)
    expected = ~pl.col("is_open") & pl.col("closed_by").is_null()
    return pl.when("is_open").then(0).when(expected).then(2).otherwise(done)


def _part() -> pl.Expr:
    """Number what has nothing to do with one another: times far apart, and other pictures."""
    own = pl.col("latest").cum_max().shift(1).over("pid", "picture")
    apart = (pl.col("earliest") > own + pl.duration(days=LEAD_MOST)).fill_null(value=False)
    first = (pl.col("picture") != pl.col("picture").shift(1).over("pid")).fill_null(value=False)
    return (apart | first).cast(pl.Int32).cum_sum().over("pid").alias("part")


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


def _patterns(days: pl.DataFrame) -> pl.DataFrame:
    """Return for each (pid, part) its first day and its signature."""
    relative = [
        (pl.col(name) - pl.col("base")).dt.total_days() for name in ("earliest", "target", "latest")
    ]
    pinned = pl.when("pinned").then(pl.lit("p")).otherwise(pl.lit(""))
    one = pl.format("{},{},{},{},{}", "item", *relative, pinned).str.join("|")
    limits = pl.col("limits").first()
    return (
        days.lazy()
        .group_by("pid", "part", maintain_order=True)
        .agg(
            pl.col("base").first(),
            pl.concat_str(limits, one, separator="|").alias("signature"),
        )
        .collect()
    )


def _answers(distinct: pl.DataFrame, work: Packing) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the appointments of each pattern, and where each of its due items is."""
    appointments: list[tuple[object, ...]] = []
    places: list[tuple[int, int, int]] = []
    for pattern, signature in distinct.select("pattern", "signature").iter_rows():
        limits, items = _question(str(signature), work)
        answer = _pack(items, limits)
        appointments += [(pattern, number, *_fields(one)) for number, one in enumerate(answer)]
        places += [(pattern, place, number) for place, number in _whereabouts(items, answer)]
    return (
        pl.DataFrame(appointments, schema=dict(PACKED), orient="row"),
        pl.DataFrame(places, schema=dict(PLACED), orient="row"),
    )


def _fields(one: PackedAppointment) -> tuple[object, ...]:
    group, place = one.staff_group.value, one.place.value
    days = (one.earliest, one.latest, one.target, one.listed)
    return (one.stage, group, one.minutes, place, *days)


def _question(signature: str, work: Packing) -> tuple[PackLimits, tuple[PackItem, ...]]:
    """Return what a signature asks of the packing."""
    limits, *items = signature.split("|")
    minutes, place = limits.split(";")
    by_group = sorted(work.settings.slot_minutes_by_group.items())
    return (
        PackLimits(int(minutes), tuple(by_group), Place(place)),
        tuple(_pack_item(item, work) for item in items),
    )


def _pack_item(text: str, work: Packing) -> PackItem:
    number, earliest, target, latest, pinned = text.split(",")
    item: Item = work.rulebook.items[work.streams.items[int(number)]]
    return PackItem(
        item=item.id,
        earliest=int(earliest),
        target=int(target),
        latest=int(latest),
        minutes=item.minutes,
        staff=tuple(sorted(item.staff.items())),
        places=item.places,
        after=item.after,
        lead_days=item.lead_days,
        lead_days_most=item.lead_days_most,
        pinned=f"booked {earliest}" if pinned else None,
    )


def _whereabouts(
    items: tuple[PackItem, ...], answer: Iterable[PackedAppointment]
) -> Iterable[tuple[int, int]]:
    """Return (place in the pattern, number of the appointment) for every due item."""
    places: dict[PackItem, list[int]] = {}
    for place, item in reversed(list(enumerate(items))):
        places.setdefault(item, []).append(place)
    return [(places[item].pop(), number) for number, one in enumerate(answer) for item in one.items]


def _spread(
    due_items: pl.DataFrame,
    asked: tuple[pl.DataFrame, pl.DataFrame],
    answered: tuple[pl.DataFrame, pl.DataFrame],
) -> Packed:
    """Return the answers as days of each patient."""
    (days, patterns), (answers, places) = asked, answered
    moments = [
        (pl.col("base") + pl.duration(days=pl.col(f"from_{name}"))).alias(f"{name}_on")
        for name in ("earliest", "latest", "target", "listed")
    ]
    ranked = (
        patterns.lazy()
        .join(answers.lazy(), on="pattern", how="inner")
        .with_columns(moments)
        .sort("pid", "listed_on", "stage", "target_on", "staff_group", "part", "appointment")
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("pid").alias("number"))
        .collect()
    )
    where = (
        days.lazy()
        .with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("pid", "part").alias("place_in"))
        .join(patterns.lazy().select("pid", "part", "pattern"), on=["pid", "part"], how="left")
        .join(places.lazy(), on=["pattern", "place_in"], how="left")
        .join(
            ranked.lazy().select("pid", "part", "appointment", "number", "listed_on"),
            on=["pid", "part", "appointment"],
            how="left",
        )
        .select("row", "listed_on", pl.col("number").alias("appointment_no"))
        .collect()
    )
    return Packed(due_items.join(where, on="row", how="left"), ranked)
