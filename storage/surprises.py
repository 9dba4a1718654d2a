"""What an extract brings that nobody expects of it, and that no row problem tells."""

from collections.abc import Iterator
from typing import Final

import polars as pl
from sqlalchemy import Connection, exists, select

from recall_tui.frames import Extract
from storage.bulk import Difference
from storage.tables import APPOINTMENT, MEDICATION

_OPTIONAL: Final = {"medications": MEDICATION, "appointments": APPOINTMENT}
"""Tables whose file may be absent, and where their rows are kept."""

_GONE: Final = ("died_on", "left_on", "absent_since")


def who_is_who(people: Difference, everybody: pl.DataFrame) -> Iterator[str]:
    """Say of how many patients a number no longer means what it meant; the tray names them.

    ``people`` is what an extract changes, ``everybody`` the patients as they will be.
    """
    pairs = people.changed.join(people.before, on="patient_number", suffix="_before")
    back = pairs.filter(_is_gone("_before") & ~_is_gone("")).height
    others = pairs.filter(_is_another()).height
    again = _renumbered(people.added, everybody).height
    for count, words in (
        (back, "patients on the list again who had died or left"),
        (others, "patient numbers that stand for another person now"),
        (again, "patients who were here under another number"),
    ):
        if count:
            yield f"{words}: {count}, see the morning tray"


def _is_gone(suffix: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(f"{name}{suffix}").is_not_null() for name in _GONE)


def _is_another() -> pl.Expr:
    """Whether a row and the one before it are of two persons.

    A date of birth is corrected, an NHS number too, and people marry: not all of it at once.
    """
    number = pl.col("nhs_number") != pl.col("nhs_number_before")
    names = [pl.col(name) != pl.col(f"{name}_before") for name in ("family_name", "given_name")]
    born = pl.col("date_of_birth") != pl.col("date_of_birth_before")
    return born & (number.fill_null(value=False) | pl.all_horizontal(names))


def _renumbered(added: pl.DataFrame, everybody: pl.DataFrame) -> pl.DataFrame:
    """Return the NHS numbers of new patients who were here, and are gone, under another number."""
    new = added.filter(~_is_gone("")).select("nhs_number").drop_nulls()
    gone = everybody.filter(_is_gone("")).select("nhs_number").drop_nulls().unique()
    return new.join(gone, on="nhs_number", how="semi")


def left_as_it_was(connection: Connection, practice_id: int, extract: Extract) -> Iterator[str]:
    """Say of which tables there is no file, although the store holds rows of them."""
    for name, table in _OPTIONAL.items():
        if name not in extract.tables:
            held = select(exists().where(table.c.practice_id == practice_id))
            if connection.scalar(held):
                yield f"there is no {name}.csv: the {name} are those of an earlier day"
