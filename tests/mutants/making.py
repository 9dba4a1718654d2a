"""Mutants of some modules: made by mutmut, and which of them can tell anything."""

import ast
import difflib
import random
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

ROOT = Path(__file__).parent.parent.parent
COPY = ROOT / ".cache" / "mutants"
"""The tree with all mutants in it."""

KEPT = ROOT / ".cache" / "mutants-kept"
"""What was found out, and the mutants of each file as it is."""

_MUTANT = re.compile(r"^ *def (x\w+__mutmut_\d+)\(", re.MULTILINE)

PACKAGES = ("recall_tui/planning", "recall_tui/domain")


@dataclass(frozen=True)
class Mutant:
    """One fault: ``name`` as the trampoline of mutmut knows it; ``change`` as a diff."""

    name: str
    change: str
    digest: str
    """Of the function with the fault: what was found out of it holds as long as it is the same."""

    @property
    def module(self) -> str:
        """Return the module, less the package of all."""
        return self.name.rpartition(".")[0].removeprefix("recall_tui.")

    @property
    def function(self) -> str:
        """Return the name of the function as a trampoline records it."""
        return self.name.rpartition("__mutmut_")[0]


def copy_tree() -> None:
    """Copy what git tracks, with mutants in the packages; files that are as before stay."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git as the developer has it
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = {name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()}
    for name in sorted(names):
        content = (ROOT / name).read_bytes()
        if _is_mutated(name):
            content = mutated(name).encode()
        target = COPY / name
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for package in PACKAGES:
        for path in (COPY / package).glob("*.py"):
            if path.relative_to(COPY).as_posix() not in names:
                path.unlink()


def _is_mutated(name: str) -> bool:
    return name.endswith(".py") and name.startswith(tuple(f"{one}/" for one in PACKAGES))


def mutated(name: str) -> str:
    """Return the file with all of its mutants; made once for each content."""
    text = (ROOT / name).read_text(encoding="utf-8")
    kept = (
        KEPT / "files" / f"{Path(name).stem}-{sha256((name + text).encode()).hexdigest()[:16]}.py"
    )
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(mutate_file_contents(name, text).code, encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def names(patterns: Sequence[str]) -> list[str]:
    """Return the name of every mutant of modules that end with one of the patterns (none: all)."""
    found: list[str] = []
    for package in PACKAGES:
        for path in sorted((COPY / package).glob("*.py")):
            module = path.relative_to(COPY).with_suffix("").as_posix().replace("/", ".")
            if not patterns or module.endswith(tuple(patterns)):
                text = path.read_text(encoding="utf-8")
                found += [f"{module}.{name}" for name in _MUTANT.findall(text)]
    return found


def drawn(every: Sequence[str], count: int, seed: int) -> list[Mutant]:
    """Return so many mutants that change more than a text, drawn by chance."""
    order = list(every)
    random.Random(seed).shuffle(order)  # noqa: S311 - a sample
    found: list[Mutant] = []
    for name in order:
        if len(found) == count:
            break
        told = _told(name)
        found += [told] if told else []
    return found


@cache
def _functions(module: str) -> Mapping[str, ast.FunctionDef]:
    path = COPY / f"{module.replace('.', '/')}.py"
    return {
        node.name: node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name
    }


def _told(name: str) -> Mutant | None:
    """Return a mutant; None when it only changes a text, or what something is cast to."""
    module, _, function = name.rpartition(".")
    functions = _functions(module)
    before = _shape(functions[f"{function.rpartition('__mutmut_')[0]}__mutmut_orig"])
    after = _shape(functions[function])
    if _blank(before) == _blank(after):
        return None
    return Mutant(name, _difference(before, after), sha256(after.encode()).hexdigest()[:16])


def _shape(node: ast.FunctionDef) -> str:
    """Return the function as text, whatever its name."""
    node.name = "function"
    return ast.unparse(node)


def _blank(text: str) -> str:
    """Return what a function does whatever its texts and casts say."""
    return ast.dump(_Blank().visit(ast.parse(text)))


class _Blank(ast.NodeTransformer):
    """Blanks texts, and what a cast is to: no test should hang on either."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "cast" and node.args:
            return node.args[-1]
        return node


def _difference(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return "\n".join(list(lines)[2:])


def counted(found: Mapping[str, str], sample: Sequence[Mutant]) -> Mapping[str, Mapping[str, int]]:
    """Return of each module how many mutants had which end."""
    counts: dict[str, dict[str, int]] = {}
    for one in sample:
        ends = counts.setdefault(one.module, {})
        end = found.get(one.digest + one.name, "not tried")
        ends[end] = ends.get(end, 0) + 1
    return counts
