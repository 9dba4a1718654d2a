"""What the practice's settings make of the rules: words, booking and planning."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from recall_tui.errors import StoreTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from recall_tui.domain.plan_settings import PlanSettings
    from recall_tui.domain.recalls import Rulebook
    from recall_tui.settings import Settings
    from recall_tui.views.matching import Guide


PLANNED_BY = "engine"
"""The word that says of which engine's plans everybody has one."""

ENGINE = 70
"""The last decision of docs/engine-decisions.md that changes plans: older ones are void."""


def rules_changed(kept: Mapping[str, object], folders: Sequence[Path], settings: Settings) -> bool:
    """Whether everybody must be planned again: a rule, a setting or the engine is another.

    Args:
        kept: the words as they were kept when everybody was planned last; empty: never.
        folders: those of the rules of now. Their files are compared as they are, not checked.
        settings: those of now.

    Raises:
        BadInput: there are too many files of rules.
    """
    from recall_tui.domain.plan_settings import RULES

    return bool(kept) and kept.get(RULES) != mark_of(folders, settings)


def mark_of(folders: Sequence[Path], settings: Settings) -> str:
    """Return what changes whenever a rule or a setting does that plans rest on."""
    from recall_tui.pack.files import fingerprint

    return _mark(fingerprint(folders), settings)


def refuse_older(kept: Mapping[str, object]) -> Mapping[str, object]:
    """Return the words that are kept; refuse when a newer engine than ours planned everybody.

    Raises:
        StoreTrouble: what it decided of due dates would be taken back by the older one.
    """
    newest = cast("int", kept.get(PLANNED_BY, 0))
    if newest > ENGINE:
        raise StoreTrouble(
            f"everybody is planned by a newer version of this program (engine {newest}, this one "
            f"is {ENGINE}): nothing is planned by the older one; leave, and start the newer"
        )
    return kept


def _mark(files: str, settings: Settings) -> str:
    """Return what changes whenever a rule or a setting does that plans rest on."""
    import hashlib
    import json
    from dataclasses import asdict

    decided = json.dumps(asdict(plan_settings(settings)), sort_keys=True, default=sorted)
    return hashlib.sha256(f"{files}\n{decided}\n{ENGINE}".encode()).hexdigest()[:32]


def words_of(book: Rulebook, settings: Settings) -> Mapping[str, object]:
    """Return what a practice calls its items and recalls and what these ask for, as JSON values."""
    from recall_tui.domain.choices import HAND_FLAGS
    from recall_tui.domain.plan_settings import RULES
    from recall_tui.domain.wording import rule_words

    return {
        **rule_words(book),
        "short": {str(one.id): one.short or one.name for one in book.recalls.values()},
        "flags": {**{str(flag): one.name for flag, one in book.flags.items()}, **HAND_FLAGS},
        "number_label": settings.decided.worklist.patient_number_name,
        "stale_days": settings.decided.invites.stale_days,
        "needed_weeks": settings.decided.needed_weeks,
        PLANNED_BY: ENGINE,
        RULES: _mark(book.fingerprint, settings),
    }


def guide_of(rulebook: Rulebook, settings: Settings) -> Guide:
    """Return what booking needs of the rules and the practice's settings."""
    from recall_tui.domain.bank_holidays import Nation
    from recall_tui.views.matching import Guide

    decided = settings.decided
    return Guide(
        items={str(one.id): one for one in rulebook.items.values()},
        reason_characters=decided.worklist.reason_characters,
        notes_characters=decided.worklist.notes_characters,
        along_weeks=decided.appointments.offer_along_weeks,
        staff_groups=frozenset(decided.appointments.staff_groups),
        nation=Nation(decided.site.nation),
    )


def plan_settings(settings: Settings) -> PlanSettings:
    """Return the engine's settings from the practice's."""
    from recall_tui.domain.items import Place, StaffGroup
    from recall_tui.domain.plan_settings import AnchorChoice, PlanSettings

    decided = settings.decided
    groups = decided.appointments.slot_minutes_by_group
    return PlanSettings(
        anchor=AnchorChoice(decided.recall_date.choice),
        tolerance_weeks=dict(decided.tolerance.weeks),
        tolerance_weeks_longer=decided.tolerance.weeks_longer,
        newly_diagnosed_months=decided.new_patients.diagnosed_months,
        newly_registered_days=decided.new_patients.registered_days,
        free_months=frozenset(decided.recall_date.free_months),
        slot_minutes=decided.appointments.slot_minutes,
        slot_minutes_by_flag=dict(decided.appointments.slot_minutes_by_flag),
        slot_minutes_by_group={StaffGroup(name): minutes for name, minutes in groups.items()},
        staff_groups=frozenset(map(StaffGroup, decided.appointments.staff_groups)),
        places=frozenset(map(Place, decided.appointments.places)),
        list_opens_weeks=decided.worklist.opens_weeks,
        drift_factor=decided.recall_date.drift_factor,
    )
