"""The engine asked about one patient, without the database library or the command line's."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from recall_tui.agreed import Agreement
from recall_tui.domain.ids import RecallId
from recall_tui.domain.rights import Right, may
from recall_tui.house_rules import plan_settings
from recall_tui.pack.compiled import rulebook_of
from recall_tui.planning.explain import explain_and_plan
from recall_tui.settings import Options, load_settings
from recall_tui.views.explanation import Explanation
from recall_tui.views.reasoning import explained
from recall_tui.views.told import REGISTERED

if TYPE_CHECKING:
    from recall_tui.frames import PlanInputs
    from recall_tui.views.agreed import AgreedRules
    from recall_tui.views.patient import PatientPage
    from recall_tui.views.told import Told

Asked: TypeAlias = "tuple[PatientPage, str]"
Read: TypeAlias = "tuple[PlanInputs, AgreedRules | None]"


def told_anew(asked: Asked, read: Read, today: date) -> list[Told]:
    """Return what the engine says now of every active recall; nothing is stored.

    Args:
        asked: what the store has of the patient, and the role of whoever asks.
        read: what the planner reads of the patient, and by which rules the practice is planned.
        today: the practice's date.

    Raises:
        BadInput: a setting or a rule is at fault.
    """
    (page, role), (inputs, agreed) = asked, read
    folder = load_settings(os.environ, Options())
    rules = Agreement(folder, agreed, lambda: may(role, Right.RULES))
    settings, book = rules.settings, rulebook_of(rules.folders, folder.data_folder)
    names = [one.id for one in book.active()]
    if page.status != REGISTERED:
        return explained(page, book, names, None, fresh=True)
    found, due = explain_and_plan(inputs, book, plan_settings(settings), today)
    verified = tuple(one for one in found if not book.recalls[RecallId(one.recall)].unverified)
    return explained(page, book, names, Explanation(verified, due), fresh=True)
