"""Readers of published files of cases, each in the shape in which it was published."""

from recall_tui.pack.published import date_vectors
from recall_tui.pack.published.immunisations import immunisations
from recall_tui.pack.published.registers import registers

__all__ = ["date_vectors", "immunisations", "registers"]
