"""Why a patient is, or is not, on a recall: what the engine found for this one patient."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a rule, judged; clauses deeper than the one before are its parts."""

    words: str
    true: bool
    on: date | None
    """Day of the latest record that makes it true, where there is one."""

    depth: int = 0


@dataclass(frozen=True, slots=True)
class RecallWhy:
    """One recall, judged for one patient as if it were active."""

    recall: str
    on: bool
    started_on: date | None
    held: bool
    hold_words: str
    clauses: tuple[Clause, ...]
    asked: tuple[str, ...] = ()
    """Items that the recall asks of this patient."""


@dataclass(frozen=True, slots=True)
class DueWhy:
    """One row of the plan that the engine made just now."""

    item: str
    due_on: date
    is_open: bool
    overdue_since: date | None
    window_opens: date | None
    done_on: date | None
    last_done: date | None
    recalls: tuple[str, ...]
    reasons: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the engine says about one patient."""

    recalls: tuple[RecallWhy, ...]
    due: tuple[DueWhy, ...]
