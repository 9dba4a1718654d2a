"""The frozen views of a list, made from rows, without those of a patient's page."""

from dataclasses import replace

from recall_tui.domain.decisions import Facts, ItemState
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView
from storage.readers.kit import Kit


def list_kit() -> Kit:
    """Return makers of the frozen dataclasses that the rows of a list hold, and no others."""
    kit = Kit()
    kit.due_item = DueItemView
    kit.planned = PlannedAppointmentView
    kit.facts = Facts
    kit.state = lambda columns: ItemState(*columns)
    kit.invited = lambda state, count, last: replace(state, invites=count, last_invited=last)
    kit.moved = lambda state, on: replace(state, booked_for=on)
    kit.nothing_decided = ItemState()
    return kit


LIST_VIEWS = list_kit()
"""Makes them."""
