"""People, rights and the audit are tried on the real stores, SQLite and Postgres."""

from functools import partial

import pytest

from recall_tui.ports import Work
from recall_tui.views.people import Member
from storage.store import SqlStore
from tests.storage.conftest import database, database_url, stock, store
from tests.support.desk import AT
from tests.support.extracts import extract, patient
from tests.support.stocked import filled_by

__all__ = ["database", "database_url", "stock", "store"]


def _three_patients(store: SqlStore) -> None:
    people = [patient("100"), patient("101"), patient("102")]
    store.merge_extract(extract(people), by="jo", at=AT, accept=False, dry_run=False)
    for login in ("jo", "al"):
        store.write(partial(_enrol, login))


filling = filled_by(_three_patients, "peopled")


@pytest.fixture
def peopled(store: SqlStore) -> SqlStore:
    """Give the store of a practice with three patients."""
    return store


def _enrol(login: str, work: Work) -> None:
    work.put_member(Member(login, "", "admin"), by="jo", at=AT)
