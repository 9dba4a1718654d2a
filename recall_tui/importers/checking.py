"""What only several cells, rows or files together can tell: duplicates, strangers, odd dates."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from recall_tui.importers.converting import Converted, Converter
from recall_tui.importers.problems import Fault
from recall_tui.importers.reading import LINE

_DAYS_IN_120_YEARS: Final = 43_830

Check = tuple[str, Fault, pl.Expr]
"""Our column that is odd, the fault, and the rows in which it is."""


def check_patients(converter: Converter, rows: pl.DataFrame) -> Converted:
    """Park every later row of a patient number; note odd dates and shared NHS numbers."""
    kept = _first_of(converter, rows, "patient_number", Fault.PATIENT_TWICE)
    born, died = pl.col("date_of_birth"), pl.col("died_on")
    today = pl.lit(converter.today)
    number = pl.col("nhs_number")
    checks: list[Check] = [
        ("date_of_birth", Fault.FUTURE, born > today),
        ("died_on", Fault.FUTURE, died > today),
        ("registered_on", Fault.FUTURE, pl.col("registered_on") > today),
        ("died_on", Fault.DIED_BEFORE_BIRTH, died < born),
        ("registered_on", Fault.BEFORE_BIRTH, pl.col("registered_on") < born),
        ("left_on", Fault.LEFT_BEFORE_REGISTERED, pl.col("left_on") < pl.col("registered_on")),
        ("date_of_birth", Fault.VERY_OLD, died.is_null() & _is_very_old(born, converter.today)),
        ("nhs_number", Fault.NHS_TWICE, number.is_not_null() & number.is_duplicated()),
    ]
    return _with_notes(converter, kept, checks)


def _is_very_old(born: pl.Expr, today: date) -> pl.Expr:
    return (pl.lit(today) - born).dt.total_days() > _DAYS_IN_120_YEARS


def check_staff(converter: Converter, rows: pl.DataFrame) -> Converted:
    """Park every later row of a staff id."""
    return _first_of(converter, rows, "staff_id", Fault.STAFF_TWICE)


def check_belonging(converter: Converter, rows: pl.DataFrame, patients: pl.DataFrame) -> Converted:
    """Park rows of patients that are not in ``patients``; note odd dates.

    ``patients`` has ``patient_number``, ``date_of_birth`` and ``place`` (its rank); the rows that
    are kept get ``place``.
    """
    joined = rows.join(patients, on="patient_number", how="left", maintain_order="left")
    unknown = pl.col("place").is_null()
    problems: list[pl.DataFrame] = []
    lost = joined.filter(unknown)
    if lost.height:
        problems.append(_say(converter, lost, "patient_number", Fault.PATIENT_UNKNOWN, parks=True))
        joined = joined.filter(~unknown)
    found = Converted(joined, problems, lost.height)
    return _with_notes(converter, found, _CHECKS[converter.table.name](converter.today))


def _event_checks(today: date) -> list[Check]:
    day = pl.col("event_date")
    whole = pl.col("precision") == "D"
    return [
        ("date", Fault.FUTURE, day > pl.lit(today)),
        ("date", Fault.BEFORE_BIRTH, whole & (day < pl.col("date_of_birth"))),
    ]


def _medication_checks(today: date) -> list[Check]:
    issued = pl.col("issued_on")
    return [
        ("issued_on", Fault.FUTURE, issued > pl.lit(today)),
        ("issued_on", Fault.BEFORE_BIRTH, issued < pl.col("date_of_birth")),
        ("stopped_on", Fault.STOPPED_BEFORE_ISSUED, pl.col("stopped_on") < issued),
    ]


def _appointment_checks(today: date) -> list[Check]:
    later = pl.col("starts_at").dt.date() > pl.lit(today)
    return [
        ("status", Fault.FUTURE, later & pl.col("status").is_in(["attended", "missed"])),
        ("booked_on", Fault.FUTURE, pl.col("booked_on") > pl.lit(today)),
    ]


_CHECKS: Final = {
    "events": _event_checks,
    "medications": _medication_checks,
    "appointments": _appointment_checks,
}


def _first_of(converter: Converter, rows: pl.DataFrame, key: str, fault: Fault) -> Converted:
    again = ~pl.col(key).is_first_distinct()
    later = rows.filter(again)
    if not later.height:
        return Converted(rows, [], 0)
    problem = _say(converter, later, key, fault, parks=True)
    return Converted(rows.filter(~again), [problem], later.height)


def _with_notes(converter: Converter, found: Converted, checks: Sequence[Check]) -> Converted:
    odd = (
        found.rows.lazy()
        .select(
            LINE,
            *(
                where.fill_null(value=False).alias(str(at))
                for at, (_, _, where) in enumerate(checks)
            ),
        )
        .collect()
    )
    problems = list(found.problems)
    for at, (column, fault, _) in enumerate(checks):
        if odd.get_column(str(at)).any():
            lines = odd.filter(pl.col(str(at)))
            problems.append(_say(converter, lines, column, fault, parks=False))
    return Converted(found.rows, problems, found.rejected)


def _say(
    converter: Converter, rows: pl.DataFrame, column: str, fault: Fault, *, parks: bool
) -> pl.DataFrame:
    return converter.say(rows.get_column(LINE), column, fault, rejected=parks)
