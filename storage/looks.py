"""Looks that the quick path noted: one short line appended after the page was printed.

A write transaction would take longer than the whole look-up. The lines wait in the audit folder of
the store, readable by its owner only, until the next session puts them into the chain.
"""

from __future__ import annotations

import json
import os

from recall_tui.errors import StoreTrouble

NAME = "looks"


def append(folder: str, look: dict[str, object]) -> None:
    """Add a look to the lines that wait.

    Raises:
        StoreTrouble: it cannot be written; whoever asked must know, since looks are recorded.
    """
    line = json.dumps(look).encode("ascii") + b"\n"
    try:
        if not os.path.isdir(folder):  # noqa: PTH112 - pathlib costs the quick path 5 ms
            os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103 - as above
        file = os.path.join(folder, NAME)  # noqa: PTH118 - as above
        # A session may take the file away between opening and writing, and have read it already.
        # It is noted once more then: what is in the chain is not added again.
        while not _appended(file, line):
            pass
    except OSError as fault:
        words = f"that you looked could not be recorded in {folder} ({fault.strerror})"
        raise StoreTrouble(f"{words}: tell whoever runs the server") from fault


def _appended(file: str, line: bytes) -> bool:
    """Append a line; return whether the file still had its name after that."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(file, flags, 0o600)
    try:
        os.write(descriptor, line)
        return os.stat(file).st_ino == os.fstat(descriptor).st_ino  # noqa: PTH116 - as above
    except FileNotFoundError:
        return False
    finally:
        os.close(descriptor)


def folder_of(url: str, data_folder: str) -> str:
    """Return the audit folder of a store, as ``storage.audit_keys`` names it."""
    if "://" not in url or url.startswith("sqlite"):
        path = url.partition(":///")[2] or url
        return f"{os.path.abspath(os.path.expanduser(path))}.audit"  # noqa: PTH100, PTH111 - as above
    place, _, query = url.partition("://")[2].partition("?")
    server, _, database = place.partition("/")
    named = [part[5:] for part in query.split("&") if part.startswith("host=")]
    host = _host(server.rpartition("@")[2]) or _unquoted("".join(named[:1])) or "local"
    name = _plain(f"{host}-{_unquoted(database)}")
    return os.path.join(data_folder, "audit", name)  # noqa: PTH118 - as above


def _host(server: str) -> str:
    """Return the host of ``host:port`` or ``[address]:port``."""
    if server.startswith("["):
        return server[1:].partition("]")[0]
    return server.partition(":")[0]


def _unquoted(text: str) -> str:
    """Return what a part of a URL stands for, without loading ``urllib``."""
    first, *rest = text.split("%")
    raw = first.encode()
    for part in rest:
        raw += bytes.fromhex(part[:2]) + part[2:].encode()
    return raw.decode("utf-8", "replace")


def _plain(text: str) -> str:
    """Return a name for a folder: whatever is no letter, digit, dot or hyphen becomes one _."""
    kept = [sign if (sign.isascii() and sign.isalnum()) or sign in ".-" else " " for sign in text]
    words = "".join(kept)
    inner = "_".join(words.split())
    begins, ends = words[:1] == " ", words[-1:] == " "
    return f"{'_' if begins else ''}{inner}{'_' if ends else ''}"
