"""Whether a text is a SNOMED CT concept identifier, and if not, what is wrong with it.

Check digit: Verhoeff's dihedral scheme as in the SNOMED CT Release File Specification, "Check-digit
computation" (https://confluence.ihtsdotools.org/display/DOCRELFMT/6.3+Check-digit). The two digits
before it are the partition: 00 and 10 are concepts (10 in an extension, such as the UK's).
"""

import re
from itertools import product
from typing import Final

SHORTEST: Final = 6
LONGEST: Final = 18
_EXACT_IN_A_SPREADSHEET: Final = 15
"""A spreadsheet keeps so many digits of a number and fills up with noughts."""

_OF_ANOTHER_SYSTEM: Final = re.compile(r"^[a-z][a-z0-9]{1,11}:[A-Za-z0-9.^_-]{1,30}$")
"""A code of another system carries its name: ``cvx:03``, ``read:42QE.``, ``local:smear``."""

_FIRST_PERMUTATION: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _times(left: int, right: int) -> int:
    """Multiply in the dihedral group of order ten."""
    turn = left + right if left < 5 else left - right  # noqa: PLR2004 - below five are rotations
    return turn % 5 + (0 if (left < 5) == (right < 5) else 5)  # noqa: PLR2004 - the same


def _permutations() -> tuple[tuple[int, ...], ...]:
    rows = [tuple(range(10))]
    for _ in range(7):
        rows.append(tuple(rows[-1][digit] for digit in _FIRST_PERMUTATION))
    return tuple(rows)


def _row(factor: int) -> tuple[int, ...]:
    """Return what each check so far becomes when multiplied by ``factor``."""
    return tuple(_times(check, factor) for check in range(10))


def _pair_steps() -> tuple[dict[str, tuple[int, ...]], ...]:
    """For every second place from the right: two digits as written -> the next check, by check."""
    rows = _permutations()
    cycle = tuple(
        {
            f"{high}{low}": _row(_times(rows[place][low], rows[place + 1][high]))
            for high, low in product(range(10), repeat=2)
        }
        for place in range(0, 8, 2)
    )
    return tuple(cycle[step % 4] for step in range(LONGEST // 2))


_PAIR_STEPS: Final = _pair_steps()
_LEADING_STEPS: Final = tuple(
    {str(digit): _row(_permutations()[2 * step % 8][digit]) for digit in range(10)}
    for step in range(LONGEST // 2)
)


def has_valid_check_digit(digits: str) -> bool:
    """Whether the last of at most 18 ASCII digits is the Verhoeff check digit of the others."""
    check = 0
    end = len(digits)
    for step in _PAIR_STEPS[: end // 2]:
        check = step[digits[end - 2 : end]][check]
        end -= 2
    if end:
        check = _LEADING_STEPS[len(digits) // 2][digits[0]][check]
    return check == 0


def code_fault(code: str) -> str:
    """Say in words what is wrong with ``code``.

    Empty when it is a well-formed concept id, or a code of another system that names it.
    """
    if not (code.isascii() and code.isdecimal()):
        return "" if _OF_ANOTHER_SYSTEM.match(code) else _not_digits(code)
    if not SHORTEST <= len(code) <= LONGEST or code[0] == "0":
        return f"`{code[:20]}` is not a SNOMED code: it has {len(code)} digits"
    if not has_valid_check_digit(code):
        lost = len(code) - _EXACT_IN_A_SPREADSHEET
        if lost > 0 and code.endswith("0" * lost):
            return f"`{code}` looks rounded by a spreadsheet: keep codes as text"
        return f"`{code}` is not a SNOMED code: its check digit is wrong"
    if code[-3:-1] not in {"00", "10"}:
        return f"`{code}` is a SNOMED description or relationship, not a concept"
    return ""


def _not_digits(code: str) -> str:
    shown = code[:20]
    if not code:
        return "the code is empty"
    if any(letter in code for letter in "eE.+") and code[0].isdecimal():
        return f"`{shown}` was turned into a number by a spreadsheet: keep codes as text"
    return f"`{shown}` is not a SNOMED code: digits only"
