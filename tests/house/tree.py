"""Where the project lies, and its source files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("recall_tui", "screens", "widgets", "storage")


def sources(*folders: str) -> Iterator[Path]:
    """Yield the Python files of ``folders`` (default: the four packages), in order."""
    for folder in folders or PACKAGES:
        yield from sorted((ROOT / folder).rglob("*.py"))


def inside(path: Path) -> str:
    """Return ``path`` as it is written from the project's root."""
    return path.relative_to(ROOT).as_posix()
