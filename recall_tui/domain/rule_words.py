"""A whole rule in plain English, for the clinician who approves it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from recall_tui.domain import expressions as ex
from recall_tui.domain.expression_words import clause_words, parts_of
from recall_tui.domain.ids import ClusterId
from recall_tui.domain.items import Item, PlausibleRange, StaffGroup, ValueNeed
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Course, Exclusion, Recall, Requirement, Rulebook
from recall_tui.domain.schedule_words import every_words, may_vary, schedule_words, tolerance_words

STAFF_WORDS = {StaffGroup.HCA: "HCA", StaffGroup.ANP: "ANP", StaffGroup.GP: "GP"}
"""Groups that are not written as their value says."""

_LIST = re.compile(r"\b[A-Z][A-Z0-9_]*_(?:COD|DRUG)\b")
"""How lists of codes are named."""

NOT_APPROVED = "Not yet approved by this practice."


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; a line may be indented."""

    title: str
    lines: tuple[str, ...]


def rule_sections(
    recall: Recall, rulebook: Rulebook, settings: PlanSettings
) -> tuple[Section, ...]:
    """Return everything that ``recall`` says, section by section."""
    asked = [
        Section(_name(one, rulebook), tuple(requirement_lines(one, recall, rulebook, settings)))
        for one in recall.requirements
    ]
    return (
        Section("Standing", tuple(_standing(recall))),
        Section("Who is on it", tuple(_register(recall, rulebook))),
        Section("Who is on hold", tuple(hold_lines(recall.exclusions, rulebook))),
        *asked,
        Section("Where it comes from", tuple(recall.source.split("; "))),
        Section("Lists of codes", tuple(_lists(recall, rulebook))),
    )


def _standing(recall: Recall) -> Iterator[str]:
    yield f"{recall.activity.value.capitalize()}, version {recall.version or 'not given'}."
    if recall.unverified:
        yield f"Cannot be made active: {recall.unverified}."
    yield f"Approved by {recall.approver}." if recall.approver else NOT_APPROVED
    if recall.review_on:
        yield f"The rule itself is looked at again by {_day(recall.review_on)}."
    if recall.high_risk:
        yield "High-risk monitoring: leaving out what it asks for harms; it is never hidden."


def _register(recall: Recall, rulebook: Rulebook) -> Iterator[str]:
    yield "Patients who are alive, registered here, and:"
    yield from expression_lines(recall.register, rulebook, 1)
    yield titled(_start(recall), rulebook)
    if recall.offered_from:
        yield f"Offered from {_day(recall.offered_from)}: nobody is asked for anything before."


def _start(recall: Recall) -> str:
    if recall.start is None:
        return (
            "Schedules start on the birthday that brings a patient onto it; where no age is asked"
            " for, when the patient registered."
        )
    age = ex.required_age(recall.register)
    grown = "" if age is None else f" Nothing is due before the age of {age}."
    if recall.start_drug:
        return (
            f"Schedules start with the first issue of {recall.start}; after a gap of over 12"
            f" months, with the first one since.{grown}"
        )
    after = f" after the last code of {recall.resolved_by}" if recall.resolved_by else ""
    return f"Schedules start with the earliest code of {recall.start}{after}.{grown}"


def expression_lines(expression: ex.Expression, rulebook: Rulebook, depth: int) -> Iterator[str]:
    """Give an expression line by line, its parts indented below it."""
    parts = parts_of(expression)
    end = ":" if parts else ""
    words = titled(clause_words(expression, rulebook), rulebook)
    yield f"{'  ' * depth}- {words}{end}"
    for part in parts:
        yield from expression_lines(part, rulebook, depth + 1)


def titled(words: str, rulebook: Rulebook) -> str:
    """Return ``words`` with what each list of codes is about before its name."""
    return _LIST.sub(lambda found: _title(ClusterId(found[0]), rulebook), words)


def _title(cluster: ClusterId, rulebook: Rulebook) -> str:
    known = rulebook.clusters.get(cluster)
    return f"{known.title} ({cluster})" if known and known.title else cluster


def hold_lines(exclusions: Sequence[Exclusion], rulebook: Rulebook) -> Iterator[str]:
    """Give who is on hold, with the words shown and when that is looked at again."""
    if not exclusions:
        yield "Nobody, by this rule."
    for one in exclusions:
        yield f"{one.words} (looked at again after {_months(one.review_months)}), when:"
        yield from expression_lines(one.when, rulebook, 1)


def requirement_lines(
    need: Requirement, recall: Recall, rulebook: Rulebook, settings: PlanSettings
) -> Iterator[str]:
    """Give one thing that is asked for: when, how often, how it is done and by whom."""
    item = rulebook.items[need.item]
    yield from schedule_words(need.schedule)
    yield from tolerance_words(need, settings)
    if need.only_if is not None:
        yield "Only asked of those who:"
        yield from expression_lines(need.only_if, rulebook, 1)
    yield from _variations(need, rulebook)
    if need.min_gap_days:
        yield f"Done again within {need.min_gap_days} days is the same one."
    yield from _done_by(item, rulebook)
    yield from _who(item, rulebook)
    risky = item.high_risk or (recall.high_risk if need.high_risk is None else need.high_risk)
    if risky:
        yield "High-risk monitoring: never hidden; what would hold it asks a prescriber."
    yield _qof(need, rulebook)
    for line in hold_lines(need.exclusions, rulebook) if need.exclusions else ():
        yield line if line.startswith(" ") else f"On hold: {line}"
    yield from (f"Source of the item: {one}" for one in item.sources)


