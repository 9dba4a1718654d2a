"""Clinical rows as they were before an import, kept as JSON so that it can be rolled back."""

from typing import Any

import polars as pl

from storage.bulk import as_text, from_text, text_types
from storage.staging import Part


def images_of(part: Part, before: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of ``import_change`` (without run) for rows that are about to change."""
    plain = as_text(before)
    return plain.select(
        pl.lit(part.table.name).alias("table_name"),
        pl.struct(part.keys).struct.json_encode().alias("row_key"),
        pl.struct(pl.all()).struct.json_encode().alias("before"),
    )


def rows_of(part: Part, images: pl.Series) -> pl.DataFrame:
    """Return the rows behind the ``before`` column of ``import_change``."""
    schema: dict[str, Any] = {**part.schema, "run_no": pl.Int32}
    shape = pl.Struct(text_types(schema))
    return from_text(images.str.json_decode(shape).struct.unnest(), schema)
