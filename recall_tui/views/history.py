"""What was imported and sent, newest first, and which recalls the practice chose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import; ``state`` is applied, stopped or rolled_back."""

    run_id: str
    run_no: int
    system: str
    extracted_at: datetime | None
    applied_at: datetime
    by: str
    state: str
    words: str = ""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """Table name to added, changed, unchanged, left, died, rejected."""


@dataclass(frozen=True, slots=True)
class InviteBatch:
    """One batch of invites: what it was called and how many patients it asked."""

    batch_id: str
    words: str
    count: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecallChoice:
    """Whether the practice uses a recall, and the clinician who approved it (empty: nobody)."""

    recall: str
    activity: str
    approver: str
    by: str
    at: datetime
    version: int
