"""The prompt: one harmless line of text, a word for each thing that happens to it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.events import Paste

from recall_tui.theme import DARK
from tests.support.screen_text import screen_text, settle
from widgets import theming
from widgets.prompt_line import MAX_LENGTH, PromptLine


class PromptApp(App[None]):
    """A prompt and nothing else; it keeps what the prompt says."""

    def __init__(self) -> None:
        """Use the dark look."""
        super().__init__()
        theming.install(self, DARK)
        self.prompt = PromptLine()
        self.said: list[tuple[str, str]] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our widgets."""
        return theming.css_variables(DARK)

    def compose(self) -> ComposeResult:
        """Put it on the screen."""
        yield self.prompt

    def on_prompt_line_typed(self, message: PromptLine.Typed) -> None:
        """Keep it."""
        self.said.append(("typed", message.text))

    def on_prompt_line_submitted(self, message: PromptLine.Submitted) -> None:
        """Keep it."""
        self.said.append(("submitted", message.text))

    def on_prompt_line_cancelled(self, message: PromptLine.Cancelled) -> None:
        """Keep it."""
        assert message.control is self.prompt
        self.said.append(("cancelled", self.prompt.text))


async def test_a_digit_begins_the_look_up_and_typing_goes_on() -> None:
    """The key that opened the prompt is its first character."""
    app = PromptApp()
    async with app.run_test(size=(60, 4)) as pilot:
        assert not app.prompt.is_open
        app.prompt.open("Patient number:", text="7", placeholder="number")
        await settle(pilot)
        app.said.clear()
        await pilot.press("0", "1", "enter")
        await settle(pilot)
        assert screen_text(app)[0] == " Patient number:  701"
        assert app.said == [("typed", "70"), ("typed", "701"), ("submitted", "701")]


async def test_escape_leaves_and_closing_hides() -> None:
    """The prompt says that it was cancelled; the screen closes it and it opens empty again."""
    app = PromptApp()
    async with app.run_test(size=(60, 4)) as pilot:
        app.prompt.open("Find:")
        await pilot.press("a", "escape")
        await settle(pilot)
        assert app.said[-1] == ("cancelled", "a")
        app.prompt.close()
        await settle(pilot)
        assert screen_text(app) == ["", "", "", ""]
        app.prompt.open("Find:")
        await settle(pilot)
        assert (app.prompt.text, screen_text(app)[0]) == ("", " Find:")


async def test_what_is_pasted_is_one_harmless_line_of_limited_length() -> None:
    """Escapes are replaced, further lines and what is too long are cut off."""
    app = PromptApp()
    async with app.run_test(size=(60, 4)) as pilot:
        app.prompt.open("Find:")
        await settle(pilot)
        app.screen.focused.post_message(
            Paste("943\x1b[2J 476\nsecond line")
        ) if app.screen.focused else None
        await settle(pilot)
        assert app.prompt.text == "943�[2J 476"
        app.prompt.open("Find:", text="x" * 5000)
        await settle(pilot)
        assert len(app.prompt.text) == MAX_LENGTH


async def test_typing_never_lays_the_screen_out_again() -> None:
    """A key costs the line that is typed on, not a new place for every widget."""
    app = PromptApp()
    async with app.run_test(size=(60, 4)) as pilot:
        app.prompt.open("Filter:")
        await settle(pilot)
        laid_out: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.prompt, laid_out.append)
        await pilot.press("s", "m", "i")
        await settle(pilot)
        assert app.prompt.text == "smi"
        assert laid_out == []
