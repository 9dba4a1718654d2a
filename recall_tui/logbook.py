"""The log: what happened and what failed, readable by its owner only, never about a patient.

A line is a time, a code of the program and numbers. Text is not taken at all, so neither a name nor
a number of a patient can be in it. A fault is told by its kind and the places in the program that
it passed; messages and values of variables stay out, since they may quote data.
"""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final

LONGEST: Final = 1_000_000
"""Bytes after which a log is set aside as ``recall.log.1`` and a new one begins."""

MOST_FRAMES: Final = 30
_LARGEST_COUNT: Final = 10**9
"""Numbers from here on could be an NHS number or a phone number, and are written as #."""

_CODE_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz._")

Clock = Callable[[], datetime]


class Logbook:
    """Writes one line an event to one file of mode 0600."""

    def __init__(self, file: Path, clock: Clock) -> None:
        """Write to ``file``, stamping lines with ``clock()`` in UTC; nothing is opened yet."""
        self.file = file
        self._clock = clock

    def note(self, code: str, **counts: float | Enum) -> None:
        """Write that ``code`` happened (``import.applied``), with numbers or members of enums."""
        facts = [f"{name}={_fact(value)}" for name, value in counts.items()]
        self._write(" ".join([_code(code), *facts]))

    def fault(self, error: BaseException) -> str:
        """Write where ``error`` came from, and return the id under which it is found."""
        places = list(_story(error))
        fault_id = _fault_id(places)
        self._write("\n".join([f"fault {fault_id}", *(f"  {place}" for place in places)]))
        return fault_id

    def _write(self, line: str) -> None:
        stamp = self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            self._set_aside()
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self.file, flags, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as log:
                os.fchmod(descriptor, 0o600)
                log.write(f"{stamp} {os.getpid()} {line}\n")
        except OSError:
            # A log that cannot be written must not stop the work it tells of; doctor reports it.
            return

    def _set_aside(self) -> None:
        if self.file.exists() and self.file.stat().st_size > LONGEST:
            self.file.replace(self.file.with_name(f"{self.file.name}.1"))


def _code(code: str) -> str:
    return "".join(letter if letter in _CODE_CHARACTERS else "#" for letter in code)


def _fact(value: float | Enum) -> str:
    if isinstance(value, Enum):
        return value.name.lower()
    return "#" if abs(value) >= _LARGEST_COUNT else f"{value:g}" if value % 1 else f"{value:.0f}"


def _story(error: BaseException | None) -> Iterator[str]:
    """Yield the kinds and places of ``error`` and of what caused it, without any of their words."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        yield from list(_places(error.__traceback__))[-MOST_FRAMES:]
        error = error.__cause__ or error.__context__


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        file = "/".join(Path(code.co_filename).parts[-2:])
        yield f"{file}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


def _fault_id(places: list[str]) -> str:
    """Return the same short id for the same fault, so that two reports of it are seen as one."""
    # Loaded here: only a fault needs it.
    from hashlib import blake2s  # noqa: PLC0415

    return blake2s("\n".join(places).encode(), digest_size=4).hexdigest()


def fault_words(fault_id: str, file: Path) -> str:
    """Return the line that tells a person of a fault of the program itself."""
    return (
        f"recall: a fault of the program itself, number {fault_id}. What was saved before is safe. "
        f"Please report the number; where it happened is in {file}"
    )


def guard(open_logbook: Callable[[], Logbook], *, threads: bool) -> None:
    """From now on tell an uncaught fault by its id, and log where it came from.

    Python would print the message, which may quote a patient. ``open_logbook`` is called only when
    there is a fault. ``threads`` guards those, too, at the price of loading ``threading``.
    """

    def tell(error: BaseException | None) -> None:
        if error is None or isinstance(error, KeyboardInterrupt):
            return
        logbook = open_logbook()
        print(fault_words(logbook.fault(error), logbook.file), file=sys.stderr)  # noqa: T201 - the last words of the process

    sys.excepthook = lambda _kind, error, _trace: tell(error)
    sys.unraisablehook = lambda unraisable: tell(unraisable.exc_value)
    if threads:
        # Loaded here: the quick path has no threads.
        import threading  # noqa: PLC0415

        threading.excepthook = lambda thread: tell(thread.exc_value)
