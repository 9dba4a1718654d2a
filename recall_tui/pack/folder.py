"""Reads one folder of a pack: every file on its own, names not yet compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from recall_tui.domain.ids import ClusterId
from recall_tui.domain.recalls import Cluster
from recall_tui.pack.clusters import read_clusters
from recall_tui.pack.expression_schema import Strict
from recall_tui.pack.faults import worded
from recall_tui.pack.files import Document, listed, read_document
from recall_tui.pack.lines import Path as Place
from recall_tui.pack.measure_schema import MeasuresFile, MeasureText
from recall_tui.pack.names import Named, names_in
from recall_tui.pack.problems import PackFault, PackProblem, Problems
from recall_tui.pack.schema import FlagsFile, FlagText, ItemsFile, ItemText, PackFile, RecallText

T = TypeVar("T", bound=Strict)
T_co = TypeVar("T_co", bound=Strict, covariant=True)


@dataclass(frozen=True, slots=True)
class Placed(Generic[T_co]):
    """A definition, the document it stands in, and where there."""

    text: T_co
    document: Document
    place: Place = ()
    names: tuple[Named, ...] = ()

    def problem(self, place: Place, words: str) -> PackProblem:
        """Return a problem at ``place`` inside the definition."""
        return self.document.problem((*self.place, *place), words)


def _measures() -> dict[str, Placed[MeasureText]]:
    return {}


def _items() -> dict[str, Placed[ItemText]]:
    return {}


def _flags() -> dict[str, Placed[FlagText]]:
    return {}


def _recalls() -> dict[str, Placed[RecallText]]:
    return {}


@dataclass(slots=True)
class PackFolder:
    """The definitions of one folder, or of several put together."""

    items: dict[str, Placed[ItemText]] = field(default_factory=_items)
    flags: dict[str, Placed[FlagText]] = field(default_factory=_flags)
    recalls: dict[str, Placed[RecallText]] = field(default_factory=_recalls)
    measures: dict[str, Placed[MeasureText]] = field(default_factory=_measures)
    clusters: dict[ClusterId, Cluster] = field(default_factory=dict[ClusterId, Cluster])
    general: list[Placed[PackFile]] = field(default_factory=list[Placed[PackFile]])
    waiting: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The clusters that an unverified recall lacked in the folder that defines it."""

    def override(self, other: "PackFolder") -> None:
        """Take over what ``other`` defines; whole definitions replace each other by id."""
        self.items.update(other.items)
        self.flags.update(other.flags)
        self.recalls.update(other.recalls)
        self.measures.update(other.measures)
        self.clusters.update(other.clusters)
        self.general.extend(other.general)


def read_folder(folder: Path, problems: Problems) -> PackFolder:
    """Return what ``folder`` defines; what is wrong in its files goes to ``problems``."""
    found = PackFolder()
    if not folder.is_dir():
        problems.add(folder, None, "is not a folder: a pack is a folder of rules")
        return found
    found.clusters = read_clusters(folder / "clusters", problems)
    _read_general(folder, found, problems)
    for placed in _each(folder / "items", ItemsFile, problems):
        _add(found.items, placed, ("items",), placed.text.items, problems)
    for placed in _each(folder / "measures", MeasuresFile, problems):
        _add(found.measures, placed, ("measures",), placed.text.measures, problems)
    for placed in _each(folder / "recalls", RecallText, problems):
        _add_recall(found.recalls, placed, problems)
    return found


def _read_general(folder: Path, found: PackFolder, problems: Problems) -> None:
    for path in _toml(folder, problems):
        if path.name == "pack.toml":
            found.general.extend(_placed(path, PackFile, problems))
        elif path.name == "flags.toml":
            for placed in _placed(path, FlagsFile, problems):
                _add(found.flags, placed, ("flags",), placed.text.flags, problems)
        else:
            words = "is not read: rules stand in items/, recalls/, flags.toml and pack.toml"
            problems.add(path, None, words)


def _toml(folder: Path, problems: Problems) -> list[Path]:
    try:
        return listed(folder, ".toml")
    except PackFault as fault:
        problems.extend([fault.problem])
        return []


def _each(folder: Path, model: type[T], problems: Problems) -> Iterator[Placed[T]]:
    for path in _toml(folder, problems):
        yield from _placed(path, model, problems)


def _placed(path: Path, model: type[T], problems: Problems) -> Iterator[Placed[T]]:
    """Read and check one file; gives nothing when it is faulty."""
    try:
        document = read_document(path)
    except PackFault as fault:
        problems.extend([fault.problem])
        return
    try:
        text = model.model_validate(document.data)
    except ValidationError as error:
        problems.extend(worded(document, error))
        return
    yield Placed(text, document, (), names_in(document, ()))


def _add(
    target: dict[str, Placed[T]],
    file: Placed[Strict],
    place: Place,
    entries: Mapping[str, T],
    problems: Problems,
) -> None:
    for name, text in entries.items():
        here = (*place, name)
        placed = Placed(text, file.document, here, names_in(file.document, here))
        if name in target:
            other = target[name].document.path.name
            problems.extend([placed.problem((), f"`{name}` is defined in {other} already")])
        else:
            target[name] = placed


def _add_recall(
    target: dict[str, Placed[RecallText]], placed: Placed[RecallText], problems: Problems
) -> None:
    name = placed.text.id
    if placed.document.path.stem != name:
        problems.extend([placed.problem(("id",), f"name the file {name}.toml, like its id")])
    target[name] = placed
