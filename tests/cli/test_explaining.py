"""``recall explain NUMBER``: the quick path tells the same as the whole program."""

import pytest

from recall_tui import quick
from storage.store import open_store
from storage.words import keep_words, kept_words
from tests.cli.practice import ODS
from tests.cli.running import Runner

PEOPLE = ("101", "102", "103", "104", "105", "106", "107")


def asked_quickly(recall: Runner, *arguments: str) -> int | None:
    """Ask the quick path on the store and date of ``recall``."""
    place = ["--db", recall.url, "--today", recall.today]
    return quick.main([*place, "explain", *arguments])


ANSWERS = [
    *((number, form) for number in PEOPLE for form in ((), ("--json",))),
    *((number, ("--fresh",)) for number in ("101", "105")),
    *((number, ("--fresh", "--json")) for number in ("102", "103")),
]


@pytest.mark.parametrize(("number", "form"), ANSWERS)
def test_both_ways_say_the_same(
    recall: Runner, capsys: pytest.CaptureFixture[str], number: str, form: tuple[str, ...]
) -> None:
    """On a recall or not, held, left or died: not one character differs."""
    whole = recall.ok("explain", number, *form).out
    assert asked_quickly(recall, number, *form) == 0
    assert capsys.readouterr().out == whole


def test_whom_the_quick_path_cannot_answer(recall: Runner) -> None:
    """An unknown number, and rules that changed since the words were kept, take the long way."""
    assert asked_quickly(recall, "4711") is None
    store = open_store(recall.url, practice=ODS)
    try:
        key = store.practice.practice_id
        kept = dict(kept_words(store.database, key))
        whole = recall.ok("explain", "101").out
        stale: list[dict[str, object]] = [{}, {**kept, "asked": {}}]
        stale.append({**kept, "asked": {"hypertension": [["bp", "once", ""]]}})
        for words in stale:
            keep_words(store.database, key, words)
            assert asked_quickly(recall, "101") is None
            assert recall.ok("explain", "101").out == whole
    finally:
        store.close()
