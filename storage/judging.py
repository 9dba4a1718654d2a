"""Whether an extract may be applied: the guards against wrong, stale and halved files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_FEW = 5
"""Fewer patients or rows than this never stop an import."""


@dataclass(frozen=True, slots=True)
class Guards:
    """Per cent of the patients or rows above which an import stops and asks an admin."""

    most_departed: float = 5
    most_rejected: float = 1
    most_changed: float = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store knows before an import."""

    ods_code: str
    newest_extract: datetime | None
    patients: int
    """Registered, living patients that the last extract held."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why an import is stopped, one line each; ``may_accept``: an admin may apply it anyway."""

    stopped: tuple[str, ...] = ()
    may_accept: bool = False
    is_foreign: bool = False
    """It is another practice's: nothing at all may be taken from it."""

    is_stale: bool = False


def judge(
    standing: Standing,
    claimed: tuple[str, datetime | None],
    counts: Mapping[str, Mapping[str, int]],
    rows_read: Mapping[str, int],
    guards: Guards,
) -> Verdict:
    """Return the verdict on an extract.

    Args:
        standing: what the store knows.
        claimed: the practice code and the time that the extract states.
        counts: table to what would happen to its rows.
        rows_read: table to data rows in its file.
        guards: the limits.
    """
    code, extracted_at = claimed
    if code and standing.ods_code and code.upper() != standing.ods_code.upper():
        words = f"the file is of practice {code}, this store is of {standing.ods_code}"
        return Verdict((f"{words}: choose the right file or practice",), is_foreign=True)
    newest = standing.newest_extract
    if extracted_at is not None and newest is not None and extracted_at < newest:
        words = f"the file is of {_moment(extracted_at)}, the last one applied of {_moment(newest)}"
        return Verdict((f"{words}: export a newer one",), is_stale=True)
    reasons = [*_departures(standing, counts, guards), *_rejections(counts, rows_read, guards)]
    return Verdict(tuple(reasons), may_accept=bool(reasons))


def _departures(
    standing: Standing, counts: Mapping[str, Mapping[str, int]], guards: Guards
) -> list[str]:
    patients = counts.get("patients", {})
    if not standing.patients:
        return []
    reasons: list[str] = []
    gone = patients.get("left", 0)
    if gone > max(_FEW, standing.patients * guards.most_departed / 100):
        reasons.append(
            f"{gone} of {standing.patients} patients would have left "
            f"(limit {guards.most_departed:g} %): is the list complete?"
        )
    changed = patients.get("changed", 0) - gone
    if changed > max(_FEW, standing.patients * guards.most_changed / 100):
        reasons.append(
            f"{changed} of {standing.patients} patients would change "
            f"(limit {guards.most_changed:g} %): is it the right file?"
        )
    return reasons


def _rejections(
    counts: Mapping[str, Mapping[str, int]], rows_read: Mapping[str, int], guards: Guards
) -> list[str]:
    reasons: list[str] = []
    for table, rows in sorted(rows_read.items()):
        rejected = counts.get(table, {}).get("rejected", 0)
        if rejected > max(_FEW, rows * guards.most_rejected / 100):
            reasons.append(
                f"{rejected} of {rows} rows of {table} are rejected "
                f"(limit {guards.most_rejected:g} %): look at the problems listed"
            )
    return reasons


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y %H:%M}"
