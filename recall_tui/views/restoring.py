"""What a backup holds, and what putting it back would lose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Held:
    """One practice of a store."""

    code: str
    patients: int
    decisions: int
    newest: datetime | None
    """When the newest decision was made."""

    @property
    def words(self) -> str:
        """Say it in one line."""
        until = f", the newest of {self.newest:%d %b %Y %H:%M} UTC" if self.newest else ""
        return f"{self.code}: {self.patients:,} patients, {self.decisions:,} decisions{until}"


@dataclass(frozen=True, slots=True)
class Lost:
    """What is in the store and not in the backup."""

    decisions: int
    bookings: int
    invites: int
    imports: int
    practices: tuple[str, ...]
    """Whole practices that the backup does not know."""

    @property
    def anything(self) -> bool:
        """Whether anything would be lost."""
        return bool(self.decisions or self.imports or self.practices)

    def counts(self) -> Mapping[str, int]:
        """Return the numbers by name."""
        return {
            "decisions": self.decisions,
            "bookings": self.bookings,
            "invites": self.invites,
            "imports": self.imports,
        }

    @property
    def words(self) -> str:
        """Say it in one line, within a sentence."""
        if not self.anything:
            return "nothing"
        parts = [
            f"{self.decisions:,} decisions ({self.bookings:,} bookings, {self.invites:,} invites)"
        ]
        parts += [f"{self.imports:,} imports"] if self.imports else []
        parts += [f"all of practice {', '.join(self.practices)}"] if self.practices else []
        return ", ".join(parts)
