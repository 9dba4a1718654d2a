"""People, rights and the audit are tried on the real stores, SQLite and Postgres."""

import pytest

from storage.store import SqlStore
from tests.storage.conftest import database, database_url, sqlite_template, store
from tests.support.desk import AT
from tests.support.extracts import extract, patient

__all__ = ["database", "database_url", "sqlite_template", "store"]


@pytest.fixture
def peopled(store: SqlStore) -> SqlStore:
    """Give the store of a practice with three patients."""
    people = [patient("100"), patient("101"), patient("102")]
    store.merge_extract(extract(people), by="jo", at=AT, accept=False, dry_run=False)
    return store
