"""Write small extracts for the importer tests."""

from pathlib import Path
from typing import Final

import polars as pl

from recall_tui.frames import Extract

PATIENTS: Final = """\
patient_number,nhs_number,given_name,family_name,date_of_birth,sex
1,9990000018,Ann,Example,1950-02-01,F
2,9990000026,Bob,Example,1960-03-02,M
"""
EVENTS: Final = """\
patient_number,code,term,date,value,unit,kind
1,1049321000000109,HbA1c,2024-05-01,48,mmol/mol,
2,44054006,Type 2 diabetes,2010,,,
"""


def build(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """Write patients.csv and events.csv into ``folder``, and ``files`` over and beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    whole: dict[str, str | bytes] = {"patients.csv": PATIENTS, "events.csv": EVENTS}
    for name, content in (whole | (files or {})).items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(raw)
    return folder


def said(extract: Extract, severity: str | None = None) -> list[tuple[str, int, str | None, str]]:
    """Return the problems as (file, line, column, code)."""
    problems = extract.problems
    if severity is not None:
        problems = problems.filter(pl.col("severity") == severity)
    return [
        (str(file), int(line), column, str(code))
        for file, line, column, code in problems.select("file", "line", "column", "code").rows()
    ]
