"""The keys and the looks of the worklist table, as data.

Every binding has an id, so that a practice can give its action other keys, and a tooltip.
Capital letters are only ever second ways: a split escape sequence can make one appear (A, B, C, D,
F, H, P, Q, R, S and Z are not used at all), and no key here writes anything.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType

WORKLIST_BINDINGS: list[BindingType] = [
    Binding("up,k", "move(-1)", "Up", show=False, id="worklist.up", tooltip="Go to the row above"),
    Binding(
        "down,j", "move(1)", "Down", show=False, id="worklist.down", tooltip="Go to the row below"
    ),
    Binding(
        "pageup",
        "pages(-1)",
        "Page up",
        show=False,
        id="worklist.page-up",
        tooltip="Go back by one screen of rows",
    ),
    Binding(
        "pagedown",
        "pages(1)",
        "Page down",
        show=False,
        id="worklist.page-down",
        tooltip="Go on by one screen of rows",
    ),
    Binding(
        "home,g",
        "first",
        "First",
        show=False,
        id="worklist.first",
        tooltip="Go to the first row",
    ),
    Binding("end,G", "last", "Last", show=False, id="worklist.last", tooltip="Go to the last row"),
    Binding(
        "left",
        "pan(-1)",
        "Columns left",
        show=False,
        id="worklist.pan-left",
        tooltip="Show the columns further to the left",
    ),
    Binding(
        "right",
        "pan(1)",
        "Columns right",
        show=False,
        id="worklist.pan-right",
        tooltip="Show the columns further to the right",
    ),
    Binding("enter", "open", "Open", id="worklist.open", tooltip="Open the row under the cursor"),
    Binding(
        "space",
        "mark",
        "Mark",
        id="worklist.mark",
        tooltip="Mark this row, or take its mark away, and go to the next",
    ),
    Binding(
        "asterisk",
        "mark_all",
        "Mark all",
        show=False,
        id="worklist.mark-all",
        tooltip="Mark every row in view; more than a screenful is asked about first",
    ),
    Binding(
        "minus",
        "clear_marks",
        "Clear marks",
        show=False,
        id="worklist.clear-marks",
        tooltip="Take all marks away, those not in view too",
    ),
    Binding(
        "shift+up",
        "extend(-1)",
        "Mark upwards",
        show=False,
        id="worklist.extend-up",
        tooltip="Mark a range of rows upwards",
    ),
    Binding(
        "shift+down",
        "extend(1)",
        "Mark downwards",
        show=False,
        id="worklist.extend-down",
        tooltip="Mark a range of rows downwards",
    ),
    Binding(
        "V",
        "range",
        "Range",
        show=False,
        id="worklist.range",
        tooltip="Begin marking a range with any of the movements; again to end it",
    ),
    Binding(
        "escape",
        "end_range",
        "End range",
        show=False,
        id="worklist.end-range",
        tooltip="End the range that is being marked",
    ),
    Binding(
        "greater_than_sign",
        "sort_along(1)",
        "Sort by next column",
        show=False,
        id="worklist.sort-next",
        tooltip="Sort by the column to the right of the one sorted by",
    ),
    Binding(
        "less_than_sign",
        "sort_along(-1)",
        "Sort by previous column",
        show=False,
        id="worklist.sort-previous",
        tooltip="Sort by the column to the left of the one sorted by",
    ),
    Binding(
        "circumflex_accent",
        "sort_reverse",
        "Reverse order",
        show=False,
        id="worklist.sort-reverse",
        tooltip="Turn the order of the sorted column round",
    ),
]

WORKLIST_CSS = """
WorklistTable {
    width: 1fr;
    height: 1fr;
    overflow: hidden hidden;
    background: $ground-text;
    color: $ink-text;
    & > .worklist--row { color: $ink-text; background: $ground-text; }
    & > .worklist--muted {
        color: $ink-muted; background: $ground-muted; text-style: $style-muted;
    }
    & > .worklist--overdue {
        color: $ink-overdue; background: $ground-overdue; text-style: $style-overdue;
    }
    & > .worklist--hold {
        color: $ink-hold; background: $ground-hold; text-style: $style-hold;
    }
    & > .worklist--done {
        color: $ink-done; background: $ground-done; text-style: $style-done;
    }
    & > .worklist--marked {
        color: $ink-marked; background: $ground-marked; text-style: $style-marked;
    }
    & > .worklist--header {
        color: $ink-header; background: $ground-header; text-style: $style-header;
    }
    & > .worklist--sort {
        color: $ink-sorted; background: $ground-sorted; text-style: $style-sorted;
    }
    & > .worklist--cursor {
        color: $ink-cursor-idle; background: $ground-cursor-idle; text-style: $style-cursor-idle;
    }
    &:focus > .worklist--cursor {
        color: $ink-cursor; background: $ground-cursor; text-style: $style-cursor;
    }
}
"""
