"""The views and the recipe that a new practice begins with; saving one makes it the practice's own.

The split follows the usual UK practice (reference/recall_domain.md B and D): the vulnerable are
never in an ordinary batch, one batch a staff group so that each message carries the right link,
second invites after two weeks, whoever three did not bring is phoned.
"""

from collections.abc import Mapping

from recall_tui.views.facets import Facet
from recall_tui.views.filters import FilterState
from recall_tui.views.shelf import NamedView

MONTH_RECIPE = "month"
MONTH_NAME = "The month's batches"

_VULNERABLE = (
    *("care_home", "dementia", "housebound", "learning_disability", "interpreter", "palliative"),
)
_CHILD = "under_16"
_OPEN = ("outstanding", "invited", "escalated")
"""States of a row with something to ask for. It is that of its least advanced due item: who was
invited for some of it is outstanding, and who declined monitoring may be asked about the rest."""


def _view(
    view_id: str,
    name: str,
    chosen: Mapping[Facet, tuple[str, ...]],
    refused: Mapping[Facet, tuple[str, ...]] | None = None,
) -> NamedView:
    state = FilterState(
        chosen={facet: frozenset(keys) for facet, keys in chosen.items()},
        refused={facet: frozenset(keys) for facet, keys in (refused or {}).items()},
    )
    return NamedView(view_id, name, state)


_ORDINARY: Mapping[Facet, tuple[str, ...]] = {
    Facet.FLAG: (*_VULNERABLE, _CHILD),
    Facet.OVERDUE: ("high_risk",),
    Facet.APPOINTMENTS: ("since_invite",),
}
_FIRST: Mapping[Facet, tuple[str, ...]] = {
    Facet.STATE: _OPEN,
    Facet.INVITES: ("0",),
    Facet.CHANNEL: ("any",),
}

SHIPPED: tuple[NamedView, ...] = (
    _view("link-first", "Booked since invite: link first", {Facet.APPOINTMENTS: ("since_invite",),
          Facet.STATE: _OPEN}),
    _view("high-risk", "High-risk drugs overdue", {Facet.OVERDUE: ("high_risk",)}),
    _view("considerate", "Vulnerable: choose the method", {Facet.FLAG: (*_VULNERABLE, _CHILD),
          Facet.STATE: _OPEN}),
    _view("first-gather", "First invite: bloods and checks",
          {**_FIRST, Facet.STAFF: ("phlebotomist", "hca", "nursing_associate")}, _ORDINARY),
    _view("first-review", "First invite: review only",
          {**_FIRST, Facet.STAFF: ("nurse", "pharmacist", "pharmacy_technician", "paramedic", "anp",
                                   "gp", "district_nurse", "")},
          {**_ORDINARY, Facet.STAFF: ("phlebotomist", "hca", "nursing_associate")}),
    _view("again", "Second and third invite",
          {Facet.STATE: _OPEN, Facet.INVITES: ("1", "2"), Facet.CHANNEL: ("any",)},
          {**_ORDINARY, Facet.LAST_INVITED: ("14",)}),
    _view("phone", "Three invites: phone them", {Facet.STATE: _OPEN,
          Facet.INVITES: ("3+",)},
          {Facet.LAST_INVITED: ("14",), Facet.APPOINTMENTS: ("since_invite",)}),
    _view("unreachable", "No contact details", {Facet.CHANNEL: ("none",),
          Facet.STATE: (*_OPEN, "no_contact")}),
)  # fmt: skip
"""In the order of the month."""
