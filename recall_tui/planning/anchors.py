"""The recall date in force for each patient, and the one before it."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.plan_settings import AnchorChoice, PlanSettings
from recall_tui.domain.recalls import Anchored, Rulebook
from recall_tui.planning.dates import month_index
from recall_tui.planning.grids import YEAR, Base, next_recall_date, opens, phase, tolerance
from recall_tui.planning.needs import Ask, Needs
from recall_tui.planning.registers import Registers
from recall_tui.planning.streams import Streams, code_table, like_codes
from recall_tui.queries import HERE

SETTLING_MONTHS = 12
"""A second change within so many months of the first one keeps the recall date before both."""

NO_BIRTHDAY = date(2000, 1, 1)

ANCHOR_COLUMNS = (
    "pid",
    "base",
    "base_month",
    "base_day",
    "source",
    "next_recall",
    "earlier",
    "earlier_month",
    "earlier_day",
    "changed_on",
    "begins",
    "registered",
    "birthday",
    "born",
)


def anchors(
    streams: Streams, reviews: pl.DataFrame, choices: pl.DataFrame, today: date
) -> pl.DataFrame:
    """Return ``ANCHOR_COLUMNS``, in order of pid.

    ``reviews`` (pid, day, settled) are the last medication reviews that count for the practice:
    ``settled`` ones completed a due item and move nothing. ``base`` is the recall date in force;
    ``begins`` is where a patient's time here starts: registration, or birth.
    """
    people = (
        streams.patients.lazy()
        .join(choices.lazy(), on="patient_number", how="left", maintain_order="left")
        .join(reviews.lazy(), on="pid", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("born", "registered", pl.lit(NO_BIRTHDAY)).alias("birthday"),
            pl.col("settled").fill_null(value=False),
        )
    )
    natural = people.with_columns(*_natural()).with_columns(
        Base.named("base").plus(pl.lit(0)).alias("base"), _source().alias("source")
    )
    return (
        natural.with_columns(_moved().alias("moved"))
        .with_columns(
            pl.when("moved")
            .then(_earlier(today))
            .otherwise("earlier_recall_date")
            .alias("earlier"),
            pl.when("moved").then(_changed(today)).otherwise("changed_on").alias("changed_on"),
            pl.coalesce("registered", "birthday").alias("begins"),
            next_recall_date(Base.named("base"), today).alias("next_recall"),
        )
        .with_columns(
            Base.on(pl.col("earlier")).month.alias("earlier_month"),
            Base.on(pl.col("earlier")).day.alias("earlier_day"),
        )
        .select(*ANCHOR_COLUMNS)
        .collect(engine=HERE)
    )


def _natural() -> tuple[pl.Expr, pl.Expr]:
    """Return month and day from which the patient's recall dates count."""
    kept = pl.col("settled") & pl.col("recall_date").is_not_null()
    practice = pl.when(kept).then("recall_date").otherwise(pl.coalesce("day", "birthday"))
    wished = pl.coalesce("day", "birthday")
    chosen = pl.col("chosen_month").cast(pl.Int32) - 1
    january = wished.dt.year().cast(pl.Int32) * YEAR
    month = pl.when(chosen.is_not_null()).then(january + chosen)
    day = pl.when(chosen.is_not_null()).then(wished.dt.day().cast(pl.Int32))
    return (
        month.otherwise(Base.on(practice).month).alias("base_month"),
        day.otherwise(Base.on(practice).day).alias("base_day"),
    )


def _source() -> pl.Expr:
    return (
        pl.when(pl.col("chosen_month").is_not_null())
        .then(pl.lit("chosen"))
        .when(pl.col("day").is_not_null())
        .then(pl.lit("medication_review"))
        .otherwise(pl.lit("birthday"))
    )


def _moved() -> pl.Expr:
    """Return whether the month or day differs from the recall date in force before."""
    base, before = pl.col("base"), pl.col("recall_date")
    month = base.dt.month() != before.dt.month()
    return (month | (base.dt.day() != before.dt.day())).fill_null(value=False)


def _settling(today: date) -> pl.Expr:
    recent = pl.col("changed_on") > plain_add_months(today, -SETTLING_MONTHS)
    return (recent & pl.col("earlier_recall_date").is_not_null()).fill_null(value=False)


def _earlier(today: date) -> pl.Expr:
    return pl.when(_settling(today)).then("earlier_recall_date").otherwise("recall_date")


