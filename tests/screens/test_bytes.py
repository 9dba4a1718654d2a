"""What the real overview costs on the wire, with filters and pane open, through a real pty."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.bench.painted import RESTING, bytes_outside
from tests.support.real_pty import DOWN, PAGE_DOWN, Sent, Terminal, run_in_pty

DOWNS = 100
"""Enough to reach the end of the first screen and to scroll several times."""

MEAN_DOWN = 700
PAGE = 8_000
PANE = 4_500
IDLE_A_MINUTE = 200
LISTENED = 5.0
"""Seconds: longer than whatever is looked at several times a minute."""

APP = "tests/screens/measured.py"
READY = b"Recalls:"
"""The end of the pane: the last thing to be painted."""


@cache
def downs_and_pages(look: str) -> Sent:
    """Press the keys in a terminal of 40 lines by 120 columns with 256 colours."""
    keys = [DOWN] * DOWNS + [PAGE_DOWN] * 5
    return run_in_pty([APP, "1500", look, "3600"], keys, ready=READY, says_painted=True)


@pytest.mark.parametrize("look", ["dark", "light", "16", "none"])
def test_a_key_costs_few_bytes(look: str) -> None:
    """With the pane open, a Down takes at most 700 bytes on average, a Page Down at most 8,000.

    The mean is of 100; pane and status, which wait until the hand rests, are counted apart, as
    ``make bench`` counts them.
    """
    sent = downs_and_pages(look)
    moved = [bytes_outside(RESTING, answer) for answer in sent.keys[:DOWNS]]
    assert all(moved)
    assert sum(moved) / DOWNS <= MEAN_DOWN
    assert all(sent.keys)
    assert max(len(answer) for answer in sent.keys[DOWNS:]) <= PAGE


def test_the_pane_waits_until_the_cursor_rests() -> None:
    """One update after the last key, of a few thousand bytes, and none while keys come."""
    keys = [DOWN]
    resting = run_in_pty([APP, "300", "dark"], keys, ready=READY, ends=READY, says_painted=True)
    moving = downs_and_pages("dark")
    plain = sorted(len(answer) for answer in moving.keys[:DOWNS])[DOWNS // 2]
    assert plain < len(resting.keys[0]) <= plain + PANE


def test_nothing_is_sent_while_nothing_happens() -> None:
    """At most 200 bytes a minute: no clock, no blinking, no spinner."""
    sent = run_in_pty([APP, "300", "dark"], ready=READY, idle=LISTENED, says_painted=True)
    assert len(sent.idle) <= IDLE_A_MINUTE * LISTENED / 60


def test_an_xterm_of_sixteen_colours_gets_sixteen() -> None:
    """PuTTY's plain TERM=xterm: no 256-colour and no true-colour code."""
    terminal = Terminal(term="xterm")
    sent = run_in_pty([APP, "60", "16"], [DOWN, b"i"], ready=READY, terminal=terminal)
    assert b"38;5;" not in sent.everything
    assert b"38;2;" not in sent.everything
    assert b"48;5;" not in sent.everything


def test_without_colours_none_is_sent() -> None:
    """NO_COLOR: bold, underline and reverse only, on the list and in the windows."""
    terminal = Terminal(environ={"NO_COLOR": "1"})
    keys = [DOWN, b" ", b"b", b"b", b"\x1b"]
    sent = run_in_pty([APP, "60", "none"], keys, ready=READY, terminal=terminal)
    styles = re.findall(rb"\x1b\[([0-9;]*)m", sent.everything)
    codes = {code for style in styles for code in style.split(b";")}
    assert codes <= {b"0", b"1", b"4", b"7"}
