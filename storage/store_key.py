"""The key of an encrypted SQLite store, and where it comes from: no argument, and no setting.

``RECALL_KEY_FROM`` says where it is kept, and holds no secret itself: ``file:PATH``,
``credential:NAME`` (of systemd), ``keyring`` (the login's own, through the keyring library) or
``prompt``. The key is 32 bytes, written as 64 hexadecimal digits.
"""

from __future__ import annotations

import os
import stat

from recall_tui.errors import StoreTrouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

KEY_FROM: Final = "RECALL_KEY_FROM"
DIGITS: Final = 64
SERVICE: Final = "recall-tui"
_OTHERS = stat.S_IRWXO
_KNOWN: dict[str, str] = {}
"""The key of each source, once it was asked for."""


def store_key() -> str:
    """Return the key as hexadecimal digits.

    Raises:
        StoreTrouble: it is not there, can be read by every login, or is no key.
    """
    source = os.environ.get(KEY_FROM, "")
    if source not in _KNOWN:
        key = _read(source).strip().lower()
        if len(key) != DIGITS or set(key) - set("0123456789abcdef"):
            raise StoreTrouble(
                f"what {KEY_FROM} names is no key: it must be {DIGITS} hexadecimal digits"
            )
        _KNOWN[source] = key
    return _KNOWN[source]


def _read(source: str) -> str:
    kind, _, name = source.partition(":")
    if kind == "file" and name:
        return _from_file(name)
    if kind == "credential" and name and "/" not in name:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        return _from_file(os.path.join(folder, name))  # noqa: PTH118 - pathlib costs the quick path 5 ms
    if source == "keyring":
        return _from_keyring()
    if source == "prompt":
        import getpass  # noqa: PLC0415 - seldom, and not on the quick path

        return getpass.getpass("Key of the store (64 hexadecimal digits): ")
    raise StoreTrouble(
        f"{KEY_FROM} is not understood: give file:PATH, credential:NAME, keyring or prompt"
    )


def _from_file(path: str) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as fault:
        words = f"the key of the store cannot be read from {path}: {fault.strerror}"
        raise StoreTrouble(words) from fault
    try:
        if os.fstat(descriptor).st_mode & _OTHERS:
            raise StoreTrouble(f"every login of this server can read {path}: chmod 600 it")
        return os.read(descriptor, 4096).decode("ascii", "replace")
    finally:
        os.close(descriptor)


def _from_keyring() -> str:
    try:
        keyring = __import__("keyring")
    except ImportError:
        raise StoreTrouble(
            f"{KEY_FROM}=keyring needs the keyring library: pip install keyring"
        ) from None
    errors = __import__("keyring.errors", fromlist=["KeyringError"])
    try:
        found = keyring.get_password(SERVICE, "store")
    except errors.KeyringError as fault:
        raise StoreTrouble(
            f"no keyring answers here ({type(fault).__name__}): a server has none unless somebody "
            f"is logged in; use {KEY_FROM}=file:PATH, credential:NAME or prompt"
        ) from fault
    if not found:
        raise StoreTrouble(f"the keyring holds no key: keyring set {SERVICE} store")
    return str(found)
