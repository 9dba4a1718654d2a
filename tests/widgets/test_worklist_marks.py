"""Marks are held by key: what is drawn, sorted or filtered does not change them."""

from __future__ import annotations

from widgets.rows import TupleSource
from widgets.worklist_marks import Marks

SOURCE = TupleSource.keyed_by([(letter,) for letter in "abcdef"], 0)


def test_the_words_say_how_many_marks_are_not_seen() -> None:
    """A person must know that an action reaches rows that the filter hides."""
    marks = Marks()
    assert marks.words(SOURCE) == ""
    marks.add("abz")
    assert marks.words(SOURCE) == "3 marked, 1 not in this view"
    marks.discard("z")
    assert marks.words(SOURCE) == "2 marked"
    assert marks.hidden(SOURCE.filtered(lambda row: row[0] > "a")) == 1


def test_a_range_follows_the_cursor_and_leaves_older_marks() -> None:
    """Going back takes away only what this range had marked."""
    marks = Marks()
    marks.add("e")
    marks.begin_range("b")
    marks.draw_range(SOURCE, 4)
    assert marks.keys == set("bcde")
    marks.draw_range(SOURCE, 2)
    assert marks.keys == set("bce")
    marks.draw_range(SOURCE, 0)
    assert marks.keys == set("abe")
    marks.end_range()
    assert marks.keys == set("abe")


def test_a_range_ends_when_its_beginning_is_filtered_away() -> None:
    """There is nothing then to draw from; what is marked stays."""
    marks = Marks()
    marks.begin_range("a")
    marks.draw_range(SOURCE, 1)
    marks.draw_range(SOURCE.filtered(lambda row: row[0] > "a"), 3)
    assert (marks.keys, marks.is_ranging) == ({"a", "b"}, False)


def test_toggle_and_clear() -> None:
    """A second toggle undoes the first; clear takes everything."""
    marks = Marks()
    marks.toggle("a")
    marks.toggle("b")
    marks.toggle("a")
    assert ("b" in marks, "a" in marks, len(marks)) == (True, False, 1)
    marks.clear()
    assert not marks
