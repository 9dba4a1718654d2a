"""Codes with a slip in them are refused before they can miss a patient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import verhoeff

from recall_tui.pack.snomed import code_fault, has_valid_check_digit

DIGITS = st.from_regex(r"[1-9][0-9]{4,16}", fullmatch=True)


@given(DIGITS)
def test_the_check_digit_agrees_with_another_implementation(digits: str) -> None:
    """Our tables give what python-stdnum's give, for every length."""
    assert has_valid_check_digit(digits) == (verhoeff.checksum(digits) == 0)
    assert has_valid_check_digit(digits + verhoeff.calc_check_digit(digits))


@given(DIGITS, st.data())
def test_one_wrong_digit_and_two_swapped_ones_are_found(digits: str, data: st.DataObject) -> None:
    """The slips that typing makes never give another valid code."""
    right = digits + verhoeff.calc_check_digit(digits)
    place = data.draw(st.integers(0, len(right) - 2))
    wrong = str((int(right[place]) + data.draw(st.integers(1, 9))) % 10)
    assert not has_valid_check_digit(right[:place] + wrong + right[place + 1 :])
    if right[place] != right[place + 1]:
        swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        assert not has_valid_check_digit(swapped)


@pytest.mark.parametrize("code", ["73211009", "44054006", "1022791000000101", "134781000119106"])
def test_a_concept_is_accepted(code: str) -> None:
    """International, UK and other extensions."""
    assert not code_fault(code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "is empty"),
        ("C10..", "digits only"),
        ("1.02279E+15", "by a spreadsheet"),
        ("73211009.0", "by a spreadsheet"),
        ("1022791000000100", "rounded by a spreadsheet"),
        ("73211008", "check digit"),
        ("073211009", "digits"),
        ("12345", "digits"),
        ("1" * 19, "digits"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", "digits only"),
        ("73211009\n", "digits only"),
        ("121589010", "not a concept"),
    ],
)
def test_what_is_no_concept_is_said_in_words(code: str, words: str) -> None:
    """Each kind of slip has its own words, so that its cause can be found."""
    assert words in code_fault(code)
