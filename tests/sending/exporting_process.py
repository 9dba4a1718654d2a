"""Exports a batch and records it, and is killed at one step: FILE STORE STEP.

Steps: ``linked`` (just before the file gets its name), ``written`` (just after it), ``recorded``
(just before the invites are recorded).
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from recall_tui import bootstrap, cli
from recall_tui.cli import inviting


def die(*_given: object, **_named: object) -> Any:  # noqa: ANN401 - stands for anything
    """End at once, as a machine without power does."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Carry ``recall invite --export FILE --record`` out, up to the step."""
    target, store, step = sys.argv[1:]
    write: Callable[..., str] = inviting.write_export

    def write_and_die(*given: Any) -> str:  # noqa: ANN401 - as given
        write(*given)
        return str(die())

    match step:
        case "linked":
            os.link = die
        case "written":
            inviting.write_export = write_and_die
        case _:
            bootstrap.House.perform = die
    cli.main(["--db", store, "--today", "2026-11-22", "invite", "--export", target, "--record"])


if __name__ == "__main__":
    main()
