"""One line of docs/faults.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One fault: what was made, what was said, and whether work went on."""

    fault: str
    engine: str
    words: str
    then: str
