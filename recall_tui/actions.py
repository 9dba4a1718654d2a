"""One table of every action a person can take: footer, palette, menu, help and README read it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Where(StrEnum):
    """On which screen an action exists."""

    EVERYWHERE = "everywhere"
    OVERVIEW = "overview"
    BOOKING = "booking"
    PATIENT = "patient"
    INVITES = "invites"
    RECIPE = "recipe"
    QUEUE = "queue"


class Action(NamedTuple):
    """One action: its stable id (for keymaps), keys, a short label and a sentence of help.

    ``name`` is the method: ``action_<name>`` of the screen or app. ``writes`` says that it changes
    the store. ``in_footer`` keeps the footer short.
    """

    id: str
    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    where: Where = Where.OVERVIEW
    writes: bool = False
    in_footer: bool = False
    command: str = ""
    """Its headless twin, for the help."""


ACTIONS: tuple[Action, ...] = (
    Action("list.next_month", "next_month", ("right_square_bracket", "ctrl+right"), "Next month",
           "Show the following month's list.", command="worklist --month"),
    Action("list.previous_month", "previous_month", ("left_square_bracket", "ctrl+left"),
           "Previous month", "Show the month before.", command="worklist --month"),
    Action("list.present_month", "present_month", ("t",), "This month",
           "Back to the present month."),
    Action("list.filter", "filter", ("slash", "f3"), "Filter",
           "Type to narrow the list: name, number, recall, item, staff group.", in_footer=True),
    Action("list.filters", "toggle_filters", ("f", "f4"), "Filters",
           "Go to the filters beside the list, or hide them."),
    Action("list.drop_filter", "drop_filter", ("backspace",), "Drop filter",
           "Take the newest filter off."),
    Action("list.clear_filters", "clear_filters", ("backslash",), "Clear filters",
           "Take every filter off and sort by urgency again."),
    Action("list.hidden", "toggle_hidden", ("h",), "Hidden",
           "Show or hide done, snoozed, held and declined patients.", command="worklist --all"),
    Action("list.sort", "sort", ("s",), "Sort",
           "Sort by the next column; ^ turns it round, \\ sorts by urgency."),
    Action("list.refresh", "refresh", ("r", "f5"), "Refresh", "Read the list again."),
    Action("list.back", "back", ("escape",), "Back", "Leave the filters for the list."),
    Action("patient.lookup", "lookup", ("l",), "Look up",
           "Who is ringing: number, NHS number, last digits of the phone, or name with date of "
           "birth. Typing a digit starts it, a 0 too.",
           Where.EVERYWHERE, in_footer=True, command="lookup"),
    Action("patient.book", "book", ("b", "enter"), "Book",
           "Open the booking window: what is needed, future appointments, mark as booked.",
           writes=True, in_footer=True, command="book"),
    Action("patient.page", "patient_page", ("p", "f2"), "Patient",
           "Show everything about the patient on one page.", command="lookup"),
    Action("patient.why", "why", ("w",), "Why", "Say why each item is due.", command="explain"),
    Action("patient.why_not", "why_not", ("W",), "Why not",
           "Ask every recall why the patient is, or is not, on it.", command="explain --fresh"),
    Action("patient.note", "note", ("n",), "Note", "Keep a sentence with the patient.",
           writes=True, command="note"),
    Action("patient.contact", "contact", ("c",), "Contact",
           "Record what came of reaching the patient.", writes=True, command="contact"),
    Action("patient.snooze", "snooze", ("z",), "Snooze",
           "Hide until a date, a reply, the next sync or a free slot.",
           writes=True, command="snooze"),
    Action("patient.decline", "decline", ("d",), "Declined",
           "Note that the patient said no, with a reason.", writes=True, command="decline"),
    Action("patient.complete", "complete", ("x",), "Mark done",
           "Close what is due although nothing is recorded, with a reason.",
           writes=True, command="complete"),
    Action("patient.assign", "assign", ("a",), "Assign", "Give to a person or team.",
           writes=True, command="assign"),
    Action("patient.reopen", "reopen", ("O",), "Bring back",
           "Bring declined, held, snoozed or escalated items back to the list.",
           writes=True, command="reopen"),
    Action("patient.month", "choose_month", ("Y",), "Recall month",
           "Let the patient's year start in a month of their own; says first what that changes.",
           writes=True, command="month"),
    Action("patient.flag", "flag", ("exclamation_mark",), "Flags",
           "Set a flag by hand (housebound, interpreter …), or take one away.", writes=True,
           command="flag"),
    Action("list.slots", "slots", ("E",), "Free slots",
           "Say that a staff group has slots: who waits for one comes back to the list.",
           writes=True, command="slots"),
    Action("batch.invite", "invite", ("i",), "Invite",
           "Invite the marked patients (or all in view): preview, export, record.",
           writes=True, in_footer=True, command="invite"),
    Action("batch.exports", "open_exports", ("X",), "Exports",
           "Batches that were exported and not recorded: record one, or discard it.",
           writes=True, command="invite --exports"),
    Action("work.undo", "undo", ("u",), "Undo", "Take back what you did last since you came in.",
           Where.EVERYWHERE, writes=True, in_footer=True, command="undo"),
    Action("work.redo", "redo", ("U",), "Redo", "Take your last undo back.",
           Where.EVERYWHERE, writes=True, command="redo"),
    Action("list.views", "views", ("v",), "Views",
           "Choose, keep, rename or remove a named view of the list.", command="views"),
    Action("list.recipe", "recipe", ("e",), "Batches",
           "The month's batches in their order, and who is new in each.", in_footer=True,
           command="recipe"),
    Action("list.queues", "queues", ("o",), "Queues",
           "Other lists: the morning tray, bloods done, who attends, care homes and more.",
           in_footer=True, command="queue"),
    Action("list.mark", "mark_fitting", ("plus",), "Mark by words",
           "Mark those in view that fit what you type: name, recall, item, staff group.",
           command="worklist --text"),
    Action("list.mine", "mine", ("I",), "My queue",
           "What is assigned to you or your teams; the badge below says when there is more.",
           command="queue mine"),
    Action("list.group", "group", ("equals_sign",), "Households",
           "Show those who live together one after the other, or not."),
    Action("list.columns", "columns", ("comma",), "Columns",
           "Choose the columns of the list, their order and widths.", command="screen"),
    Action("list.ledger", "ledger", ("L",), "Ledger",
           "What you did in this session, or today; take any of it back, or tell it as a note.",
           command="ledger"),
    Action("list.burn_down", "burn_down", ("M",), "Progress",
           "How far the month is, when the list is empty, and what blocks the rest.",
           command="burndown"),
    Action("list.balance", "balance", ("T",), "Balance",
           "Show per recall where everybody stands.", command="balance"),
    Action("app.menu", "menu", ("m", "f10"), "Menu", "Every action by name.",
           Where.EVERYWHERE, in_footer=True),
    Action("app.help", "help", ("question_mark", "f1"), "Help", "The keys and the words.",
           Where.EVERYWHERE, in_footer=True),
    Action("app.theme", "next_theme", ("f9",), "Theme", "Dark, light, 16 colours, none.",
           Where.EVERYWHERE),
    Action("app.privacy", "privacy", ("f8",), "Privacy",
           "Mask names, numbers and addresses on every screen, or show them again.",
           Where.EVERYWHERE),
    Action("app.answer", "answer", ("N",), "Answer",
           "Show what W or Y asked for, when it came while you did something else.",
           Where.EVERYWHERE),
    Action("app.reveal", "reveal", ("f7",), "Reveal",
           "Show the one patient of this screen plainly until you leave; it is noted.",
           Where.EVERYWHERE),
    Action("app.step_back", "step_back", ("q",), "Leave",
           "Leave the screen; on the list, the program.", Where.EVERYWHERE),
    Action("app.quit", "quit", ("ctrl+q",), "Quit", "Leave the program.", Where.EVERYWHERE),
    Action("booking.accept", "accept", ("a",), "Accept",
           "Book what the appointment that fits best covers.", Where.BOOKING, writes=True,
           in_footer=True, command="book --accept"),
    Action("booking.mark", "mark_booked", ("b",), "Book a day",
           "Choose the day, and tick what the appointment covers.", Where.BOOKING, writes=True,
           in_footer=True, command="book"),
    Action("booking.invite_rest", "invite_rest", ("i",), "Invite for rest",
           "Preview an invite for what no appointment in the book covers.", Where.BOOKING,
           writes=True, command="invite"),
    Action("booking.unbook", "unbook", ("k",), "Take booking back",
           "The due items return to where they were.", Where.BOOKING, writes=True,
           command="unbook"),
    Action("booking.copy_reason", "copy_reason", ("y",), "Copy reason",
           "Copy the reason (at most 100 characters).", Where.BOOKING, in_footer=True),
    Action("booking.copy_notes", "copy_notes", ("o",), "Copy notes",
           "Copy the notes (at most 500 characters).", Where.BOOKING, in_footer=True),
    Action("booking.show_text", "show_text", ("Y",), "Show texts",
           "Show both texts plainly, to select with the mouse.", Where.BOOKING),
    Action("booking.page", "patient_page", ("p", "f2"), "Patient",
           "Show everything about the patient on one page.", Where.BOOKING, command="lookup"),
    Action("booking.why", "why", ("w",), "Why", "Say why each item is due.", Where.BOOKING,
           command="explain"),
    Action("booking.why_not", "why_not", ("W",), "Why not",
           "Ask every recall why the patient is, or is not, on it.", Where.BOOKING,
           command="explain --fresh"),
    Action("booking.rings_back", "rings_back", ("r",), "Rings back",
           "Record that the patient will ring again to book.", Where.BOOKING, writes=True,
           in_footer=True, command="call --outcome will_book"),
    Action("booking.note", "note", ("n",), "Note", "Keep a sentence with the patient.",
           Where.BOOKING, writes=True, command="note"),
    Action("booking.decline", "decline", ("d",), "Declined",
           "Note that the patient said no, with a reason.", Where.BOOKING, writes=True,
           command="decline"),
    Action("booking.snooze", "snooze", ("z",), "Snooze",
           "Hide until a date, a reply, the next sync or a free slot.", Where.BOOKING,
           writes=True, command="snooze"),
    Action("booking.contact", "contact", ("c",), "Contact",
           "Record what came of reaching the patient.", Where.BOOKING, writes=True,
           command="contact"),
    Action("booking.lookup", "lookup", ("slash", "f3"), "Look up",
           "Find another patient by name or number.", Where.BOOKING, command="lookup"),
    Action("booking.household", "household", ("h",), "Household",
           "Look up somebody who shares the address or a phone number.", Where.BOOKING,
           command="lookup"),
    Action("booking.back", "leave", ("escape",), "Back", "Back to where you came from.",
           Where.BOOKING, in_footer=True),
    Action("page.book", "book", ("b",), "Book", "Open the booking window.", Where.PATIENT,
           in_footer=True, command="book"),
    Action("page.note", "note", ("n",), "Note", "Keep a sentence with the patient.",
           Where.PATIENT, writes=True, in_footer=True, command="note"),
    Action("page.contact", "contact", ("c",), "Contact",
           "Record what came of reaching the patient.", Where.PATIENT, writes=True,
           in_footer=True, command="contact"),
    Action("page.why", "why", ("w",), "Why",
           "Go to the reasons, at the end of the page; where nothing is due, ask why not.",
           Where.PATIENT, in_footer=True, command="explain"),
    Action("page.why_not", "why_not", ("W",), "Why not",
           "Ask every recall why the patient is, or is not, on it.", Where.PATIENT,
           command="explain --fresh"),
    Action("page.snooze", "snooze", ("z",), "Snooze",
           "Hide until a date, a reply, the next sync or a free slot.", Where.PATIENT,
           writes=True, command="snooze"),
    Action("page.decline", "decline", ("d",), "Declined",
           "Note that the patient said no, with a reason.", Where.PATIENT, writes=True,
           command="decline"),
    Action("page.complete", "complete", ("x",), "Mark done",
           "Close what is due although nothing is recorded, with a reason.", Where.PATIENT,
           writes=True, command="complete"),
    Action("page.assign", "assign", ("a",), "Assign", "Give to a person or team.", Where.PATIENT,
           writes=True, command="assign"),
    Action("page.reopen", "reopen", ("O",), "Bring back",
           "Bring declined, held, snoozed or escalated items back to the list.", Where.PATIENT,
           writes=True, command="reopen"),
    Action("page.month", "choose_month", ("Y",), "Recall month",
           "Let the patient's year start in a month of their own; says first what that changes.",
           Where.PATIENT, writes=True, command="month"),
    Action("page.flag", "flag", ("exclamation_mark",), "Flags",
           "Set a flag by hand (housebound, interpreter …), or take one away.", Where.PATIENT,
           writes=True, command="flag"),
    Action("page.next", "next_section", ("right_square_bracket",), "Next section",
           "Go to the next heading.", Where.PATIENT, in_footer=True),
    Action("page.previous", "previous_section", ("left_square_bracket",), "Section before",
           "Go back to the heading before.", Where.PATIENT),
    Action("page.back", "leave", ("escape",), "Back", "Back to where you came from.",
           Where.PATIENT, in_footer=True),
    Action("page.household", "household", ("h",), "Household",
           "Look up somebody who shares the address or a phone number.", Where.PATIENT,
           command="lookup"),
    Action("page.lookup", "lookup", ("slash", "f3"), "Look up",
           "Find another patient by name or number.", Where.PATIENT, command="lookup"),
    Action("queue.filter", "filter", ("slash", "f3"), "Filter",
           "Type to narrow the queue: name, number, reason, item, staff group.", Where.QUEUE,
           in_footer=True),
    Action("queue.drop_filter", "drop_filter", ("backspace", "backslash"), "Drop filter",
           "List everybody of the queue again.", Where.QUEUE),
    Action("queue.book", "book", ("b",), "Book", "Open the booking window.", Where.QUEUE,
           writes=True, in_footer=True, command="book"),
    Action("queue.page", "patient_page", ("p", "f2"), "Patient",
           "Show everything about the patient on one page.", Where.QUEUE, command="lookup"),
    Action("queue.why", "why", ("w",), "Why", "Say why each item is due.", Where.QUEUE,
           command="explain"),
    Action("queue.why_not", "why_not", ("W",), "Why not",
           "Ask every recall why the patient is, or is not, on it.", Where.QUEUE,
           command="explain --fresh"),
    Action("queue.reopen", "reopen", ("O",), "Bring back",
           "Bring declined, held, snoozed or escalated items back to the list.", Where.QUEUE,
           writes=True, command="reopen"),
    Action("queue.note", "note", ("n",), "Note", "Keep a sentence with the patient.",
           Where.QUEUE, writes=True, command="note"),
    Action("queue.contact", "contact", ("c",), "Contact",
           "Record what came of reaching the patient.", Where.QUEUE, writes=True,
           in_footer=True, command="contact"),
    Action("queue.snooze", "snooze", ("z",), "Snooze",
           "Hide until a date, a reply, the next sync or a free slot.", Where.QUEUE, writes=True,
           command="snooze"),
    Action("queue.decline", "decline", ("d",), "Declined",
           "Note that the patient said no, with a reason.", Where.QUEUE, writes=True,
           command="decline"),
    Action("queue.complete", "complete", ("x",), "Mark done",
           "Close what is due although nothing is recorded, with a reason.", Where.QUEUE,
           writes=True, command="complete"),
    Action("queue.assign", "assign", ("a",), "Assign", "Give to a person or team.", Where.QUEUE,
           writes=True, command="assign"),
    Action("queue.flag", "flag", ("exclamation_mark",), "Flags",
           "Set a flag by hand, or take one away.", Where.QUEUE, writes=True, command="flag"),
    Action("queue.invite", "invite", ("i",), "Invite",
           "Invite the marked patients, or all in the queue.", Where.QUEUE, writes=True,
           command="invite"),
    Action("queue.sheet", "sheet", ("e",), "Sheet",
           "Show it as plain text, to be copied, or saved and printed.", Where.QUEUE,
           in_footer=True, command="queue --print"),
    Action("queue.span", "span", ("t",), "Days", "Show one day, seven or fourteen.",
           Where.QUEUE, in_footer=True, command="queue --days"),
    Action("queue.refresh", "refresh", ("r", "f5"), "Refresh", "Read the queue again.",
           Where.QUEUE),
    Action("queue.back", "leave", ("escape",), "Back", "Back to the list.", Where.QUEUE,
           in_footer=True),
    Action("recipe.note_run", "note_run", ("x",), "Done",
           "Note that the batch was made: whoever comes later is new.", Where.RECIPE,
           writes=True, in_footer=True, command="recipe run"),
    Action("recipe.add", "add_view", ("a",), "Add view", "Put another view at the end.",
           Where.RECIPE, writes=True, in_footer=True, command="recipe set"),
    Action("recipe.drop", "drop_view", ("d",), "Take out", "Take the batch out; its view stays.",
           Where.RECIPE, writes=True, command="recipe set"),
    Action("recipe.earlier", "earlier", ("left_square_bracket",), "Earlier",
           "Put the batch earlier.", Where.RECIPE, writes=True, command="recipe set"),
    Action("recipe.later", "later", ("right_square_bracket",), "Later", "Put the batch later.",
           Where.RECIPE, writes=True, command="recipe set"),
    Action("recipe.lookup", "lookup", ("slash", "f3"), "Look up",
           "Find a patient by name or number.", Where.RECIPE, command="lookup"),
    Action("recipe.back", "leave", ("escape",), "Back", "Back to the list.", Where.RECIPE,
           in_footer=True),
    Action("invites.export", "export", ("e",), "Export", "Write the batch as CSV.",
           Where.INVITES, in_footer=True, command="invite --export"),
    Action("invites.record", "record", ("r",), "Record invites",
           "Record that they were invited.", Where.INVITES, writes=True, in_footer=True,
           command="invite --record"),
    Action("invites.exports", "open_exports", ("X",), "Exports",
           "Batches that were exported and not recorded: record one, or discard it.",
           Where.INVITES, writes=True, command="invite --exports"),
    Action("invites.lookup", "lookup", ("slash", "f3"), "Look up",
           "Find a patient by name or number.", Where.INVITES, command="lookup"),
    Action("invites.back", "leave", ("escape",), "Back",
           "Back to the list; nothing is recorded.", Where.INVITES, in_footer=True),
)  # fmt: skip
"""In the order in which menus show them."""


SIMPLE = frozenset(
    {
        *("lookup", "book", "contact", "note", "undo", "redo", "menu", "help", "quit", "leave"),
        *("accept", "mark_booked", "unbook", "copy_reason", "copy_notes", "show_text"),
        *("why", "why_not"),
        *("patient_page", "next_section", "previous_section", "next_theme", "refresh"),
        *("privacy", "reveal", "answer", "household"),
    }
)
"""The actions of the simple profile, by name: reception looks up, books and notes contacts."""

SIMPLE_KEYS: Mapping[str, tuple[str, ...]] = {
    "patient.lookup": ("slash", "f3"),
    "work.undo": ("ctrl+z",),
    "work.redo": ("ctrl+y",),
    "app.answer": ("f6",),
}
"""Keys that only the simple profile has: a letter on its list begins a name, and does nothing else.

Otherwise a surname typed there would undo (u), or leave (q).
"""


def simple_keys() -> Mapping[str, tuple[str, ...]]:
    """Return the keys of the list, and of what exists everywhere, in the simple profile."""
    return {
        one.id: _without_letters(one)
        for one in ACTIONS
        if one.where in {Where.OVERVIEW, Where.EVERYWHERE}
    }


def _without_letters(action: Action) -> tuple[str, ...]:
    if action.name not in SIMPLE:
        return ()
    return SIMPLE_KEYS.get(action.id, tuple(key for key in action.keys if len(key) > 1))


def actions_of(where: Where) -> tuple[Action, ...]:
    """Return the actions of one screen, without those that exist everywhere."""
    return tuple(one for one in ACTIONS if one.where is where)
