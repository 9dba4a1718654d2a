"""Text that tries to act on a terminal, and an app that shows it everywhere on a real one.

Usage: python tests/widgets/hostile.py
"""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.theme import DARK
from widgets import theming
from widgets.chips import Chip, Chips
from widgets.columns import Column
from widgets.filter_sidebar import FilterGroup, FilterOption, FilterSidebar
from widgets.prompt_line import PromptLine
from widgets.rows import TupleSource
from widgets.status_line import StatusFacts, StatusLine
from widgets.worklist_lines import TableOptions
from widgets.worklist_table import WorklistTable

ACTING = (
    "\x1b]52;c;cGF0aWVudA==\x07",
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[3J",
    "\x1b[6n",
    "\x1b[31;47mred",
    "\x9b31;47mred",
    "\x9d52;c;cGF0aWVudA==\x9c",
    "a\x00b\x7fc\x08\x08d",
    "evil\u202etxt.exe\u2066",
    "zero\u200bwidth\ufeff\u2060",
    "tag\U000e0041\U000e007f",
    "line\u2028break\u2029end",
    "tab\tcr\rlf\nvt\x0b",
    "\ud800lone",
    "Z" + "\u0301" * 60,
)
"""What no byte of may reach a terminal as it is."""

MARKUP = (
    "[bold]SMITH[/bold]",
    "take [2] tablets [weekly]",
    "SMITH [/b]",
    "[/]",
    "[link=http://evil.test]click[/link]",
    "[@click=app.exit]CLICK[/]",
    "$(rm -rf ~) `id` %s {0}",
)
"""What must be shown exactly as it is written."""

PAYLOADS = (*ACTING, *MARKUP)


class HostileApp(App[None]):
    """Every widget of ours, and some of Textual's, with hostile text."""

    CSS = theming.BASE_CSS + "#raw { height: auto; }"

    def __init__(self) -> None:
        """Use the dark look."""
        super().__init__()
        theming.install(self, DARK)
        columns = [Column("text", "Te\x1b[2Jxt", 0, width=30), Column("again", "Again", 0, width=9)]
        self.table = WorklistTable(columns, TableOptions(empty_text=ACTING[0]))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our widgets."""
        return theming.css_variables(DARK)

    def compose(self) -> ComposeResult:
        """Put our widgets above, and Textual's own, with uncleaned text, below."""
        yield Chips(id="chips")
        yield self.table
        yield FilterSidebar()
        yield Static("\n".join(ACTING), markup=False, id="raw")
        yield Label(ACTING[0], markup=False)
        yield Button(ACTING[0])
        yield Input(ACTING[0])
        yield OptionList(Option(ACTING[4]), Option(ACTING[8]), markup=False)
        yield PromptLine()
        yield StatusLine()

    def on_mount(self) -> None:
        """Give every widget hostile text; READY comes last."""
        self.title = ACTING[1]
        self.query_one(Static).border_title = "plain"
        self.query_one(Chips).chips = tuple(Chip(text, text) for text in ACTING[:4])
        self.query_one(StatusLine).facts = StatusFacts(
            view=ACTING[0], marks=ACTING[8], hidden=((ACTING[2], 3),), user=ACTING[9]
        )
        options = tuple(FilterOption(text, text, 1) for text in PAYLOADS)
        self.query_one(FilterSidebar).set_groups([FilterGroup("g", ACTING[1], options)])
        self.query_one(PromptLine).open(ACTING[0], text=ACTING[1], placeholder=ACTING[2])
        self.notify("".join(ACTING[:8]), title="READY", markup=False)
        self.table.set_source(TupleSource([(text,) for text in PAYLOADS], PAYLOADS))


if __name__ == "__main__":
    HostileApp().run(mouse=False)
