"""One table of every action a person can take: footer, palette, menu, help and README read it."""

from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """On which screen an action exists."""

    EVERYWHERE = "everywhere"
    OVERVIEW = "overview"
    BOOKING = "booking"
    PATIENT = "patient"
    INVITES = "invites"
    RECIPE = "recipe"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Action:
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
    Action("list.clear_filters", "clear_filters", ("0",), "Clear filters",
           "Take every filter off and sort by urgency again."),
    Action("list.hidden", "toggle_hidden", ("h",), "Hidden",
           "Show or hide done, snoozed, held and declined patients.", command="worklist --all"),
    Action("list.sort", "sort", ("s",), "Sort",
           "Sort by the next column; ^ turns it round, 0 sorts by urgency."),
    Action("list.refresh", "refresh", ("r", "f5"), "Refresh", "Read the list again."),
    Action("list.back", "back", ("escape",), "Back", "Leave the filters for the list."),
    Action("patient.lookup", "lookup", ("l",), "Look up",
           "Who is ringing: number, NHS number, last digits of the phone, or name and birth year. "
           "Typing a digit starts it.",
           Where.EVERYWHERE, in_footer=True, command="lookup"),
    Action("patient.book", "book", ("b", "enter"), "Book",
           "Open the booking window: what is needed, future appointments, mark as booked.",
           writes=True, in_footer=True, command="book"),
    Action("patient.page", "patient_page", ("p", "f2"), "Patient",
           "Show everything about the patient on one page.", command="lookup"),
    Action("patient.why", "why", ("w",), "Why", "Say why each item is due.", command="explain"),
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
           "Let the patient's year start in a month of their own.", writes=True,
           command="month"),
    Action("patient.flag", "flag", ("exclamation_mark",), "Flags",
           "Set a flag by hand (housebound, interpreter …), or take one away.", writes=True,
           command="flag"),
    Action("list.slots", "slots", ("E",), "Free slots",
           "Say that a staff group has slots: who waits for one comes back to the list.",
           writes=True, command="slots"),
    Action("batch.invite", "invite", ("i",), "Invite",
           "Invite the marked patients (or all in view): preview, export, record.",
           writes=True, in_footer=True, command="invite"),
    Action("work.undo", "undo", ("u",), "Undo", "Take your last action back.",
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
    Action("list.group", "group", ("equals_sign",), "Households",
           "Show those who live together one after the other, or not."),
    Action("list.columns", "columns", ("comma",), "Columns",
           "Choose the columns of the list, their order and widths.", command="screen"),
    Action("list.ledger", "ledger", ("L",), "Ledger",
           "What you did since you came in; take any of it back, or tell it as a note.",
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
    Action("app.reveal", "reveal", ("f7",), "Reveal",
           "Show the one patient of this screen plainly until you leave; it is noted.",
           Where.EVERYWHERE),
    Action("app.quit", "quit", ("q", "ctrl+q"), "Quit", "Leave.", Where.EVERYWHERE),
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
    Action("booking.rings_back", "rings_back", ("r",), "Rings back",
           "Record that the patient will ring again to book.", Where.BOOKING, writes=True,
           in_footer=True, command="call --outcome will_book"),
    Action("booking.note", "note", ("n",), "Note", "Keep a sentence with the patient.",
           Where.BOOKING, writes=True, command="note"),
    Action("booking.contact", "contact", ("c",), "Contact",
           "Record what came of reaching the patient.", Where.BOOKING, writes=True,
           command="contact"),
    Action("booking.back", "leave", ("escape",), "Back", "Back to where you came from.",
           Where.BOOKING, in_footer=True),
    Action("page.book", "book", ("b",), "Book", "Open the booking window.", Where.PATIENT,
           in_footer=True, command="book"),
    Action("page.note", "note", ("n",), "Note", "Keep a sentence with the patient.",
           Where.PATIENT, writes=True, in_footer=True, command="note"),
    Action("page.contact", "contact", ("c",), "Contact",
           "Record what came of reaching the patient.", Where.PATIENT, writes=True,
           in_footer=True, command="contact"),
    Action("page.why", "why", ("w",), "Why", "Go to the reasons, at the end of the page.",
           Where.PATIENT, in_footer=True, command="explain"),
    Action("page.next", "next_section", ("right_square_bracket",), "Next section",
           "Go to the next heading.", Where.PATIENT, in_footer=True),
    Action("page.previous", "previous_section", ("left_square_bracket",), "Section before",
           "Go back to the heading before.", Where.PATIENT),
    Action("page.back", "leave", ("escape",), "Back", "Back to where you came from.",
           Where.PATIENT, in_footer=True),
    Action("queue.book", "book", ("b",), "Book", "Open the booking window.", Where.QUEUE,
           writes=True, in_footer=True, command="book"),
    Action("queue.page", "patient_page", ("p", "f2"), "Patient",
           "Show everything about the patient on one page.", Where.QUEUE, command="lookup"),
    Action("queue.why", "why", ("w",), "Why", "Say why each item is due.", Where.QUEUE,
           command="explain"),
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
           "Show the queue as plain text, to be printed.", Where.QUEUE, in_footer=True,
           command="queue --print"),
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
    Action("recipe.back", "leave", ("escape",), "Back", "Back to the list.", Where.RECIPE,
           in_footer=True),
    Action("invites.export", "export", ("e",), "Export", "Write the batch as CSV.",
           Where.INVITES, in_footer=True, command="invite --export"),
    Action("invites.record", "record", ("r",), "Record invites",
           "Record that they were invited.", Where.INVITES, writes=True, in_footer=True,
           command="invite --record"),
    Action("invites.back", "leave", ("escape",), "Back", "Back to the list; nothing is recorded.",
           Where.INVITES, in_footer=True),
)  # fmt: skip
"""In the order in which menus show them."""


SIMPLE = frozenset(
    {
        *("lookup", "book", "contact", "note", "undo", "redo", "menu", "help", "quit", "leave"),
        *("accept", "mark_booked", "unbook", "copy_reason", "copy_notes", "show_text", "why"),
        *("patient_page", "next_section", "previous_section", "next_theme", "refresh"),
        *("privacy", "reveal"),
    }
)
"""The actions of the simple profile, by name: reception looks up, books and notes contacts."""


def actions_of(where: Where) -> tuple[Action, ...]:
    """Return the actions of one screen, without those that exist everywhere."""
    return tuple(one for one in ACTIONS if one.where is where)
