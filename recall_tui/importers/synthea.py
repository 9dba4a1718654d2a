"""Read the CSV files of Synthea: whose they are by their headers, and how they become ours.

Codes of LOINC and RxNorm become SNOMED CT and dm+d only where ``maps/synthea_codes.csv`` says so;
every other code stays as it is. A condition that has an end becomes two events: its code on the
day it began, and on the day it ended the code of ``maps/synthea_resolved.csv``, where it has one.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import polars as pl

from recall_tui.errors import BadInput
from recall_tui.importers.columns import BY_NAME, plain
from recall_tui.importers.reading import LINE, CsvFile
from recall_tui.importers.shapes import Feed, Reading, missing_words

_ZONE: Final = "Europe/London"
_DAY: Final = 24 * 60
_UTC: Final = "%Y-%m-%dT%H:%M:%SZ"
_PATIENT_HEADERS: Final = ("id", "birthdate", "first", "last", "gender")


@dataclass(frozen=True, slots=True)
class _File:
    """One file of Synthea: the table it feeds, the headers it needs, and where columns come from.

    ``sources`` maps our column names to the header that a problem in them is said of.
    """

    table: str
    needs: tuple[str, ...]
    sources: Mapping[str, str]
    prepare: Callable[[pl.DataFrame], pl.DataFrame]


def read_synthea(files_there: Mapping[str, CsvFile]) -> Reading | None:
    """Return how to read Synthea's files; None when these are not.

    Raises:
        BadInput: they are, but a header lacks a column that is needed.
    """
    patients = files_there.get("patients.csv")
    if patients is None or not set(_PATIENT_HEADERS) <= {plain(name) for name in patients.header}:
        return None
    feeds: list[Feed] = []
    for name, shape in _FILES.items():
        file = files_there.get(name)
        if file is None:
            continue
        there = {plain(header) for header in file.header}
        missing = [header for header in shape.needs if header not in there]
        if missing:
            raise BadInput.at(file.name, 1, missing_words(missing, file.header))
        feeds.append(Feed(file, BY_NAME[shape.table], shape.sources, shape.prepare))
    if not any(feed.table.name == "events" for feed in feeds):
        words = "none of Synthea's conditions.csv, observations.csv or procedures.csv is there"
        raise BadInput.at(patients.name, None, words)
    return Reading("Synthea", tuple(feeds), names_files=False)


def only_patients(files_there: Mapping[str, CsvFile]) -> Reading | None:
    """Return how to read Synthea's list of patients alone; None when it is not."""
    file = files_there.get("patients.csv")
    if file is None or not set(_PATIENT_HEADERS) <= {plain(name) for name in file.header}:
        return None
    shape = _FILES["patients.csv"]
    feed = Feed(file, BY_NAME[shape.table], shape.sources, shape.prepare)
    return Reading("Synthea", (feed,), names_files=False)


def _one_of(rows: pl.DataFrame, *names: str) -> pl.Expr:
    """Return the first of these columns that the file has, or nothing."""
    for name in names:
        if name in rows.columns:
            return pl.col(name)
    return pl.lit(None, dtype=pl.String)


def _local_time(name: str) -> pl.Expr:
    """Return an instant in UTC as local date and time; anything else as it stands."""
    column = pl.col(name).str.strip_chars()
    instant = column.str.to_datetime(_UTC, time_unit="us", strict=False)
    local = instant.dt.replace_time_zone("UTC").dt.convert_time_zone(_ZONE)
    return pl.coalesce(local.dt.to_string("%Y-%m-%dT%H:%M:%S"), column)


def _local_day(name: str) -> pl.Expr:
    """Return the local day of an instant in UTC; anything else as it stands."""
    time = _local_time(name)
    is_time = time.str.contains(r"^\d{4}-\d\d-\d\dT")
    return pl.when(is_time).then(time.str.slice(0, 10)).otherwise(time)


def _patients(rows: pl.DataFrame) -> pl.DataFrame:
    names = pl.concat_str(
        pl.col("first"), _one_of(rows, "middle"), separator=" ", ignore_nulls=True
    )
    address = pl.concat_str(
        _one_of(rows, "address"), _one_of(rows, "city"), separator=", ", ignore_nulls=True
    )
    died = _local_day("deathdate") if "deathdate" in rows.columns else pl.lit(None, pl.String)
    return rows.select(
        LINE,
        pl.col("id").alias("patient_number"),
        _one_of(rows, "prefix").alias("title"),
        names.alias("given_name"),
        pl.col("last").alias("family_name"),
        _local_day("birthdate").alias("date_of_birth"),
        pl.col("gender").alias("sex"),
        died.alias("died_on"),
        address.alias("address"),
        _one_of(rows, "postcode", "zip").alias("postcode"),
    )


def _events(rows: pl.DataFrame, day: str, *more: pl.Expr) -> pl.DataFrame:
    return rows.select(
        LINE,
        pl.col("patient").alias("patient_number"),
        pl.col("code"),
        pl.col("description").alias("term"),
        _local_day(day).alias("date"),
        *more,
    )


def _observations(rows: pl.DataFrame) -> pl.DataFrame:
    rows = _events(rows, "date", pl.col("value"), _one_of(rows, "units").alias("unit"))
    coded = _mapped(rows, "LOINC")
    return coded.with_columns(
        pl.when(pl.col("is_worded")).then(None).otherwise("value").alias("value")
    )


def _procedures(rows: pl.DataFrame) -> pl.DataFrame:
    return _events(rows, "start" if "start" in rows.columns else "date")


