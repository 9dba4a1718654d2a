"""A fault in a pack: which file, which line, and one line of words."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from recall_tui.errors import BadInput


@dataclass(frozen=True, slots=True)
class PackProblem:
    """What is wrong, where; ``line`` is None when the whole file is meant."""

    file: Path
    line: int | None
    words: str

    def __str__(self) -> str:
        """Return ``file:line: words``, cleaned and on one line."""
        return PackFault(self.file, self.line, self.words).words


class PackFault(BadInput):
    """One problem, raised where nothing more can be read of the file."""

    def __init__(self, file: Path, line: int | None, words: str) -> None:
        """Keep the problem and word it: ``file:line: words``."""
        self.problem = PackProblem(file, line, words)
        place = f"{file}:{line}" if line is not None else f"{file}"
        super().__init__(f"{place}: {words}")


class Problems:
    """Collects what is wrong while a pack is read."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: list[PackProblem] = []

    def add(self, file: Path, line: int | None, words: str) -> None:
        """Note one problem."""
        self._found.append(PackProblem(file, line, words))

    def extend(self, problems: Iterable[PackProblem]) -> None:
        """Note several."""
        self._found.extend(problems)

    def in_order(self) -> list[PackProblem]:
        """Return them by file and line, each once."""
        unique = dict.fromkeys(self._found)
        return sorted(unique, key=lambda problem: (str(problem.file), problem.line or 0))

    def raise_first(self) -> None:
        """Do nothing when there is none.

        Raises:
            PackFault: the first problem, and how many more there are.
        """
        found = self.in_order()
        if not found:
            return
        more = f" (and {len(found) - 1} more: `recall recalls check`)" if len(found) > 1 else ""
        first = found[0]
        raise PackFault(first.file, first.line, f"{first.words}{more}")
