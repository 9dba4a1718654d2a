"""Cells are read exactly, or dropped with a code that says why."""

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.importers import cells
from recall_tui.importers.columns import BY_NAME, Kind, plain
from recall_tui.importers.converting import Converter
from recall_tui.importers.problems import Fault

SIXTY = date(1960, 2, 1)


@pytest.mark.parametrize(
    "text",
    ["1960-02-01", "01/02/1960", "1/2/1960", "01-Feb-1960", "1 feb 1960", "1960-02-01T00:00"],
)
def test_a_day_is_read_in_the_forms_of_the_field(text: str) -> None:
    """ISO, British with slashes, and the two forms of the clinical systems."""
    assert cells.read_day(text) == (SIXTY, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("02/13/1960", Fault.DATE_AMERICAN),
        ("31/02/1960", Fault.DATE),
        ("01/02/60", Fault.DATE),
        ("1960-02-30", Fault.DATE),
        ("22017", Fault.DATE),
        ("Feb 1960", Fault.DATE),
        ("0001-01-01", Fault.DATE_YEAR),
        ("9999-12-31", Fault.DATE_YEAR),
        ("\u0661\u0669\u0666\u0660-02-01", Fault.DATE),
        ("1960-02-01T09:30", Fault.DATE),
    ],
)
def test_what_is_no_day_says_so(text: str, fault: Fault) -> None:
    """Days that do not exist, serial numbers, two-digit years: refused, never guessed."""
    assert cells.read_day(text) == (None, fault)


def test_a_period_may_be_a_month_or_a_year() -> None:
    """Events may be dated by month or year; they begin on its first day."""
    assert cells.read_period("1960-02") == (SIXTY, None)
    assert cells.read_period("1960") == (date(1960, 1, 1), None)
    assert cells.read_period("1960-13") == (None, Fault.DATE)


def test_times_are_local_and_to_the_minute_or_second() -> None:
    """Both ways of writing a time are read, and an impossible one is not."""
    assert cells.read_time("2026-11-22 09:05") == (datetime(2026, 11, 22, 9, 5), None)  # noqa: DTZ001 - local
    assert cells.read_time("22/11/2026T09:05:30")[0] == datetime(2026, 11, 22, 9, 5, 30)  # noqa: DTZ001 - local
    assert cells.read_time("2026-11-22 25:05") == (None, Fault.TIME)
    assert cells.read_time("2026-11-22") == (None, Fault.TIME)


@pytest.mark.parametrize(
    "code", ["44054006", "1066951000000101", "34925111000001104", "116471000119100", "XaEJS", "1E5"]
)
def test_codes_are_kept_as_text(code: str) -> None:
    """No code is ever taken for a number."""
    assert cells.read_code(code) == (code, None)


@pytest.mark.parametrize("code", ["1.06695E+15", "1.06695e15", "1E+15", "847261000000000.0"])
def test_a_code_that_became_a_number_is_refused(code: str) -> None:
    """Its digits are gone: nothing can bring them back."""
    assert cells.read_code(code) == (None, Fault.NUMBER_FORMAT)


@pytest.mark.parametrize(
    "code", ["1066951000000100", "1066961000000100", "34925111000001100", "999791000000100000"]
)
def test_a_code_that_was_rounded_is_refused(code: str) -> None:
    """A spreadsheet keeps fifteen digits; the check digit shows that the rest was lost."""
    assert cells.read_code(code) == (None, Fault.ROUNDED)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("<3", 2.999, 3), ("< 0.1", 0.0999, 0.1), (">90", 90, 90.001), ("> 1500", 1500, 1500.001)],
)
def test_a_result_beyond_what_is_measured_is_a_number(text: str, least: float, most: float) -> None:
    """It lies beside the bound, never on it: less than 3 is not 3 or more."""
    value = cells.read_bound(text)
    assert value is not None
    assert least < value < most


@pytest.mark.parametrize(("text", "value"), [("<=3", 3), ("≥ 90", 90), ("=<3", 3)])
def test_a_result_of_at_most_or_at_least_is_its_bound(text: str, value: float) -> None:
    """Then the bound itself may be meant."""
    assert cells.read_bound(text) == value


@pytest.mark.parametrize("text", ["<", "<clotted", "3-5", "<3>", "<-1", "<1e3", "<<3", "<٣"])
def test_what_bounds_nothing_is_text(text: str) -> None:
    """Only a number after the sign is one."""
    assert cells.read_bound(text) is None


@pytest.mark.parametrize("code", ["197761014", "2164207017", "751689013", "1786121000000114"])
def test_the_id_of_a_term_is_no_code(code: str) -> None:
    """No rule names the id of a description: whoever had such alone would be on no register."""
    assert cells.read_code(code) == (None, Fault.OF_A_TERM)


@pytest.mark.parametrize("first", [10**12, 10**13])
def test_a_right_code_that_ends_in_noughts_is_kept(first: int) -> None:
    """A long code whose check digit happens to be 0 was not rounded."""
    codes = (f"{number}100" for number in range(first, first + 1000))
    code = next(code for code in codes if cells.has_check_digit(code))
    assert cells.read_code(code) == (code, None)