def _conditions(rows: pl.DataFrame) -> pl.DataFrame:
    begun = _events(rows, "start")
    ended = rows.filter(pl.col("stop").str.strip_chars() != "").join(_resolved(), on="code")
    resolved = _events(ended, "stop").with_columns(
        code=ended.get_column("becomes"), term=ended.get_column("becomes_term")
    )
    return pl.concat([begun, resolved])


def _medications(rows: pl.DataFrame) -> pl.DataFrame:
    stopped = pl.col("stop").str.strip_chars().fill_null("")
    drugs = rows.select(
        LINE,
        pl.col("patient").alias("patient_number"),
        pl.col("code"),
        pl.col("description").alias("term"),
        _local_day("start").alias("issued_on"),
        pl.when(stopped == "").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("repeat"),
        _local_day("stop").alias("stopped_on"),
    )
    return _mapped(drugs, "RxNorm")


def _encounters(rows: pl.DataFrame) -> pl.DataFrame:
    """Return appointments; what lasts longer than a day (a stay) has no minutes."""
    start, stop = (pl.col(name).str.to_datetime(_UTC, strict=False) for name in ("start", "stop"))
    minutes = (stop - start).dt.total_minutes()
    return rows.select(
        LINE,
        pl.col("patient").alias("patient_number"),
        pl.col("id").alias("appointment_id"),
        _local_time("start").alias("starts_at"),
        pl.when(minutes.is_between(0, _DAY)).then(minutes).cast(pl.String).alias("minutes"),
        _one_of(rows, "encounterclass").alias("slot_type"),
        pl.lit("attended").alias("status"),
    )


def _mapped(rows: pl.DataFrame, system: str) -> pl.DataFrame:
    """Replace the codes of ``system`` that have a map; ``is_worded`` where a value chose it."""
    codes, worded = _maps(system)
    rows = rows.join(codes, on="code", how="left", maintain_order="left")
    both = [pl.col("becomes"), pl.col("becomes_term"), pl.lit(value=False).alias("is_worded")]
    if worded.height and "value" in rows.columns:
        rows = rows.join(worded, on=["code", "value"], how="left", maintain_order="left")
        both = [
            pl.coalesce("becomes_worded", "becomes"),
            pl.coalesce("term_worded", "becomes_term"),
            pl.col("becomes_worded").is_not_null().alias("is_worded"),
        ]
    code, term, is_worded = both
    return rows.with_columns(
        pl.coalesce(code, "code").alias("code"), pl.coalesce(term, "term").alias("term"), is_worded
    )


@cache
def _maps(system: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the codes of a system that map by themselves, and those that map with a value."""
    rows = [row for row in _read_map("synthea_codes.csv") if row["system"] == system]
    alone = [row for row in rows if not row["words"]]
    worded = [row for row in rows if row["words"]]
    return _frame(alone), pl.DataFrame(
        {
            "code": [row["code"] for row in worded],
            "value": [row["words"] for row in worded],
            "becomes_worded": [row["becomes"] for row in worded],
            "term_worded": [row["term"] for row in worded],
        },
        schema=dict.fromkeys(("code", "value", "becomes_worded", "term_worded"), pl.String()),
    )


@cache
def _resolved() -> pl.DataFrame:
    return _frame(_read_map("synthea_resolved.csv"))


def _frame(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "code": [row["code"] for row in rows],
            "becomes": [row["becomes"] for row in rows],
            "becomes_term": [row["term"] for row in rows],
        },
        schema=dict.fromkeys(("code", "becomes", "becomes_term"), pl.String()),
    )


def _read_map(name: str) -> list[dict[str, str]]:
    text = files("recall_tui.importers").joinpath("maps", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


_EVENT_SOURCES: Final = MappingProxyType(
    {"patient_number": "patient", "code": "code", "term": "description", "date": "date"}
)
_FILES: Final[Mapping[str, _File]] = MappingProxyType(
    {
        "patients.csv": _File(
            "patients",
            _PATIENT_HEADERS,
            {
                "patient_number": "id",
                "title": "prefix",
                "given_name": "first",
                "family_name": "last",
                "date_of_birth": "birthdate",
                "sex": "gender",
                "died_on": "deathdate",
                "address": "address",
            },
            _patients,
        ),
        "conditions.csv": _File(
            "events",
            ("start", "stop", "patient", "code", "description"),
            {**_EVENT_SOURCES, "date": "start"},
            _conditions,
        ),
        "observations.csv": _File(
            "events",
            ("date", "patient", "code", "description", "value"),
            {**_EVENT_SOURCES, "value": "value", "unit": "units"},
            _observations,
        ),
        "procedures.csv": _File(
            "events", ("patient", "code", "description"), _EVENT_SOURCES, _procedures
        ),
        "immunizations.csv": _File(
            "events", ("date", "patient", "code", "description"), _EVENT_SOURCES, _procedures
        ),
        "medications.csv": _File(
            "medications",
            ("start", "stop", "patient", "code", "description"),
            {
                "patient_number": "patient",
                "code": "code",
                "term": "description",
                "issued_on": "start",
                "stopped_on": "stop",
            },
            _medications,
        ),
        "encounters.csv": _File(
            "appointments",
            ("id", "start", "stop", "patient"),
            {"patient_number": "patient", "appointment_id": "id", "starts_at": "start"},
            _encounters,
        ),
    }
)
FILES: Final = frozenset(_FILES)
"""Names of the files that are read."""
