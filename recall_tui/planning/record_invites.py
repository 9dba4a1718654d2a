"""Invites that the clinical record holds: who was asked elsewhere, when, and about which recalls.

A code of a recall's ``invited_by`` clusters asks about that recall (the QOF business rules count
invitations by these clusters, one code for several conditions where it lies in several). Any other
event of the kind *invite* asks about nothing that is known, so that it counts for the patient only.
"""

import json
from collections import defaultdict

import polars as pl

from recall_tui.domain.recalls import Rulebook
from recall_tui.planning.streams import INVITE

_NO_INVITE = ("request", "dna", "declined")


def record_invites(events: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Return (pid, record_invites): of each patient a JSON list of [day, recall ids], by day.

    ``events`` are the coded events by patient number (``pid``). Only events with a whole date
    count; future ones are given, too, and count from their day on.
    """
    asking = _asking(rulebook)
    table = pl.DataFrame(
        {"code": list(asking), "asked": list(asking.values())},
        schema={"code": pl.String, "asked": pl.String},
    )
    codes = table.with_columns(pl.col("code").cast(events.schema["code"], strict=False))
    linked = _linked(events["code"], codes["code"].drop_nulls())
    # Few events are about invites: the rest is left out before anything is worked out.
    some = events.filter(linked | (pl.col("kind") == INVITE)).filter(pl.col("precision") == "D")
    kind = pl.col("kind").fill_null("done")
    known = pl.col("asked").is_not_null() & ~kind.is_in(_NO_INVITE)
    invites = (
        some.join(codes, on="code", how="left")
        .filter((kind == INVITE) | known)
        .select("pid", "event_date", pl.col("asked").fill_null("[]"))
        .unique()
        .sort("pid", "event_date", "asked")
    )
    one = pl.format('["{}",{}]', pl.col("event_date").dt.to_string("%Y-%m-%d"), "asked")
    return (
        invites.select("pid", one.alias("one"))
        .group_by("pid", maintain_order=True)
        .agg(pl.col("one").str.join(","))
        .select("pid", pl.format("[{}]", "one").alias("record_invites"))
    )


def _linked(codes: pl.Series, wanted: pl.Series) -> pl.Series:
    """Return which of ``codes`` are among those ``wanted``; null for no code."""
    if not isinstance(codes.dtype, pl.Enum):
        return codes.is_in(wanted.implode())
    # Looked up by its number: a code is known in a fraction of the time that hashing it takes.
    every = pl.Series([False]).new_from_index(0, len(codes.dtype.categories))
    found = every.scatter(wanted.to_physical(), values=True) if len(wanted) else every
    return found[codes.to_physical()]


def _asking(rulebook: Rulebook) -> dict[str, str]:
    """Return for each code of an invite cluster the JSON list of the recalls that it asks about."""
    recalls: defaultdict[str, set[str]] = defaultdict(set)
    for recall in rulebook.active():
        for cluster in recall.invited_by:
            for code in rulebook.clusters[cluster].codes:
                recalls[code].add(str(recall.id))
    return {code: json.dumps(sorted(ids), separators=(",", ":")) for code, ids in recalls.items()}
