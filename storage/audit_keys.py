"""What is kept outside the store so that its audit can be trusted: keys, and anchors of the chain.

One folder for each store, private to whoever owns the store. ``key`` seals rows; older keys stay
beside it under their fingerprints. ``anchors`` holds two lines for each transaction that sealed
rows, one before and one after its commit, so that a chain that was cut short or put back is found,
and so are anchors that were. Nothing here is about a patient.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from recall_tui.errors import StoreTrouble

KEY_BYTES = 32
AUDIT: Final = "recall_audit"
"""Execution option that holds the ``Auditing`` of a connection's transaction."""

KEY_FILE, ANCHORS_FILE = "key", "anchors"
_TAILS = (1 << 11, 1 << 18, 1 << 62)
"""Bytes of the end of the anchors that are read, one after the other, until a practice is found."""

_GROUP = 0o060
_PRIVATE = 0o600
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Key:
    """A secret that seals rows, and the name by which the store knows it."""

    secret: bytes

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that tell keys apart and say nothing about the secret."""
        # Loaded here: a look-up that writes nothing has no need of it.
        import hashlib  # noqa: PLC0415

        return hashlib.sha256(b"recall audit key" + self.secret).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was the newest row of a practice's chain at some moment, or what was accepted since."""

    practice_id: int
    chain_no: int
    mac: str
    at: str
    is_accepted: bool = False
    """Whether an admin accepted that the store was put back: older anchors beyond it are void."""

    is_begun: bool = False
    """Whether it only tells that a transaction was about to commit; it may have come to nothing."""


