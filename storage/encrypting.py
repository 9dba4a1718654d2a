"""Backups that only the holder of a key can read: age files, through the pyrage library.

A backup is written for *recipients*, public keys that may stand in settings (``age1…`` or an
``ssh-ed25519`` line). Whoever holds the matching *identity* reads it; that is a file of mode 0600,
or typed at a prompt, and never an argument. The library is loaded when it is needed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from recall_tui.errors import BadInput, Refused, StoreTrouble, UsageProblem

ENDING: Final = ".age"
MAGIC: Final = b"age-encryption.org/v1\n"
SECRET: Final = "AGE-SECRET-KEY-"  # noqa: S105 - how every secret key begins
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST_IDENTITY = 65_536


def is_encrypted(file: Path) -> bool:
    """Whether a file is an age file.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError as fault:
        raise BadInput.at(file, None, f"cannot be read: {fault.strerror}") from fault


def check_recipients(recipients: Sequence[str]) -> None:
    """Refuse what is no public key, before a backup is begun.

    Raises:
        UsageProblem: one of them is none, or is a secret key.
        Refused: the library is not installed.
    """
    _recipients(recipients)


def encrypt(plain: Path, sealed: Path, recipients: Sequence[str]) -> None:
    """Write ``plain`` to the open, private file ``sealed`` so that only the recipients read it.

    It is also written for a key that is made here, with which it is read back and compared with
    what was to be written; that key is kept nowhere.

    Raises:
        StoreTrouble: what was written reads back differently.
        OSError: it cannot be written.
    """
    age = _library()
    passing = age.x25519.Identity.generate()
    keys = [*_recipients(recipients), passing.to_public()]
    with plain.open("rb") as source, sealed.open("wb") as target:
        age.encrypt_io(source, target, keys)
    with sealed.open("rb") as source, plain.open("rb") as wanted:
        compared = _Compared(wanted)
        age.decrypt_io(source, compared, [passing])
        if not compared.is_whole:
            raise StoreTrouble("the encrypted copy reads back differently: not kept")


def decrypt(sealed: Path, plain: Path, identity: str) -> None:
    """Read an age file into the new, private file ``plain``.

    Raises:
        Refused: the identity does not fit, or the library is not installed.
        BadInput: the identity is none.
        StoreTrouble: the file is damaged.
    """
    age = _library()
    keys = _identities(age, identity)
    handle = os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with sealed.open("rb") as source, os.fdopen(handle, "wb") as target:
            age.decrypt_io(source, target, keys)
    except age.DecryptError as error:
        if "match" in str(error).lower():
            words = f"{sealed.name} was not encrypted for this identity: give the right one"
            raise Refused(words) from error
        raise StoreTrouble(f"{sealed.name} is damaged: try an older backup") from error
    except OSError as error:
        why = error.strerror if error.errno else "it is damaged: try an older backup"
        raise StoreTrouble(f"{sealed.name} cannot be read: {why}") from error


def identity_of(file: Path) -> str:
    """Return what an identity file holds.

    Raises:
        UsageProblem: the key itself was given instead of a file.
        BadInput: it cannot be read.
        Refused: others can read it.
    """
    if SECRET in str(file).upper():
        message = "a key is never an argument, which every login can see: give a file that holds it"
        raise UsageProblem(message)
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as fault:
        raise BadInput.at(file, None, f"cannot be read: {fault.strerror}") from fault
    with os.fdopen(descriptor, "rb") as stream:
        if os.fstat(stream.fileno()).st_mode & _OTHERS:
            raise Refused(f"others can read the identity {file.name}: chmod 600 it")
        return stream.read(_LARGEST_IDENTITY).decode("utf-8", "replace")


class _Compared:
    """Stands for a file that is written: compares what comes with what is wanted."""

    def __init__(self, wanted: Any) -> None:  # noqa: ANN401 - an open file
        self._wanted = wanted
        self._fits = True

    def write(self, some: bytes) -> int:
        self._fits = self._fits and self._wanted.read(len(some)) == bytes(some)
        return len(some)

    def flush(self) -> None:
        """Keep nothing back."""

    @property
    def is_whole(self) -> bool:
        return self._fits and not self._wanted.read(1)


def _library() -> Any:  # noqa: ANN401 - the library has no types
    try:
        return __import__("pyrage")
    except ImportError:
        raise Refused(
            "encrypted backups need the library pyrage: pip install 'recall-tui[encrypted]'"
        ) from None


def _recipients(recipients: Sequence[str]) -> list[Any]:
    age = _library()
    found: list[Any] = []
    for text in recipients:
        if SECRET in text.upper():
            message = "that is a secret key: give the public one, which begins with age1"
            raise UsageProblem(message)
        kind = age.ssh if text.strip().startswith("ssh-") else age.x25519
        try:
            found.append(kind.Recipient.from_str(text.strip()))
        except age.RecipientError as error:
            message = f"{text[:20]} is no public key: give age1… or an ssh-ed25519 line"
            raise UsageProblem(message) from error
    return found


def _identities(age: Any, text: str) -> list[Any]:  # noqa: ANN401 - the library has no types
    try:
        if "PRIVATE KEY-----" in text:
            return [age.ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        keys = [line for line in lines if line and not line.startswith("#")]
        if keys:
            return [age.x25519.Identity.from_str(line) for line in keys]
    except age.IdentityError as error:
        raise BadInput("what was given as identity is no key of age or OpenSSH") from error
    raise BadInput("what was given as identity holds no key")
