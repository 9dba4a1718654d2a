"""Running commands as a person would, in this process or as a process of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from recall_tui import cli
from tests.cli.practice import ODS, TODAY
from tests.support.kept_rules import keep_rules_at_home

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects of standard output."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def fault(self) -> str:
        """The one line that says what is wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("recall: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


class Screen(io.StringIO):
    """What is written here goes to a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class Runner:
    """``recall`` on one store, in this process, on any day but the first: the rules were read."""

    def __init__(
        self, store: Path, patch: pytest.MonkeyPatch, today: str = TODAY, url: str = ""
    ) -> None:
        """Work on the SQLite file ``store`` (or the database ``url``) as if it were ``today``."""
        self.store = store
        self.url = url or str(store)
        self.today = today
        self._patch = patch
        keep_rules_at_home()

    def __call__(
        self, *arguments: str, typed: str = "", place: bool = True, terminal: bool = False
    ) -> Answer:
        """Run a command; ``typed`` is its standard input, ``place``: on this store and date.

        ``terminal``: what it prints goes to one.
        """
        out, err = Screen() if terminal else io.StringIO(), io.StringIO()
        given = ["--db", self.url, "--today", self.today] if place else []
        with self._patch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(typed))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = cli.main([*given, *arguments])
        return Answer(code, out.getvalue(), err.getvalue())

    def ok(self, *arguments: str, typed: str = "") -> Answer:
        """Run a command that must succeed."""
        answer = self(*arguments, typed=typed)
        assert answer.code == 0, answer
        return answer

    def begin(self) -> None:
        """Make the store."""
        self.ok("--practice", ODS, "init")


def as_process(
    *arguments: str, home: Path, typed: str = "", environ: Mapping[str, str] | None = None
) -> Answer:
    """Run ``python -m recall_tui`` as a process of its own, with an empty home folder."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "recall_tui", *arguments],
        check=False,
        capture_output=True,
        cwd=ROOT,
        input=typed.encode(),
        timeout=120,
        env={"PATH": os.environ["PATH"], "HOME": str(home), **(environ or {})},
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())
