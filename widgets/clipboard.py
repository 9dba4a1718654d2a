"""Copying text out of the terminal, by the route that can reach the person's own clipboard.

In this order (measured; reference/terminal.md section 4): tmux's own buffer; GNU screen in pieces
of 252 bytes; OSC 52; on a local desktop pyperclip, read back. Never a device control string outside
tmux and screen: PuTTY prints it.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

SCREEN_PIECE = 252
LONGEST = 74_000
SENT = "Sent to your terminal; if paste is empty {}."
COPIED = "Copied."


@dataclass(frozen=True)
class Copy:
    """What became of a copy: whether it is certain, and the words to show."""

    is_certain: bool
    words: str


def copy_text(text: str, write: Callable[[str], None], otherwise: str = "press Y") -> Copy:
    """Copy ``text``; ``write`` sends a control sequence to the terminal.

    ``otherwise`` says what else can be done, where it is not certain that it was copied.
    """
    sent = Copy(is_certain=False, words=SENT.format(otherwise))
    if os.environ.get("TMUX") and _by_tmux(text):
        return sent
    encoded = base64.b64encode(text.encode()).decode()
    if len(encoded) > LONGEST:
        return Copy(is_certain=False, words=f"Too long to copy; {otherwise}.")
    if os.environ.get("STY"):
        write(screen_sequence(encoded))
        return sent
    if _is_local_desktop() and _by_pyperclip(text):
        return Copy(is_certain=True, words=COPIED)
    write(f"\x1b]52;c;{encoded}\x07")
    return sent


def screen_sequence(encoded: str) -> str:
    """Return the OSC 52 sequence in the pieces that GNU screen lets through."""
    whole = f"\x1b]52;c;{encoded}\x07"
    pieces = (whole[start : start + SCREEN_PIECE] for start in range(0, len(whole), SCREEN_PIECE))
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def _by_tmux(text: str) -> bool:
    tmux = shutil.which("tmux")
    if tmux is None:
        return False
    done = subprocess.run(  # noqa: S603 - a fixed command; the text goes by standard input
        [tmux, "load-buffer", "-w", "-"], input=text.encode(), check=False, timeout=2,
        capture_output=True,
    )  # fmt: skip
    return done.returncode == 0


def _is_local_desktop() -> bool:
    if os.environ.get("SSH_CONNECTION"):
        return False
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _by_pyperclip(text: str) -> bool:
    import pyperclip  # noqa: PLC0415 - only on a desktop, and not before the first copy

    try:
        pyperclip.copy(text)
        return pyperclip.paste() == text
    except pyperclip.PyperclipException:
        return False
