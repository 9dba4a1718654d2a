"""A worked example whose rule is written as a file of the pack writes it."""

import inspect

from tests.domain.spec.example import Example


def in_toml(rule: str, toml: str, today: str, due: str, **more: object) -> Example:
    """Return the example of a rule in TOML; ``more``: history, drugs, person."""
    return Example(
        rule=rule,
        recalls=(),
        toml=inspect.cleandoc(toml),
        today=today,
        due=due,
        **more,  # pyright: ignore[reportArgumentType] - history, drugs, person
    )
