"""Rows in memory: views share them, sort stably, and find keys again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.rows import EMPTY_SOURCE, SortKey, TupleSource

PEOPLE = [
    (7, "Bo", 3, None),
    (3, "ann", 1, "b"),
    (9, "Cy", 3, "a"),
    (1, "Di", None, "b"),
]


def keys(source: TupleSource) -> list[object]:
    """Give the keys of a view in order."""
    return [source.key(i) for i in range(len(source))]


def test_rows_come_by_slice_and_never_beyond_the_end() -> None:
    """A slice that reaches over an end gives the rows that there are."""
    source = TupleSource.keyed_by(PEOPLE, 0)
    assert source.rows(1, 3) == PEOPLE[1:3]
    assert source.rows(3, 99) == PEOPLE[3:]
    assert source.rows(-5, 1) == PEOPLE[:1]
    assert len(EMPTY_SOURCE) == 0
    assert EMPTY_SOURCE.rows(0, 10) == []


def test_sorting_by_several_columns_is_stable_and_puts_missing_last() -> None:
    """The first key leads, equals keep their order, and None is last in both directions."""
    source = TupleSource.keyed_by(PEOPLE, 0)
    assert keys(source.sorted_by(SortKey(2))) == [3, 7, 9, 1]
    assert keys(source.sorted_by(SortKey(2, is_reversed=True))) == [7, 9, 3, 1]
    assert keys(source.sorted_by(SortKey(3), SortKey(1, by=str.casefold))) == [9, 3, 1, 7]
    assert keys(source) == [7, 3, 9, 1]


def test_a_key_is_found_in_every_view_that_shows_it() -> None:
    """The place of a key is that of the view, and None where a filter hides it."""
    source = TupleSource.keyed_by(PEOPLE, 0)
    view = source.filtered(lambda row: row[2] == 3).sorted_by(SortKey(0, is_reversed=True))
    assert keys(view) == [9, 7]
    assert (view.index(7), view.index(9), view.index(3), view.index("nobody")) == (1, 0, None, None)
    assert (len(view), view.total) == (2, 4)
    assert source.indexed().index(9) == 2


def test_a_view_is_narrowed_by_flags_of_the_first_rows() -> None:
    """Whatever the order of the view, a flag stands for a row of the unsorted rows."""
    source = TupleSource.keyed_by(PEOPLE, 0)
    ordered = source.sorted_by(SortKey(0))
    flags = b"\x01\x00\x01\x01"
    assert keys(source.narrowed(flags)) == [7, 9, 1]
    assert keys(ordered.narrowed(flags)) == [1, 7, 9]
    assert [source.narrowed(flags).index(key) for key in (7, 3, 9, 1)] == [0, None, 1, 2]
    assert [ordered.narrowed(flags).index(key) for key in (7, 3, 9, 1)] == [1, None, 2, 0]


def test_a_view_takes_the_order_of_another_source_of_as_many_rows() -> None:
    """Rows that cost something to make are ordered by values that were read beside them."""
    source = TupleSource.keyed_by(PEOPLE, 0)
    values = TupleSource([(row[3],) for row in PEOPLE], range(4)).sorted_by(SortKey(0))
    ordered = source.in_order_of(values)
    assert keys(ordered) == [9, 3, 1, 7]
    assert [ordered.index(key) for key in (9, 3, 1, 7)] == [0, 1, 2, 3]


def test_rows_and_keys_must_be_as_many() -> None:
    """A load whose keys do not fit its rows is refused at once."""
    with pytest.raises(ValueError, match="2 rows cannot have 1 keys"):
        TupleSource([(1,), (2,)], [1])


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 3)), max_size=30))
def test_every_view_agrees_with_itself(pairs: list[tuple[int, int | None]]) -> None:
    """Of any rows, filtered and sorted: `index` undoes `key`, and the rows are those asked for."""
    rows = [(place, *pair) for place, pair in enumerate(pairs)]
    view = TupleSource.keyed_by(rows, 0).filtered(lambda row: row[1] != 2)
    view = view.sorted_by(SortKey(2, is_reversed=True), SortKey(1))
    assert [view.index(key) for key in keys(view)] == list(range(len(view)))
    expected = sorted(
        (row for row in rows if row[1] != 2),
        key=lambda row: (row[2] is None, -(row[2] or 0), row[1]),
    )
    assert view.rows(0, len(view)) == expected
