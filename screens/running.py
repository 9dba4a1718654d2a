"""What is running: said at the bottom of every screen, while people read on and type on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, NamedTuple, TypeVar, cast

from textual import work
from textual import worker as workers
from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from screens.bindings import key_of
from screens.key_line import KeyLine
from screens.privacy import name_words

FAULT_SECONDS: Final = 10
"""How long a fault stays on the screen."""

QUICK_SECONDS: Final = 0.4
"""What takes no longer is not spoken of: the line would only flicker."""

BEAT_SECONDS: Final = 1.0
"""How often the seconds are counted on."""

Found = TypeVar("Found")

Moment = tuple[int, Screen[Any]]
"""How many keys had been pressed, and the screen that was there."""


@dataclass(eq=False)
class Job:
    """Something that takes a while: what it is, of whom, and the step that it has come to."""

    words: str
    name: str = ""
    step: str = ""
    began: float = field(default_factory=monotonic)

    @property
    def title(self) -> str:
        """What it is, and of whom; masked where patients are."""
        return clean(f"{self.words}, {name_words(self.name)}" if self.name else self.words)

    def told(self, now: float) -> str:
        """Say how far it is, and for how long: "snooze, 222 patients: saving, 3 s"."""
        step = f": {self.step}" if self.step else ""
        return f"{self.title}{step}, {int(now - self.began)} s"


class Answer(NamedTuple):
    """What somebody asked for and has not read yet: they went on to something else."""

    job: Job
    show: Callable[[], None]


class Running(App[None]):
    """The part of the app that knows what is running, and keeps answers for those who read on."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        super().__init__()
        self.keys_pressed = 0
        """So many keys were pressed: whoever pressed one since has gone on."""

        self._jobs: list[Job] = []
        self._beat: Timer | None = None
        self._answers: deque[Answer] = deque()
        self._asking: Job | None = None

    # ------------------------------------------------------------------ what runs

    def begin(self, words: str, name: str = "") -> Job:
        """Say that something runs (of a patient); its ``step`` may be set from any thread."""
        job = Job(words, name)
        self._jobs.append(job)
        if self._beat is None:
            self.set_timer(QUICK_SECONDS, self.show_running)
            self._beat = self.set_interval(BEAT_SECONDS, self.show_running)
        return job

    def end(self, job: Job) -> None:
        """Say no longer that it runs."""
        self._jobs.remove(job)
        if not self._jobs and self._beat is not None:
            self._beat.stop()
            self._beat = None
        self.show_running()

    def running_words(self) -> str:
        """Say what runs, the first of it in full, and which answer is there; empty: nothing."""
        now = monotonic()
        shown = [one for one in self._jobs if now - one.began >= QUICK_SECONDS]
        said = [one.told(now) for one in shown[:1]]
        if self._answers:
            said.append(f"{_answer_key()}: {self._answers[0].job.title}")
        return "; ".join(said)

    def show_running(self) -> None:
        """Show it before the keys of every screen that is open."""
        words = self.running_words()
        for screen in self.screen_stack:
            for line in screen.query(KeyLine):
                line.running = words

    # ------------------------------------------------------------------ what is asked for

    def moment(self) -> Moment:
        """Return what tells whether somebody has gone on: the keys pressed, and the screen."""
        return self.keys_pressed, self.screen

    def ask_for(
        self,
        words: str,
        name: str,
        read: Callable[[Job], Found],
        then: Callable[[Found], None],
        since: Moment | None = None,
    ) -> None:
        """Ask for something (about a patient) that may take a while, in a thread, one at a time.

        ``then`` shows what came at once if nobody pressed a key ``since`` it was wanted; otherwise
        it waits until somebody wants it: no screen ever opens under what is being typed.
        """
        if self._asking is not None:
            words = f"Not asked: wait for {self._asking.title} first."
            self.notify(words, severity="error", markup=False, timeout=FAULT_SECONDS)
            return
        self._asking = self.begin(words, name)
        wanted = since or self.moment()
        self._read(self._asking, wanted, read, cast("Callable[[object], None]", then))

    @work(thread=True, group="engine")
    def _read(
        self,
        job: Job,
        since: Moment,
        read: Callable[[Job], object],
        then: Callable[[object], None],
    ) -> None:
        try:
            found = read(job)
        except RecallError as fault:
            self._arrive(job, since, None, fault.words)
        else:
            self._arrive(job, since, lambda: then(found), "")

    def _arrive(
        self,
        job: Job,
        since: Moment,
        show: Callable[[], None] | None,
        fault: str,
    ) -> None:
        """Hand what was read over to the UI thread, unless the app ends."""
        worker = cast("workers.Worker[Any]", workers.get_current_worker())
        if not worker.is_cancelled and self.is_running:
            self.call_from_thread(self._have, job, since, show, fault)

    def _have(
        self,
        job: Job,
        since: Moment,
        show: Callable[[], None] | None,
        fault: str,
    ) -> None:
        self._asking = None
        if show is None:
            words = clean(fault)
            self.notify(words, severity="error", markup=False, timeout=FAULT_SECONDS)
        elif since == self.moment():
            show()
        else:
            self._answers.append(Answer(job, show))
            self.notify(f"{job.title}: it is there, {_answer_key()} shows it.", markup=False)
        self.end(job)

    def action_answer(self) -> None:
        """Show what was asked for and came while somebody read on."""
        if self._answers:
            answer = self._answers.popleft()
            self.show_running()
            answer.show()
        elif self._asking is not None:
            self.notify(f"{self._asking.title}: it is not there yet.", markup=False, timeout=3)
        else:
            self.notify("No answer is waiting to be read.", markup=False, timeout=3)


def _answer_key() -> str:
    """The key that shows the answer kept longest."""
    return key_of("app.answer")
