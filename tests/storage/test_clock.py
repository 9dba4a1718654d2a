"""A clock that was set back (R-18): told on every screen, and no decision loses its place."""

from datetime import timedelta

import pytest

from recall_tui.domain.commands import AddNote
from storage.audit_keys import ANCHORS_FILE
from storage.clock import clock_banners
from storage.store import SqlStore
from tests.support.desk import AT, act
from tests.support.extracts import extract, patient


@pytest.mark.parametrize(
    ("behind", "words"),
    [
        (timedelta(seconds=5), ""),
        (timedelta(seconds=6), "6 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=30), "1 hour"),
        (timedelta(days=400), "400 days"),
        (timedelta(days=-1), ""),
    ],
)
def test_a_clock_that_is_behind(store: SqlStore, behind: timedelta, words: str) -> None:
    """Over five seconds behind the newest row is said; a clock that is right says nothing."""
    people = extract([patient("100")])
    store.merge_extract(people, by="jo", at=AT, accept=False, dry_run=False)
    act(store, AddNote("100", "rang"))
    told = clock_banners(store.database.audit, AT - behind)
    assert bool(told) is bool(words)
    if words:
        assert f"The clock of this machine is {words} behind what was recorded last" in told[0]


def test_anchors_that_cannot_be_read(store: SqlStore) -> None:
    """No anchors, or a line that was cut off: nothing is said of the clock."""
    keys = store.database.audit
    (keys.folder / ANCHORS_FILE).unlink(missing_ok=True)
    assert clock_banners(keys, AT) == ()
    keys.put(ANCHORS_FILE, b"1 2 \xff\n1 2 mac never sealed\n1 2")
    assert clock_banners(keys, AT) == ()
