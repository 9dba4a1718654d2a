"""A damaged file is refused in one line, or the damage stays where it is."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.errors import BadInput
from recall_tui.frames import Extract
from recall_tui.importers.readers import read_extract
from tests.importers.building import PATIENTS, build

TODAY = date(2026, 11, 22)
HEADER = "patient_number,code,term,date,value,unit,kind"
ROWS = tuple(
    f"{1 + at % 2},271649006,{term},2024-05-{10 + at},{100 + at},mmHg,done"
    for at, term in enumerate(
        ["Systolic", '"Systolic, sitting"', "Systolic", '"said ""high"""', '"two\nlines"', "Last"]
    )
)
LINES = (2, 3, 4, 5, 6, 8)


def _read(folder: Path, events: bytes) -> Extract | None:
    try:
        return read_extract(build(folder, {"events.csv": events}), TODAY)
    except BadInput:
        return None


def _values(extract: Extract) -> set[tuple[str, str, float | None]]:
    """Return what tells the rows apart: day, code and value."""
    rows = extract.events.select(pl.col("event_date").cast(pl.String), "code", "value").rows()
    return set(rows)


WHOLE = {(f"2024-05-{10 + at}", "271649006", 100.0 + at) for at in range(len(ROWS))}


def test_the_undamaged_file_is_read_whole(tmp_path: Path) -> None:
    """The start of the experiment: six rows."""
    extract = _read(tmp_path / "x", "\n".join([HEADER, *ROWS, ""]).encode())
    assert extract is not None
    assert _values(extract) == WHOLE


@given(
    at=st.integers(0, len(ROWS) - 1),
    place=st.integers(0, 60),
    put=st.text(st.sampled_from('",\n;\r1a\u200b\x1b'), max_size=3),
    cut=st.integers(0, 12),
)
def test_damage_to_one_row_leaves_the_others_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, at: int, place: int, put: str, cut: int
) -> None:
    """Whatever is put into or cut out of a row, every other row is read as before, or all refused.

    A line end that was cut off joins two rows: then the next is part of the damaged one.
    """
    row = ROWS[at]
    place = min(place, len(row))
    damaged = row[:place] + put + row[place + cut :]
    text = "\n".join([HEADER, *ROWS[:at], damaged, *ROWS[at + 1 :], ""])
    extract = _read(tmp_path_factory.mktemp("damage"), text.encode())
    if extract is not None:
        others = {one for where, one in enumerate(sorted(WHOLE)) if where != at}
        assert others <= _values(extract)


@given(raw=st.binary(max_size=12), place=st.integers(0, 400), cut=st.integers(0, 20))
def test_no_bytes_break_the_import(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, place: int, cut: int
) -> None:
    """Any bytes anywhere end in an extract or in one line of words; codes stay codes."""
    whole = "\n".join([HEADER, *ROWS, ""]).encode()
    place = min(place, len(whole))
    extract = _read(tmp_path_factory.mktemp("bytes"), whole[:place] + raw + whole[place + cut :])
    if extract is not None:
        codes = extract.events.get_column("code").to_list()
        assert all("-" not in code and "mmHg" not in code for code in codes if len(code) == 9)
        assert set(extract.events.get_column("kind").unique()) <= {
            "done",
            "request",
            "invite",
            "dna",
            "declined",
        }


@given(st.binary(max_size=300))
def test_no_patient_file_breaks_the_import(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    """Rubbish behind a good list parks rows or refuses the file, and loses no patient before it."""
    folder = tmp_path_factory.mktemp("patients")
    build(folder, {"patients.csv": PATIENTS.encode() + raw + b"\n"})
    try:
        extract = read_extract(folder, TODAY)
    except BadInput:
        return
    assert extract.patients.get_column("given_name").to_list()[:2] == ["Ann", "Bob"]


def test_each_row_is_named_by_its_physical_line(tmp_path: Path) -> None:
    """Rows after a cell of two lines are still named by the line an editor shows."""
    bad = [row.replace("271649006", "") for row in ROWS]
    extract = _read(tmp_path / "x", "\n".join([HEADER, *bad, ""]).encode())
    assert extract is not None
    assert extract.problems.get_column("line").to_list() == list(LINES)
