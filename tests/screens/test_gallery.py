"""The gallery shows every screen in every look, and all of it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.color import Color

from recall_tui.theme import DEFAULT, LEAST_CONTRAST, LOOKS, SIXTEEN, Look, contrast
from tests.printing.gallery import FOLDER, SIZES, WAYS

_CODE = re.compile(r"\x1b\[([0-9;]*)m")
_GROUNDS = {"38": 0, "48": 1}


def files_of(look: Look) -> list[Path]:
    """Give the coloured captures of a look."""
    return sorted((FOLDER / look.name.removeprefix("recall-")).glob("*.ans"))


def painted(file: Path) -> Iterator[tuple[str, str, str]]:
    """Give each text of a capture with the codes of its colour and its ground; empty: none."""
    pair, text = ("", ""), ""
    for piece in re.split(r"(\x1b\[[0-9;]*m)", file.read_text(encoding="utf-8")):
        code = _CODE.fullmatch(piece)
        if code is None:
            text = "".join(letter for letter in piece if letter.isalnum())
            if text:
                yield text, *pair
        else:
            pair = colours(code[1], pair)


def colours(code: str, before: tuple[str, str]) -> tuple[str, str]:
    """Give colour and ground after a sequence of codes."""
    pair, rest = list(before), iter(code.split(";"))
    for one in rest:
        if one in {"", "0"}:
            pair = ["", ""]
        elif one in _GROUNDS:
            assert next(rest) == "5"
            pair[_GROUNDS[one]] = next(rest)
        elif one[:1] in {"3", "9"} and len(one) == 2:
            pair[0] = one
        elif (one[:1] == "4" and len(one) == 2) or one.startswith("10"):
            pair[1] = one
    return pair[0], pair[1]


def test_every_screen_is_there() -> None:
    """Each in both sizes, as plain text and in the four looks."""
    names = {f"{name}_{width}x{height}" for name in WAYS for width, height in SIZES}
    assert {file.stem for file in FOLDER.glob("*.txt")} == names
    assert len(LOOKS) == 4
    for look in LOOKS:
        assert {file.stem for file in files_of(look)} == names


def test_the_pane_is_of_the_patient_under_the_cursor() -> None:
    """No picture shows somebody else's needs beside a row."""
    seen = 0
    for file in FOLDER.glob("*_120x40.txt"):
        text = file.read_text(encoding="utf-8")
        cursor = re.search(r"(?m)^.*?> ?●?(\d{5}) ", text)
        pane = re.search(r"EMIS number (\d+)", text)
        if "EMIS no." in text and cursor and pane:
            seen += 1
            assert pane[1] == cursor[1], file.name
    assert seen >= 3


@pytest.mark.parametrize("look", [one for one in LOOKS if not one.is_ansi], ids=lambda x: x.name)
def test_every_text_of_every_screen_can_be_read(look: Look) -> None:
    """At least 4.5:1 for each pair of colours that occurs, as 256 colours show it."""
    pairs = {
        (colour, ground): (text, file.name)
        for file in files_of(look)
        for text, colour, ground in painted(file)
    }
    assert len(pairs) > 5
    for (colour, ground), where in pairs.items():
        assert colour, where
        assert ground, where
        shown = [Color.from_ansi(int(one)).get_truecolor().hex for one in (colour, ground)]
        assert contrast(*shown) >= LEAST_CONTRAST, (where, shown)


def test_sixteen_colours_are_the_ones_that_were_chosen() -> None:
    """Each pair on a screen is an ink of the look, whose contrast is tested on each palette."""
    inks = {(sgr(ink.text, 30), sgr(ink.ground, 40)) for ink in SIXTEEN.inks.values()}
    for file in files_of(SIXTEEN):
        for text, colour, ground in painted(file):
            assert (colour, ground) in inks, (file.name, text)


def test_without_colours_there_are_none() -> None:
    """Attributes only."""
    none = next(one for one in LOOKS if one.name.endswith("none"))
    for file in files_of(none):
        found = _CODE.findall(file.read_text(encoding="utf-8"))
        codes = {one for code in found for one in code.split(";")}
        assert codes <= {"", "0", "1", "4", "7", "39", "49"}, file.name


def sgr(name: str, base: int) -> str:
    """Give the code of a colour of the palette: from 30 for text, from 40 for ground."""
    if name == DEFAULT:
        return str(base + 9)
    names = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
    plain = name.removeprefix("ansi_")
    return str(base + names.index(plain.removeprefix("bright_")) + 60 * plain.startswith("bright_"))