def _changed(today: date) -> pl.Expr:
    return pl.when(_settling(today)).then("changed_on").otherwise(pl.lit(today))


def last_reviews(
    events: pl.DataFrame, rulebook: Rulebook, settings: PlanSettings, today: date
) -> pl.DataFrame:
    """Return the latest medication review (pid, day), when the practice goes by it."""
    if settings.anchor is not AnchorChoice.MEDICATION_REVIEW:
        return pl.DataFrame(schema={"pid": pl.UInt32, "day": pl.Date})
    reviews = code_table(rulebook.medication_review, rulebook).select("code").unique()
    codes = like_codes(reviews, events)
    done = pl.col("kind").is_null() | (pl.col("kind") == "done")
    exact = pl.col("precision").is_null() | (pl.col("precision") == "D")
    return (
        events.lazy()
        .filter(done & exact & (pl.col("event_date") <= today))
        .join(codes.lazy(), on="code", how="semi")
        .group_by("pid")
        .agg(pl.col("event_date").max().alias("day"))
        .collect(engine=HERE)
    )


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """What is needed to tell whether a medication review completed a due item."""

    streams: Streams
    needs: Needs
    rulebook: Rulebook
    registers: Registers
    settings: PlanSettings

    def review_asks(self) -> pl.DataFrame:
        """Return (pid, ask, item, months, started, offered_from) of what a review completes."""
        reviews = set(self.rulebook.medication_review)
        rows = [
            (
                *(ask.number, self._item(ask), schedule.every.count),
                ask.recall.offered_from,
            )
            for ask in self.needs.asks
            if isinstance(schedule := ask.requirement.schedule, Anchored)
            and reviews & set(self.rulebook.items[ask.requirement.item].clusters)
        ]
        names = ("ask", "item", "months")
        schema = {**dict.fromkeys(names, pl.Int32), "offered_from": pl.Date}
        table = pl.DataFrame(rows, schema=schema, orient="row")
        return self.registers.asked.join(table, on="ask", how="inner").select(
            "pid", "ask", "item", "months", "started", "offered_from"
        )

    def _item(self, ask: Ask) -> int:
        return self.streams.number_of(ask.requirement.item)


def settled_reviews(
    reviews: pl.DataFrame, before: pl.DataFrame, context: ReviewContext
) -> pl.DataFrame:
    """Return ``reviews`` with ``settled``: whether it completed a due item of the date in force.

    ``before`` (pid, recall_date, registered, begins) holds the recall date in force until now.
    """
    if reviews.is_empty():
        return reviews.with_columns(pl.lit(value=False).alias("settled"))
    windows = _windows(reviews, before, context)
    evidence = context.streams.evidence.lazy().select("pid", "item", "first")
    sooner = (
        windows.join(evidence, on=["pid", "item"], how="inner")
        .filter((pl.col("first") >= pl.col("opens")) & (pl.col("first") < pl.col("day")))
        .select("pid", "ask")
        .unique()
    )
    first_of_window = windows.join(sooner, on=["pid", "ask"], how="anti").select("pid").unique()
    settled = first_of_window.with_columns(pl.lit(value=True).alias("settled"))
    return (
        reviews.lazy()
        .join(settled, on="pid", how="left")
        .with_columns(pl.col("settled").fill_null(value=False))
        .collect(engine=HERE)
    )


def _windows(reviews: pl.DataFrame, before: pl.DataFrame, context: ReviewContext) -> pl.LazyFrame:
    """Return (pid, ask, item, day, opens): each requirement's window that holds the review."""
    known, months = pl.col("recall_date"), pl.col("months")
    base = Base.on(known)
    registered = pl.max_horizontal("registered", "offered_from")
    here = registered.is_null() | (registered <= pl.col("started"))
    begins = pl.when(here.fill_null(value=False)).then("started").otherwise(registered)
    shift = phase(base, begins.fill_null(pl.col("begins")), months)
    step = (month_index(pl.col("day")) - base.month - shift) // months
    dues = [base.plus(shift + (step + ahead) * months) for ahead in range(3)]
    starts = [opens(due, tolerance(months, context.settings)) for due in dues]
    held = pl.max_horizontal([pl.when(start <= pl.col("day")).then(start) for start in starts])
    return (
        context.review_asks()
        .lazy()
        .join(reviews.lazy(), on="pid", how="inner")
        .join(before.lazy().filter(known.is_not_null()), on="pid", how="inner")
        .select("pid", "ask", "item", "day", held.alias("opens"))
    )
