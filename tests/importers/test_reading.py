"""CSV text becomes rows with their physical lines: none shifted, none lost, none swallowed."""

import csv
import io
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.errors import BadInput
from recall_tui.importers import reading
from recall_tui.importers.problems import Fault
from recall_tui.importers.reading import CsvFile

SPECTRUM = Path(__file__).parent / "golden" / "csv_spectrum"


def _file(folder: Path, content: str | bytes) -> CsvFile:
    path = folder / "some.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CsvFile(path, "some.csv")


def _rows(file: CsvFile) -> list[tuple[object, ...]]:
    return [row for batch in file.batches() for row in batch.rows.fill_null("").rows()]


def _parked(file: CsvFile) -> list[tuple[int, Fault]]:
    return [(row.line, row.fault) for batch in file.batches() for row in batch.parked]


@pytest.mark.parametrize("name", sorted(path.stem for path in SPECTRUM.glob("*.csv")))
def test_csv_spectrum(name: str, tmp_path: Path) -> None:
    """The published tricky files give the published answers (line ends in cells as LF)."""
    raw = (SPECTRUM / f"{name}.csv").read_bytes()
    file = _file(tmp_path, raw if raw.endswith(b"\n") else raw + b"\n")
    answers = json.loads((SPECTRUM / f"{name}.json").read_text(encoding="utf-8"))
    got = [dict(zip(file.header, row[1:], strict=True)) for row in _rows(file)]
    want = [{key: cell.replace("\r\n", "\n") for key, cell in row.items()} for row in answers]
    assert got == want


def test_a_cell_of_several_lines_keeps_the_lines_of_the_rows_after_it(tmp_path: Path) -> None:
    """A problem is looked up in an editor, so its line is the physical one."""
    file = _file(tmp_path, 'a,b\n1,"one\ntwo\nthree"\n2,x\n')
    assert _rows(file) == [(2, "1", "one\ntwo\nthree"), (5, "2", "x")]


def test_long_and_short_rows_are_parked_and_the_others_stay(tmp_path: Path) -> None:
    """A row of the wrong width never moves cells into other columns."""
    file = _file(tmp_path, "a,b\n1\n2,x\n3,y,z\n4,w\n")
    assert _rows(file) == [(3, "2", "x"), (5, "4", "w")]
    assert _parked(file) == [(2, Fault.COLUMNS), (4, Fault.COLUMNS)]
    words = [row.words for batch in file.batches() for row in batch.parked]
    assert words[0] == "the row has 1 columns, the header 2"


def test_one_long_and_one_short_row_do_not_make_two_good_ones(tmp_path: Path) -> None:
    """The right number of commas in all is not enough."""
    file = _file(tmp_path, "a,b\n1\n2,x,y\n")
    assert _rows(file) == []
    assert _parked(file) == [(2, Fault.COLUMNS), (3, Fault.COLUMNS)]


def test_a_quote_that_is_never_closed_parks_one_row(tmp_path: Path) -> None:
    """The rows after an open quotation mark are read, not swallowed."""
    file = _file(tmp_path, 'a,b\n1,"open\n2,x\n3,"y"\n4,z\n')
    assert _rows(file) == [(3, "2", "x"), (4, "3", "y"), (5, "4", "z")]
    assert _parked(file) == [(2, Fault.QUOTES)]


def test_rows_between_two_stray_quotes_are_not_swallowed(tmp_path: Path) -> None:
    """Lines that are whole rows by themselves are never the inside of a cell."""
    file = _file(tmp_path, 'a,b\n1,"open\n2,x\n3,close"\n4,z\n')
    assert _rows(file) == [(3, "2", "x"), (4, "3", 'close"'), (5, "4", "z")]
    assert _parked(file) == [(2, Fault.QUOTES)]


