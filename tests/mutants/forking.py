"""A pytest plugin that tries mutants: tests are collected once, and each mutant has a fork of that.

Nothing may have used Polars before the first fork: its threads do not live in one.
"""

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation import trampoline

Reached = dict[str, list[tuple[float, str]]]
"""The tests that come by each function, with their seconds of processor."""

COMPARING = ("tests/mutants/comparing.py", "tests/domain/test_packing.py")
"""Tests that compare with another way to the same answer: what is wrong shows there first."""

LEAD = 20
"""As if each of those had noticed so many mutants already."""

NOTICED = "noticed "
"""How it is said that a test noticed a mutant: its name follows."""


class Forking:
    """Notes which tests come by which function, or tries mutants.

    ``work`` is a JSON file: mutants [name, function, key], seconds of processor that the tests of
    one may take, and the files for what was found.
    """

    def __init__(self, work: Path) -> None:
        """Read what is to be done."""
        self.work = json.loads(work.read_text(encoding="utf-8"))
        self.reached = Path(self.work["reached"])
        self.found = Path(self.work["found"])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do it instead of running the tests once."""
        items = {item.nodeid: item for item in session.items}
        if session.testsfailed:
            raise pytest.UsageError(f"{session.testsfailed} files of tests cannot be collected")
        if not self.reached.is_file():
            code = _forked(lambda: self._measure(session), 3600, 1800)
            if code:
                raise pytest.UsageError(f"the tests without a fault ended with {code}")
        reached: Reached = json.loads(self.reached.read_text(encoding="utf-8"))
        noticed = self._noticed(items)
        for name, function, key in self.work["mutants"]:
            tests = [one for one in reached.get(function, ()) if one[1] in items]
            tests.sort(key=lambda one: one[0] / noticed[one[1]])
            end = self._try(name, [items[test] for _seconds, test in tests])
            noticed[end.removeprefix(NOTICED)] += 1
            with self.found.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"name": name, "key": key, "end": end}) + "\n")
            print(f"{time.strftime('%H:%M:%S')} {name} {end}", flush=True)
        return True

    def _noticed(self, tests: Iterable[str]) -> Counter[str]:
        """Return how many mutants each test noticed: of its seconds the most come first."""
        noticed = Counter({one: LEAD if one.startswith(COMPARING) else 1 for one in tests})
        if self.found.is_file():
            lines = self.found.read_text(encoding="utf-8").splitlines()
            noticed.update(json.loads(line)["end"].removeprefix(NOTICED) for line in lines)
        return noticed

    def _measure(self, session: pytest.Session) -> int:
        """Run every test, and note what it came by and how long it took."""
        hits = set[str]()
        setattr(trampoline, "record_trampoline_hit", _noting(hits))  # noqa: B010 - not exported
        os.environ["MUTANT_UNDER_TEST"] = "stats"
        times: dict[str, list[tuple[float, str]]] = {}
        for item in session.items:
            hits.clear()
            began = time.process_time()
            failed = _fails(item, None)
            if failed:
                print(f"{item.nodeid} fails without a fault: left out", flush=True)
                continue
            for name in hits:
                times.setdefault(name, []).append((time.process_time() - began, item.nodeid))
        ordered = {name: sorted(tests) for name, tests in times.items()}
        self.reached.write_text(json.dumps(ordered), encoding="utf-8")
        return 0

    def _try(self, name: str, tests: Sequence[pytest.Item]) -> str:
        """Run the tests of a mutant until one fails, and return what became of it."""
        if not tests:
            return "no test"
        limit = self.work["seconds"]
        read, write = os.pipe()
        code = _forked(lambda: _notices(name, tests, limit, write), limit * 40, limit * 3)
        os.close(write)
        with os.fdopen(read, encoding="utf-8") as said:
            words = said.read()
        ends = {0: f"survived {words}", 1: f"{NOTICED}{words}"}
        return ends.get(code, "noticed: no end" if code < 0 else f"noticed: code {code}")


def _notices(name: str, tests: Sequence[pytest.Item], limit: float, write: int) -> int:
    """Return 1 when a test fails under a mutant, else 0; say which, or how many were run."""
    _forget()
    os.environ["MUTANT_UNDER_TEST"] = name
    began = time.process_time()
    for number, item in enumerate(tests):
        if time.process_time() - began > limit:
            os.write(write, f"{number} of {len(tests)} tests".encode())
            return 0
        following = tests[number + 1] if number + 1 < len(tests) else None
        if _fails(item, following):
            os.write(write, item.nodeid.encode())
            return 1
    os.write(write, f"{len(tests)} of {len(tests)} tests".encode())
    return 0


def _forget() -> None:
    """Forget what functions of ours remember: it was found without a fault."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("recall_tui.domain.", "recall_tui.planning.")):
            for one in vars(module).values():
                if clear := getattr(one, "cache_clear", None):
                    clear()


def _fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=following)
    return any(report.failed for report in reports)


def _noting(hits: set[str]) -> Callable[..., None]:
    def note(name: str, caller: str | None = None) -> None:
        del caller
        hits.add(name)

    return note


def _forked(work: Callable[[], int], wall: float, processor: int) -> int:
    """Return the exit code of work in a fork of this process; below 0: it was ended."""
    child = os.fork()
    if child == 0:
        code = 2
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (int(processor) + 1, int(processor) + 2))
            code = work()
        os._exit(code)
    ended = os.pidfd_open(child)
    if not select.select([ended], [], [], wall)[0]:
        os.kill(child, signal.SIGKILL)
    os.close(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file of work from the command line."""
    parser.addoption("--mutants", type=Path, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Take the run over when there is work."""
    work: Path | None = config.getoption("--mutants")
    if work is not None:
        config.pluginmanager.register(Forking(work))
