"""recall recalls test: run cases through the engine and show where it differs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recall_tui.cli.context import Given, common
from recall_tui.cli.output import emit_json, say

if TYPE_CHECKING:
    from recall_tui.domain.cases import Verdict
    from recall_tui.domain.recalls import Rulebook
    from recall_tui.pack.case_reader import CaseFile

CASES_SCHEMA = "recall.cases/1"
DIFFERS = 1
"""Exit code when anything differs."""

Where = click.Path(path_type=Path, exists=True)


@click.command("test")
@click.argument("cases", type=Where, required=False)
@click.option("--pack", "folder", type=Where, help="Local rules, on top of the shipped ones.")
@click.option("--only", default="", help="Only cases whose name or place holds this.")
@common
@click.pass_context
def test_recalls(
    ctx: click.Context, given: Given, cases: Path | None, *, folder: Path | None, only: str
) -> None:
    """Run a file or folder of CASES (default: the shipped worked examples) through the engine.

    Prints agreement and every difference; the exit code is 1 when anything differs.
    """
    from recall_tui.pack.case_reader import SHIPPED_CASES, read_cases
    from recall_tui.pack.reader import SHIPPED, read_rulebook

    rulebook = read_rulebook([SHIPPED, *([folder] if folder else [])])
    files = read_cases(cases or SHIPPED_CASES, rulebook)
    judged = [(file, _verdicts(file, rulebook, only)) for file in files]
    if given.as_json:
        emit_json(CASES_SCHEMA, [_shape(file, one) for file, found in judged for one in found])
    else:
        _print(judged)
    if any(one.differences for _, found in judged for one in found):
        ctx.exit(DIFFERS)


def _verdicts(file: "CaseFile", rulebook: "Rulebook", only: str) -> list["Verdict"]:
    from recall_tui.domain.cases import compare
    from recall_tui.planning.cases import answers

    wanted = [case for case in file.cases if only in f"{case.place} {case.name}"]
    found = answers(wanted, rulebook)
    run = [compare(case, answer) for case, answer in zip(wanted, found, strict=True)]
    return [*run, *(one for one in file.judged if only in f"{one.place} {one.name}")]


def _shape(file: "CaseFile", one: "Verdict") -> dict[str, object]:
    return {
        "file": str(file.path),
        "place": one.place,
        "name": one.name,
        "agrees": not one.differences,
        "differences": [
            {"what": each.what, "expected": each.expected, "found": each.found}
            for each in one.differences
        ],
    }


def _print(judged: Sequence[tuple["CaseFile", Sequence["Verdict"]]]) -> None:
    for file, verdicts in judged:
        differ = [one for one in verdicts if one.differences]
        say(f"{file.path.name}: {len(verdicts) - len(differ)} of {len(verdicts)} agree")
        for one in differ:
            say(f"  {one.place}: {one.name}")
            for each in one.differences:
                say(f"    {each.what}: expected {each.expected}, found {each.found}")
        for words in file.left_out:
            say(f"  not compared: {words}")
    if len(judged) > 1:
        every = [one for _, verdicts in judged for one in verdicts]
        agree = sum(not one.differences for one in every)
        say(f"all files: {agree} of {len(every)} agree")