def _with_check_digit(stem: str) -> str:
    return next(
        stem + str(digit) for digit in range(10) if cells.has_check_digit(stem + str(digit))
    )


def test_the_check_digit_is_that_of_published_codes() -> None:
    """Every code of the clusters in our data has it; with another last digit none has."""
    for code in ("44054006", "271649006", "1049321000000109", "999791000000106", "160689007"):
        assert cells.has_check_digit(code)
        others = {str(digit) for digit in range(10)} - {code[-1]}
        assert not any(cells.has_check_digit(code[:-1] + other) for other in others)


@given(st.integers(min_value=10**11, max_value=10**13))
def test_rounding_never_passes_unless_it_changed_nothing(stem: int) -> None:
    """Whatever long id a spreadsheet rounds, the result is refused, or is the id itself."""
    true = _with_check_digit(f"{stem}000010"[-17:].lstrip("0").ljust(17, "1")[:15] + "10")
    rounded = true[:15] + "0" * (len(true) - 15)
    assert rounded == true or cells.read_code(rounded) == (None, Fault.ROUNDED)


@pytest.mark.parametrize("text", ["9990000018", "999 000 0018", "999-000-0018", " 9990000018 "])
def test_an_nhs_number_is_read_in_any_spacing(text: str) -> None:
    """It is stored as ten digits."""
    assert cells.read_nhs_number(text) == ("9990000018", None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("9990000019", Fault.NHS_CHECK),
        ("999000001", Fault.NHS_LENGTH),
        ("9.99E+09", Fault.NHS_LENGTH),
        ("1111111111", Fault.NHS_SAME),
        ("unknown", Fault.NHS_LENGTH),
        ("\u0669\u0669\u0669\u0660\u0660\u0660\u0660\u0660\u0661\u0668", Fault.NHS_LENGTH),
    ],
)
def test_what_is_no_nhs_number_is_dropped(text: str, fault: Fault) -> None:
    """A wrong check digit, length or ten equal digits: the cell goes, the patient stays."""
    assert cells.read_nhs_number(text) == (None, fault)


@given(st.lists(st.text(st.sampled_from("0123456789 -x"), min_size=8, max_size=11), max_size=20))
def test_a_column_of_nhs_numbers_is_read_as_each_alone(texts: list[str]) -> None:
    """The quick rule for whole columns is the same as stdnum's."""
    texts = [*texts, "9990000018", "1111111111", "9990000019"]
    rows = pl.DataFrame(
        {
            "line": range(2, len(texts) + 2),
            "patient_number": [str(at) for at in range(len(texts))],
            "family_name": "Example",
            "date_of_birth": "1960-02-01",
            "nhs_number": texts,
        }
    )
    converter = Converter(BY_NAME["patients"], "patients.csv", {}, date(2026, 11, 22))
    read = converter.convert(rows).rows.get_column("nhs_number").to_list()
    alone = [cells.read_nhs_number(text.strip())[0] if text.strip() else None for text in texts]
    assert read == alone


def test_identifiers_with_something_hidden_are_refused() -> None:
    """An invisible character in a number would make one patient two."""
    assert cells.read_key("12\u200b34") == (None, Fault.HIDDEN)
    assert cells.read_key("12\u202e34") == (None, Fault.HIDDEN)
    assert cells.read_key("x" * 65) == (None, Fault.TOO_LONG)
    assert cells.read_key("{B8C5-22}") == ("{B8C5-22}", None)


def test_names_are_cleaned_and_keep_their_letters() -> None:
    """Controls and direction marks go, accents, apostrophes and Welsh letters stay."""
    assert cells.read_text("Siân O\u2019Brien-Ŵyn") == ("Siân O\u2019Brien-Ŵyn", None)
    assert cells.read_text("SMITH\x1b]52;c;x\x07") == ("SMITH]52;c;x", Fault.HIDDEN_REMOVED)
    assert cells.read_text("1 High St\nAnytown") == ("1 High St Anytown", None)
    assert cells.read_text("\u202e") == (None, Fault.HIDDEN_REMOVED)


def test_words_are_known_in_any_case_and_punctuation() -> None:
    """Every word of every vocabulary is read as itself."""
    for table in BY_NAME.values():
        for column in table.columns:
            if column.kind is Kind.WORD:
                for meaning in set(column.words.values()):
                    shouted = meaning.upper().replace("_", " - ")
                    assert cells.read_word(shouted, column.words) == (meaning, None)
                assert cells.read_word("gibberish", column.words) == (None, Fault.WORD)


def test_headers_compare_without_case_blanks_and_punctuation() -> None:
    """Three ways of writing a header are one name."""
    assert plain("Patient Number") == plain("patient_number") == plain("PATIENT-NUMBER")


@given(st.text(max_size=30))
def test_no_text_breaks_a_cell(text: str) -> None:
    """Every reader answers every text, with a value or a fault."""
    for read in (
        cells.read_key,
        cells.read_code,
        cells.read_nhs_number,
        cells.read_text,
        cells.read_day,
        cells.read_period,
        cells.read_time,
        cells.read_whole,
    ):
        value, fault = read(text)
        assert value is None or fault in {None, Fault.HIDDEN_REMOVED}
