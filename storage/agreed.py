"""Reading by what a practice is planned, through whatever answers: standard library only."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from recall_tui.views.agreed import AgreedRules

AGREED_SINCE: Final = "0012"
"""The revision of the store from which it keeps them."""

_NAMES: Final = ("settings", "files", "shipped", "home", "by")
AGREED_QUESTION: Final = (
    'SELECT settings, files, shipped, home, "by" FROM agreed_rules WHERE practice_id = ?'
)


def agreed_in(row: Mapping[str, Any]) -> AgreedRules:
    """Return what a row of the table says."""
    settings, files, shipped = (json.loads(row[name]) for name in _NAMES[:3])
    digests = {name: [one] if isinstance(one, str) else one for name, one in shipped.items()}
    return AgreedRules(
        settings, files, {name: now for name, (now, *_left) in digests.items() if now},
        {name: tuple(left) for name, (_now, *left) in digests.items() if left},
        home=row["home"], by=row["by"],
    )  # fmt: skip


def shipped_text(agreed: AgreedRules) -> str:
    """Return what is kept of shipped rules: a digest of each file, before those that it left."""
    digests = {
        name: [agreed.shipped.get(name, ""), *agreed.left[name]] if name in agreed.left
        else agreed.shipped[name]
        for name in {*agreed.shipped, *agreed.left}
    }  # fmt: skip
    return json.dumps(digests, sort_keys=True)


def agreed_of(
    ask: Callable[[str, Sequence[object]], Sequence[Mapping[str, Any]]], practice_id: int
) -> AgreedRules | None:
    """Return what the practice agreed on; None: nothing yet, or the store is older than that.

    ``ask`` runs one SELECT and returns its rows by the names of their columns.
    """
    revision = str(ask("SELECT version_num FROM alembic_version", ())[0]["version_num"])
    rows = ask(AGREED_QUESTION, (practice_id,)) if revision >= AGREED_SINCE else ()
    return agreed_in(rows[0]) if rows else None
