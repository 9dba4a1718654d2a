"""Commands as screens ask for them: loaded with the first of a session, not before first paint."""

from __future__ import annotations


def commands():  # noqa: ANN201 - the module itself, with its types
    """Return the module of all commands."""
    from recall_tui.domain import commands as loaded  # noqa: PLC0415 - a tenth of the modules' time

    return loaded
