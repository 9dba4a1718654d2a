"""The synthetic practice: an invented, English-shaped practice as a canonical extract."""

from recall_tui.importers.synthetic.files import GeneratedExtract
from recall_tui.importers.synthetic.generate import PATIENTS, generate
from recall_tui.importers.synthetic.later import next_extract

__all__ = ["PATIENTS", "GeneratedExtract", "generate", "next_extract"]
