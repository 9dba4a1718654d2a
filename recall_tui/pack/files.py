"""Reads the files of a pack folder, with limits, so that no file can hang or fill the machine."""

import hashlib
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from recall_tui.pack.lines import Path as Place
from recall_tui.pack.lines import lines_of, nearest
from recall_tui.pack.problems import PackFault, PackProblem

SHIPPED: Final = Path(__file__).parent
"""The folder of the shipped pack."""

MOST_TOML_BYTES: Final = 262_144
MOST_CSV_BYTES: Final = 8_388_608
MOST_FILES: Final = 1_000
"""In one folder of a pack."""

PARTS: Final = (
    *(("", ".toml"), ("items", ".toml"), ("recalls", ".toml"), ("measures", ".toml")),
    ("clusters", ".csv"),
)
"""The folders inside a pack whose files are read, and how these end."""

MOST_LINE: Final = 2_000
"""Characters in a line of a TOML file: the time to read one grows with its square."""

MOST_NESTING: Final = 40
"""Tables and lists inside each other in a TOML file."""

_TOO_DEEP: Final = f"is nested more than {MOST_NESTING} deep"


@dataclass(frozen=True, slots=True)
class Document:
    """One TOML file: its path, its text and what it says."""

    path: Path
    text: str = field(repr=False)
    data: Mapping[str, object]

    def line_of(self, place: Place) -> int | None:
        """Return the line of what ``place`` leads to, or of the nearest thing around it."""
        return nearest(lines_of(self.text), place)

    def problem(self, place: Place, words: str) -> PackProblem:
        """Return a problem with the line of ``place``."""
        return PackProblem(self.path, self.line_of(place), words)


def read_text(path: Path, most_bytes: int) -> str:
    """Return the text of a regular file.

    Raises:
        PackFault: it is no regular file, too large, not UTF-8, or cannot be read.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise PackFault(path, None, "is not a regular file")
        if about.st_size > most_bytes:
            words = f"is {about.st_size} bytes long; at most {most_bytes} are read"
            raise PackFault(path, None, words)
        raw = path.read_bytes()
    except OSError as fault:
        raise PackFault(path, None, f"cannot be read: {fault.strerror}") from fault
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise PackFault(path, line, "is not UTF-8 text: save it as UTF-8") from fault
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise PackFault(path, line, "holds a null character: this is no text file")
    return text


def read_document(path: Path) -> Document:
    """Read one TOML file.

    Raises:
        PackFault: it cannot be read, is nested too deeply or is not TOML.
    """
    # Loaded here: a session compares files of rules and reads none.
    import tomllib  # noqa: PLC0415

    text = read_text(path, MOST_TOML_BYTES)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MOST_LINE:
            raise PackFault(path, number, f"is longer than {MOST_LINE} characters")
    try:
        data = cast("dict[str, object]", tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise PackFault(path, _line_in(str(fault)), f"is not TOML: {fault}") from fault
    except RecursionError as fault:
        raise PackFault(path, None, _TOO_DEEP) from fault
    except ValueError as fault:  # a date such as 2026-02-30, or a number of thousands of digits
        raise PackFault(path, None, f"holds a value that cannot be: {fault}") from fault
    if _depth(data) > MOST_NESTING:
        raise PackFault(path, None, _TOO_DEEP)
    return Document(path, text, data)


def listed(folder: Path, ending: str) -> list[Path]:
    """Return the files of ``folder`` with this ending, by name; none when there is no folder.

    Raises:
        PackFault: there are too many, or the folder cannot be read.
    """
    if not folder.is_dir():
        return []
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ending)
    except OSError as fault:
        raise PackFault(folder, None, f"cannot be read: {fault.strerror}") from fault
    if len(found) > MOST_FILES:
        raise PackFault(folder, None, f"holds {len(found)} files; at most {MOST_FILES} are read")
    return found


def _depth(data: object) -> int:
    """Return how many tables and lists stand inside each other, at most ``MOST_NESTING`` + 1."""
    level: list[object] = [data]
    for depth in range(MOST_NESTING + 1):
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(cast("dict[str, object]", value).values())
            elif isinstance(value, list):
                inner.extend(cast("list[object]", value))
        if not inner:
            return depth
        level = inner
    return MOST_NESTING + 1


def _line_in(message: str) -> int | None:
    """Take the line out of "… (at line 3, column 5)"."""
    _, found, rest = message.rpartition("(at line ")
    number = rest.partition(",")[0]
    return int(number) if found and number.isdecimal() else None


def fingerprint(folders: Sequence[Path]) -> str:
    """Return 32 hexadecimal digits that change when any file of the folders changes."""
    digest = hashlib.sha256()
    for number, folder in enumerate(folders):
        for part, ending in PARTS:
            for path in listed(folder / part, ending):
                content = path.read_bytes()
                digest.update(f"{number}/{part}/{path.name}/{len(content)}\n".encode())
                digest.update(content)
    return digest.hexdigest()[:32]
