"""What can go wrong through nobody's bug, each with one line of words and an exit code.

    RecallError
    ├── UsageProblem   2   the command was typed wrongly
    ├── BadInput       3   a file or value cannot be taken: where, what, what to do
    ├── Refused        4   not allowed, or not possible in this state
    ├── Conflict       5   somebody else changed the same thing first: who, when, what
    └── StoreTrouble   6   the database is locked, lost, full, newer or damaged

Everything else that is raised is a bug and is never caught.
"""

from __future__ import annotations

from recall_tui.cleaning import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path
    from typing import ClassVar


class RecallError(Exception):
    """A fault that a person can understand and do something about.

    Takes the words: one line that says what is wrong, where, and what to do. They are cleaned and
    kept on one line, whatever data they quote.
    """

    exit_code: ClassVar[int] = 1
    """What the process ends with when nothing else could be done."""

    def __init__(self, words: str) -> None:
        """Keep ``words``, cleaned."""
        self.words = " ".join(clean(words).split())
        super().__init__(self.words)


class UsageProblem(RecallError):
    """The command was typed wrongly: an unknown option, a date that is none."""

    exit_code: ClassVar[int] = 2


class BadInput(RecallError):
    """A file, a setting or a value that cannot be taken."""

    exit_code: ClassVar[int] = 3

    @classmethod
    def at(cls, file: Path | str, line: int | None, words: str) -> BadInput:
        """Return a ``BadInput`` that says ``file:line: words`` (``file: words`` without line)."""
        place = f"{file}:{line}" if line is not None else f"{file}"
        return cls(f"{place}: {words}")


class Refused(RecallError):
    """The person may not do this, or it cannot be done in the present state."""

    exit_code: ClassVar[int] = 4


class RestrictedRecord(Refused):
    """The record is for those who may see restricted ones; ``patients`` says whose it is."""

    def __init__(self, words: str, patients: Collection[str]) -> None:
        """Keep the words, and the numbers for the audit."""
        super().__init__(words)
        self.patients = tuple(sorted(patients))


class Conflict(RecallError):
    """Somebody else changed the same thing first; nothing was overwritten.

    Takes ``what`` they did ("booked"), ``who`` they are and ``when`` it was (shown as given, so
    pass local time), where those are known.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, what: str, *, who: str = "", when: datetime | None = None) -> None:
        """Keep the three and word them: "changed by Jo at 10:42 on 22 Nov 2026: booked"."""
        self.what = clean(what)
        self.who = clean(who)
        self.when = when
        by = self.who or "someone else"
        at = f" at {when:%H:%M} on {when.day} {when:%b %Y}" if when else ""
        super().__init__(f"changed by {by}{at}: {self.what}")


class StoreTrouble(RecallError):
    """The database cannot be used: locked, lost, full, of a newer version, or damaged."""

    exit_code: ClassVar[int] = 6


class StoreUnwritable(StoreTrouble):
    """The store can take nothing now (disk full or read-only, server away): nothing was saved.

    The same may work once somebody has seen to it.
    """


class StoreBusy(StoreTrouble):
    """Somebody else holds the database: the same will work in a moment."""
