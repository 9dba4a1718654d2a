"""Judge the bytes of a CSV file before anything is read from it: encoding, line ends, wholeness."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recall_tui.errors import BadInput

CHUNK: Final = 4 << 20
LONGEST_LINE: Final = 1 << 20

_OTHER_BOMS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_AGAIN: Final = "save or export it again as CSV UTF-8"


@dataclass(frozen=True, slots=True)
class Looks:
    """What the bytes of a file that can be read look like."""

    start: int
    """Where the text begins: after the byte-order mark."""

    lines: int
    """Line ends in the file."""


def inspect(path: Path, name: str) -> Looks:
    """Read the whole file once and return its looks.

    Raises:
        BadInput: empty, UTF-16 or UTF-32, NUL characters, not UTF-8, line ends of CR alone, or no
            line end at the end (which is how a file that was cut off looks).
    """
    start = 0
    lines = 0
    returns = 0
    tail = b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for offset, chunk in _chunks(path):
        if offset == 0:
            start = _after_mark(chunk, name)
        if b"\0" in chunk:
            line = lines + chunk[: chunk.index(b"\0")].count(b"\n") + 1
            raise BadInput.at(name, line, f"holds NUL characters (UTF-16, or damaged): {_AGAIN}")
        _decode(decoder, chunk, name, lines)
        lines += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        tail = chunk[-1:]
    _judge_end(name, decoder, tail, lines, returns)
    return Looks(start, lines)


def _chunks(path: Path) -> Iterator[tuple[int, bytes]]:
    offset = 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield offset, chunk
            offset += len(chunk)


def _after_mark(chunk: bytes, name: str) -> int:
    if chunk.startswith(codecs.BOM_UTF8):
        return len(codecs.BOM_UTF8)
    for mark, encoding in _OTHER_BOMS.items():
        if chunk.startswith(mark):
            raise BadInput.at(name, None, f"is written in {encoding}: {_AGAIN}")
    if chunk.startswith(b"PK\x03\x04") or chunk.startswith(b"\xd0\xcf\x11\xe0"):  # noqa: PIE810
        raise BadInput.at(name, None, f"is a workbook or zip with the name of a CSV: {_AGAIN}")
    return 0


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, name: str, lines: int) -> None:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as fault:
        line = lines + fault.object[: fault.start].count(b"\n") + 1
        guess = _guess_encoding(fault.object[fault.start : fault.start + 1])
        raise BadInput.at(name, line, f"is not UTF-8{guess}: {_AGAIN}") from None


def _guess_encoding(byte: bytes) -> str:
    try:
        byte.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return " (it looks like Windows-1252, cp1252)"


def _judge_end(
    name: str, decoder: codecs.IncrementalDecoder, tail: bytes, lines: int, returns: int
) -> None:
    if not tail:
        raise BadInput.at(name, None, "is empty: export it again")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise BadInput.at(
            name, lines + 1, "is cut off inside a character: export it again"
        ) from None
    if not lines and returns:
        raise BadInput.at(name, None, f"has line ends of the old Macintosh (CR alone): {_AGAIN}")
    if tail != b"\n":
        words = "has no line end at its end, so it may be cut off: export it again"
        raise BadInput.at(name, lines + 1, words)
