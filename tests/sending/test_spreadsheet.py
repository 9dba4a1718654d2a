"""R-17: what a spreadsheet makes of an export; LibreOffice itself: tests/faults/spreadsheet.py."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from recall_tui.cleaning import FORMULA_STARTS, clean
from recall_tui.sending.export_file import csv_bytes
from recall_tui.services.batching import EXPORT_COLUMNS
from tests.faults.spreadsheet import ATTACKS, rows

_NAMES = st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=20)), max_size=4)


@settings(max_examples=30)
@given(_NAMES)
def test_a_spreadsheet_reads_what_was_exported(names: list[str]) -> None:
    """One line a patient whatever the name, every cell as it was but for the guard, no formula."""
    given_rows = [(*row[:2], name, *row[3:]) for row, name in zip(rows(), names, strict=False)]
    text = csv_bytes(EXPORT_COLUMNS, given_rows).decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == len(given_rows) + 1
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == list(EXPORT_COLUMNS)
    for row, cells in zip(given_rows, read[1:], strict=True):
        assert not any(cell.lstrip().startswith(tuple(FORMULA_STARTS)) for cell in cells)
        plain = clean(row[2])
        assert cells[2] in {plain, f"'{plain}"}
        # Numbers and days are no free text: an apostrophe before them would break a look-up.
        assert (*cells[:2], *cells[3:]) == (*row[:2], *row[3:])
