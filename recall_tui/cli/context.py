"""What every command is told: the store, the practice, the date, and how to answer."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from recall_tui.cli.given import Given
from recall_tui.cli.output import PLAIN

if TYPE_CHECKING:
    from recall_tui.bootstrap import House
    from recall_tui.domain.rights import Right


def open_house(given: Given, *, create: bool = False) -> "House":
    """Return the house these options name; nothing is opened before it is used."""
    from recall_tui.bootstrap import House
    from recall_tui.cli.output import warn
    from recall_tui.settings import Options, load_settings

    options = Options(db=given.db, practice=given.practice, today=given.today)
    return House(load_settings(os.environ, options), create=create, right=_right(), tell=warn)


def _right() -> "Right | None":
    """Return the right that the command needs to open the store."""
    from recall_tui.domain.rights import COMMAND_LINE, Right

    ctx = click.get_current_context(silent=True)
    words = ctx.command_path.split() if ctx else []
    return COMMAND_LINE.get(words[1], Right.SEE) if words[1:] else Right.SEE


def _mask(*, wanted: bool) -> None:
    """Mask patients where somebody reads along, and the screens mask them, too (F8)."""
    from recall_tui.screen_settings import FILE_NAME, is_private
    from recall_tui.settings import user_data_folder
    from screens.privacy import mask

    mask(on=wanted and is_private(user_data_folder() / FILE_NAME))


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all have, and pass it one ``Given`` first."""

    @click.option("--db", metavar="URL", help="The store: a file or a database URL.")
    @click.option("--practice", metavar="ODS", help="The practice's ODS code.")
    @click.option("--today", metavar="DATE", help="The practice's date, for rehearsals.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one object a line.")
    @click.option("--plain", is_flag=True, help="One fact a line, for screen readers.")
    @click.pass_context
    @wraps(command)
    def run(  # noqa: ANN202, PLR0913 - whatever the command returns; one for each option
        ctx: click.Context,
        /,
        db: str | None,
        practice: str | None,
        today: str | None,
        *,
        as_json: bool,
        plain: bool,
        **rest: Any,  # noqa: ANN401 - the command's own options
    ):
        if plain:
            ctx.meta[PLAIN] = True
        for_eyes = bool(ctx.meta.get(PLAIN)) or sys.stdout.isatty()
        _mask(wanted=for_eyes and not as_json)
        above = ctx.find_object(Given) or Given()
        given = above._replace(
            db=db or above.db,
            practice=practice or above.practice,
            today=today or above.today,
            as_json=as_json,
        )
        return command(given, **rest)

    return run