def test_text_after_a_closing_quote_is_parked(tmp_path: Path) -> None:
    """Such a row can be read in more than one way."""
    file = _file(tmp_path, 'a,b\n1,"x"y\n2,z\n')
    assert _rows(file) == [(3, "2", "z")]
    assert _parked(file) == [(2, Fault.QUOTES)]


def test_a_quote_inside_a_bare_cell_is_a_character(tmp_path: Path) -> None:
    """A 5" dressing is a dressing."""
    assert _rows(_file(tmp_path, 'a,b\n1,5" dressing\n')) == [(2, "1", '5" dressing')]


def test_a_carriage_return_alone_inside_a_row_is_parked(tmp_path: Path) -> None:
    """Two line ends of different kinds: whether it is one row or two cannot be known."""
    file = _file(tmp_path, b"a,b\n1,x\r2,y\n3,z\n")
    assert _rows(file) == [(3, "3", "z")]
    assert _parked(file) == [(2, Fault.LINE_END)]


def test_blank_rows_are_no_rows(tmp_path: Path) -> None:
    """Blank lines and lines of commas, as spreadsheets leave them, say nothing."""
    file = _file(tmp_path, "a,b\n1,x\n\n,\n , \n2,y\n\n")
    assert _rows(file) == [(2, "1", "x"), (6, "2", "y")]
    assert _parked(file) == []


def test_a_header_that_comes_again_is_parked(tmp_path: Path) -> None:
    """Files that were pasted together do not make a patient called patient_number."""
    file = _file(tmp_path, "a,b\n1,x\na,b\n2,y\n")
    assert _rows(file) == [(2, "1", "x"), (4, "2", "y")]
    assert _parked(file) == [(3, Fault.REPEATED_HEADER)]


def test_byte_order_mark_and_windows_line_ends_are_nothing_special(tmp_path: Path) -> None:
    """Excel's "CSV UTF-8" is read."""
    file = _file(tmp_path, b"\xef\xbb\xbfa,b\r\n1,\xc3\xa9\r\n")
    assert file.header == ("a", "b")
    assert _rows(file) == [(2, "1", "é")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"a,b\n1,x", "may be cut off"),
        (b"a,b\n1,x\n2", "may be cut off"),
        (b"a,b\r1,x\r", "CR alone"),
        ("a,b\n1,x\n".encode("utf-16"), "UTF-16"),
        ("a,b\n1,x\n".encode("utf-16-le"), "NUL"),
        ("a,b\n1,x\n".encode("utf-32"), "UTF-32"),
        (b"a,b\n1,x\0y\n", "NUL"),
        (b"a,b\n1,x\n2,Zo\xeb\n", "cp1252"),
        (b"a,b\n1,x\xc3", "cut off inside a character"),
        (b"a;b\n1;x\n", "semicolons"),
        (b"a\tb\n1\tx\n", "tabs"),
        (b"a|b\n1|x\n", "vertical bars"),
        (b"only\n1\n", "one column"),
        (b"\n1,x\n", "first line is blank"),
        (b"a,A\n1,x\n", "stands twice"),
        (b'a,"b\n1,x\n', "header is not CSV"),
        (b"PK\x03\x04rest\n", "workbook"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    content: bytes, words: str, tmp_path: Path
) -> None:
    """Wrong encoding, separator, line ends or a file cut off: said, with what to do."""
    with pytest.raises(BadInput) as refused:
        _file(tmp_path, content)
    assert refused.value.words.startswith("some.csv")
    assert words in refused.value.words
    assert "\n" not in refused.value.words


def test_the_line_of_a_byte_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """The person can find the character."""
    with pytest.raises(BadInput, match=r"^some\.csv:3: is not UTF-8"):
        _file(tmp_path, b"a,b\n1,x\n2,Zo\xeb\n")


def test_a_file_of_the_wrong_header_is_refused_not_listed(tmp_path: Path) -> None:
    """A hundred thousand rows that do not fit are one fault, not a hundred thousand."""
    file = _file(tmp_path, "a,b\n" + "1,2,3\n" * (reading.MOST_PARKED + 1))
    with pytest.raises(BadInput, match="do not fit the header"):
        list(file.batches())