@dataclass(frozen=True)
class AuditKeys:
    """The keys and anchors of one store."""

    folder: Path
    mode: int = _PRIVATE
    """Of its files: that of the store's own file."""

    @cached_property
    def current(self) -> Key:
        """The key that seals new rows; made when there is none.

        Raises:
            StoreTrouble: it cannot be read or made.
        """
        return self._read(KEY_FILE) or self._make()

    @cached_property
    def place(self) -> str:
        """Eight hexadecimal digits that tell the folders of anchors of all computers apart."""
        # Loaded here: as above.
        import hashlib  # noqa: PLC0415

        machine = b""
        with suppress(OSError):
            machine = Path("/etc/machine-id").read_bytes().strip()
        words = f"{os.uname().nodename}:{self.folder.resolve()}".encode("utf-8", "surrogateescape")
        return hashlib.sha256(b"recall anchors" + machine + words).hexdigest()[:8]

    @property
    def has_key(self) -> bool:
        """Whether a key is here already."""
        return (self.folder / KEY_FILE).exists()

    def find(self, fingerprint: str) -> Key | None:
        """Return the key with this fingerprint if it is here."""
        for name in (KEY_FILE, f"{KEY_FILE}-{fingerprint}"):
            key = self._read(name)
            if key is not None and key.fingerprint == fingerprint:
                return key
        return None

    def renew(self) -> Key:
        """Put the current key aside and make another one; the next row begins a new section."""
        old = self._read(KEY_FILE)
        if old is not None:
            (self.folder / KEY_FILE).rename(self.folder / f"{KEY_FILE}-{old.fingerprint}")
        self.__dict__.pop("current", None)
        return self.current

    def newest(self, practice_id: int | None) -> int:
        """Return the newest row that the last lines name, of a practice or of any; 0: none."""
        for size in _TAILS:
            found = self._last(size)
            numbers = [one.chain_no for one in found if practice_id in (None, one.practice_id)]
            if numbers:
                return max(numbers)
        return 0

    def _last(self, size: int) -> Iterator[Anchor]:
        try:
            descriptor = os.open(self.folder / ANCHORS_FILE, os.O_RDONLY | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                file.seek(max(os.fstat(descriptor).st_size - size, 0))
                lines = file.read().decode("ascii", "replace").splitlines()
        except OSError:
            return
        yield from _read_anchors(lines)

    def anchor(self, anchor: Anchor) -> bool:
        """Append an anchor; return whether that worked (a row that is stored cannot be unsaid)."""
        words = "accepted" if anchor.is_accepted else "begun" if anchor.is_begun else "sealed"
        line = f"{anchor.practice_id} {anchor.chain_no} {anchor.mac} {anchor.at} {words}\n"
        try:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self.folder / ANCHORS_FILE, flags, self.mode)
            try:
                # One short write in append mode: lines of many processes do not mix.
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        except OSError:
            return False
        return True

    def anchors(self) -> Iterator[Anchor]:
        """Give every anchor, the oldest first; a line that was cut off or damaged is left out."""
        with (
            suppress(FileNotFoundError),
            (self.folder / ANCHORS_FILE).open(encoding="ascii", errors="replace") as lines,
        ):
            yield from _read_anchors(lines)

    def content(self, name: str) -> bytes | None:
        """Return what a file of the folder holds; None: it is not there.

        Raises:
            StoreTrouble: it cannot be read.
        """
        try:
            descriptor = os.open(self.folder / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise self._trouble(fault) from fault

    def put(self, name: str, content: bytes) -> None:
        """Write a file of the folder, whole, in place of what is there.

        Raises:
            StoreTrouble: it cannot be written.
        """
        temporary = self._passing()
        try:
            self._write(temporary, content)
            temporary.replace(self.folder / name)
        except OSError as fault:
            raise self._trouble(fault) from fault
        finally:
            temporary.unlink(missing_ok=True)

    def _read(self, name: str) -> Key | None:
        text = self.content(name)
        if text is None:
            return None
        try:
            secret = bytes.fromhex(text.decode("ascii"))
        except ValueError:
            secret = b""
        if len(secret) != KEY_BYTES:
            words = f"{self.folder / name} is no audit key: put the right one back from your backup"
            raise StoreTrouble(words)
        return Key(secret)

    def _make(self) -> Key:
        """Make a key that is whole or not there; when another process was first, take its key."""
        key = Key(secrets.token_bytes(KEY_BYTES))
        temporary = self._passing()
        try:
            self._write(temporary, key.secret.hex().encode())
            with suppress(FileExistsError):
                os.link(temporary, self.folder / KEY_FILE)
        except OSError as fault:
            raise self._trouble(fault) from fault
        finally:
            temporary.unlink(missing_ok=True)
        return self._read(KEY_FILE) or key

    def _passing(self) -> Path:
        """Return a name that a file has until it is whole."""
        return self.folder / f".{KEY_FILE}-{secrets.token_hex(8)}"

    def _write(self, temporary: Path, content: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.mode & _GROUP:
            self.folder.chmod(0o770)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, self.mode), "wb") as file:
            os.fchmod(file.fileno(), self.mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _trouble(self, fault: OSError) -> StoreTrouble:
        return StoreTrouble(
            f"the audit key in {self.folder} cannot be used ({fault.strerror}): without it nothing "
            "can be recorded; ask whoever runs the server"
        )


@dataclass(slots=True)
class Auditing:
    """What sealing needs in one transaction, and the anchors that it leaves once committed."""

    keys: AuditKeys
    origin: str = ""
    heads: dict[int, Anchor] = field(default_factory=dict[int, Anchor])
    """The newest row of each practice whose chain grew."""

    def committing(self) -> None:
        """Say outside the store what is about to be committed: it may lose its anchor by dying."""
        for head in self.heads.values():
            self.keys.anchor(Anchor(head.practice_id, head.chain_no, "-", "-", is_begun=True))

    def committed(self) -> None:
        """Anchor the new head of each chain outside the store."""
        for head in self.heads.values():
            self.keys.anchor(head)


def _read_anchors(lines: Iterable[str]) -> Iterator[Anchor]:
    """Give the anchors in lines; one that was cut off or damaged is left out."""
    for line in lines:
        words = line.split()
        if len(words) == 5 and words[0].isdecimal() and words[1].isdecimal():  # noqa: PLR2004 - as written
            practice_id, number, mac, at, kind = words
            yield Anchor(
                int(practice_id), int(number), mac, at,
                is_accepted=kind == "accepted", is_begun=kind == "begun",
            )  # fmt: skip


def keys_of_file(store: Path) -> AuditKeys:
    """Return the keys of a SQLite store: in a folder beside it, as private as the file is."""
    mode = _PRIVATE
    with suppress(OSError):
        mode |= store.stat().st_mode & _GROUP
    return AuditKeys(store.with_name(f"{store.name}.audit"), mode)


def keys_of_server(data_folder: Path, host: str, database: str) -> AuditKeys:
    """Return the keys of a Postgres store: in the data folder of whoever runs the program."""
    name = _UNSAFE.sub("_", f"{host}-{database}")
    return AuditKeys(data_folder / "audit" / name)
