"""docs/extract.md says every fault, every file and every column that the importers know."""

import re
from pathlib import Path

from recall_tui.importers.columns import TABLES
from recall_tui.importers.problems import Fault

TEXT = (Path(__file__).parents[2] / "docs" / "extract.md").read_text(encoding="utf-8")


def test_every_code_of_a_problem_is_documented() -> None:
    """A code that a report shows can be looked up, and no code is documented that is not there."""
    start = TEXT.index("| code | rejected or noted | when |")
    rows = TEXT[start : TEXT.index("\n\n", start)].splitlines()[2:]
    documented = [code for row in rows for code in row.split("|")[1].strip().split(", ")]
    assert sorted(documented) == sorted(fault.value for fault in Fault)


def test_every_column_is_documented() -> None:
    """The columns that are read are those that the page lists, table by table."""
    for table in TABLES:
        start = TEXT.index(f"## {table.file}")
        section = TEXT[start : TEXT.index("\n## ", start)]
        rows = re.findall(r"^\| ([a-z_, ]+) \|", section, re.MULTILINE)
        documented = {name for row in rows[1:] for name in row.split(", ")}
        assert documented == {column.name for column in table.columns}


def test_needed_columns_are_documented_as_needed() -> None:
    """What the page calls needed is what a file is refused without."""
    for table in TABLES:
        start = TEXT.index(f"## {table.file}")
        section = TEXT[start : TEXT.index("\n## ", start)]
        marked = r"^\| ([a-z_, ]+) \| (yes|family_name) \|"
        needed = {
            name
            for names, mark in re.findall(marked, section, re.MULTILINE)
            for name in ([mark] if mark != "yes" else names.split(", "))
        }
        assert needed == {column.name for column in table.columns if column.needed}
