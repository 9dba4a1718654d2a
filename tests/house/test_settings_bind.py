"""Every setting is read by something: a practice that sets one may believe that it holds."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_type_hints

from recall_tui.practice_settings import PracticeSettings
from tests.house.tree import ROOT, inside, sources

SECTIONS: Final = get_type_hints(PracticeSettings)
SETTINGS_FILE: Final = "recall_tui/practice_settings.py"
RULES: Final = frozenset(
    name for name, value in vars(PracticeSettings).items() if isinstance(value, property)
)
"""Properties of all settings, each of which reads some of them for whoever reads it."""


def _path(node: ast.expr) -> tuple[str, ...]:
    """Return the names of ``a.b.c``; of anything more than names and dots nothing."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (*reversed([*names, node.id]),) if isinstance(node, ast.Name) else ()


def _assigned(function: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield what local names are assigned, of ``a = x`` and ``a, b = x, y``."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                yield from ((name.id, value) for name, value in pairs if isinstance(name, ast.Name))


def _aliases(function: ast.AST) -> dict[str, str]:
    """Return which local names are all settings ("") or a section of them (its name)."""
    found: dict[str, str] = {}
    kinds = {kind.__name__: section for section, kind in SECTIONS.items()}
    for node in ast.walk(function):
        if isinstance(node, ast.arg) and node.annotation is not None:
            kind = ast.unparse(node.annotation).strip("'\"")
            found |= {node.arg: kinds[kind]} if kind in kinds else {}
            found |= {node.arg: ""} if kind == PracticeSettings.__name__ else {}
    for name, value in _assigned(function):
        rest = _below_settings(_path(value), found)
        if rest == ():
            found[name] = ""
        elif rest is not None and len(rest) == 1 and rest[0] in SECTIONS:
            found[name] = rest[0]
    return found


def _below_settings(path: tuple[str, ...], aliases: dict[str, str]) -> tuple[str, ...] | None:
    """Return what a path names below all settings, None when it is not of them."""
    if "decided" in path[1:]:
        return path[len(path) - path[::-1].index("decided") :]
    if path and path[0] in aliases:
        section = aliases[path[0]]
        return (section, *path[1:]) if section else path[1:]
    return None


def read_settings(tree: ast.Module) -> set[tuple[str, str]]:
    """Return (section, setting) of each that a module reads; ("", name) for a rule of several."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    read: set[tuple[str, str]] = set()
    for function in functions:
        aliases = _aliases(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                rest = _below_settings(_path(node), aliases) or ()
                if len(rest) == 2 and rest[0] in SECTIONS:
                    read.add((rest[0], rest[1]))
                elif len(rest) == 1 and rest[0] in RULES:
                    read.add(("", rest[0]))
    return read


def _read_by_rule(name: str) -> set[tuple[str, str]]:
    """Return what a property of all settings reads."""
    whole = ast.parse((ROOT / SETTINGS_FILE).read_text(encoding="utf-8"))
    (rule,) = [n for n in ast.walk(whole) if isinstance(n, ast.FunctionDef) and n.name == name]
    paths = [_path(node) for node in ast.walk(rule) if isinstance(node, ast.Attribute)]
    return {(path[1], path[2]) for path in paths if path[:1] == ("self",) and len(path) > 2}


def _unread(files: list[Path]) -> set[tuple[str, str]]:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    read = {one for tree in trees for one in read_settings(tree)}
    for section, name in list(read):
        read |= set() if section else _read_by_rule(name)
    every = {(section, name) for section, kind in SECTIONS.items() for name in kind._fields}
    return every - read


def test_every_setting_is_read_by_something() -> None:
    """What no module reads has no effect: it is bound, or it is no setting."""
    assert _unread([one for one in sources() if inside(one) != SETTINGS_FILE]) == set()


def test_other_things_of_the_same_name_do_not_pass_for_settings() -> None:
    """Days of another snooze, a store's own address and a setting that is written do not count."""
    text = """
def other(batch, house, decided: SnoozeSettings):
    batch.snooze.days
    house.store.url
    decided.high_risk_days
    mine = house.settings.decided.invites
    mine.stale_days
    decided.waiting_days = 3
"""
    read = {("snooze", "high_risk_days"), ("invites", "stale_days")}
    assert read_settings(ast.parse(text)) == read
