"""What a plan was made from, step by step."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.planning.facts import Questions
from recall_tui.planning.merging import Merged
from recall_tui.planning.needs import Needs
from recall_tui.planning.registers import Registers
from recall_tui.planning.streams import Streams
from recall_tui.planning.variable import Judge


@dataclass(frozen=True, slots=True)
class Planned:
    """Everything that a plan was made from; patients go by their number (``pid``)."""

    rulebook: Rulebook
    settings: PlanSettings
    today: date
    needs: Needs
    streams: Streams
    asked: Questions
    registers: Registers
    anchors: pl.DataFrame
    flags: pl.DataFrame
    chains: pl.DataFrame
    merged: Merged
    judge: Judge
