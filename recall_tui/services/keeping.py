"""Keeping what is known about a patient: contacts, notes, assignment, chosen month."""

from recall_tui.domain.commands import AddNote, Assign, ChooseMonth, RecordContact
from recall_tui.domain.decisions import DecisionKind
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Draft, Moment, people, record
from recall_tui.views.done import Done

NOTE_LIMIT = 1_000
MONTHS = 12
_UNKNOWN = "there is no such patient number in this practice"


def record_contact(work: Work, command: RecordContact, moment: Moment) -> Done:
    """Note an attempt to reach the patient.

    Raises:
        Refused: no such patient, or the words are too long.
    """
    patients = tuple(dict.fromkeys((command.patient, *command.also)))
    if set(patients) - work.known_patients(patients):
        raise Refused(_UNKNOWN)
    payload = {
        "outcome": str(command.outcome),
        "channel": str(command.channel),
        "words": _fitting(command.words),
    }
    record(work, moment, [Draft(DecisionKind.CONTACTED, one, payload=payload) for one in patients])
    said = str(command.outcome).replace("_", " ")
    whose = f" of {people(patients)}" if len(patients) > 1 else ""
    return Done(moment.command_id, f"Recorded the contact{whose}: {said}", patients)


def add_note(work: Work, command: AddNote, moment: Moment) -> Done:
    """Keep a sentence with the patient.

    Raises:
        Refused: no such patient, nothing said, or too long.
    """
    _known(work, command.patient)
    if not command.words.strip():
        message = "the note is empty"
        raise Refused(message)
    payload = {"words": _fitting(command.words)}
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
        raise Refused(_UNKNOWN)
    payload = {"to": command.to.strip()}
    drafts = [Draft(DecisionKind.ASSIGNED, one, payload=payload) for one in command.patients]
    record(work, moment, drafts)
    owners = {patient: (None, command.to.strip()) for patient in command.patients}
    work.put_choices(owners, by=moment.who.login, at=moment.at)
    to = command.to.strip() or "nobody"
    return Done(moment.command_id, f"Assigned {people(command.patients)} to {to}", command.patients)


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
    record(work, moment, (Draft(DecisionKind.MONTH_CHOSEN, command.patient, payload=payload),))
    work.put_choice(
        command.patient, chosen_month=command.month or 0, by=moment.who.login, at=moment.at
    )
    patients = (command.patient,)
    work.expire_plans(patients)
    said = f"Recall month {command.month}" if command.month else "Recall date as the practice's"
    return Done(moment.command_id, said, patients, replan=patients)


def _known(work: Work, patient: str) -> None:
    if not work.is_patient(patient):
        raise Refused(_UNKNOWN)


def _fitting(words: str) -> str:
    if len(words) > NOTE_LIMIT:
        message = f"too long: {len(words)} characters, at most {NOTE_LIMIT}"
        raise Refused(message)
    return words.strip()
