"""The engine asked about one patient, without the database library or the command line's."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from recall_tui.domain.ids import RecallId
from recall_tui.frames import PlanInputs
from recall_tui.house_rules import plan_settings, rulebook_for
from recall_tui.planning.explain import explain_and_plan
from recall_tui.settings import Options, load_settings
from recall_tui.views.explanation import Explanation
from recall_tui.views.reasoning import explained
from recall_tui.views.told import REGISTERED

if TYPE_CHECKING:
    from recall_tui.views.patient import PatientPage
    from recall_tui.views.told import Told


def told_anew(page: PatientPage, inputs: object, today: date) -> list[Told]:
    """Return what the engine says now of every active recall; nothing is stored.

    Args:
        page: what the store has of the patient.
        inputs: what the planner reads of the patient (``frames.PlanInputs``).
        today: the practice's date.

    Raises:
        BadInput: a setting or a rule is at fault.
    """
    settings = load_settings(os.environ, Options())
    book = rulebook_for(settings)
    names = [one.id for one in book.active()]
    if page.status != REGISTERED:
        return explained(page, book, names, None, fresh=True)
    assert isinstance(inputs, PlanInputs), "the store hands out PlanInputs"  # noqa: S101 - ours
    found, due = explain_and_plan(inputs, book, plan_settings(settings), today)
    verified = tuple(one for one in found if not book.recalls[RecallId(one.recall)].unverified)
    return explained(page, book, names, Explanation(verified, due), fresh=True)
