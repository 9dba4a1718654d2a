"""On which line of a TOML text a key, a table or an element of an array stands.

``tomllib`` keeps no positions. This scanner walks a text that ``tomllib`` has already accepted, so
it need not judge, only follow: strings, comments, brackets, headers.
"""

import re
from typing import Final

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY: Final = re.compile(
    r"""[ \t]*(?:(?P<bare>[A-Za-z0-9_-]+)|"(?P<basic>(?:[^"\\]|\\.)*)"|'(?P<literal>[^']*)')"""
    r"[ \t]*"
)
_STRING: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> dict[Path, int]:
    """Return the line, from 1, of every key and array element of a valid TOML ``text``."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


def nearest(found: dict[Path, int], path: Path) -> int | None:
    """Return the line of ``path``, or of the nearest thing that encloses it."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


class _Scanner:
    """Follows one text from its start to its end."""

    def __init__(self, text: str) -> None:
        self.found: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._counted = 0
        self._line = 1
        self._tables: dict[Path, int] = {}

    def document(self) -> None:
        """Scan everything."""
        prefix: Path = ()
        self._skip_blank()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
            self._skip_blank()

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _skip_blank(self) -> None:
        if match := _BLANK.match(self._text, self._at):
            self._at = match.end()

    def _name(self) -> Path:
        """Read a key, dotted or not."""
        parts: list[str] = []
        while match := _KEY.match(self._text, self._at):
            self._at = match.end()
            parts.append(match["bare"] or match["basic"] or match["literal"] or "")
            if self._text[self._at : self._at + 1] != ".":
                break
            self._at += 1
        return tuple(parts)

    def _header(self) -> Path:
        line = self._here()
        several = self._text.startswith("[[", self._at)
        self._at += 2 if several else 1
        written = self._name()
        self._at = self._text.find("]", self._at) + (2 if several else 1)
        prefix = self._resolve(written[:-1]) + written[-1:]
        if several:
            self._tables[prefix] = self._tables.get(prefix, -1) + 1
        prefix = self._resolve(written)
        for length in range(1, len(prefix) + 1):
            self.found.setdefault(prefix[:length], line)
        return prefix

    def _resolve(self, written: Path) -> Path:
        """Put in the index of the newest table where a name stands for an array of tables."""
        path: Path = ()
        for part in written:
            path = (*path, part)
            if path in self._tables:
                path = (*path, self._tables[path])
        return path

    def _pair(self, prefix: Path) -> None:
        line = self._here()
        path = prefix
        for part in self._name():
            path = (*path, part)
            self.found.setdefault(path, line)
        self._at = self._text.find("=", self._at) + 1
        self._skip_blank()
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            pattern = _STRING if opening in {'"', "'"} else _PLAIN
            match = pattern.match(self._text, self._at)
            self._at = match.end() if match else len(self._text)

    def _array(self, path: Path) -> None:
        index = 0
        while self._next_inside("]"):
            self.found[(*path, index)] = self._here()
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Path) -> None:
        while self._next_inside("}"):
            self._pair(path)

    def _next_inside(self, closing: str) -> bool:
        """Step over an opening bracket or a comma; False (and past it) at the closing one."""
        self._skip_blank()
        if self._text[self._at : self._at + 1] != closing:
            self._at += 1  # the opening bracket or a comma
            self._skip_blank()
        if self._text[self._at : self._at + 1] in {closing, ""}:
            self._at += 1
            return False
        return True
