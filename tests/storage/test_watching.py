"""Others' work appears by itself: told within a second, of those whom it touched and no others."""

import queue
import subprocess
import sys
from collections.abc import Generator
from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text

from recall_tui.domain.calendar import Month
from recall_tui.domain.choices import Choice
from recall_tui.domain.commands import AddNote
from recall_tui.views.news import News
from storage.change_notes import MOST_NOTED, read_news
from storage.store import SqlStore
from tests.support.desk import AT, act
from tests.support.extracts import due, extract, patient, plan
from tests.support.lateness import lateness
from tests.support.stocked import filled_by

LONGEST = {"sqlite": 1.0, "postgres": 0.25}
"""Seconds from the acknowledged commit of one process to the news in another."""

HANDS = 4
"""Processes and threads that news goes through: each may have to wait for its turn."""

PATIENCE = 60.0
"""Seconds to wait for what must come; only ever reached by a fault."""

CHANGES = 12
Heard = queue.Queue[tuple[float, News]]


def as_it_begins(store: SqlStore) -> None:
    numbers = [f"{serial:03d}" for serial in range(10)]
    given = extract([patient(number) for number in numbers])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due(one, "hba1c", date(2026, 11, 10)) for one in numbers]), None, AT)


filling = filled_by(as_it_begins, "practice")


@pytest.fixture
def practice(store: SqlStore) -> SqlStore:
    """Give a store with ten patients who have something due."""
    return store


@pytest.fixture
def heard(practice: SqlStore) -> Generator[Heard]:
    """Give what a watch of the store has heard, with the time at which it did."""
    news: Heard = queue.Queue()
    watch = practice.watch(lambda one: news.put((monotonic(), one)))
    assert news.get(timeout=PATIENCE)[1].since == 0
    yield news
    watch.close()
    watch.close()


def test_another_process_is_heard(practice: SqlStore, database_url: str, heard: Heard) -> None:
    """Every change of another process is told with its patient, soon after its commit."""
    command = [sys.executable, "-m", "tests.storage.changing_process", database_url]
    with lateness() as machine:
        done = subprocess.run(  # noqa: S603 - our own
            [*command, str(CHANGES), "0.1"], capture_output=True, text=True, check=True
        )
        made = [one.split() for one in done.stdout.splitlines()]
        newest, told = practice.revision(), list[tuple[float, News]]()
        while not told or told[-1][1].revision < newest:
            told.append(heard.get(timeout=PATIENCE))
    limit = LONGEST["sqlite" if practice.database.is_sqlite else "postgres"]
    limit += HANDS * machine.seconds
    for number, begun, acknowledged in made:
        named = (when for when, news in told if news.patients and number in news.patients)
        first = min(when for when in named if when > float(begun))
        assert first - float(acknowledged) <= limit
    assert all(news.patients is not None for _when, news in told)


def test_who_was_touched(practice: SqlStore) -> None:
    """News names whom a few changes touched; after an import or too many, it may be anybody."""
    unit = practice.database.read
    practice_id = practice.practice.practice_id
    before = practice.revision()
    act(practice, AddNote("003", "rang"))
    act(practice, AddNote("005", "rang"))
    assert unit(lambda one: read_news(one, practice_id, before)) == News(
        before, before + 2, frozenset({"003", "005"})
    )
    again = extract([patient(f"{serial:03d}") for serial in range(11)], sha256="b" * 64)
    practice.merge_extract(again, by="jo", at=AT, accept=True, dry_run=False)
    assert unit(lambda one: read_news(one, practice_id, before)).patients is None
    before = practice.revision()
    practice.write(lambda work: work.put_choices({"001": Choice(owner="jo")}, by="jo", at=AT))
    assert unit(lambda one: read_news(one, practice_id, before)).patients == {"001"}


def test_only_the_newest_notes_are_kept(practice: SqlStore) -> None:
    """Who was away for longer than notes are kept reads everything again."""
    practice_id = practice.practice.practice_id
    before = practice.revision()
    drop = text("DELETE FROM change_note WHERE revision = :revision")
    act(practice, AddNote("003", "rang"))
    act(practice, AddNote("004", "rang"))
    practice.database.write(lambda one: one.execute(drop, {"revision": before + 1}))
    news = practice.database.read(lambda one: read_news(one, practice_id, before))
    assert news == News(before, before + 2, None)


def test_rows_of_some_patients(practice: SqlStore) -> None:
    """The list of a month can be read for some patients only, and then replaces their rows."""
    today = date(2026, 11, 22)
    month = Month.of(today)
    before = practice.worklist(month, today)
    row = before.rows[4]
    act(practice, AddNote(row.patient, "rang"))
    some = practice.worklist(month, today, [row.patient])
    assert [one.patient for one in some.rows] == [row.patient]
    merged = before.with_rows(some.rows, {row.patient}, some.revision)
    whole = practice.worklist(month, today)
    assert {one.patient: one for one in merged.rows} == {one.patient: one for one in whole.rows}
    assert merged.revision == whole.revision


def test_news_adds_up() -> None:
    """Two pieces of news become one; after a gap between them it may be anything."""
    first = News(1, 3, frozenset("a"))
    assert first.and_then(News(3, 4, frozenset("b"))) == News(1, 4, frozenset("ab"))
    assert first.and_then(News(3, 4, None)) == News(1, 4, None)
    assert first.and_then(News(5, 6, frozenset("b"))) == News(1, 6, None)
    assert News(1, 3, None).and_then(News(3, 4, frozenset("b"))) == News(1, 4, None)
    assert first.and_then(News(3, 3, frozenset(), "gone")).trouble == "gone"
    assert MOST_NOTED > 100


def test_a_server_that_goes_and_comes_back(practice: SqlStore, heard: Heard) -> None:
    """A listener that is cut off says so, connects again and tells what it missed."""
    if practice.database.is_sqlite:
        _replace_file(Path(practice.database.location))
    else:
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        )
        practice.database.read(lambda one: one.execute(cut).all())
    assert heard.get(timeout=PATIENCE)[1].trouble
    act(practice, AddNote("003", "rang"))
    newest, news = practice.revision(), heard.get(timeout=PATIENCE)[1]
    while news.revision < newest:
        news = heard.get(timeout=PATIENCE)[1]
    assert not news.trouble


def _replace_file(path: Path) -> None:
    """Put a copy of the store in its place, as somebody who restores by hand would."""
    copy = path.with_suffix(".copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


def test_nothing_is_told_after_closing(practice: SqlStore) -> None:
    """A watch that was closed is silent, and its thread has ended."""
    news: Heard = queue.Queue()
    watch = practice.watch(lambda one: news.put((monotonic(), one)))
    news.get(timeout=PATIENCE)
    watch.close()
    act(practice, AddNote("003", "rang"))
    with pytest.raises(queue.Empty):
        news.get(timeout=0.6)