def test_blocks_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the blocks, rows, lines and cells of several lines are the same."""
    text = "a,b\n" + "".join(
        f'{at},"first\nsecond, {at}"\n{at},plain\n{at},"quoted"\n' for at in range(40)
    )
    whole = _rows(_file(tmp_path, text))
    for size in (40, 64, 101):
        monkeypatch.setattr(reading, "BLOCK", size)
        assert _rows(_file(tmp_path, text)) == whole


def _counted(text: str) -> int:
    """Count the records that are not blank with the standard library's reader."""
    rows = csv.reader(io.StringIO(text, newline=""))
    return sum(1 for row in rows if not _is_blank(row))


def _is_blank(row: Iterable[str]) -> bool:
    """Whether no cell holds more than what Unicode calls white space."""
    blanks = r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
    return all(re.fullmatch(blanks, cell) for cell in row)


_CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0\r"),
    max_size=6,
)


@given(st.lists(st.tuples(_CELL, _CELL, _CELL), max_size=25))
def test_well_formed_files_are_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    """Whatever text the cells hold, it comes back in its own row and column."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["col_a", "col_b", "col_c"])
    writer.writerows(rows)
    text = stream.getvalue()
    file = _file(tmp_path_factory.mktemp("csv"), text)
    batches = list(file.batches())
    parked = sum(len(batch.parked) for batch in batches)
    kept = [row for batch in batches for row in batch.rows.fill_null("").rows()]
    assert len(kept) + parked == _counted(text) - 1
    wanted = [row for row in rows if not _is_blank(row)]
    assert parked or [row[1:] for row in kept] == wanted
    assert {row[1:] for row in kept} <= set(wanted)


_SOUP = st.text(st.sampled_from('ab1 ,,"\n\r;\t\\é'), max_size=120)


@given(_SOUP)
def test_any_text_is_read_or_refused_and_every_line_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, soup: str
) -> None:
    """Every row that is kept is a whole well-formed record that begins on the line it names."""
    text = f"aa,bb\n{soup}\n"
    file = _file(tmp_path_factory.mktemp("soup"), text)
    lines = text.split("\n")
    for batch in file.batches():
        for row in batch.rows.fill_null("").rows():
            rest = "\n".join(lines[int(row[0]) - 1 :])
            again = next(csv.reader(io.StringIO(rest, newline="")))
            assert [cell.replace("\r\n", "\n") for cell in again] == list(row[1:])
        assert all(1 < parked.line <= len(lines) for parked in batch.parked)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    """Bytes of any kind end in rows or in one line of words, never in another fault."""
    path = tmp_path_factory.mktemp("bytes") / "some.csv"
    path.write_bytes(raw)
    frames: list[pl.DataFrame] = []
    with suppress(BadInput):
        frames = [batch.rows for batch in CsvFile(path, "some.csv").batches()]
    assert all(frame.columns[0] == reading.LINE for frame in frames)
    assert all(dtype == pl.String for frame in frames for dtype in frame.dtypes[1:])


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is one endless line is not held in memory."""
    monkeypatch.setattr(reading, "BLOCK", 64)
    monkeypatch.setattr(reading, "LONGEST_LINE", 32)
    file = _file(tmp_path, "a,b\n1," + "x" * 200 + "\n")
    with pytest.raises(BadInput, match="longer than a megabyte"):
        list(file.batches())


def test_a_record_of_too_many_lines_is_an_open_quote(tmp_path: Path) -> None:
    """A cell of more than two hundred lines is a quotation mark that somebody forgot."""
    file = _file(tmp_path, 'a,b\n1,"' + "x\n" * 201 + '"\n2,y\n')
    assert _rows(file) == [(204, "2", "y")]
    assert _parked(file)[0] == (2, Fault.QUOTES)
