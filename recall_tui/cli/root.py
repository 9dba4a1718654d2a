"""The root of the commands: which there are, and where each is loaded from when it is used."""

from difflib import get_close_matches
from importlib import import_module

import click

from recall_tui.cli.given import Given
from recall_tui.cli.output import PLAIN
from recall_tui.cli.release import release

COMMANDS = {
    "demo": ("recall_tui.cli.starting", "Build and open a synthetic practice."),
    "init": ("recall_tui.cli.starting", "Make a store for a practice."),
    "doctor": ("recall_tui.cli.doctor", "Say what is where and what is wrong."),
    "import": ("recall_tui.cli.importing", "Import an extract: a folder or a zip file."),
    "rollback": ("recall_tui.cli.importing", "Take the newest import back."),
    "plan": ("recall_tui.cli.planning", "Plan the practice anew."),
    "tick": ("recall_tui.cli.planning", "Plan again whoever's plan no longer holds today."),
    "balance": ("recall_tui.cli.planning", "Show that nobody falls through, per recall."),
    "worklist": ("recall_tui.cli.reading", "List a month."),
    "views": ("recall_tui.cli.sharing", "List and keep the named views of the list."),
    "recipe": ("recall_tui.cli.sharing", "Show the month's batches, and who is new in each."),
    "team": ("recall_tui.cli.sharing", "Say who is a team, to assign patients to."),
    "queue": ("recall_tui.cli.queueing", "Show a list beside the month: who needs something else."),
    "ledger": ("recall_tui.cli.telling", "Say what you did, as a hand-over note."),
    "burndown": ("recall_tui.cli.telling", "Say how far the month is, and what blocks the rest."),
    "lookup": ("recall_tui.cli.reading", "Show one patient."),
    "explain": ("recall_tui.cli.explaining", "Say why a patient is, or is not, here."),
    "book": (
        "recall_tui.cli.booking",
        "Say what fits; book: an appointment covers due items.",
    ),
    "unbook": ("recall_tui.cli.booking", "Take a booking back."),
    "call": ("recall_tui.cli.calling", "Say who is ringing, and what to book."),
    "invite": ("recall_tui.cli.inviting", "Export a batch and record its invites."),
    "contact": ("recall_tui.cli.deciding", "Record what came of reaching a patient."),
    "note": ("recall_tui.cli.deciding", "Keep a sentence with a patient."),
    "snooze": ("recall_tui.cli.deciding", "Hide due items until a date, or something else."),
    "decline": ("recall_tui.cli.deciding", "Note that the patient said no."),
    "hold": ("recall_tui.cli.deciding", "Hold due items: who says so, why, until when."),
    "reopen": ("recall_tui.cli.deciding", "Bring due items back to the list."),
    "complete": ("recall_tui.cli.deciding", "Mark due items as done, with a reason."),
    "assign": ("recall_tui.cli.deciding", "Give patients to a person or team."),
    "month": ("recall_tui.cli.deciding", "Let a patient's year start in a chosen month."),
    "preview": ("recall_tui.cli.previewing", "Try a change of recall date before making it."),
    "flag": ("recall_tui.cli.deciding", "Set a flag by hand, or take one away."),
    "slots": ("recall_tui.cli.deciding", "Say that a staff group has free slots."),
    "undo": ("recall_tui.cli.deciding", "Take your last command back."),
    "redo": ("recall_tui.cli.deciding", "Take your last undo back."),
    "report": ("recall_tui.cli.report", "Count QOF indicators: met, missing, excepted."),
    "recalls": ("recall_tui.cli.rules", "List, check and explain recalls."),
    "clusters": ("recall_tui.cli.rules", "List the clusters of codes."),
    "users": ("recall_tui.cli.people", "Say who may work here, and as what."),
    "screen": ("recall_tui.cli.arranging", "Print how you arranged the screen."),
    "audit": ("recall_tui.cli.auditing", "Verify the audit, or read it for an inquiry."),
    "retention": ("recall_tui.cli.retaining", "Show, and remove, what was kept long enough."),
    "backup": ("recall_tui.cli.backing_up", "Copy the store, whole or not at all."),
    "restore": ("recall_tui.cli.backing_up", "Put a backup back; says first what is lost."),
    "move": ("recall_tui.cli.backing_up", "Move everything to another store."),
    "bench": ("recall_tui.cli.benchmark", "Measure this installation."),
}
"""Command, module that holds it (as ``<name>_command``), and its line of help."""


class Lazy(click.Group):
    """A group that loads a command's module when the command is used, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command, in the order above."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _help = COMMANDS[cmd_name]
        return getattr(import_module(module), f"{cmd_name}_command")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say of a word that is no command what it may have been meant to be."""
        word = args[0]
        if word not in COMMANDS and not word.startswith("-"):
            close = get_close_matches(word, COMMANDS, n=1)
            meant = f" Did you mean {close[0]}?" if close else ""
            number = f"A patient number without a digit needs: recall lookup {word}"
            ctx.fail(f"No such command '{word}'.{meant} {number}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their lines of help, without loading any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, line) in COMMANDS.items()])


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--db", metavar="URL", help="The store: a file or a database URL (RECALL_DB).")
@click.option("--practice", metavar="ODS", help="The practice (RECALL_PRACTICE).")
@click.option("--today", metavar="DATE", help="The practice's date, for rehearsals.")
@click.option("--simple", is_flag=True, help="Reception: look up, book, note a contact.")
@click.option("--plain", is_flag=True, help="The month's list, one fact a line.")
@click.option("--version", is_flag=True, is_eager=True, help="Show the version and exit.")
@click.pass_context
def recall(  # noqa: PLR0913 - one for each option
    ctx: click.Context,
    db: str | None,
    practice: str | None,
    today: str | None,
    *,
    simple: bool,
    plain: bool,
    version: bool,
) -> None:
    """Recall worklist for GP practices. Without a command: the screen. With a number: a patient."""
    ctx.obj = Given(db, practice, today)
    if version:
        click.echo(f"recall {release()}")
        ctx.exit()
    if plain:
        ctx.meta[PLAIN] = True
    if ctx.invoked_subcommand is None and plain:
        ctx.invoke(import_module("recall_tui.cli.reading").worklist_command)
    elif ctx.invoked_subcommand is None:
        from recall_tui.cli.opening import open_screen

        open_screen(ctx.obj, simple=simple)
