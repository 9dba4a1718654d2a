"""What libraries load without need: a session that stays open all day holds it all day."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator


def load_less() -> None:
    """Leave out what the screen's libraries load and a session has no use for: 3 MiB of it."""
    # Of subprocess and calendar; of URLs; of files to download; of dialects that are not known.
    for name in ("locale", "ipaddress", "mimetypes", "importlib.metadata"):
        when_used(name)
    with without("ssl"):  # nothing of ours speaks TLS through asyncio
        importlib.import_module("asyncio")


@contextmanager
def without(name: str) -> Generator[None]:
    """Inside the block ``import name`` fails, as where Python was built without that module.

    For what is loaded there and does without; nothing happens if the module is loaded already.
    """
    if name in sys.modules:
        yield
        return
    modules: dict[str, Any] = sys.modules
    modules[name] = None  # what Python takes for "there is none"
    try:
        yield
    finally:
        del sys.modules[name]


def when_used(name: str) -> None:
    """Load a module of a package not when it is imported, but when something of it is used.

    For modules that are imported as a whole: ``from name import this`` loads it at once.
    """
    if name in sys.modules:
        return
    stand_in = ModuleType(name)

    def load(attribute: str) -> object:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    stand_in.__dict__["__getattr__"] = load
    sys.modules[name] = stand_in
    package, _, word = name.rpartition(".")
    if package:
        setattr(importlib.import_module(package), word, stand_in)
