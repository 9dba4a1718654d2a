"""Reads clusters: CSV files of code and term, and the manifest that says where they came from."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recall_tui.domain.ids import ClusterId
from recall_tui.domain.recalls import Cluster
from recall_tui.pack.files import MOST_CSV_BYTES, listed, read_text
from recall_tui.pack.problems import PackFault, Problems
from recall_tui.pack.snomed import code_fault

MANIFEST: Final = "manifest.csv"
MANIFEST_COLUMNS: Final = ("cluster", "version", "source", "licence")
CLUSTER_COLUMNS: Final = ("code", "term")
MOST_FAULTS_A_FILE: Final = 20
"""More are not listed: the file is simply the wrong one."""

MOST_CODES: Final = 100_000


@dataclass(frozen=True, slots=True)
class ClusterOrigin:
    """A line of the manifest."""

    version: str
    source: str
    licence: str
    title: str = ""


def read_clusters(folder: Path, problems: Problems) -> dict[ClusterId, Cluster]:
    """Return the clusters of ``folder``; what is wrong goes to ``problems``."""
    try:
        files = [path for path in listed(folder, ".csv") if path.name != MANIFEST]
        origins = _manifest(folder / MANIFEST, problems)
    except PackFault as fault:
        problems.extend([fault.problem])
        return {}
    names = {path.stem for path in files}
    for name in sorted(origins.keys() - names):
        words = f"`{name}` is listed, but there is no file {name}.csv"
        problems.add(folder / MANIFEST, None, words)
    found = (_cluster(path, origins.get(path.stem), problems) for path in files)
    return {cluster.id: cluster for cluster in found if cluster is not None}


def _manifest(path: Path, problems: Problems) -> dict[str, ClusterOrigin]:
    if not path.exists():
        return {}
    found: dict[str, ClusterOrigin] = {}
    needed = len(MANIFEST_COLUMNS)
    for line, row in _rows(path, MANIFEST_COLUMNS, optional=("title",)):
        if not needed <= len(row) <= needed + 1 or not row[0] or not row[2]:
            problems.add(path, line, "needs cluster, version, source, licence")
        elif row[0] in found:
            problems.add(path, line, f"`{row[0]}` is listed twice")
        else:
            found[row[0]] = ClusterOrigin(*row[1:])
    return found


def _cluster(path: Path, origin: ClusterOrigin | None, problems: Problems) -> Cluster | None:
    if not path.stem.isascii() or path.stem != path.stem.upper():
        problems.add(path, None, f"name the file {path.stem.upper()}.csv: clusters are upper case")
        return None
    try:
        codes = _codes(path, problems)
    except PackFault as fault:
        problems.extend([fault.problem])
        return None
    if not codes:
        problems.add(path, None, "holds no code")
        return None
    known = origin or ClusterOrigin("", f"file {path.name}", "")
    return Cluster(ClusterId(path.stem), frozenset(codes), known.version, known.source, known.title)


def _codes(path: Path, problems: Problems) -> set[str]:
    codes: set[str] = set()
    faults = 0
    for line, row in _rows(path, CLUSTER_COLUMNS):
        code = row[0].strip()
        words = code_fault(code)
        if not words and code in codes:
            words = f"`{code}` stands here twice"
        if words:
            faults += 1
            problems.add(path, line, words)
            if faults >= MOST_FAULTS_A_FILE:
                raise PackFault(path, line, "has too many faults: the rest is not listed")
        codes.add(code)
    if len(codes) > MOST_CODES:
        raise PackFault(path, None, f"holds {len(codes)} codes; at most {MOST_CODES} are read")
    return codes


def _rows(
    path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, list[str]]]:
    """Give line and cells of every row that is not blank, after the header was checked."""
    reader = csv.reader(io.StringIO(read_text(path, MOST_CSV_BYTES), newline=""), strict=True)
    try:
        header: list[str] = next(reader, list[str]())
        names = tuple(cell.strip().lower() for cell in header)
        if names not in {columns, (*columns, *optional)}:
            raise PackFault(path, 1, f"the first line must be {','.join(columns)}")
        line = reader.line_num + 1
        for row in reader:
            if any(row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as fault:
        raise PackFault(path, reader.line_num, f"is not CSV: {fault}") from fault
