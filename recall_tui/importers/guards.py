"""What an extract says of itself for the guards, and what applies even when it is stopped."""

import polars as pl

from recall_tui.domain.import_guards import Arrived
from recall_tui.frames import Extract


def arrived(extract: Extract) -> Arrived:
    """Return the figures that ``domain.import_guards.judge`` looks at."""
    return Arrived(
        practice_code=extract.practice_code,
        extracted_at=extract.extracted_at,
        active=extract.patients.filter(is_active()).height,
        files=extract.files,
    )


def is_active() -> pl.Expr:
    """Whether a patient has neither left nor died."""
    return pl.col("left_on").is_null() & pl.col("died_on").is_null()


def safety_rows(extract: Extract) -> pl.DataFrame:
    """Return the patients who died, left or must not be contacted.

    These apply even from a file that is stopped, unless it is another practice's. Columns:
    ``patient_number``, ``left_on``, ``died_on``, ``contact_allowed``.
    """
    return extract.patients.filter(~is_active() | ~pl.col("contact_allowed")).select(
        "patient_number", "left_on", "died_on", "contact_allowed"
    )
