"""``make nightly``: a fair sample of mutants of planning and domain, each under its own tests.

mutmut makes the mutants, notes once which tests come by each function, and runs those for each
mutant until one fails. It works in a copy of the tracked files, so that nothing of it lies in the
tree. What survives is judged in docs/mutation.md.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COPY = ROOT / ".cache" / "mutants"
SURVIVED, NO_TESTS, NOT_RUN = 0, 33, None
SHORTEST = "recall_tui.domain.ids.*"
"""The smallest module: asked for first, so that all mutants are made and the tests are noted."""


def copy() -> None:
    """Copy what git tracks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git as the developer has it
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, COPY / name)


def mutmut(*arguments: str) -> str:
    """Run mutmut in the copy and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=COPY,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def verdicts() -> dict[str, int | None]:
    """Return every mutant and the exit code of its tests: 0 when none noticed."""
    found: dict[str, int | None] = {}
    for path in sorted((COPY / "mutants").rglob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def counted(names: Sequence[str]) -> Iterator[str]:
    """Give what became of the mutants of these names, and the change of each that survived."""
    said = verdicts()
    codes = [said[name] for name in names]
    tried = [code for code in codes if code not in {NO_TESTS, NOT_RUN}]
    survivors = [name for name in names if said[name] == SURVIVED]
    yield (
        f"{len(names)} of {len(said):,} mutants: {len(tried) - len(survivors)} noticed,"
        f" {len(survivors)} survived, {codes.count(NO_TESTS)} in functions that no test of the"
        f" selection runs, {codes.count(NOT_RUN)} not tried"
    )
    for name in survivors:
        yield mutmut("show", name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw a sample, run it, and print what survived."""
    parser = argparse.ArgumentParser(prog="make nightly", description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    copy()
    print(mutmut("run", "--max-children", "1", SHORTEST)[-300:], flush=True)
    names = sorted(verdicts())
    drawn = random.Random(asked.seed).sample(names, min(asked.sample, len(names)))  # noqa: S311 - a sample
    mutmut("run", "--max-children", "1", *drawn)
    for line in counted(drawn):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
