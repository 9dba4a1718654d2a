"""What the records say, sorted by what the rules ask: codes, drugs and valid evidence.

Patients are numbered 0, 1, … (``pid``) in the order of their patient numbers; every other frame
of the engine speaks of them by that number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from recall_tui.domain.ids import ClusterId, ItemId
from recall_tui.domain.recalls import Rulebook
from recall_tui.planning.dates import FAR, period_end
from recall_tui.queries import HERE

EVENT_COLUMNS = ("patient_number", "code", "event_date", "precision", "value", "unit", "kind")
"""What planning looks at of an event."""

INVITE = "invite"
"""The kind of an event that is an invite whatever its code."""

STATED = ("done", "declined")
"""Kinds of event whose code an expression may see; a request or a DNA states nothing."""


def nothing_said() -> pl.DataFrame:
    """Return ``Streams.said`` where nobody said anything."""
    schema = {"pid": pl.UInt32, "flag": pl.String, "day": pl.Date, "holds": pl.Boolean}
    return pl.DataFrame(schema=schema)


def nothing_unusable() -> pl.DataFrame:
    """Return ``Streams.unusable`` where every result can be used."""
    return pl.DataFrame(schema={"pid": pl.UInt32, "item": pl.Int32, "first": pl.Date})


@dataclass(frozen=True, slots=True)
class Streams:
    """The records of the living, registered patients."""

    patients: pl.DataFrame
    """pid, patient_number, born, sex, registered, in order of pid."""

    codes: Mapping[ClusterId, pl.DataFrame]
    """For each cluster: pid, day (first possible day), in order of day."""

    drugs: Mapping[ClusterId, pl.DataFrame]
    """For each drug cluster: pid, day, until (when a repeat ends; null for a single issue).

    In order of day.
    """

    evidence: pl.DataFrame
    """Valid evidence in order of pid, item and first: item (its number), last, value, code."""

    future: pl.DataFrame
    """Events dated after today that would have been evidence: pid, item, first."""

    coming: pl.DataFrame
    """Days after today on which a record begins or ceases to count: pid, day."""

    items: tuple[ItemId, ...] = field(default=())
    """The items in the order of their numbers."""

    said: pl.DataFrame = field(default_factory=nothing_said)
    """What people said of flags by hand: pid, flag, day, holds; one row a patient and flag."""

    unusable: pl.DataFrame = field(default_factory=nothing_unusable)
    """What was recorded without a result that counts: pid, item, first."""

    _valued: dict[ItemId, pl.DataFrame] = field(default_factory=dict[ItemId, pl.DataFrame])

    def number_of(self, item: ItemId) -> int:
        """Return the number of ``item``."""
        return self.items.index(item)

    def evidence_of(self, item: ItemId) -> pl.DataFrame:
        """Return pid, first, last and value of the evidence of ``item``, in order of pid, first."""
        mine = pl.col("item") == self.number_of(item)
        return self.evidence.filter(mine)[["pid", "first", "last", "value"]]

    def valued(self, item: ItemId) -> pl.DataFrame:
        """Return the evidence of ``item`` that has a value, those of one day in order of value."""
        if item not in self._valued:
            evidence = self.evidence_of(item)
            self._valued[item] = _by_value(evidence.filter(pl.col("value").is_not_null()))
        return self._valued[item]

    def vague(self) -> pl.DataFrame:
        """Return the evidence without an exact day."""
        return self.evidence.filter(pl.col("first") != pl.col("last"))

    @property
    def line(self) -> pl.Expr:
        """Return the number of a patient and item: it orders by pid, then item."""
        return pl.col("pid").cast(pl.Int64) * len(self.items) + pl.col("item")

    def item_names(self) -> pl.DataFrame:
        """Return (item, item_id): the number and the id of every item."""
        return pl.DataFrame(
            {"item": range(len(self.items)), "item_id": list(self.items)},
            schema={"item": pl.Int32, "item_id": pl.String},
        )


def _by_value(evidence: pl.DataFrame) -> pl.DataFrame:
    """Return evidence in order of pid and day with the values of one day in order, too."""
    pid, first = pl.col("pid"), pl.col("first")
    same = (pid == pid.shift(1)) & (first == first.shift(1))
    shared = (same | same.shift(-1)).fill_null(value=False)
    at = evidence.select(shared.arg_true()).to_series()
    if at.is_empty():
        return evidence
    values = evidence[at].sort("pid", "first", "value")["value"]
    return evidence.with_columns(evidence["value"].clone().scatter(at, values))


def living(patients: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return the registered, living patients, numbered."""
    here = (
        (pl.col("died_on").is_null() | (pl.col("died_on") > today))
        & (pl.col("left_on").is_null() | (pl.col("left_on") > today))
        & (pl.col("registered_on").is_null() | (pl.col("registered_on") <= today))
    )
    return (
        patients.filter(here)
        .sort("patient_number")
        .select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("pid"),
            "patient_number",
            pl.col("date_of_birth").alias("born"),
            pl.col("sex").fill_null("U"),
            pl.col("registered_on").alias("registered"),
            pl.min_horizontal("left_on", "died_on").alias("leaves"),
        )
    )


