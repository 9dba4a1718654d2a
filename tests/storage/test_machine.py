"""Two people, an import and the planner act in any order: the store never loses a decision."""

from contextlib import closing

from storage.engine import open_database
from storage.work import Database
from tests.together.two_desks import run


def test_any_order(database: Database, database_url: str) -> None:
    """In any order of deeds by two people, planner and importer, every state adds up."""
    with closing(open_database(database_url)) as another:
        run((database, another), 5, 16)
