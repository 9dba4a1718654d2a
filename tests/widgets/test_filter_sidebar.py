"""The filter sidebar: choosing by keyboard, counts that change under it, and what it says."""

from __future__ import annotations

from textual.app import App, ComposeResult

from recall_tui.theme import DARK
from tests.support.screen_text import screen_text, settle
from widgets import theming
from widgets.filter_sidebar import FilterGroup, FilterOption, FilterSidebar


def groups(nurse: int = 88, *, has_hca: bool = True) -> list[FilterGroup]:
    """Make two groups; counts change, and options come and go."""
    hca = (FilterOption("hca", "HCA", 120),) if has_hca else ()
    return [
        FilterGroup(
            "staff",
            "Staff group",
            (*hca, FilterOption("nurse", "Nurse", nurse), FilterOption("gp", "GP", 0)),
        ),
        FilterGroup(
            "when",
            "Due",
            (FilterOption("late", "Overdue [b]", 1031), FilterOption("now", "This month")),
            is_single=True,
        ),
    ]


class SidebarApp(App[None]):
    """A sidebar and nothing else."""

    def __init__(self) -> None:
        """Use the dark look."""
        super().__init__()
        theming.install(self, DARK)
        self.said: list[dict[str, frozenset[str]]] = []
        self.sidebar = FilterSidebar()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our widgets."""
        return theming.css_variables(DARK)

    def compose(self) -> ComposeResult:
        """Put it on the screen."""
        yield self.sidebar

    def on_mount(self) -> None:
        """Show the groups."""
        self.sidebar.set_groups(groups())
        self.sidebar.focus()

    def on_filter_sidebar_filter_changed(self, message: FilterSidebar.FilterChanged) -> None:
        """Keep what is chosen."""
        assert message.control is self.sidebar
        self.said.append(dict(message.chosen))


async def test_the_sidebar_looks_as_it_should() -> None:
    """Headings, signs, counts to the right, and the cursor on the first option."""
    app = SidebarApp()
    async with app.run_test(size=(40, 9)) as pilot:
        await pilot.press("space", "down", "down", "down", "space")
        await settle(pilot)
        assert screen_text(app) == [
            " Staff group",
            " [x] HCA                120",
            " [ ] Nurse               88",
            " [ ] GP                   0",
            " Due",
            ">(*) Overdue [b]      1,031",
            " ( ) This month",
            "",
            "",
        ]


async def test_choices_are_said_and_can_be_taken_back() -> None:
    """Several in an ordinary group, at most one in a single one."""
    app = SidebarApp()
    async with app.run_test(size=(40, 9)) as pilot:
        await pilot.press("space", "j", "enter", "end", "space", "up", "space")
        await settle(pilot)
        assert app.said[-1] == {"staff": {"hca", "nurse"}, "when": {"late"}}
        await pilot.press("space", "home", "space")
        await settle(pilot)
        assert app.said[-1] == {"staff": {"nurse"}}
        await pilot.press("minus", "minus")
        await settle(pilot)
        assert app.said[-1] == {}
        assert len(app.said) == 7


async def test_counts_change_under_the_cursor() -> None:
    """The cursor stays on its option, choices stay, and nothing is said."""
    app = SidebarApp()
    async with app.run_test(size=(40, 9)) as pilot:
        await pilot.press("down", "space")
        app.sidebar.set_groups(groups(77))
        await settle(pilot)
        assert screen_text(app)[2] == ">[x] Nurse               77"
        app.sidebar.set_groups(groups(7, has_hca=False))
        await settle(pilot)
        assert screen_text(app)[1] == ">[x] Nurse                7"
        app.sidebar.set_chosen({"staff": ["gp"]})
        await settle(pilot)
        assert screen_text(app)[1:3] == [
            ">[ ] Nurse                7",
            " [x] GP                   0",
        ]
        assert (len(app.said), app.sidebar.chosen) == (1, {"staff": {"gp"}})
        app.sidebar.set_groups([])
        await pilot.press("down", "space", "home", "minus", "up")
        await settle(pilot)
        assert len(app.said) == 1


async def test_a_low_sidebar_scrolls_with_its_cursor() -> None:
    """Every option can be reached, and the first heading comes back."""
    app = SidebarApp()
    async with app.run_test(size=(40, 3)) as pilot:
        await pilot.press("end")
        await settle(pilot)
        assert any(line.startswith(">( ) This month") for line in screen_text(app))
        await pilot.press("home", "up")
        await settle(pilot)
        assert screen_text(app)[0] == " Staff group"


async def test_a_click_chooses() -> None:
    """On an option; a heading does nothing."""
    app = SidebarApp()
    async with app.run_test(size=(40, 9)) as pilot:
        await pilot.click(FilterSidebar, offset=(3, 2))
        await pilot.click(FilterSidebar, offset=(3, 0))
        await settle(pilot)
        assert app.said == [{"staff": {"nurse"}}]


async def test_an_option_is_refused_and_no_longer() -> None:
    """The exclamation mark refuses; choosing a refused option chooses it, minus takes both off."""
    app = SidebarApp()
    async with app.run_test(size=(40, 9)) as pilot:
        await pilot.press("exclamation_mark", "down", "space", "exclamation_mark")
        await settle(pilot)
        assert (app.sidebar.chosen, app.sidebar.refused) == ({}, {"staff": {"hca", "nurse"}})
        assert screen_text(app)[1:3] == [
            " [!] HCA                120",
            ">[!] Nurse               88",
        ]
        await pilot.press("space")
        await settle(pilot)
        assert (app.said[-1], app.sidebar.refused) == ({"staff": {"nurse"}}, {"staff": {"hca"}})
        await pilot.press("minus")
        await settle(pilot)
        assert (app.said[-1], app.sidebar.refused) == ({}, {})


async def test_a_long_group_is_folded_and_groups_are_jumped() -> None:
    """Right and left go from group to group; the last line of a long group unfolds it."""
    app = SidebarApp()
    async with app.run_test(size=(40, 20)) as pilot:
        items = tuple(FilterOption(f"i{place}", f"Item {place}", 20 - place) for place in range(14))
        app.sidebar.set_groups([*groups(), FilterGroup("item", "Item", items)])
        app.sidebar.set_chosen({"item": ["i12"]})
        await pilot.press("right", "right", "end")
        await settle(pilot)
        assert screen_text(app)[16:18] == [" [x] Item 12              8", ">... 5 more"]
        await pilot.press("exclamation_mark", "enter", "end")
        await settle(pilot)
        assert screen_text(app)[-1] == ">[ ] Item 13              7"
        assert (app.said, app.sidebar.refused) == ([], {})
        await pilot.press("left", "left", "left", "space")
        await settle(pilot)
        assert app.said[-1] == {"staff": {"hca"}, "item": {"i12"}}
