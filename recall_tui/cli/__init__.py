"""The command line: every action of the screens without a screen."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a person's mistake is one line, no traceback.

    Args:
        argv: the arguments after the program's name (None: those of this process).
    """
    import click

    from recall_tui.cleaning import clean
    from recall_tui.cli.root import recall
    from recall_tui.errors import RecallError

    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        with recall.make_context("recall", arguments) as ctx:
            outcome = recall.invoke(ctx)
    except RecallError as fault:
        click.echo(f"recall: {fault.words}", err=True)
        return fault.exit_code
    except click.exceptions.Exit as fault:
        return fault.exit_code
    except click.ClickException as fault:
        words = " ".join(clean(fault.format_message()).split())
        click.echo(f"recall: {words} (recall --help)", err=True)
        return fault.exit_code
    return outcome if isinstance(outcome, int) else 0
