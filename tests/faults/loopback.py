"""Postgres servers of our own on loopback: with TLS, and one that copies another (a replica)."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
TOOLS = ("postgres", "pg_ctl", "initdb", "pg_basebackup", "openssl")
USER = "recall"


def can_be_tried() -> bool:
    """Whether this machine has a whole Postgres, whose programs may be run from here."""
    return all(shutil.which(one) for one in TOOLS) and (os.getuid() != 0 or _other_user() != "")


@dataclass(frozen=True)
class Loopback:
    """One server: its data folder and port."""

    data: Path
    port: int

    def make(self, *settings: str) -> None:
        """Make an empty server that trusts this machine, and start it."""
        _run("initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale")
        self.set("fsync = off", f"port = {self.port}", f"listen_addresses = '{HOST}'", *settings)
        self.start()
        _run("createdb", "-h", HOST, "-p", str(self.port), "-U", USER, "recall")

    def copy_of(self, other: Loopback) -> None:
        """Become a replica of another server, and start."""
        place = ("-h", HOST, "-p", str(other.port), "-U", USER)
        _run("pg_basebackup", *place, "-D", str(self.data), "-R", "-X", "stream", "-c", "fast")
        self.set(f"port = {self.port}")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.data.parent / f"{self.port}.log"
        socket_folder = f"-c unix_socket_directories={self.data.parent}"
        self._ctl("-l", str(log), "-o", socket_folder, "start")

    def stop(self, how: str = "fast") -> None:
        """Stop it; ``immediate``: as a crash would."""
        self._ctl("-m", how, "stop")

    def promote(self) -> None:
        """Make a replica the main server."""
        self._ctl("promote")

    def _ctl(self, *arguments: str) -> None:
        _run("pg_ctl", "-w", "-D", str(self.data), *arguments)

    def set(self, *lines: str) -> None:
        """Append settings; they hold from the next start."""
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(["", *lines, ""]))


@contextmanager
def servers(folder: Path, count: int) -> Generator[Sequence[Loopback]]:
    """Give so many servers that are still to be made; whatever runs is stopped at the end."""
    folder.mkdir(mode=0o755)
    if os.getuid() == 0:
        shutil.chown(folder, _other_user())
    found = [Loopback(folder / f"data-{number}", _free_port()) for number in range(count)]
    try:
        yield found
    finally:
        for one in found:
            with suppress(subprocess.CalledProcessError):
                one.stop("immediate")


def certificates(folder: Path, name: str) -> Path:
    """Make an authority of our own and, in its name, a server's certificate; return the folder."""
    folder.mkdir()
    authority, request = (
        ("-keyout", "ca.key", "-out", "ca.crt"),
        ("-keyout", "s.key", "-out", "s.csr"),
    )
    common = ("-newkey", "rsa:2048", "-nodes", "-subj")
    _openssl(folder, "req", "-x509", "-days", "2", *common, "/CN=Drama CA", *authority)
    _openssl(folder, "req", *common, f"/CN={name}", *request)
    (folder / "names").write_text(f"subjectAltName=DNS:{name}\n", encoding="ascii")
    signed = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names")
    _openssl(folder, "x509", "-req", "-days", "2", "-in", "s.csr", "-out", "s.crt", *signed)
    folder.chmod(0o755)
    if os.getuid() == 0:
        for file in folder.iterdir():
            shutil.chown(file, _other_user())
    (folder / "s.key").chmod(0o600)
    return folder


def _openssl(folder: Path, *arguments: str) -> None:
    command = ["/usr/bin/openssl", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    assert found, program
    command = [found, *arguments]
    user = _other_user() if os.getuid() == 0 else ""
    subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, cwd="/", timeout=120, user=user or None,
        group=pwd.getpwnam(user).pw_gid if user else None, extra_groups=[] if user else None,
        env={**os.environ, "LC_ALL": "C", "HOME": "/nonexistent"},
    )  # fmt: skip


def _other_user() -> str:
    """Return a login that is not root's: Postgres does not run as root."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
