"""The synthetic practice: an invented, English-shaped practice as a canonical extract."""

from recall_tui.importers.synthetic.generate import PATIENTS, GeneratedExtract, generate

__all__ = ["PATIENTS", "GeneratedExtract", "generate"]
