"""The field's words for values that screens, exports and commands share."""

from collections.abc import Mapping
from types import MappingProxyType

from recall_tui.domain.items import StaffGroup
from recall_tui.domain.states import AppointmentState, DueState

STAFF_WORDS: Mapping[str, str] = MappingProxyType(
    {
        StaffGroup.PHLEBOTOMIST: "Phlebotomist",
        StaffGroup.HCA: "HCA",
        StaffGroup.NURSING_ASSOCIATE: "Nursing associate",
        StaffGroup.NURSE: "Nurse",
        StaffGroup.PHARMACIST: "Pharmacist",
        StaffGroup.PHARMACY_TECHNICIAN: "Pharmacy technician",
        StaffGroup.PARAMEDIC: "Paramedic",
        StaffGroup.ANP: "ANP",
        StaffGroup.GP: "GP",
        StaffGroup.DISTRICT_NURSE: "District nurse",
    }
)
"""Staff groups as people say them."""

STAFF_SHORT: Mapping[str, str] = MappingProxyType(
    {
        StaffGroup.PHLEBOTOMIST: "Phleb",
        StaffGroup.HCA: "HCA",
        StaffGroup.NURSING_ASSOCIATE: "NA",
        StaffGroup.NURSE: "Nurse",
        StaffGroup.PHARMACIST: "Pharm",
        StaffGroup.PHARMACY_TECHNICIAN: "PhTech",
        StaffGroup.PARAMEDIC: "Param",
        StaffGroup.ANP: "ANP",
        StaffGroup.GP: "GP",
        StaffGroup.DISTRICT_NURSE: "DN",
    }
)
"""Staff groups for narrow columns."""

STATE_WORDS: Mapping[DueState, str] = MappingProxyType(
    {
        DueState.ESCALATED: "Escalated",
        DueState.OUTSTANDING: "To invite",
        DueState.NO_CONTACT: "No contact details",
        DueState.INVITED: "Invited",
        DueState.BOOKED: "Booked",
        DueState.SNOOZED: "Snoozed",
        DueState.ON_HOLD: "On hold",
        DueState.DECLINED: "Declined",
        DueState.DONE: "Done",
    }
)
"""States as the list shows them."""

APPOINTMENT_WORDS: Mapping[AppointmentState, str] = MappingProxyType(
    {
        AppointmentState.NOT_BOOKED: "Not booked",
        AppointmentState.BOOKED: "Booked",
        AppointmentState.PARTLY_DONE: "Partly done",
        AppointmentState.DONE: "Done",
    }
)
"""States of a planned appointment."""
