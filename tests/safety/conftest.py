"""A practice for each story: a fresh store and the shipped recalls, with two of the practice."""

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recall_tui.domain.recalls import Rulebook
from recall_tui.pack.reader import SHIPPED, read_rulebook
from storage.engine import open_database
from storage.practices import add_practice
from storage.store import SqlStore
from tests.safety.story import Practice

_OWN = """\
id = "{id}"
name = "{name}"
short = "{short}"
activity = "active"
version = "1"
review_on = 2027-04-01
source = ["Practice meeting"]
register = {{ coded = "{cluster}" }}

[[requirement]]
item = "{item}"
schedule = {{ anchored = {months} }}
"""


@pytest.fixture(scope="session")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """Give the shipped recalls, a monthly weight and a half-yearly HbA1c of the practice's own."""
    own = tmp_path_factory.mktemp("own")
    (own / "recalls").mkdir()
    for values in (
        {"id": "weights", "name": "Weights", "short": "W", "cluster": "OSTEO_COD",
         "item": "weight", "months": 1},
        {"id": "half_year", "name": "Half year", "short": "H", "cluster": "RARTH_COD",
         "item": "hba1c", "months": 6},
    ):  # fmt: skip
        (own / "recalls" / f"{values['id']}.toml").write_text(_OWN.format(**values))
    return read_rulebook([SHIPPED, own])


@pytest.fixture
def practice(rulebook: Rulebook, tmp_path: Path) -> Generator[Practice]:
    """Give a practice without patients."""
    database = open_database(f"sqlite:///{tmp_path / 'recall.db'}")
    made = datetime(2026, 1, 1, 9, tzinfo=UTC)
    one = add_practice(database, "A12345", "Drama Street Surgery", made)
    yield Practice(SqlStore(database, one), rulebook, tmp_path)
    database.close()
