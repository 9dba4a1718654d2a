"""Lists of imports, batches and choices, and who looked at whom."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from recall_tui.domain.commands import Channel, RecordInvites
from recall_tui.errors import Conflict
from recall_tui.ports import Store, Work
from recall_tui.views.history import RecallChoice
from storage.store import SqlStore
from storage.tables import ACCESS_LOG
from tests.support.desk import AT, act, target
from tests.support.extracts import due, extract, patient, plan


def test_import_runs(store: SqlStore) -> None:
    """The history of imports says when, by whom, what came of each, newest first."""
    store.merge_extract(extract([patient("100")]), by="jo", at=AT, accept=False, dry_run=False)
    second = extract([patient("100"), patient("101")], sha256="b" * 64)
    report = store.merge_extract(second, by="sam", at=AT, accept=False, dry_run=False)
    store.roll_back_import(report.run_id, by="jo", at=AT)
    runs = store.import_runs()
    assert [(run.run_no, run.by, run.state) for run in runs] == [
        (2, "sam", "rolled_back"),
        (1, "jo", "applied"),
    ]
    assert runs[0].counts["patients"]["added"] == 1
    assert runs[0].applied_at == AT


def test_batches(store: SqlStore) -> None:
    """A batch of invites is listed with its size and author."""
    store.merge_extract(extract([patient("100")]), by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due("100", "hba1c", date(2026, 11, 10))]), None, AT)
    act(store, RecordInvites((target(store, "100", "hba1c"),), (("100", Channel.SMS),)))
    assert [(one.count, one.by, one.at) for one in store.batches()] == [(1, "jo", AT)]


def test_recall_choices(store: SqlStore) -> None:
    """Two people choosing about one recall do not overwrite each other."""
    choice = RecallChoice("diabetes", "active", "Dr Ray", "jo", AT, 0)
    store.write(lambda work: work.put_recall_choice(choice))
    with pytest.raises(Conflict, match="changed by jo"):
        store.write(lambda work: work.put_recall_choice(choice))
    later = RecallChoice("diabetes", "inactive", "", "sam", AT, 1)
    store.write(lambda work: work.put_recall_choice(later))
    stored = store.recall_choices()
    assert [(one.activity, one.by, one.version) for one in stored] == [("inactive", "sam", 2)]


def test_access_log(store: SqlStore) -> None:
    """Looking at patients is noted with who, when and whom, and makes no screen refresh."""
    revision = store.revision()
    store.write(lambda work: work.record_access("list", ["100", "101"], by="jo", at=AT))
    rows = store.database.read(
        lambda connection: connection.execute(
            select(ACCESS_LOG.c.by, ACCESS_LOG.c.at, ACCESS_LOG.c.patients)
        ).all()
    )
    entries = [(by, at, json.loads(who)) for by, at, who in rows if who != "[]"]
    assert entries == [("jo", AT, ["100", "101"])]
    assert store.revision() == revision


def test_keeps_the_promises_of_the_ports(store: SqlStore) -> None:
    """The store and its writer are what services were promised."""
    promised: Store = store

    def unit(work: Work) -> bool:
        return work.is_patient("100")

    assert promised.write(unit) is False
