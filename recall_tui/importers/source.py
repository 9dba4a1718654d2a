"""Open a folder or a zip file of an extract: a private copy of its CSV files, and their hash.

Nothing is read in place: each file is copied once, hashed on the way, and the copy is what is
parsed, so that a file which changes meanwhile cannot be read in two states.
"""

import hashlib
import os
import shutil
import stat
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final
from zoneinfo import ZoneInfo

from recall_tui.errors import BadInput

LONDON: Final = ZoneInfo("Europe/London")
GIBIBYTE: Final = 1 << 30
CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a source may hold before it is refused."""

    files: int = 200
    total_bytes: int = 16 * GIBIBYTE
    ratio: int = 200
    """A member of a zip may be this many times its compressed size …"""

    ratio_from: int = 64 << 20
    """… once it is larger than this many bytes."""


LIMITS: Final = Limits()


class Spool:
    """A private folder (mode 0700) that goes away with the last object that holds it."""

    def __init__(self) -> None:
        """Make the folder."""
        self.path = Path(tempfile.mkdtemp(prefix="recall-import-"))
        self._remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def close(self) -> None:
        """Remove the folder now; closing twice is harmless."""
        self._remove()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One CSV file of the extract: its own name, and where our copy lies."""

    name: str
    path: Path
    size: int
    modified: datetime
    """Local time, no zone."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """The CSV files of an extract by lower-case name, and the hash of them all.

    The hash depends on names and contents only: a folder and a zip of it have the same.
    """

    files: Mapping[str, SourceFile]
    sha256: str
    ignored: tuple[str, ...]
    """Names of files that are no CSV, in order."""

    spool: Spool = field(repr=False)

    @property
    def newest(self) -> datetime | None:
        """When the newest file was last changed."""
        return max((file.modified for file in self.files.values()), default=None)


def open_source(path: Path, limits: Limits = LIMITS) -> Source:
    """Copy the CSV files of the folder or zip ``path`` into a private spool.

    The files may lie in ``path`` itself or in its only folder. The spool is removed with the
    ``Source``.

    Raises:
        BadInput: not a folder or zip, damaged, encrypted, with links or unsafe names, too large,
            without any CSV file, or not readable.
    """
    spool = Spool()
    try:
        if path.is_dir():
            source = _collect(_from_folder(path, spool, limits), spool)
        elif path.is_file():
            source = _collect(_from_zip(path, spool, limits), spool)
        else:
            raise BadInput.at(path, None, "no such folder or zip file")
    except OSError as fault:
        spool.close()
        raise BadInput.at(path, None, f"cannot be read: {fault.strerror or fault}") from fault
    except BadInput:
        spool.close()
        raise
    if not source.files:
        spool.close()
        raise BadInput.at(path, None, "holds no CSV file; patients.csv and events.csv are needed")
    return source


def _collect(found: Iterable[SourceFile | str], spool: Spool) -> Source:
    files: dict[str, SourceFile] = {}
    ignored: list[str] = []
    for file in found:
        if isinstance(file, str):
            ignored.append(file)
            continue
        key = file.name.lower()
        if key in files:
            words = f"the same file is there twice, as {files[key].name} and {file.name}"
            raise BadInput.at(file.name, None, words)
        files[key] = file
    whole = hashlib.sha256()
    for key in sorted(files):
        whole.update(f"{key}\0{files[key].sha256}\n".encode())
    return Source(files, whole.hexdigest(), tuple(sorted(ignored)), spool)


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


class _Budget:
    """What may still be copied, shared by all files of one source."""

    def __init__(self, limits: Limits, spool: Spool) -> None:
        self._limits = limits
        self._spool = spool
        self._files = 0
        self._bytes = 0

    def copy(self, stream: IO[bytes], name: str, modified: datetime, most: int) -> SourceFile:
        """Copy one file; ``most`` is what this file alone may hold."""
        self._files += 1
        if self._files > self._limits.files:
            raise BadInput.at(name, None, f"more than {self._limits.files} files in one extract")
        target = self._spool.path / f"{self._files:03d}.csv"
        digest = hashlib.sha256()
        size = 0
        with target.open("xb") as copy:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                self._bytes += len(chunk)
                if size > most or self._bytes > self._limits.total_bytes:
                    words = "unpacks to far more than an extract can hold: refused"
                    raise BadInput.at(name, None, words)
                digest.update(chunk)
                copy.write(chunk)
        return SourceFile(name, target, size, modified, digest.hexdigest())


def _from_folder(path: Path, spool: Spool, limits: Limits) -> Iterator[SourceFile | str]:
    budget = _Budget(limits, spool)
    for entry in sorted(_folder_of_files(path).iterdir()):
        if not _is_csv(entry.name):
            if entry.is_file() and not entry.name.startswith("."):
                yield entry.name
            continue
        yield _copy_plain(entry, budget, limits)


def _folder_of_files(path: Path) -> Path:
    """Return ``path``, or its only folder when the CSV files lie there."""
    entries = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
    if any(_is_csv(entry.name) for entry in entries):
        return path
    folders = [entry for entry in entries if entry.is_dir() and not entry.is_symlink()]
    return folders[0] if len(folders) == 1 else path


def _copy_plain(entry: Path, budget: _Budget, limits: Limits) -> SourceFile:
    if not stat.S_ISREG(entry.lstat().st_mode):
        raise BadInput.at(entry.name, None, "is a link or no plain file: refused; copy the file")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(entry, flags), "rb") as stream:
        changed = os.fstat(stream.fileno()).st_mtime
        modified = datetime.fromtimestamp(changed, tz=LONDON).replace(tzinfo=None)
        return budget.copy(stream, entry.name, modified, limits.total_bytes)


def _from_zip(path: Path, spool: Spool, limits: Limits) -> Iterator[SourceFile | str]:
    budget = _Budget(limits, spool)
    try:
        with zipfile.ZipFile(path) as archive:
            for member in _members(archive, limits):
                name = PurePosixPath(member.filename).name
                if not _is_csv(name):
                    yield name
                    continue
                most = max(limits.ratio_from, member.compress_size * limits.ratio)
                with archive.open(member) as stream:
                    yield budget.copy(stream, name, _member_time(member), most)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as fault:
        words = "is not a folder and not a whole zip file: export or copy it again"
        raise BadInput.at(path, None, words) from fault


def _members(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """Return the plain files, all at one level, after every name and flag was judged."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) > 10 * limits.files:
        raise BadInput("the zip holds more files than an extract can have: refused")
    for member in members:
        _judge_member(member)
    tables = [member for member in members if _is_csv(member.filename)]
    folders = {PurePosixPath(member.filename).parent for member in tables}
    if len(folders) > 1:
        raise BadInput("the zip holds CSV files in several folders: zip one extract alone")
    if any(len(folder.parts) > 1 for folder in folders):
        raise BadInput("the CSV files lie too deep in the zip: at most one folder may hold them")
    return [member for member in members if PurePosixPath(member.filename).parent in folders]


def _judge_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name:
        raise BadInput.at(name, None, "a name in the zip points outside of it: refused")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise BadInput.at(name, None, "is a link in the zip: refused; zip the file itself")
    if member.flag_bits & 0x1:
        raise BadInput.at(name, None, "is encrypted: unpack the zip with its password first")


def _member_time(member: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*member.date_time)  # noqa: DTZ001 - zip files keep local time
    except ValueError:
        return datetime(1980, 1, 1)  # noqa: DTZ001 - the zip format's own "unknown"
