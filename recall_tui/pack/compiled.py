"""The rulebook as one private file of JSON, so that its two hundred files need not be checked anew.

Reading and checking the rules takes half a second, most of it to load what checks them. What came
of it is kept beside the store under a digest of every file of the packs and of the code that read
them: when any of these changes, the rules are read again. The file holds values only, is taken
only from a folder that nobody else can write, and a byte too few or too many makes it void.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from recall_tui.domain import expressions, items, recalls
from recall_tui.domain.recalls import Rulebook
from recall_tui.errors import BadInput
from recall_tui.pack.files import MOST_CSV_BYTES, PARTS, SHIPPED, listed

__all__ = ["SHIPPED", "rulebook_of"]

NAME: Final = "rules.json"
_MOST_BYTES: Final = 64 * 1024 * 1024
_MODULES: Final = (recalls, expressions, items)
_CODE: Final = (SHIPPED, Path(recalls.__file__).parent)
"""Where the code that makes a rulebook lies."""


def rulebook_of(folders: Sequence[Path], keep_in: Path) -> Rulebook:
    """Return what ``pack.reader.read_rulebook`` returns, from the kept file while it holds.

    ``keep_in`` is the private folder in which they are kept, made if it does not exist; where
    nothing can be kept the rules are read every time.

    Raises:
        BadInput: the first fault of the pack, as ``file:line: words``.
    """
    digest = _digest(folders)
    kept = _kept(keep_in, digest) if digest else None
    if kept is not None:
        return kept
    # Loaded here: what checks the rules takes longer to load than the kept ones to read.
    from recall_tui.pack.reader import read_rulebook  # noqa: PLC0415

    book = read_rulebook(folders)
    # A file that was changed while it was read must not be kept under its new digest.
    if digest and digest == _digest(folders):
        _keep(keep_in, digest, book)
    return book


def _digest(folders: Sequence[Path]) -> str:
    """Return what identifies the files of the packs and the code; empty: read them to say why."""
    digest = hashlib.sha256()
    try:
        for folder in folders:
            for part, ending in PARTS:
                for path in listed(folder / part, ending):
                    _add(digest, f"{folder}/{part}", path)
        for folder in _CODE:
            for path in sorted(folder.glob("*.py")):
                _add(digest, f"{folder}", path)
    except (BadInput, OSError):
        return ""
    return digest.hexdigest()


def _add(digest: Any, place: str, path: Path) -> None:  # noqa: ANN401 - hashlib names no type
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_CSV_BYTES:
        raise OSError
    content = path.read_bytes()
    digest.update(f"{place}/{path.name}/{len(content)}\n".encode())
    digest.update(content)


def _kept(folder: Path, digest: str) -> Rulebook | None:
    """Return the kept rulebook if it is of this digest, whole, and nobody else's."""
    try:
        raw = _read_private(folder)
    except OSError:
        return None
    head, _, body = raw.partition(b"\n")
    if head.decode("ascii", "replace") != _head(digest, body):
        return None
    book = json.loads(body, object_hook=_value)
    return book if isinstance(book, Rulebook) else None


def _read_private(folder: Path) -> bytes:
    """Return the bytes of the file; OSError when anybody else could have written it."""
    descriptor = os.open(folder / NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _MOST_BYTES:
            raise OSError
        if not (_is_private(about) and _is_private(folder.stat())):
            raise OSError
        return file.read()


def _is_private(about: os.stat_result) -> bool:
    return about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _keep(folder: Path, digest: str, book: Rulebook) -> None:
    """Keep the rulebook, whole or not at all; a folder that takes no file is no fault."""
    text = json.dumps(_plain(book), separators=(",", ":"))
    if json.loads(text, object_hook=_value) != book:
        return
    body = text.encode("ascii")
    fresh = folder / f"{NAME}-{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with suppress(OSError):
        # Whoever works on a server's store or another file may have no folder of their own yet.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder.stat()):
            return
        try:
            with os.fdopen(os.open(fresh, flags, 0o600), "wb") as file:
                file.write(_head(digest, body).encode("ascii") + b"\n" + body)
            fresh.replace(folder / NAME)
        finally:
            fresh.unlink(missing_ok=True)


def _head(digest: str, body: bytes) -> str:
    return f"{digest} {hashlib.sha256(body).hexdigest()}"


# ------------------------------------------------------------------------- values as JSON and back


def _classes(module: ModuleType) -> dict[str, Any]:
    return {
        name: one
        for name, one in vars(module).items()
        if isinstance(one, type) and one.__module__ == module.__name__
    }


_BY_NAME: Final[Mapping[str, Any]] = {
    name: one for module in _MODULES for name, one in _classes(module).items()
}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a rulebook
    """Return a value as JSON can say it; what is not text, number or null names its kind."""
    plain: Any = value
    if isinstance(value, Enum):
        plain = {"enum": type(value).__name__, "is": value.value}
    elif isinstance(value, tuple):
        plain = {"tuple": [_plain(one) for one in plain]}
    elif isinstance(value, frozenset):
        plain = {"set": sorted(plain)}
    elif isinstance(value, date):
        plain = {"date": value.isoformat()}
    elif isinstance(value, Mapping):
        plain = {"map": [[_plain(key), _plain(one)] for key, one in plain.items()]}
    elif is_dataclass(value):
        held = [_plain(getattr(value, field.name)) for field in fields(value)]
        plain = {"class": type(value).__name__, "of": held}
    return plain


def _value(said: dict[str, Any]) -> Any:  # noqa: ANN401 - any value of a rulebook
    """Return the value that ``_plain`` said so."""
    if "class" in said:
        return _BY_NAME[said["class"]](*said["of"])
    if "tuple" in said:
        return tuple(said["tuple"])
    if "enum" in said:
        return _BY_NAME[said["enum"]](said["is"])
    if "set" in said:
        return frozenset(said["set"])
    if "map" in said:
        return dict(said["map"])
    return date.fromisoformat(said["date"])
