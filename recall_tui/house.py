"""Proof that our four packages are ours: their plain names could be found somewhere else first."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

PACKAGES: Final = ("recall_tui", "screens", "widgets", "storage")
DISTRIBUTION: Final = "recall-tui"


def check_house(search_path: Sequence[str] | None = None) -> str | None:
    """Return None when Python finds our packages beside this one, else one line that says why not.

    Looks at files only, in the order in which Python would; nothing is imported.
    """
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib costs the quick path 5 ms
    for name in PACKAGES:
        found = _find(name, sys.path if search_path is None else search_path)
        if found is None:
            return f"'{name}' was not found beside recall_tui in {home}: install recall-tui again"
        if os.path.realpath(os.path.dirname(found)) != os.path.realpath(home):  # noqa: PTH120 - as above
            return (
                f"'{name}' was found at {found}, not beside recall_tui in {home}: "
                "start recall from another folder, or uninstall what brings it"
            )
    return None


def _find(name: str, search_path: Sequence[str]) -> str | None:
    """Return the folder that ``import name`` would take, None when there is none."""
    for entry in search_path:
        folder = os.path.join(entry or os.curdir, name)  # noqa: PTH118 - as above
        is_package = os.path.isfile(os.path.join(folder, "__init__.py"))  # noqa: PTH113, PTH118 - as above
        if is_package or os.path.isfile(f"{folder}.py"):  # noqa: PTH113 - as above
            return os.path.abspath(folder)  # noqa: PTH100 - as above
    return None


def shared_names(owners: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Name our packages that another distribution has installed over, for ``recall doctor``.

    ``owners`` is what ``importlib.metadata.packages_distributions()`` says.
    """
    return tuple(
        f"{name}: {', '.join(sorted(set(owners[name])))}"
        for name in PACKAGES
        if name in owners and set(owners[name]) != {DISTRIBUTION}
    )
