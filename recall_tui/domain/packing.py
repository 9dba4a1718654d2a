"""Packing: the due items of one patient become the fewest, cheapest, earliest appointments."""

from recall_tui.domain.packing_terms import (
    GATHERERS,
    ContactModel,
    PackedAppointment,
    PackItem,
    PackLimits,
)

__all__ = ["GATHERERS", "ContactModel", "PackItem", "PackLimits", "PackedAppointment"]
