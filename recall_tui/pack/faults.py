"""Says in plain words, and with its line, what pydantic found wrong in a document."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from recall_tui.pack.files import Document
from recall_tui.pack.problems import PackProblem

_WORDS: Final = {
    "missing": "`{name}` is missing",
    "extra_forbidden": "`{name}` is not known here",
    "string_type": "`{name}` must be text in quotes",
    "int_type": "`{name}` must be a whole number",
    "float_type": "`{name}` must be a number",
    "bool_type": "`{name}` must be true or false",
    "list_type": "`{name}` must be a list in [ ]",
    "dict_type": "`{name}` must be a table",
    "model_type": "`{name}` must be a table",
    "model_attributes_type": "`{name}` must be a table",
    "date_type": "`{name}` must be a date such as 2027-04-01, without quotes",
    "string_too_long": "`{name}` may have at most {max_length} characters",
    "string_too_short": "`{name}` is empty",
    "too_short": "`{name}` is empty",
    "too_long": "`{name}` has too many entries",
    "string_pattern_mismatch": "`{name}` is not written as docs/writing-rules.md says",
    "greater_than_equal": "`{name}` must be at least {ge}",
    "less_than_equal": "`{name}` must be at most {le}",
    "enum": "`{name}` must be {expected}",
    "literal_error": "`{name}` must be {expected}",
}

_NO_KIND: Final = {
    "schedule": "needs one of anchored, interval, once, course, seasonal",
}
_NO_EXPRESSION: Final = (
    "must be one expression: coded, prescribed, age, sex, result, since, done, flag, all, any, "
    "not, then with after, or at_least with of"
)


def worded(document: Document, error: ValidationError) -> list[PackProblem]:
    """Return every fault of ``error`` as a problem of ``document``."""
    return [_problem(document, details) for details in error.errors(include_url=False)]


def _problem(document: Document, details: ErrorDetails) -> PackProblem:
    place = _in_document(document.data, details["loc"])
    name = str(place[-1]) if place else document.path.name
    named = [part for part in place if isinstance(part, str)]
    name = named[-1] if named and not isinstance(place[-1], str) else name
    return document.problem(place, _words(details, name))


def _words(details: ErrorDetails, name: str) -> str:
    kind = details["type"]
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        return f"`{name}` {_NO_KIND.get(name, _NO_EXPRESSION)}"
    pattern = _WORDS.get(kind)
    if pattern is None:
        return details["msg"]
    context: Mapping[str, object] = details.get("ctx") or {}
    return pattern.format(name=name, **{key: str(value) for key, value in context.items()})


def _in_document(data: object, location: Sequence[str | int]) -> tuple[str | int, ...]:
    """Follow pydantic's location, leaving out the names of union members.

    The last part stays even if it is not there: it is the key that is missing.
    """
    place: list[str | int] = []
    here = data
    for number, part in enumerate(location):
        last = number == len(location) - 1
        if isinstance(part, str) and part.startswith("<") and part.endswith(">"):
            continue
        if isinstance(here, dict):
            table = cast("dict[str | int, object]", here)
            if part in table:
                here = table[part]
                place.append(part)
            elif last:
                place.append(part)
        elif isinstance(here, list) and isinstance(part, int):
            entries = cast("list[object]", here)
            here = entries[part]
            place.append(part)
    return tuple(place)
