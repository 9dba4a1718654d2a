"""Snoozing: until a day, or until something happens before it, with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from recall_tui.cleaning import clean
from recall_tui.domain.commands import Snooze, SnoozeDays, Target, Wake
from recall_tui.domain.standing import SNOOZES_BEFORE_ESCALATION
from recall_tui.domain.typed_days import day_check, read_day
from recall_tui.views.words import until_words
from recall_tui.views.worklist import DueItemView, WorklistRow
from screens.modals.asking import TextQuestion
from screens.patient_lines import day

WAKES = tuple(map(str, Wake))
HOW = "A day, or what comes first: reply, sync or slot"


def read_until(
    text: str, today: date, days: SnoozeDays, *, is_risky: bool
) -> tuple[date, Wake | None] | None:
    """Return until when, and what ends it before; None when ``text`` says neither.

    Whatever is waited for, the patient comes back after the ``days`` that the practice decided,
    sooner where high-risk drug monitoring is among what is due.
    """
    word = text.strip().lower()
    if word in WAKES:
        wake = Wake(word)
        return today + timedelta(days=days.unless_said(wake, is_risky=is_risky)), wake
    when = read_day(text, today)
    return (when, None) if when is not None else None


def until_check(today: date, days: SnoozeDays, *, is_risky: bool) -> Callable[[str], str]:
    """Return what says what is wrong with an answer, or nothing."""
    of_day, longest = day_check(today), today + timedelta(days=days.high_risk)

    def check(text: str) -> str:
        if text.strip().lower() in WAKES:
            return ""
        wrong = of_day(text)
        found = read_day(text, today)
        if wrong or found is None:
            return f"{wrong} Or type reply, sync or slot."
        if is_risky and found > longest:
            return f"High-risk drug monitoring: until {day(longest)} at most."
        return ""

    return check


def dues_of(rows: Sequence[WorklistRow], targets: Sequence[Target]) -> list[DueItemView]:
    """Return the due items that ``targets`` name."""
    wanted = {(one.patient, one.item, one.due_on) for one in targets}
    return [
        due
        for row in rows
        for due in row.due_items()
        if (row.patient, due.item, due.due_on) in wanted
    ]


def often_words(dues: Sequence[DueItemView]) -> str:
    """Warn of what was snoozed twice or more before; empty where nothing was."""
    most = max((due.snoozes for due in dues), default=0)
    if most < SNOOZES_BEFORE_ESCALATION - 1:
        return ""
    risky = any(due.high_risk and due.snoozes >= most for due in dues)
    what = "it goes to the prescriber" if risky else "decide instead of waiting?"
    return f"! Snoozed {most} times before: {what}. "


def ask_snooze(
    push: Callable[[TextQuestion, Callable[[str | None], None]], object],
    about: tuple[str, tuple[Target, ...], Sequence[DueItemView]],
    when: tuple[date, SnoozeDays],
    then: Callable[[str, Snooze], None],
) -> None:
    """Ask until when, then why, then hand the sentence and the command over.

    ``about`` is whose, the targets and what the list says of them; ``when`` is today and how long
    the practice snoozes.
    """
    whose, targets, dues = about
    today, days = when
    is_risky = any(due.high_risk for due in dues)

    def until(answer: str | None) -> None:
        found = read_until(answer or "", today, days, is_risky=is_risky)
        if found is None:
            return
        words = until_words(found[0], str(found[1] or ""))

        def why(reason: str | None) -> None:
            if reason is not None:
                command = Snooze(targets, found[0], reason, found[1])
                then(f"Hide {whose} {words}", command)

        question = f"{often_words(dues)}Hide {whose} {words}. Why? (Enter alone: no reason)"
        push(TextQuestion(clean(question)), why)

    question = f"Hide {whose} until (the day it shows again; or reply, sync, slot):"
    check = until_check(today, days, is_risky=is_risky)
    usual = today + timedelta(days=days.unless_said(None, is_risky=is_risky))
    push(TextQuestion(question, usual.isoformat(), check=check, placeholder=HOW), until)
