"""What an import loads, seen in a fresh process.

The contracts of import-linter read the source; they cannot see what a library pulls in, nor an
import that a path of the program reaches only at run time. These tests look at ``sys.modules``.
"""

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

_DRAWING = ("textual", "rich")
_STORES = ("sqlalchemy", "alembic", "psycopg", "pysqlite3", "sqlite3")
_HEAVY = (*_DRAWING, *_STORES, "polars", "pydantic", "jinja2", "holidays", "phonenumbers")


def _loaded(statement: str) -> set[str]:
    """Return the top-level names that a new process has loaded after ``statement``."""
    script = (
        f"import sys\n{statement}\nprint(*sorted({{n.partition('.')[0] for n in sys.modules}}))"
    )
    done = subprocess.run(  # noqa: S603 - our own Python and our own words
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import recall_tui", (*_HEAVY, "click", "dataclasses")),
        ("import recall_tui.__main__", (*_HEAVY, "click", "dataclasses")),
        ("import recall_tui.domain", (*_HEAVY, "click")),
        ("import recall_tui.settings, recall_tui.logbook, recall_tui.house", (*_HEAVY, "click")),
        ("import recall_tui.cleaning", (*_HEAVY, "click", "dataclasses")),
        ("import recall_tui.services", (*_DRAWING, *_STORES, "polars", "click")),
        ("import recall_tui.views", (*_DRAWING, *_STORES, "polars", "click")),
        ("import recall_tui.ports", (*_DRAWING, *_STORES, "polars", "click")),
        ("import widgets", (*_STORES, "polars", "click")),
        ("import screens", (*_STORES, "polars", "click")),
    ],
)
def test_an_import_loads_nothing_of_a_floor_it_must_not_know(
    statement: str, forbidden: tuple[str, ...]
) -> None:
    """Each floor starts without the libraries of the floors beside and above it."""
    assert _loaded(statement).isdisjoint(forbidden)


def test_every_module_of_the_domain_is_pure() -> None:
    """All modules of the domain together load no screen, store, frame or validation library."""
    modules = sorted(file.stem for file in (ROOT / "recall_tui/domain").glob("[!_]*.py"))
    statement = "\n".join(f"import recall_tui.domain.{module}" for module in modules)
    assert _loaded(statement).isdisjoint((*_HEAVY, "click"))


def test_help_is_fast() -> None:
    """``recall --help`` loads no screen, store, frame or validation library."""
    statement = "from recall_tui.__main__ import run\nassert run(['--help']) == 0"
    assert _loaded(statement).isdisjoint((*_DRAWING, *_STORES, "polars", "pydantic"))
