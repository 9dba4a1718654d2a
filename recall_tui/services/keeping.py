"""Keeping what is known about a patient: notes, assignment, chosen month, flags."""

from calendar import month_name
from collections.abc import Sequence

from recall_tui.domain.commands import AddNote, Assign, ChooseMonth, MarkFlag
from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.teams import teams_of
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.choosing import histories_of, settle_choices
from recall_tui.services.deciding import Draft, Moment, people, record
from recall_tui.views.done import Done

NOTE_LIMIT = 1_000
MONTHS = 12
UNKNOWN = "there is no such patient number in this practice"


def add_note(work: Work, command: AddNote, moment: Moment) -> Done:
    """Keep a sentence with the patient.

    Raises:
        Refused: no such patient, nothing said, or too long.
    """
    _known(work, command.patient)
    if not command.words.strip():
        message = "the note is empty"
        raise Refused(message)
    payload = {"words": fitting(command.words)}
    record(work, moment, (Draft(DecisionKind.NOTED, command.patient, payload=payload),))
    return Done(moment.command_id, "Kept the note", (command.patient,))


def assign(work: Work, command: Assign, moment: Moment) -> Done:
    """Give patients to a person or team.

    Raises:
        Refused: nobody is chosen, or a patient is not known.
    """
    if not command.patients:
        message = "nobody is chosen: mark a patient first"
        raise Refused(message)
    if set(command.patients) - work.known_patients(command.patients):
        raise Refused(UNKNOWN)
    to = command.to.strip()
    payload = {"to": to}
    drafts = [Draft(DecisionKind.ASSIGNED, one, payload=payload) for one in command.patients]
    _choose(work, moment, drafts)
    words = f"Assigned {people(command.patients)} to {to or 'nobody'}"
    if to and not _is_somebody(work, to):
        words += f". Nobody here and no team is called {to}: check the name"
    return Done(moment.command_id, words, command.patients)


def _is_somebody(work: Work, name: str) -> bool:
    """Whether someone who may work here, or a team, finds what is assigned to ``name``."""
    logins = {one.login for one in work.members() if one.role}
    return name in logins or name in {team.name for team in teams_of(work.shared_changes())}


def choose_month(work: Work, command: ChooseMonth, moment: Moment) -> Done:
    """Let a patient's year start in a month of their own, or in the practice's way again.

    Raises:
        Refused: no such patient, or no such month.
    """
    _known(work, command.patient)
    if command.month is not None and not 1 <= command.month <= MONTHS:
        message = f"{command.month} is not a month: give 1 to 12"
        raise Refused(message)
    payload = {"month": command.month or 0}
    _choose(work, moment, (Draft(DecisionKind.MONTH_CHOSEN, command.patient, payload=payload),))
    patients = (command.patient,)
    work.expire_plans(patients)
    own = f"Recall month {month_name[command.month or 0]}"
    said = own if command.month else "Recall date as the practice's"
    return Done(moment.command_id, said, patients, replan=patients)


def mark_flag(work: Work, command: MarkFlag, moment: Moment) -> Done:
    """State that a flag holds, or not, for patients, from today on.

    Raises:
        Refused: nobody is chosen, a patient is not known, or it is no flag.
    """
    if not command.patients:
        message = "nobody is chosen: mark a patient first"
        raise Refused(message)
    if not command.flag.strip():
        message = "name the flag"
        raise Refused(message)
    if set(command.patients) - work.known_patients(command.patients):
        raise Refused(UNKNOWN)
    payload = {"flag": command.flag, "holds": command.holds, "on": moment.today.isoformat()}
    drafts = [Draft(DecisionKind.FLAGGED, one, payload=payload) for one in command.patients]
    _choose(work, moment, drafts)
    work.expire_plans(command.patients)
    said = "Flag set" if command.holds else "Flag taken away"
    words = f"{said}: {command.flag.replace('_', ' ')} ({people(command.patients)})"
    return Done(moment.command_id, words, command.patients, replan=command.patients)


def _choose(work: Work, moment: Moment, drafts: Sequence[Draft]) -> None:
    settle_choices(work, moment, record(work, moment, drafts, histories_of(work, drafts)))


def _known(work: Work, patient: str) -> None:
    if not work.is_patient(patient):
        raise Refused(UNKNOWN)


def fitting(words: str) -> str:
    """Return words without blanks around them.

    Raises:
        Refused: they are too long.
    """
    if len(words) > NOTE_LIMIT:
        message = f"too long: {len(words)} characters, at most {NOTE_LIMIT}"
        raise Refused(message)
    return words.strip()
