"""How far a long job is, on standard error: one line that moves, or a line a step in a log."""

import sys
from types import TracebackType
from typing import Self

from recall_tui.cleaning import clean


class Progress:
    """Says how far a job is; use it as a context, so that its last line is ended.

    On a terminal one line is written over; elsewhere each step is named once.
    """

    def __init__(self, *, quiet: bool) -> None:
        """Say nothing when ``quiet``."""
        self._quiet = quiet
        self._step = ""
        self._width = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the line that is being written over."""
        if self._width:
            sys.stderr.write("\n")
            self._width = 0

    def __call__(self, step: str, done: int = 0, of: int = 0) -> None:
        """Say that ``step`` has done ``done`` of ``of`` (0: not known)."""
        if self._quiet:
            return
        if sys.stderr.isatty():
            part = f" {100 * done // of} %" if of else ""
            line = clean(f"  {step}{part}")
            sys.stderr.write(f"\r{line.ljust(self._width)}")
            self._width = max(len(line), 1)
        elif step != self._step:
            sys.stderr.write(f"{clean(f'  {step}')}\n")
        self._step = step
        sys.stderr.flush()
