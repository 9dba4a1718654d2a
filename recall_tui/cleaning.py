"""Text from data, made harmless: for the terminal, for the store and for spreadsheets.

Nothing here loads more than the standard library, and plain ASCII takes the short way out.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands where a character was that must not reach a terminal."""

MARKS_PER_BASE: Final = 4
"""More combining marks than this on one base are cut off: no script needs them."""

FORMULA_STARTS: Final = (
    "=+-@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
"""A spreadsheet takes a cell that begins with one of these for a formula."""

_BLANKS: Final = frozenset({0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029})
_JOINERS: Final = frozenset({0x200C, 0x200D})

# Invisible without being of category Cf: fillers, variation selectors, tags, reserved formats.
_INVISIBLE: Final = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0xFFFE, 0xFFFF),
    (0xE0000, 0xE0FFF),
)


def _category(character: str) -> str:
    # Loaded here: most text is ASCII and goes another way.
    import unicodedata  # noqa: PLC0415

    return unicodedata.category(character)


def _composed(text: str) -> str:
    # Loaded here, as above.
    import unicodedata  # noqa: PLC0415

    return unicodedata.normalize("NFC", text)


def is_hidden(character: str) -> bool:
    """Whether a character acts on a terminal or is not seen: control, format, filler, surrogate."""
    code = ord(character)
    if _category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return True
    return any(first <= code <= last for first, last in _INVISIBLE)


def _on_screen(code: int) -> str:
    character = chr(code)
    if code in _BLANKS or _category(character) == "Zs":
        return " "
    return REPLACEMENT if is_hidden(character) else character


def _in_store(code: int) -> str:
    character = chr(code)
    if code in _BLANKS or _category(character) == "Zs":
        return " "
    if code in _JOINERS:
        return character
    return "" if is_hidden(character) else character


class _ScreenTable(dict[int, str]):
    """What each character becomes on a terminal; learnt as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = _on_screen(code)
        return self[code]


class _StoreTable(dict[int, str]):
    """What each character becomes in the store; learnt as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = _in_store(code)
        return self[code]


_SCREEN_TABLE: Final = _ScreenTable()
_STORE_TABLE: Final = _StoreTable()


def clean(text: str) -> str:
    """Return ``text`` as one line that is safe on a terminal, of the same length or shorter.

    Line ends, tabs and odd blanks become blanks; every other control, bidirectional, zero-width,
    tag or surrogate character becomes U+FFFD; combining marks after the fourth of a base go.
    """
    if text.isascii() and text.isprintable():
        return text
    return _thin_marks(text.translate(_SCREEN_TABLE))


def clean_lines(text: str) -> str:
    """Return ``text`` cleaned as by ``clean``, line by line, its line ends as newlines."""
    return "\n".join(clean(line) for line in text.splitlines())


def clean_name(text: str) -> str:
    """Return a name or free text as it is stored.

    NFC; controls, bidirectional and other hidden characters removed (a joiner stays inside words
    of the scripts that need it); blanks collapsed and trimmed; at most four marks on a base.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    plain = _composed(text.translate(_STORE_TABLE))
    return " ".join(_thin_marks(_drop_stray_joiners(plain)).split())


def hidden_characters(text: str) -> tuple[str, ...]:
    """Name the hidden characters of an identifier ("U+202E"), in order; empty when it has none."""
    if text.isascii() and text.isprintable():
        return ()
    return tuple(f"U+{ord(character):04X}" for character in text if is_hidden(character))


def safe_cell(text: str) -> str:
    """Return free text or a name for a CSV cell: one line, and never a formula.

    A cell that a spreadsheet would calculate gets a leading apostrophe. Not for columns of numbers,
    dates or phone numbers: those are typed (see ``phone_cell``).
    """
    line = clean(text)
    start = line.lstrip()[:1]
    return f"'{line}" if start and (start in FORMULA_STARTS or text[:1] in "\t\r") else line


def phone_cell(text: str) -> str:
    """Return a phone number for a CSV cell: digits with at most a leading plus, never quoted.

    What is no phone number is treated as free text.
    """
    bare = "".join(character for character in text if character not in " ()-.\u00a0")
    digits = bare.removeprefix("+")
    if digits.isascii() and digits.isdecimal():
        return bare
    return safe_cell(text)


def _thin_marks(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if _category(character) in {"Mn", "Me"} else 0
        if marks <= MARKS_PER_BASE:
            kept.append(character)
    return "".join(kept)


def _drop_stray_joiners(text: str) -> str:
    """Keep a joiner only between two characters that are neither ASCII nor blank."""
    if not any(chr(code) in text for code in _JOINERS):
        return text
    padded = f" {text} "
    return "".join(
        middle
        for before, middle, after in zip(padded, padded[1:], padded[2:], strict=False)
        if ord(middle) not in _JOINERS or not (before.isascii() or after.isascii())
    )
