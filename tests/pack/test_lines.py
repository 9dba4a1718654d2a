"""A fault is shown on its own line, however the file is laid out."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from recall_tui.pack.lines import Path as Place
from recall_tui.pack.lines import lines_of, nearest
from recall_tui.pack.reader import SHIPPED

RULES = sorted(SHIPPED.rglob("*.toml"))

AWKWARD = '''\
# [not.a.table]
"quoted key" = "a ] in \\" text" # and ] here
'literal' = 'C:\\'
many = """
[not.a.table]
x = 1
"""
raw = \'\'\'
"""
\'\'\'
list = [
  "a", # one
  [ "b",
    "c" ],
  { d = 1, e = { f = [
    2,
  ] } },
]
a.b.c = 1
[ table . inner ]
x = 2026-01-01
[[row]]
n = 1
[[row]]
n = 2
[[row.cell]]
v = 3
[[row.cell]]
v = 4
[row.tail]
w = 5
'''

EXPECTED: list[tuple[Place, int]] = [
    (("quoted key",), 2),
    (("literal",), 3),
    (("many",), 4),
    (("raw",), 8),
    (("list", 0), 12),
    (("list", 1), 13),
    (("list", 1, 1), 14),
    (("list", 2, "d"), 15),
    (("list", 2, "e", "f", 0), 16),
    (("a", "b", "c"), 19),
    (("table", "inner", "x"), 21),
    (("row", 0, "n"), 23),
    (("row", 1, "n"), 25),
    (("row", 1, "cell", 0, "v"), 27),
    (("row", 1, "cell", 1, "v"), 29),
    (("row", 1, "tail", "w"), 31),
]


def _places(value: object, place: Place = ()) -> Iterator[Place]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield (*place, key)
            yield from _places(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[object]", value)):
            yield (*place, index)
            yield from _places(inner, (*place, index))


@pytest.mark.parametrize(("place", "line"), EXPECTED)
def test_every_layout_of_toml_is_followed(place: Place, line: int) -> None:
    """Quotes, comments, brackets in text, dotted keys, arrays of tables."""
    assert lines_of(AWKWARD)[place] == line


def test_the_awkward_example_is_toml() -> None:
    """The example above says what it seems to say."""
    data = tomllib.loads(AWKWARD)
    assert data["row"][1]["cell"][1]["v"] == 4
    assert data["literal"] == "C:\\"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.parent.name}/{rule.name}")
def test_every_key_of_every_shipped_rule_has_its_line(rule: Path) -> None:
    """The line that is named holds the key that is meant."""
    text = rule.read_text(encoding="utf-8")
    found = lines_of(text)
    lines = text.splitlines()
    for place in _places(tomllib.loads(text)):
        line = nearest(found, place)
        assert line is not None
        keys = [part for part in place if isinstance(part, str)]
        if isinstance(place[-1], str):
            assert keys[-1] in lines[line - 1]


def test_what_is_missing_is_shown_where_it_should_stand() -> None:
    """A missing key is named on the line of its table."""
    found = lines_of("[items.sugar]\nminutes = 5\n")
    assert nearest(found, ("items", "sugar", "name")) == 1
    assert nearest(found, ("nowhere",)) is None