def _variations(need: Requirement, rulebook: Rulebook) -> Iterator[str]:
    if not need.variations:
        return
    yield "Another frequency, by the first of these that holds before the window opens:"
    for number, one in enumerate(need.variations, 1):
        yield f"  {number}. every {every_words(one.every)} ({one.words}), when:"
        yield from expression_lines(one.when, rulebook, 2)
    shortest = may_vary(need)
    if shortest is not None:
        yield f"A result over a year old, or none: every {every_words(shortest)}, the shortest."


def _done_by(item: Item, rulebook: Rulebook) -> Iterator[str]:
    if item.parts:
        parts = " and ".join(_either(part, rulebook) for part in item.parts)
        yield f"Done by {parts}, on one day."
    else:
        yield f"Done by {_either(item.clusters, rulebook)}."
    if item.value is ValueNeed.REQUIRED:
        alike = {(one.low, one.high, one.scale, one.offset): one for one in item.ranges[::-1]}
        spelt = [one for one in item.ranges if one in alike.values()]
        limits = "; ".join(_range(one) for one in spelt) or "any number"
        yield f"Counts only with a plausible value: {limits}."


def _either(clusters: Sequence[ClusterId], rulebook: Rulebook) -> str:
    return " or ".join(f"a code of {list_words(one, rulebook)}" for one in clusters)


def list_words(cluster: ClusterId, rulebook: Rulebook) -> str:
    """Return a list of codes by name, and how many codes it has."""
    known = rulebook.clusters.get(cluster)
    count = len(known.codes) if known else 0
    if known is None or not count:
        return f"{cluster} (no codes: missing)"
    codes = f"{count} code{'s' * (count > 1)}"
    return f"{known.title} ({cluster}, {codes})" if known.title else f"{cluster} ({codes})"


def _range(one: PlausibleRange) -> str:
    return f"{one.low:g} to {one.high:g} {one.unit}".rstrip()


def _who(item: Item, rulebook: Rulebook) -> Iterator[str]:
    groups = sorted(item.staff, key=lambda group: (item.staff[group], group.value))
    names = ", ".join(STAFF_WORDS.get(group, group.value.replace("_", " ")) for group in groups)
    places = " or ".join(place.value.replace("_", " ") for place in item.places)
    yield f"By {names} (the cheapest first), {item.minutes} minutes, at: {places}."
    known = [one for one in item.after if one in rulebook.items]
    if known:
        before = " and ".join(rulebook.items[one].name for one in known)
        yield f"{item.lead_days} to {item.lead_days_most} days after: {before}, when due as well."


def _qof(need: Requirement, rulebook: Rulebook) -> str:
    year = rulebook.contract_year
    ids = need.qof.get(year, ())
    if not ids:
        return f"No QOF indicator in {year}."
    return f"QOF {year}: {', '.join(ids)}; recorded by 31 March."


def _lists(recall: Recall, rulebook: Rulebook) -> Iterator[str]:
    missing = [one for one in lists_of(recall, rulebook) if not _count(one, rulebook)]
    if missing:
        yield f"Missing, not guessed: {', '.join(missing)}."
    else:
        yield "All there:"
    for one in lists_of(recall, rulebook):
        known = rulebook.clusters.get(one)
        if known is not None and known.codes:
            version = f", version {known.version}" if known.version else ""
            yield f"{list_words(one, rulebook)}{version}: {known.source}"


def _count(cluster: ClusterId, rulebook: Rulebook) -> int:
    known = rulebook.clusters.get(cluster)
    return len(known.codes) if known else 0


def lists_of(recall: Recall, rulebook: Rulebook) -> list[ClusterId]:
    """Return every list of codes that a recall looks at, itself or through items and flags."""
    found: set[ClusterId] = {one for one in (recall.start, recall.resolved_by) if one}
    asked = [recall.register, *(one.when for one in recall.exclusions)]
    for need in recall.requirements:
        found |= set(rulebook.items[need.item].clusters)
        if isinstance(need.schedule, Course) and need.schedule.apart_from:
            found |= set(rulebook.items[need.schedule.apart_from].clusters)
        asked += [one.when for one in (*need.exclusions, *need.variations)]
        asked += [need.only_if] if need.only_if is not None else []
    for expression in asked:
        found |= _named(expression, rulebook)
    return sorted(found)


def _named(expression: ex.Expression, rulebook: Rulebook) -> set[ClusterId]:
    match expression:
        case ex.Coded(cluster, resolved) | ex.Since(cluster, resolved_by=resolved):
            return {cluster, resolved or cluster}
        case ex.Prescribed(cluster):
            return {cluster}
        case ex.Result(item) | ex.Done(item):
            return set(rulebook.items[item].clusters)
        case ex.Flagged(flag):
            return {*rulebook.flags[flag].on, *rulebook.flags[flag].off}
        case _:
            return {name for part in parts_of(expression) for name in _named(part, rulebook)}


def _name(need: Requirement, rulebook: Rulebook) -> str:
    return f"Asked for: {rulebook.items[need.item].name}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _months(count: int) -> str:
    return "a month" if count == 1 else f"{count} months"
