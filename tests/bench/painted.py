"""Where on the terminal the bytes of a program paint: told from what it sends, and when.

Textual says where a text begins (`ESC [ line ; column H`) and how it looks; nothing else moves.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

_TOKEN = re.compile(
    rb"\x1b\[(?P<line>[0-9]+);(?P<column>[0-9]+)H"
    rb"|\x1b\[[0-?]*[ -/]*[@-~]"
    rb"|\x1b\][^\x07]*\x07"
    rb"|(?P<text>[^\x1b\r\n]+)"
)


RESTING = range(28, 40)
"""Lines of pane and status at 40x120: drawn when the cursor rests, not counted with a key."""


class Area(NamedTuple):
    """Lines of the terminal, and the column from which on they count; the first ones are 1."""

    lines: range
    column: int


class Piece(NamedTuple):
    """Bytes that came together, and the seconds after which they did."""

    seconds: float
    sent: bytes


def last_within(area: Area, pieces: Sequence[Piece]) -> float:
    """Return after how many seconds the last text within an area was here; 0 if none came."""
    sent = b"".join(piece.sent for piece in pieces)
    ends = [end for line, last, end in _texts(sent) if line in area.lines and last >= area.column]
    if not ends:
        return 0.0
    come = 0
    for piece in pieces:
        come += len(piece.sent)
        if come >= ends[-1]:
            return piece.seconds
    return pieces[-1].seconds


def _texts(sent: bytes) -> Iterator[tuple[int, int, int]]:
    """Give of each text its line, its last column, and where in the bytes it ends."""
    line = column = 1
    for token in _TOKEN.finditer(sent):
        if token["line"]:
            line, column = int(token["line"]), int(token["column"])
        elif token["text"]:
            column += cell_len(token["text"].decode(errors="replace"))
            yield line, column - 1, token.end()


_PLACED = re.compile(rb"\x1b\[([0-9]+);[0-9]+H")


def bytes_outside(lines: range, sent: bytes) -> int:
    """Return how many bytes paint other lines than these, or nothing at all."""
    count, begun, line = 0, 0, 0
    for place in _PLACED.finditer(sent):
        count += 0 if line in lines else place.start() - begun
        begun, line = place.start(), int(place[1])
    return count + (0 if line in lines else len(sent) - begun)
