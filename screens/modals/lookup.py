"""Look-up: a number, a phone or a name; several matches are listed, never picked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from recall_tui.views.identifying import (
    NEEDED,
    Identifier,
    identifiers_beside,
    identifiers_for,
    is_own_number,
)
from recall_tui.views.patient import PatientHit
from screens.modals.asking import Typing
from screens.patient_lines import born_words
from screens.privacy import shown_hit
from screens.threads import hand_back
from widgets.line import Line

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk
    from recall_tui.views.past import Relative

HINT = "Number, NHS number, last phone digits, or name and birth: Webb 24/1/75"


FEW = 13
"""So many are seen at once."""

NARROW = "; type on, as the year of birth, for fewer"


class LookupScreen(Typing[str | None]):
    """Give the patient number that was found and confirmed, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Back", id="lookup.back", tooltip="Back"),
    ]

    def __init__(self, desk: Desk, typed: str = "", beside: str = "") -> None:
        """Begin with what was typed already, or with the household of the patient ``beside``."""
        super().__init__()
        self._desk = desk
        self._typed = typed
        self._beside = beside
        self._shares: Mapping[str, Collection[str]] = {}
        """What each of the household shares with the patient beside."""

        self._hits: tuple[PatientHit, ...] = ()
        self._asked = ""
        self._is_looking = False
        self._untaken = ""
        """What was typed while it was being looked up."""

        self._confirmed: tuple[Identifier, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(classes="asking"):
            yield Static("Look a patient up", classes="question", markup=False)
            field = Line(value=self._typed, select_on_focus=False, compact=True)
            yield field
            yield OptionList(classes="later", markup=False)
            yield Static("", classes="wrong", markup=False)
            yield Static(f"Enter: look up   Escape: back\n{HINT}", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Put the cursor behind what was typed."""
        self.query_one(Input).cursor_position = len(self._typed)

    def open_line(self) -> None:
        """Let somebody type, and read who lives with the patient meanwhile."""
        if self._beside and not self.is_open:
            self._is_looking = self.query_one(Line).is_sent = True
            self._say("Looking …")
            self._read_household(self._beside)
        super().open_line()

    @work(thread=True, exclusive=True, group="find")
    def _read_household(self, patient: str) -> None:
        try:
            found = self._desk.past(patient).household
            if found:
                self._desk.note_access("find", tuple(one.patient for one in found))
        except RecallError as fault:
            hand_back(self, self._found_nobody, fault.words)
            return
        hand_back(self, self._have_household, found)

    def _have_household(self, found: tuple[Relative, ...]) -> None:
        self._shares = {one.patient: one.shares for one in found}
        if found:
            self._found(tuple(_hit_of(one) for one in found))
        else:
            self._found_nobody("Nobody else here shares the address or a phone number.")

    @on(Input.Submitted)
    def look(self, event: Input.Submitted) -> None:
        """Look it up."""
        event.stop()
        self._asked, self._shares = event.value.strip(), {}
        if self._asked:
            self._is_looking = True
            self._say("Looking …")
            self._find(self._asked)

    @on(Input.Changed)
    def edited(self, event: Input.Changed) -> None:
        """Take back what was found before."""
        event.stop()
        self._say("")
        self.query_one(OptionList).display = False

    @work(thread=True, exclusive=True, group="find")
    def _find(self, typed: str) -> None:
        try:
            hits = self._desk.find(typed)
        except RecallError as fault:
            hand_back(self, self._found_nobody, fault.words)
            return
        hand_back(self, self._found, hits)

    def _found(self, hits: tuple[PatientHit, ...]) -> None:
        if not hits:
            self._found_nobody("No patient fits that.")
            return
        self._is_looking = False
        if self._untaken:
            words = f"Not taken, typed while it was looked up: {self._untaken}. Press it again."
            self.notify(clean(words), markup=False)
            self._untaken = ""
        if is_own_number(self._asked, hits):
            self.leave(hits[0].patient)
            return
        self._hits = hits
        options = self.query_one(OptionList)
        self._list()
        options.display = True
        options.highlighted = 0
        options.focus()
        self._ask()

    def _found_nobody(self, why: str) -> None:
        """Say why; what was typed on meanwhile stands behind what was looked up."""
        self._is_looking = False
        line = self.query_one(Input)
        line.insert(self._untaken, len(line.value))
        self._untaken = ""
        self._say(why)

    def _list(self) -> None:
        lines = [Option(Content(clean(hit_line(hit)))) for hit in self._hits]
        self.query_one(OptionList).set_options(lines)

    def show_privacy(self) -> None:
        """List who fits masked, or plainly; what is confirmed is asked again."""
        options = self.query_one(OptionList)
        place = options.highlighted
        self._list()
        if options.display:
            options.highlighted = place

    # ------------------------------------------------------------------ who it is

    def _hit(self) -> PatientHit | None:
        place = self.query_one(OptionList).highlighted
        return self._hits[place] if place is not None and place < len(self._hits) else None

    @on(OptionList.OptionHighlighted)
    def moved(self, event: OptionList.OptionHighlighted) -> None:
        """Ask anew about another patient."""
        event.stop()
        self._confirmed = ()
        self._ask()

    def _identifiers(self, hit: PatientHit) -> tuple[Identifier, ...]:
        """Return what may be asked of whoever is on the phone about a patient found."""
        if hit.patient in self._shares:
            return identifiers_beside(self._shares[hit.patient], hit)
        return identifiers_for(self._asked, hit)

    def _ask(self, first: str = "") -> None:
        """Say what to ask the caller, and what was confirmed."""
        hit = self._hit()
        if hit is None or not self.query_one(OptionList).display:
            return
        count = "1 patient fits" if len(self._hits) == 1 else f"{len(self._hits)} patients fit"
        if hit.patient in self._shares:
            count = f"Same {', '.join(self._shares[hit.patient])}"
        every = self._identifiers(hit)
        left = ", ".join(f"{one.key} {one.words}" for one in every if one not in self._confirmed)
        done = "".join(f" {one.words}: yes." for one in self._confirmed)
        narrow = NARROW if len(self._hits) > FEW and not self._confirmed else ""
        words = f"{count}{narrow}. Confirm two identifiers with the caller:{done} {left}"
        self._say(f"{first}{words}")

    def take_key(self, event: events.Key) -> bool:
        """Take d, p, n or o as a confirmed identifier of the patient under the cursor.

        While somebody is looked up nothing is taken: it is told once they are found.
        """
        if self._is_looking and event.is_printable:
            event.stop()
            event.prevent_default()
            self._untaken += event.character or ""
            return True
        hit = self._hit() if self.is_open and self.query_one(OptionList).has_focus else None
        if hit is None:
            return super().take_key(event)
        every = self._identifiers(hit)
        known = next((one for one in every if one.key == event.character), None)
        more = event.character or ""
        if known is None and (more.isdecimal() or more == " " or event.key == "backspace"):
            event.stop()
            event.prevent_default()
            self._type_on(more if more.isprintable() else "")
            return True
        if known is None or known in self._confirmed:
            return False
        event.stop()
        event.prevent_default()
        self._confirmed = (*self._confirmed, known)
        self._ask()
        if len(self._confirmed) >= NEEDED:
            self._open(hit, " and ".join(one.words for one in self._confirmed))
        return True

    def _type_on(self, more: str) -> None:
        """Go on with what was typed, as with a year of birth; nothing more: take a letter away."""
        field = self._to_field()
        parted = " " if more.isdecimal() and field.value[-1:].isalpha() else ""
        field.value = f"{field.value}{parted}{more}" if more else field.value[:-1]
        field.cursor_position = len(field.value)

    def _to_field(self) -> Line:
        """Go back to the line, and forget who was found."""
        field = self.query_one(Line)
        field.is_sent = False
        self.query_one(OptionList).display = False
        self._say("")
        self.set_focus(field)
        return field

    @work(thread=True, group="confirmed")
    def _open(self, hit: PatientHit, confirmed: str) -> None:
        """Note who was confirmed by what, then give the patient."""
        try:
            self._desk.note_access(f"confirmed {confirmed}", (hit.patient,))
        except RecallError as fault:
            hand_back(self, self._say, fault.words)
            return
        hand_back(self, self.leave, hit.patient)

    def _say(self, words: str) -> None:
        self.query_one(".wrong", Static).update(Content(clean(words)))

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Say that Enter alone confirms nobody, and how many identifiers are still wanted."""
        event.stop()
        more = "one more" if self._confirmed else "the two"
        self._ask(f"Enter opens nobody: press the keys of {more} first. ")

    def action_give_up(self) -> None:
        """Go back to what was typed, which the next letter replaces; or find nobody."""
        if self.query_one(OptionList).has_focus:
            self._to_field().select_all()
        else:
            self.leave(None)


def _hit_of(one: Relative) -> PatientHit:
    """Return somebody of the household as a match: they are registered."""
    return PatientHit(one.patient, one.name, one.date_of_birth, one.postcode, "registered")


def hit_line(hit: PatientHit) -> str:
    """Return one match: enough to tell people apart."""
    hit = shown_hit(hit)
    status = "" if hit.status == "registered" else f"   {hit.status.upper()}"
    born = born_words(hit.date_of_birth)
    return f"{hit.patient}   {hit.name}   born {born}   {hit.postcode or 'no postcode'}{status}"
