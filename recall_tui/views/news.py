"""What is new in the store, whoever changed it."""

from collections.abc import Set as AbstractSet
from typing import NamedTuple


class News(NamedTuple):
    """What was changed after one revision up to another."""

    since: int
    """The revision after which; 0: of what came before nothing is known."""

    revision: int
    """The newest revision."""

    patients: AbstractSet[str] | None
    """Whose rows; None: it may be anything."""

    trouble: str = ""
    """Why the store cannot be asked just now, in one line; empty: it answers."""

    def and_then(self, later: "News") -> "News":
        """Return both as one piece of news."""
        if later.trouble:
            return self._replace(trouble=later.trouble)
        joins = later.since == self.revision and self.patients is not None
        patients = later.patients
        if joins and patients is not None and self.patients is not None:
            patients = frozenset(self.patients | patients)
        elif later.since > self.revision or self.patients is None:
            patients = None
        return News(self.since, later.revision, patients)
