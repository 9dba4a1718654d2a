"""Names for the identifiers that travel through every layer."""

from typing import NewType

TEST_PRACTICE = "X99999"
"""ODS code of synthetic practices: no practice of the United Kingdom has one that begins with X."""

PracticeId = NewType("PracticeId", int)
"""Surrogate of the practice; first in every key. The ODS code is an attribute."""

PatientNumber = NewType("PatientNumber", str)
"""What the clinical system shows ("EMIS number"); unique only within a practice. Text, always."""

ItemId = NewType("ItemId", str)
"""A test, review or treatment, such as ``hba1c``."""

RecallId = NewType("RecallId", str)
"""A recall, such as ``diabetes``."""

ClusterId = NewType("ClusterId", str)
"""A named set of codes in upper case, such as ``DM_COD``."""

FlagId = NewType("FlagId", str)
"""A patient flag, such as ``housebound``."""

RowId = NewType("RowId", str)
"""A UUIDv7 as 32 lower-case hexadecimal digits, made by ``storage``."""
