"""The version of the store's tables that this program knows."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

HEAD: Final = "0012"
"""The newest revision; revisions are numbered, so that a newer store can be told."""


def newer_words(location: str, found: str) -> str:
    """Return what to tell people whose store is newer than their program."""
    return (
        f"the store {location} belongs to a newer version of this program (tables {found}, "
        f"this program knows {HEAD}): install the newer version"
    )
