"""What can be wrong in a row or a cell: one code, its words and how grave it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import polars as pl

from recall_tui.frames import ROW_PROBLEMS

REJECTED: Final = "rejected"
"""The row is parked."""

NOTED: Final = "noted"
"""The row is kept; the cell is dropped or odd."""


class Fault(StrEnum):
    """Every code of a row problem, with its words as ``words``."""

    words: str

    def __new__(cls, code: str, words: str) -> Self:
        """Make a code that carries its words."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.words = words
        return member

    COLUMNS = ("columns", "the row has {got} columns, the header {want}")
    QUOTES = ("quotes", "a quotation mark is opened and not closed properly")
    LINE_END = ("line_end", "a line end of another kind stands inside the row")
    REPEATED_HEADER = ("repeated_header", "the header stands here again")
    UNKNOWN_FILE = ("unknown_file", "we do not know this file: ignored")
    UNKNOWN_COLUMN = ("unknown_column", "we do not know this column: ignored")
    ABSENT_COLUMN = ("absent_column", "is not in the file: no result can count without it")

    MISSING = ("missing", "is empty, and is needed")
    HIDDEN = ("hidden_characters", "has control or invisible characters in it")
    HIDDEN_REMOVED = ("hidden_removed", "control or invisible characters were removed")
    TOO_LONG = ("too_long", "is longer than 64 characters")
    NUMBER_FORMAT = ("scientific", "a spreadsheet turned it into a number: export it as text")
    ROUNDED = ("rounded", "a spreadsheet rounded it (its last digits became 0): export it as text")
    OF_A_TERM = ("description_id", "is the id of a SNOMED CT description: export the concept id")

    DATE = ("date", "is not a date (YYYY-MM-DD, dd/mm/yyyy, dd-MMM-yyyy, dd MMM yyyy)")
    DATE_AMERICAN = ("date_american", "dates are in American order (month first)")
    DATE_YEAR = ("date_year", "is a date before 1880 or after 2200")
    TIME = ("time", "is not a date and time (YYYY-MM-DD HH:MM)")
    FUTURE = ("future", "lies in the future")
    NUMBER = ("number", "is not a whole number")
    WORD = ("word", "is none of the known words")

    NHS_LENGTH = ("nhs_length", "an NHS number has ten digits: dropped")
    NHS_CHECK = ("nhs_check", "the check digit of the NHS number is wrong: dropped")
    NHS_SAME = ("nhs_same_digit", "an NHS number of one digit ten times is none: dropped")
    NHS_TWICE = ("nhs_twice", "another patient of this file has the same NHS number")

    PATIENT_TWICE = ("patient_twice", "the patient number stands on an earlier line already")
    STAFF_TWICE = ("staff_twice", "the staff id stands on an earlier line already")
    APPOINTMENT_TWICE = ("appointment_twice", "this appointment stands on an earlier line already")
    PATIENT_UNKNOWN = ("patient_unknown", "patients.csv has no such patient")
    DIED_BEFORE_BIRTH = ("died_before_birth", "lies before the date of birth")
    BEFORE_BIRTH = ("before_birth", "lies before the patient's date of birth")
    LEFT_BEFORE_REGISTERED = ("left_before_registered", "lies before the date of registration")
    STOPPED_BEFORE_ISSUED = ("stopped_before_issued", "lies before the date of issue")
    VERY_OLD = ("very_old", "makes a living patient older than 120 years")


@dataclass(frozen=True, slots=True)
class Parked:
    """A row that could not be told apart into cells."""

    line: int
    fault: Fault
    got: int = 0
    want: int = 0

    @property
    def words(self) -> str:
        """The fault in words, with the columns counted."""
        return self.fault.words.format(got=self.got, want=self.want)


def parked_frame(file: str, parked: list[Parked]) -> pl.DataFrame:
    """Return ROW_PROBLEMS of the rows that were parked while reading ``file``."""
    return pl.DataFrame(
        {
            "file": [file] * len(parked),
            "line": [row.line for row in parked],
            "column": [None] * len(parked),
            "code": [row.fault.value for row in parked],
            "words": [row.words for row in parked],
            "severity": [REJECTED] * len(parked),
        },
        schema=dict(ROW_PROBLEMS),
    )


def problem_frame(
    where: tuple[str, str | None],
    lines: pl.Series,
    fault: Fault,
    *,
    rejected: bool,
    words: str = "",
) -> pl.DataFrame:
    """Return ROW_PROBLEMS that say ``fault`` on each of ``lines``.

    ``where`` is the file and the column (None: the whole row); ``words`` replace those of the
    fault.
    """
    return pl.DataFrame({"line": lines}).select(
        pl.lit(where[0]).alias("file"),
        pl.col("line").cast(pl.Int64),
        pl.lit(where[1], dtype=pl.String).alias("column"),
        pl.lit(fault.value).alias("code"),
        pl.lit(words or fault.words).alias("words"),
        pl.lit(REJECTED if rejected else NOTED).alias("severity"),
    )
