"""Who is at the keyboard, from the kernel: never from what a person can set.

Where staff start the program as a service account through one line of sudoers, the account's own
uid says nothing; then the kernel's login uid (set once when a person logs in) tells, or
``SUDO_UID`` if the parent process is sudo itself, which only root can be.
"""

import os
import pwd
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from recall_tui.errors import UsageProblem

_UNSET: Final = 2**32 - 1
"""The login uid of a process that nobody logged in to start."""


def kernel_login(service_account: str = "", environ: Mapping[str, str] | None = None) -> str:
    """Return the login of the person who runs this process.

    Args:
        service_account: the login as which staff start the program through sudo, if any.
        environ: the environment, of which only ``SUDO_UID`` is read, and only under sudo.

    Raises:
        UsageProblem: the user id has no login here, or nothing tells who uses the account.
    """
    login = _login_of(os.getuid())
    if not service_account or login != service_account:
        return login
    uid = _login_uid()
    if uid in (None, os.getuid()) and environ is not None and _parent_is_sudo():
        uid = _number(environ.get("SUDO_UID", ""))
    if uid is None or uid == os.getuid():
        message = (
            f"nothing tells which person uses the account {login}: start recall through sudo, as "
            "docs/people.md says"
        )
        raise UsageProblem(message)
    return _login_of(uid)


def origin(environ: Mapping[str, str]) -> str:
    """Return from where the person works: terminal, and the address that sshd noted."""
    words: list[str] = []
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            words.append(os.ttyname(descriptor).removeprefix("/dev/"))
            break
    address = environ.get("SSH_CONNECTION", "").partition(" ")[0]
    if address and all(sign in "0123456789abcdef.:%" for sign in address):
        words.append(address[:45])
    return " ".join(words) or "no terminal"


def _login_of(uid: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    message = f"user id {uid} has no login on this machine: ask whoever runs the server"
    raise UsageProblem(message)


def _login_uid(file: Path = Path("/proc/self/loginuid")) -> int | None:
    with suppress(OSError):
        uid = _number(file.read_text(encoding="ascii").strip())
        return None if uid == _UNSET else uid
    return None


def _parent_is_sudo() -> bool:
    """Whether the parent runs as root and is sudo: a person can start no such process."""
    parent = Path(f"/proc/{os.getppid()}")
    with suppress(OSError):
        name = (parent / "comm").read_text(encoding="ascii").strip()
        return name == "sudo" and parent.stat().st_uid == 0
    return False


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None
