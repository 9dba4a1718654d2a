"""What an import did, or would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in a file: where, and in words without identifiable text."""

    file: str
    line: int
    column: str | None
    code: str
    words: str
    severity: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of one import; ``applied`` is false when it was only checked or stopped."""

    run_id: str
    sha256: str
    applied: bool
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """Table name to added, changed, unchanged, left, died, rejected."""

    problems: tuple[RowProblem, ...] = ()
    problem_count: int = 0
    stopped: tuple[str, ...] = ()
    """Why it was stopped, one line each; empty when it was applied."""

    may_accept: bool = False
    """Whether an administrator may apply it all the same."""

    extracted_at: datetime | None = None
    words: str = ""
