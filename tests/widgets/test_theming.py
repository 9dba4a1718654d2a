"""Every text can be read, in every look, and no look says anything by colour alone."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Button, Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.theme import (
    DARK,
    DEFAULT,
    LEAST_CONTRAST,
    LOOKS,
    NONE,
    SIXTEEN,
    Look,
    Role,
    contrast,
    look_for,
)
from tests.support.contrast import as_256, unreadable
from tests.support.screen_text import settle
from tests.widgets.worklist_app import WorklistApp, a_source
from widgets import theming
from widgets.chips import Chip, Chips
from widgets.filter_sidebar import FilterGroup, FilterOption, FilterSidebar
from widgets.prompt_line import PromptLine
from widgets.status_line import StatusFacts, StatusLine

PALETTES = {
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5"
    " 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    "linux": "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa"
    " 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    "putty": "000000 bb0000 00bb00 bbbb00 0000bb bb00bb 00bbbb bbbbbb"
    " 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    "windows": "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc"
    " 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
    "mac": "000000 990000 00a600 999900 0000b2 b200b2 00a6b2 bfbfbf"
    " 666666 e50000 00d900 e5e500 0000ff e500e5 00e5e5 e5e5e5",
}
"""The sixteen colours as common terminals show them."""

NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


def shown(name: str, palette: str) -> str:
    """Give what a terminal shows for a colour of its palette."""
    colour = name.removeprefix("ansi_")
    number = NAMES.index(colour.removeprefix("bright_")) + 8 * colour.startswith("bright_")
    return "#" + PALETTES[palette].split()[number]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("look", [look for look in LOOKS if not look.is_ansi], ids=lambda x: x.name)
def test_every_ink_can_be_read(look: Look, role: Role) -> None:
    """4.5:1 at least, in true colour and as a terminal with 256 colours shows it."""
    ink = look.inks[role]
    assert contrast(ink.text, ink.ground) >= LEAST_CONTRAST
    assert contrast(as_256(ink.text), as_256(ink.ground)) >= LEAST_CONTRAST


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("role", Role)
def test_sixteen_colours_can_be_read_on_common_terminals(role: Role, palette: str) -> None:
    """Both colours are the terminal's own default, or both are named and far enough apart."""
    ink = SIXTEEN.inks[role]
    assert (ink.text == DEFAULT) == (ink.ground == DEFAULT)
    if ink.text != DEFAULT:
        assert contrast(shown(ink.text, palette), shown(ink.ground, palette)) >= LEAST_CONTRAST


def test_without_colours_attributes_tell_what_matters() -> None:
    """Every look has an ink for every role; the one without colours has attributes instead."""
    assert all(set(look.inks) == set(Role) for look in LOOKS)
    assert {(ink.text, ink.ground) for ink in NONE.inks.values()} == {(DEFAULT, DEFAULT)}
    for role in (Role.CURSOR, Role.HEADER, Role.MARKED, Role.OVERDUE, Role.CHIP, Role.ALERT):
        assert NONE.inks[role].style != "none"


@pytest.mark.parametrize(
    ("environ", "wished", "name"),
    [
        ({"TERM": "xterm-256color"}, None, "recall-dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, None, "recall-dark"),
        ({"TERM": "xterm"}, None, "recall-16"),
        ({"TERM": "linux"}, None, "recall-16"),
        ({}, None, "recall-16"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, None, "recall-none"),
        ({"TERM": "linux", "NO_COLOR": "1"}, "light", "recall-light"),
        ({"TERM": "linux"}, "recall-dark", "recall-dark"),
        ({"TERM": "linux"}, "pink", "recall-16"),
    ],
)
def test_the_terminal_chooses_the_look(
    environ: dict[str, str], wished: str | None, name: str
) -> None:
    """A wish comes first, then NO_COLOR, then what TERM promises."""
    assert look_for(environ, wished).name == name


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21, grey 777 on white the well-known 4.48."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.48, abs=0.01)


class Gallery(App[None]):
    """All kinds of widgets at once."""

    CSS = theming.BASE_CSS
    BINDINGS = [("x", "bell", "Ring")]  # noqa: RUF012 - Textual reads it from the class

    def __init__(self, look: Look) -> None:
        """Take the look."""
        super().__init__()
        theming.install(self, look)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our widgets."""
        return theming.css_variables(DARK)

    def compose(self) -> ComposeResult:
        """Put one of each kind on the screen."""
        with Vertical():
            yield Chips("No filter", id="none")
            yield Chips(id="some")
            yield PromptLine()
            yield Input(placeholder="A date")
            yield Input("typed", id="typed")
            for variant in ("default", "primary", "success", "warning", "error"):
                yield Button(f"Press {variant}", variant=variant, id=variant)
            yield OptionList(Option("First"), Option("Second"))
            yield Static("plain", markup=False)
            yield StatusLine()
            yield FilterSidebar()
        yield Footer()

    def on_mount(self) -> None:
        """Give the widgets something to say."""
        self.query_one("#some", Chips).chips = (Chip("a", "Overdue"),)
        self.query_one(PromptLine).open("Find:", placeholder="name")
        self.query_one(StatusLine).facts = StatusFacts(
            "December", 1, 9, "2 marked", data_age="data 9 days old", is_stale=True, is_live=True
        )
        options = (FilterOption("a", "Nurse", 0), FilterOption("b", "GP", 7))
        self.query_one(FilterSidebar).set_groups([FilterGroup("g", "Staff", options)])
        self.notify("Said so", title="Notice", markup=False)
        self.notify("Was wrong", title="Trouble", severity="error", markup=False)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_every_text_on_a_screen_can_be_read(look: Look) -> None:
    """Our widgets and Textual's own, focused or not, under the pairs that are really painted."""
    app = Gallery(look)
    async with app.run_test(size=(100, 60)) as pilot:
        await settle(pilot)
        assert unreadable(app) == set()
        for widget in list(app.screen.focus_chain):
            widget.focus()
            await settle(pilot)
            assert unreadable(app) == set(), widget


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_every_row_of_the_table_can_be_read(look: Look) -> None:
    """Cursor, marks, states and header, with the focus and without."""
    app = WorklistApp(a_source(60), look=look)
    async with app.run_test(size=(120, 40)) as pilot:
        app.table.set_sort({"name": True})
        await pilot.press("space", "down", "space")
        await settle(pilot)
        assert unreadable(app) == set()
        app.set_focus(None)
        await settle(pilot)
        assert unreadable(app) == set()


async def test_the_look_can_be_changed_while_the_app_runs() -> None:
    """The lines are painted anew in the other colours."""
    app = WorklistApp(a_source(5))
    async with app.run_test(size=(80, 24)) as pilot:
        for look in LOOKS:
            app.theme = look.name
            await settle(pilot)
            style = app.table.get_component_rich_style("worklist--header")
            assert style.color is not None
            assert style.color.name in {look.inks[Role.HEADER].text, "default", "color(0)"}
            assert unreadable(app) == set()
