"""Checks a folder of rules without using it."""

from collections.abc import Sequence
from pathlib import Path

from recall_tui.pack.crosscheck import CrossCheck
from recall_tui.pack.problems import PackProblem, Problems
from recall_tui.pack.reader import SHIPPED, read_together


def check_pack(folder: Path, base: Sequence[Path] = (SHIPPED,)) -> list[PackProblem]:
    """Return what is wrong in ``folder``, read on top of ``base``; empty when it can be used."""
    below = [other for other in base if other.resolve() != folder.resolve()]
    problems = Problems()
    pack = read_together([*below, folder], problems)
    if not problems.in_order():
        problems.extend(CrossCheck(pack).problems())
    return problems.in_order()
