"""Snoozing: until a day, or until something happens before it, with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from recall_tui.cleaning import clean
from recall_tui.domain.commands import Snooze, Target, Wake
from recall_tui.domain.standing import SNOOZES_BEFORE_ESCALATION
from recall_tui.domain.typed_days import day_check, read_day
from recall_tui.views.words import until_words
from recall_tui.views.worklist import DueItemView, WorklistRow
from screens.modals.asking import TextQuestion
from screens.patient_lines import day

A_WEEK = timedelta(days=7)
WAITING_DAYS = timedelta(days=28)
"""The most that something is waited for."""

HIGH_RISK_DAYS = timedelta(days=7)
"""The most that drug monitoring is put off (DESIGN.md section 4)."""

WAKES = tuple(map(str, Wake))
HOW = "A day, or what comes first: reply, sync or slot"


def read_until(text: str, today: date, *, is_risky: bool) -> tuple[date, Wake | None] | None:
    """Return until when, and what ends it before; None when ``text`` says neither.

    Whatever is waited for, the patient comes back after four weeks, or seven days where
    high-risk drug monitoring is among what is due.
    """
    word = text.strip().lower()
    if word in WAKES:
        return today + (HIGH_RISK_DAYS if is_risky else WAITING_DAYS), Wake(word)
    when = read_day(text, today)
    return (when, None) if when is not None else None


def until_check(today: date, *, is_risky: bool) -> Callable[[str], str]:
    """Return what says what is wrong with an answer, or nothing."""
    of_day = day_check(today)

    def check(text: str) -> str:
        if text.strip().lower() in WAKES:
            return ""
        wrong = of_day(text)
        found = read_day(text, today)
        if wrong or found is None:
            return f"{wrong} Or type reply, sync or slot."
        if is_risky and found > today + HIGH_RISK_DAYS:
            return f"High-risk drug monitoring: until {day(today + HIGH_RISK_DAYS)} at most."
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
    today: date,
    then: Callable[[str, Snooze], None],
) -> None:
    """Ask until when, then why, then hand the sentence and the command over.

    ``about`` is whose, the targets and what the list says of them.
    """
    whose, targets, dues = about
    is_risky = any(due.high_risk for due in dues)

    def until(answer: str | None) -> None:
        found = read_until(answer or "", today, is_risky=is_risky)
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
    check = until_check(today, is_risky=is_risky)
    push(TextQuestion(question, (today + A_WEEK).isoformat(), check=check, placeholder=HOW), until)
