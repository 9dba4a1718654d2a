"""What can come of reaching a patient, in words."""

from __future__ import annotations

from recall_tui.domain.commands import ContactOutcome

OUTCOME_WORDS = {
    ContactOutcome.NO_ANSWER: "No answer",
    ContactOutcome.VOICEMAIL: "Left a voicemail",
    ContactOutcome.WILL_BOOK: "Will book",
    ContactOutcome.CALL_BACK: "Call back on a day",
    ContactOutcome.WRONG_NUMBER: "Wrong number",
    ContactOutcome.DECLINED: "Declined to come: takes everything due off the list",
    ContactOutcome.DONE_ELSEWHERE: "Done elsewhere",
    ContactOutcome.DECEASED_REPORTED: "Reported to have died",
    ContactOutcome.NO_TEXTS: "Wants no text messages: called all the same, another way",
}
NEED_WORDS = {
    ContactOutcome.CALL_BACK: "On which day?",
    ContactOutcome.DECLINED: "What did the patient say?",
    ContactOutcome.DONE_ELSEWHERE: "Where, and when?",
    ContactOutcome.DECEASED_REPORTED: "Who said so?",
}
"""Outcomes that mean nothing without a few words."""
