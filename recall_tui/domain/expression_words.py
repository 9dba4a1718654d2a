"""What a clause of a rule asks, in words a receptionist can read out."""

from typing import assert_never

from recall_tui.domain import expressions as ex
from recall_tui.domain.ids import ItemId
from recall_tui.domain.recalls import Rulebook

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)

SEXES = {"F": "female", "M": "male", "I": "indeterminate", "U": "not known"}


def clause_words(clause: ex.Expression, rulebook: Rulebook) -> str:
    """Return one clause in words; of a group only its head ("all of these")."""
    match clause:
        case ex.Coded():
            return _coded(clause)
        case ex.Prescribed() | ex.Since():
            return _drug(clause)
        case ex.Age() | ex.Sex():
            return _person(clause)
        case ex.Result() | ex.Done() | ex.Flagged():
            return _found(clause, rulebook)
        case ex.AllOf() | ex.AnyOf() | ex.AtLeast() | ex.Not() | ex.Then():
            return _head(clause)
        case _:
            assert_never(clause)


def parts_of(clause: ex.Expression) -> tuple[ex.Expression, ...]:
    """Return what a group is made of, in order; nothing for a clause of its own."""
    match clause:
        case ex.AllOf() | ex.AnyOf() | ex.AtLeast():
            return clause.parts
        case ex.Not():
            return (clause.part,)
        case ex.Then():
            return (clause.part, clause.after)
        case _:
            return ()


def _coded(clause: ex.Coded) -> str:
    words = [f"has a code of {clause.cluster}"]
    if clause.times > 1:
        words.append(f"on {clause.times} days")
    if clause.within_months is not None:
        words.append(f"in the last {_months(clause.within_months)}")
    if clause.on_or_after is not None:
        words.append(f"on or after {clause.on_or_after:%d %b %Y}")
    if clause.on_or_before is not None:
        words.append(f"on or before {clause.on_or_before:%d %b %Y}")
    if clause.resolved_by is not None:
        words.append(f"and no later one of {clause.resolved_by}")
    return " ".join(words)


def _drug(clause: ex.Prescribed | ex.Since) -> str:
    if isinstance(clause, ex.Prescribed):
        since = _months(clause.months)
        return f"was prescribed {clause.cluster} in the last {since}, or has it on repeat"
    start = "first prescribed" if clause.drug else "first coded"
    words = [f"{start} {clause.cluster}"]
    if clause.at_least is not None:
        words.append(f"at least {_months(clause.at_least)} ago")
    if clause.under is not None:
        words.append(f"less than {_months(clause.under)} ago")
    return " ".join(words)


def _person(clause: ex.Age | ex.Sex) -> str:
    if isinstance(clause, ex.Sex):
        return f"sex is {SEXES.get(clause.is_, clause.is_)}"
    limits: list[str] = []
    if clause.at_least is not None:
        limits.append(f"{clause.at_least} or over")
    if clause.under is not None:
        limits.append(f"under {clause.under}")
    words = f"aged {' and '.join(limits) or 'anything'}"
    if clause.on is not None:
        words += f" on {clause.on.day} {clause.on:%b %Y}"
    if clause.by is not None:
        words += f" by the next {clause.by[1]} {MONTH_NAMES[clause.by[0] - 1]}"
    return words


def _found(clause: ex.Result | ex.Done | ex.Flagged, rulebook: Rulebook) -> str:
    match clause:
        case ex.Flagged():
            known = rulebook.flags.get(clause.flag)
            return f"is flagged: {known.name if known else clause.flag}"
        case ex.Done():
            when = "ever" if clause.months is None else f"in the last {_months(clause.months)}"
            return f"had {_item(clause.item, rulebook)} done {when}"
        case ex.Result():
            return _result(clause, rulebook)


def _result(clause: ex.Result, rulebook: Rulebook) -> str:
    limits = (
        ("at least", clause.at_least),
        ("above", clause.above),
        ("at most", clause.at_most),
        ("below", clause.below),
    )
    compared = " and ".join(f"{word} {limit:g}" for word, limit in limits if limit is not None)
    words = f"newest {_measured(clause.item, rulebook)}"
    if clause.within_months is not None:
        words += f" of the last {_months(clause.within_months)}"
    words += f" is {compared or 'recorded'}"
    return f"{words}, or there is none" if clause.or_missing else words


def _head(clause: ex.AllOf | ex.AnyOf | ex.AtLeast | ex.Not | ex.Then) -> str:
    match clause:
        case ex.AllOf():
            return "all of these"
        case ex.AnyOf():
            return "any of these"
        case ex.AtLeast():
            return f"at least {clause.count} of these"
        case ex.Not():
            return "not this"
        case ex.Then():
            return "the first of these, later than the second"


def _measured(item: ItemId, rulebook: Rulebook) -> str:
    """Return what a result is read from: of an item with parts, the first of them."""
    known = rulebook.items.get(item)
    first = rulebook.clusters.get(known.parts[0][0]) if known and known.parts else None
    return first.title if first and first.title else _item(item, rulebook)


def _item(item: ItemId, rulebook: Rulebook) -> str:
    known = rulebook.items.get(item)
    return known.name if known else item


def _months(count: int) -> str:
    return "month" if count == 1 else f"{count} months"
