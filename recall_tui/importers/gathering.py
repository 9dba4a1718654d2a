"""Collect the patients' tables batch by batch and hand them over sorted, equal rows numbered.

A small extract stays in memory. A large one is dealt into files by patient, each file is sorted
alone, and the same patients of every table can be had together: a share.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from recall_tui.frames import Schema, conform, empty
from recall_tui.importers.reading import LINE

KEYS: Final = {
    "events": ("patient_number", "code", "event_date", "precision", "occurrence"),
    "medications": ("patient_number", "code", "issued_on", "occurrence"),
    "appointments": ("patient_number", "appointment_id"),
}
SHARE: Final = 64 << 20
"""Bytes of CSV whose rows are sorted at once."""

PLACE: Final = "place"
"""A patient's rank in the order of patient numbers."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How the patients are dealt: ``count`` shares of ``each`` patients, in order."""

    count: int
    each: int

    @classmethod
    def of(cls, size: int, patients: int) -> "Shares":
        """Deal so many ``patients`` so that of ``size`` bytes of CSV each gets ``SHARE``."""
        wanted = max(1, -(-size // SHARE))
        each = max(1, -(-patients // wanted))
        return cls(max(1, -(-patients // each)), each)


class Gathering:
    """Rows of one table on their way to sorted frames."""

    def __init__(self, name: str, schema: Schema, spool: Path, shares: Shares) -> None:
        """Begin a table; ``spool`` takes files when there is more than one share."""
        self._name = name
        self._schema = schema
        self._spool = spool
        self._shares = shares
        self._kept: list[pl.DataFrame] = []
        self._written = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows that have the schema's columns (less ``occurrence``), ``line``, ``place``."""
        wanted = [name for name in self._schema if name != "occurrence"]
        rows = rows.select(*wanted, *([] if self._is_numbered else [LINE]), PLACE)
        if self._shares.count == 1:
            self._kept.append(rows.drop(PLACE))
            return
        dealt = rows.with_columns(pl.col(PLACE) // self._shares.each)
        for key, part in dealt.partition_by(PLACE, include_key=False, as_dict=True).items():
            self._written += 1
            part.write_ipc(self._spool / f"{self._name}-{key[0]}-{self._written:06d}.part")

    def finish(self) -> list[pl.Series]:
        """Sort every share; return the lines of rows left out since an earlier has their key."""
        twice: list[pl.Series] = []
        for share in range(self._shares.count):
            rows, again = self._ordered(self._collected(share))
            if again is not None:
                twice.append(again)
            if self._shares.count == 1:
                self._kept = [rows]
            else:
                rows.write_ipc(self._sorted_file(share))
        return twice

    def share(self, share: int) -> pl.DataFrame:
        """Return one share, after ``finish``."""
        return self._kept[0] if self._shares.count == 1 else pl.read_ipc(self._sorted_file(share))

    def _sorted_file(self, share: int) -> Path:
        return self._spool / f"{self._name}-{share}.ipc"

    def _collected(self, share: int) -> pl.DataFrame | None:
        if self._shares.count == 1:
            return pl.concat(self._kept) if self._kept else None
        files = sorted(self._spool.glob(f"{self._name}-{share}-*.part"))
        parts = [pl.read_ipc(file) for file in files]
        for file in files:
            file.unlink()
        return pl.concat(parts) if parts else None

    @property
    def _is_numbered(self) -> bool:
        return "occurrence" in self._schema

    def _ordered(self, rows: pl.DataFrame | None) -> tuple[pl.DataFrame, pl.Series | None]:
        if rows is None:
            return empty(self._schema), None
        key = [name for name in KEYS[self._name] if name != "occurrence"]
        if not self._is_numbered:
            return self._first_of_each(rows.sort(*key, LINE), key)
        rest = [name for name in rows.columns if name not in key]
        ordered = rows.sort(*key, *rest, nulls_last=True)
        return conform(ordered.with_columns(_number(key)), self._schema), None

    def _first_of_each(
        self, ordered: pl.DataFrame, key: list[str]
    ) -> tuple[pl.DataFrame, pl.Series | None]:
        is_first = ordered.select(pl.struct(key).is_first_distinct()).to_series()
        kept = conform(ordered.filter(is_first), self._schema)
        return kept, None if is_first.all() else ordered.filter(~is_first).get_column(LINE)


def _number(key: list[str]) -> pl.Expr:
    """Return 0, 1, … for the rows of each key, in a frame that is sorted by it."""
    place = pl.int_range(pl.len(), dtype=pl.Int32)
    begins = pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in key)
    start = pl.when(begins.fill_null(value=True)).then(place).forward_fill()
    return (place - start).alias("occurrence")
