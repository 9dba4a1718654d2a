"""The balance as a page."""

from recall_tui.views.balance import BalanceLine
from recall_tui.views.names import Names
from screens.balance_text import WIDTH, balance_text

NAMES = Names(recalls={"af": "Atrial fibrillation", "ndh": "Non-diabetic hyperglycaemia"})


def test_a_column_of_nobody_is_named_and_not_drawn() -> None:
    """Columns without anybody leave room; the difference always stands at the end."""
    lines = [
        BalanceLine("af", 222, 204, 0, 0, 15, 0, 3, 0, 0),
        BalanceLine("ndh", 1448, 1431, 0, 4, 11, 0, 2, 0, 0),
    ]
    assert balance_text(lines, NAMES).splitlines() == [
        "Everybody on a register is in exactly one column; the difference must be 0.",
        "Counted by what that recall asks for up to this month; the list counts a",
        "patient by all recalls together, so that its figures of one recall differ.",
        "Nobody is booked, snoozed, declined, escalated.",
        "",
        "                                on                   to   on",
        "                              reg.  done invited invite hold diff.",
        "Atrial fibrillation            222   204       0     15    3     0",
        "Non-diabetic hyperglycaemia  1,448 1,431       4     11    2     0",
    ]


def test_it_fits_the_narrowest_terminal() -> None:
    """With somebody in every column a line still fits 80 columns; names give way."""
    text = balance_text([BalanceLine("ndh", 9960, 9000, 90, 300, 400, 50, 60, 40, 20)], NAMES)
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert text.splitlines()[-1].startswith("Non-diabeti ")
