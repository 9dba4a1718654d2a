"""Reads files of cases: our own (TOML) and three published shapes (docs/cases.md)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from recall_tui.domain.cases import Case, Verdict
from recall_tui.domain.recalls import Rulebook
from recall_tui.errors import BadInput
from recall_tui.pack.case_schema import CasesFile, CaseText
from recall_tui.pack.case_tables import TableFault
from recall_tui.pack.faults import worded
from recall_tui.pack.files import Document, listed, read_document
from recall_tui.pack.lines import lines_of, nearest
from recall_tui.pack.problems import PackFault
from recall_tui.pack.published import date_vectors, immunisations, registers
from recall_tui.pack.reader import SHIPPED

SHIPPED_CASES: Final = SHIPPED / "cases"
"""The worked examples of the shipped recalls."""

_ENDINGS: Final = (".toml", ".json", ".csv")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of cases: those to run, those judged already (dates), and what is left out, why."""

    path: Path
    cases: tuple[Case, ...] = ()
    judged: tuple[Verdict, ...] = ()
    left_out: tuple[str, ...] = ()


def read_cases(place: Path, rulebook: Rulebook) -> list[CaseFile]:
    """Return the cases of a file, or of every file of a folder.

    Raises:
        BadInput: there is none, or one cannot be read: file, line, what is wrong.
    """
    if not place.is_dir():
        return [_read(place, rulebook)]
    found = sorted(path for ending in _ENDINGS for path in listed(place, ending))
    if not found:
        raise BadInput(f"{place}: no file of cases ({', '.join(_ENDINGS)})")
    return [_read(path, rulebook) for path in found]


def _read(path: Path, rulebook: Rulebook) -> CaseFile:
    if path.suffix == ".json":
        return CaseFile(path, registers(path, rulebook))
    if path.suffix == ".csv":
        if date_vectors.fits(path):
            judged, left_out = date_vectors.judge(path)
            return CaseFile(path, (), judged, left_out)
        return CaseFile(path, immunisations(path))
    return CaseFile(path, own_cases(path))


def own_cases(path: Path) -> tuple[Case, ...]:
    """Return the cases of a file of our own shape.

    Raises:
        PackFault: it cannot be read.
    """
    document = read_document(path)
    try:
        file = CasesFile.model_validate(document.data)
    except ValidationError as error:
        problem = worded(document, error)[0]
        raise PackFault(problem.file, problem.line, problem.words) from error
    lines = lines_of(document.text)
    return tuple(
        _built(one, file, document, nearest(lines, ("case", index)))
        for index, one in enumerate(file.case)
    )


def _built(one: CaseText, file: CasesFile, document: Document, line: int | None) -> Case:
    place = f"{document.path.name}:{line}" if line else document.path.name
    try:
        return one.build(file, place)
    except TableFault as fault:
        raise PackFault(document.path, line, f"{one.name}: {fault}") from fault
