"""Style sheets that are parsed once for all the apps that a test process opens.

Textual keeps what it parsed for each app. A program opens one; the tests open hundreds.
"""

from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_MOST = 2_000


def share_parsed(patch: pytest.MonkeyPatch) -> None:
    """Let every app that is opened from now on use the rules that another parsed from the same.

    The same are: text, place, precedence, scope and the variables of the theme.
    """
    parse = Stylesheet._parse_rules  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    known: dict[tuple[Any, ...], list[RuleSet]] = {}

    def parse_once(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:  # noqa: ANN401 - as Textual gives them
        variables = sheet._variables  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
        wanted = (frozenset(variables.items()), given, frozenset(named.items()))
        if wanted not in known:
            if len(known) >= _MOST:
                known.clear()
            known[wanted] = parse(sheet, *given, **named)
        return known[wanted]

    patch.setattr(Stylesheet, "_parse_rules", parse_once)
