"""Text from data is inert wherever it goes, and nothing of it is lost that can be shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui import cleaning

_ANY_TEXT = st.text(alphabet=st.characters(codec=None))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Siân O'Brien-Łódź", "Siân O'Brien-Łódź"),
        ("SMITH [/b]", "SMITH [/b]"),  # markup is text: markup=False shows it
        ("\x1b[2JSMITH", "\ufffd[2JSMITH"),
        ("\x1b]52;c;cm0=\x07", "\ufffd]52;c;cm0=\ufffd"),
        ("\x9b2J\x9d52", "\ufffd2J\ufffd52"),
        ("a\tb\nc\r\nd", "a b c  d"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eTIMS\u202c", "\ufffdTIMS\ufffd"),
        ("\u2066x\u2069", "\ufffdx\ufffd"),
        ("S\u200bM\u200cI\u200dTH\ufeff", "S\ufffdM\ufffdI\ufffdTH\ufffd"),
        ("S\u00adM", "S\ufffdM"),
        ("\U000e0041\U000e007f", "\ufffd\ufffd"),
        ("x\ufe0f\U000e0100", "x\ufffd\ufffd"),
        ("\ud800", "\ufffd"),
        ("\x00\x7f", "\ufffd\ufffd"),
        ("a\u00a0b\u3000c", "a b c"),
        ("e" + "\u0301" * 30, "e" + "\u0301" * 4),
        ("", ""),
    ],
)
def test_a_line_for_the_terminal(raw: str, shown: str) -> None:
    """What acts on a terminal becomes visible or a blank; all else stays."""
    assert cleaning.clean(raw) == shown


@given(_ANY_TEXT)
def test_nothing_that_acts_on_a_terminal_survives(text: str) -> None:
    """Whatever the text: one line, no control, no hidden character, encodable, and stable."""
    line = cleaning.clean(text)
    assert not any(cleaning.is_hidden(character) for character in line)
    assert line.encode("utf-8").decode("utf-8") == line
    assert len(line.splitlines()) <= 1
    assert len(line) <= len(text)
    assert cleaning.clean(line) == line


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"])))
def test_letters_digits_and_punctuation_are_never_changed(text: str) -> None:
    """Cleaning touches nothing that is there to be read."""
    kept = "".join(character for character in text if not cleaning.is_hidden(character))
    assert cleaning.clean(kept) == kept


def test_lines_stay_lines() -> None:
    """Free text keeps its lines, however they end, and each line is clean."""
    assert cleaning.clean_lines("a\r\nb\x1b\rc") == "a\nb\ufffd\nc"


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("  Mary \t Ann\n Jones ", "Mary Ann Jones"),
        ("Sia\u0302n", "Si\u00e2n"),
        ("SM\u202eITH\x07", "SMITH"),
        ("\ufeffSMITH\u200b", "SMITH"),
        ("S\u200dM", "SM"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\u0645\u200c", "\u0645"),
        ("e" + "\u0301" * 9, "\u00e9" + "\u0301" * 4),
        ("José Emilio366", "José Emilio366"),
        ("\ud800", ""),
    ],
)
def test_a_name_as_it_is_stored(raw: str, stored: str) -> None:
    """Composed, trimmed, without what is not seen; a joiner stays where a script needs it."""
    assert cleaning.clean_name(raw) == stored


@given(_ANY_TEXT)
def test_a_stored_name_is_stored_the_same_again(text: str) -> None:
    """Importing what was exported changes nothing, and no blank stands at an end or twice."""
    name = cleaning.clean_name(text)
    assert cleaning.clean_name(name) == name
    assert name == " ".join(name.split())
    assert unicodedata.normalize("NFC", name) == name


def test_hidden_characters_of_an_identifier_are_named() -> None:
    """An identifier with something unseen in it is told with what that is."""
    assert cleaning.hidden_characters("12\u202e3\u200b") == ("U+202E", "U+200B")
    assert cleaning.hidden_characters("12345") == ()
    assert cleaning.hidden_characters("Ł1") == ()


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("@cmd", "'@cmd"),
        ("\t=1", "' =1"),
        ("\rx", "' x"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("O'Brien", "O'Brien"),
        ("line\none", "line one"),
        ("((name)) {x} %s", "((name)) {x} %s"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(raw: str, cell: str) -> None:
    """Free text that a spreadsheet would calculate is marked as text; all else is as it was."""
    assert cleaning.safe_cell(raw) == cell


@given(_ANY_TEXT)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    """Whatever the text, its cell does not begin with what starts a formula."""
    cell = cleaning.safe_cell(text)
    assert not cell.lstrip().startswith(tuple(cleaning.FORMULA_STARTS))


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("(01632) 960-123", "01632960123"),
        ("=1+1", "'=1+1"),
        ("+", "'+"),
        ("ring wife", "ring wife"),
    ],
)
def test_a_phone_number_stays_a_phone_number(raw: str, cell: str) -> None:
    """A number is written as digits without an apostrophe; what is none is free text."""
    assert cleaning.phone_cell(raw) == cell
