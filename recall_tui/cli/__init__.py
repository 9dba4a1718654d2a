"""The command line: every action of the screens without a screen."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a person's mistake is one line, no traceback.

    Args:
        argv: the arguments after the program's name (None: those of this process).
    """
    import click

    from recall_tui.cli.root import recall
    from recall_tui.errors import RecallError

    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        outcome = recall.main(arguments, prog_name="recall", standalone_mode=False)
    except RecallError as fault:
        click.echo(f"recall: {fault.words}", err=True)
        return fault.exit_code
    except click.exceptions.Exit as fault:
        return fault.exit_code
    except click.Abort:
        click.echo("recall: stopped", err=True)
        return 1
    except click.ClickException as fault:
        click.echo(f"recall: {fault.format_message()}", err=True)
        return fault.exit_code
    except BrokenPipeError:
        return 0
    return outcome if isinstance(outcome, int) else 0