def arriving(patients: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return (patient_number, valid_until) of those who register on a day ahead: the day before."""
    here = pl.col("registered_on")
    first = here - pl.duration(days=1)
    later = patients.filter(here > today)
    return later.select("patient_number", first.alias("valid_until"))


def coming(
    events: pl.DataFrame, drugs: pl.DataFrame, patients: pl.DataFrame, today: date
) -> pl.DataFrame:
    """Return (pid, day): when records and people with dates after today begin or cease to count."""
    stated = pl.col("event_date")
    ends = period_end(events["event_date"], events["precision"])
    days = [
        events.lazy().filter(stated > today).select("pid", stated.alias("day")),
        events.lazy().select("pid", ends.alias("day")),
        drugs.lazy().select("pid", pl.col("issued_on").alias("day")),
        drugs.lazy().select("pid", pl.col("stopped_on").alias("day")),
        patients.lazy().select("pid", pl.col("leaves").alias("day")),
    ]
    return pl.concat(days).filter(pl.col("day") > today).collect(engine=HERE)


def code_table(clusters: Iterable[ClusterId], rulebook: Rulebook) -> pl.DataFrame:
    """Return the rows (code, cluster) of these clusters; unknown clusters have none."""
    codes: list[str] = []
    names: list[str] = []
    # Two lists of texts: a tuple for each of forty thousand codes wakes the garbage collector.
    for cluster in sorted(set(clusters)):
        known = rulebook.clusters.get(cluster)
        found = sorted(known.codes) if known else []
        codes += found
        names += [str(cluster)] * len(found)
    schema = {"code": pl.String, "cluster": pl.String}
    return pl.DataFrame({"code": codes, "cluster": names}, schema=schema)


def like_codes(table: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Return ``table`` with its codes as those of ``events`` are, to be joined with them."""
    return table.with_columns(pl.col("code").cast(events.schema["code"]))


def looked_at(
    events: pl.DataFrame, clusters: Iterable[ClusterId], rulebook: Rulebook
) -> pl.DataFrame:
    """Return of the events what planning looks at: most of a record is about other things.

    Codes come as an Enum of those looked at, in their order; null for an invite with another code.
    """
    codes = pl.Enum(code_table(clusters, rulebook)["code"].unique().sort())
    code = pl.col("code").cast(codes, strict=False)
    return (
        events.lazy()
        .select(EVENT_COLUMNS)
        .with_columns(code)
        .filter(pl.col("code").is_not_null() | (pl.col("kind") == INVITE))
        .collect(engine=HERE)
    )


def numbered(frame: pl.DataFrame, patients: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` of the patients that count, with ``pid`` for the patient number.

    Records come in order of patient, so that few numbers are looked up: one for each run of rows.
    """
    if frame.is_empty():
        return frame.drop("patient_number").with_columns(pl.lit(0, dtype=pl.UInt32).alias("pid"))
    run = frame["patient_number"].rle_id()
    starts = run.ne_missing(run.shift(1))
    known = patients.select("pid", "patient_number")
    found = (
        frame.select("patient_number")
        .filter(starts)
        .join(known, on="patient_number", how="left", maintain_order="left")
    )
    pid = found["pid"][run].alias("pid")
    mine = frame.drop("patient_number").with_columns(pid)
    return mine.filter(pl.col("pid").is_not_null()) if pid.null_count() else mine


def split_codes(
    events: pl.DataFrame, clusters: Iterable[ClusterId], rulebook: Rulebook, today: date
) -> dict[ClusterId, pl.DataFrame]:
    """Return for each cluster the days on which one of its codes was stated."""
    wanted = sorted(set(clusters))
    stated = (
        events.lazy()
        .filter(
            (pl.col("event_date") <= today)
            & (pl.col("kind").is_null() | pl.col("kind").is_in(STATED))
        )
        .join(like_codes(code_table(wanted, rulebook), events).lazy(), on="code", how="inner")
        .select("pid", "cluster", pl.col("event_date").alias("day"))
        .sort("day")
        .collect(engine=HERE)
    )
    return _by_cluster(stated, wanted)


def split_drugs(
    medications: pl.DataFrame, clusters: Iterable[ClusterId], rulebook: Rulebook, today: date
) -> dict[ClusterId, pl.DataFrame]:
    """Return for each drug cluster its issues and repeats."""
    wanted = sorted(set(clusters))
    until = (
        pl.when(pl.col("repeat").fill_null(value=False))
        .then(pl.col("stopped_on").fill_null(FAR))
        .alias("until")
    )
    issued = (
        medications.lazy()
        .filter(pl.col("issued_on") <= today)
        .join(code_table(wanted, rulebook).lazy(), on="code", how="inner")
        .select("pid", "cluster", pl.col("issued_on").alias("day"), until)
        .sort("day")
        .collect(engine=HERE)
    )
    return _by_cluster(issued, wanted)


def _by_cluster(
    frame: pl.DataFrame, clusters: Iterable[ClusterId]
) -> dict[ClusterId, pl.DataFrame]:
    parts = frame.partition_by("cluster", as_dict=True, include_key=False)
    nothing = frame.clear().drop("cluster")
    return {cluster: parts.get((cluster,), nothing) for cluster in clusters}
