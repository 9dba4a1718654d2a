"""``make nightly``: a fair sample of mutants of planning and domain, each under its own tests.

mutmut makes the mutants, in a copy of the tracked files. The tests that come by each function are
noted once; a mutant has those of its function until one fails, the quickest first. What was found
is kept: a run that is broken off, or asked for again, goes on where it was. What survives is
judged in docs/mutation.md.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from tests.mutants.making import COPY, KEPT, PACKAGES, Mutant, copy_tree, counted, drawn, names

TESTS = (
    "tests/mutants/comparing.py",
    "tests/domain",
    "tests/planning",
    "tests/importers/test_guards.py",
    "tests/pack/test_cases.py",
    "tests/pack/test_measures.py",
    "tests/pack/test_rule_words.py",
)
"""Tests without a store that come by nearly every function; what they do not run is named."""

LEFT_OUT = "tests/planning/test_incremental.py"
"""It opens a store for each example."""


def found_out() -> dict[str, str]:
    """Return what became of each mutant that was tried: the last word of each."""
    path = KEPT / "found.jsonl"
    if not path.is_file():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["key"]: line["end"] for line in lines}


def sources() -> str:
    """Return a digest of the code and the tests: of what decides which test comes by what."""
    whole = sha256()
    for folder in (*PACKAGES, "tests"):
        for path in sorted((COPY / folder).rglob("*.py")):
            whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def run(wanted: Sequence[Mutant], seconds: int) -> int:
    """Try mutants, one after the other, and return pytest's exit code."""
    KEPT.mkdir(parents=True, exist_ok=True)
    work = KEPT / f"work-{os.getpid()}.json"
    work.write_text(
        json.dumps({
            "mutants": [(one.name, one.function, one.digest + one.name) for one in wanted],
            "seconds": seconds,
            "reached": str(KEPT / f"reached-{sources()}.json"),
            "found": str(KEPT / "found.jsonl"),
        }),
        encoding="utf-8",
    )  # fmt: skip
    tests = [one for one in TESTS if (COPY / one).exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-s", "-o", "addopts=", "-p", "tests.mutants.forking",
         "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:xdist",
         "--import-mode=importlib",
         "--hypothesis-profile=mutation", f"--mutants={work}", f"--ignore={LEFT_OUT}",
         *tests],
        cwd=COPY,
        env=os.environ | {"POLARS_MAX_THREADS": "1", "MUTANT_UNDER_TEST": ""},
        check=False,
    )  # fmt: skip
    work.unlink()
    return done.returncode


def told(sample: Sequence[Mutant], found: Mapping[str, str]) -> Iterator[str]:
    """Give how each module did, and the change of each mutant that survived."""
    short = {key: end.split(":")[0].split(" ")[0] for key, end in found.items()}
    for module, ends in sorted(counted(short, sample).items()):
        yield f"{module:32}" + ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    for one in sample:
        end = found.get(one.digest + one.name, "")
        if end.startswith("survived"):
            yield f"\n{one.name}  {end}\n{one.change}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw a sample, try what was not tried before, and print what survived."""
    parser = argparse.ArgumentParser(prog="make nightly", description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--again", action="store_true", help="try survivors again")
    parser.add_argument("--as-copied", action="store_true", help="go on with the copy as it is")
    parser.add_argument("modules", nargs="*", help="ends of modules: planning.courses, standing")
    asked = parser.parse_args(arguments)
    if not asked.as_copied:
        copy_tree()
    every = names(asked.modules)
    sample = drawn(every, asked.sample, asked.seed)
    found = found_out()
    print(f"{len(sample)} that change more than a text, of {len(every):,} mutants", flush=True)
    wanted = [
        one
        for one in sample
        if (end := found.get(one.digest + one.name)) is None
        or (asked.again and not end.startswith("noticed"))
    ]
    code = run(wanted, asked.seconds) if wanted else 0
    for line in told(sample, found_out()):
        print(line, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
