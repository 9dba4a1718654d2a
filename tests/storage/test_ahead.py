"""On Postgres a writer reads before it locks; what others did meanwhile is never overlooked."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from recall_tui.domain.commands import AddNote, Assign, MarkBooked, Target, Unbook
from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.errors import Conflict, Refused
from recall_tui.ports import Work
from recall_tui.services.desk import perform
from recall_tui.views.people import Member
from storage.audit_verifying import verify
from storage.engine import open_database
from storage.practices import add_practice
from storage.store import SqlStore, open_store
from storage.work import Database
from tests.support.desk import AT, TODAY, act, moment, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.postgres import fresh_database

ON = date(2026, 11, 10)


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """Give the URL of a Postgres store of its own."""
    with fresh_database() as given:
        yield given


@pytest.fixture(scope="module")
def built(url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[SqlStore]:
    """Give the store of two patients, each with something due."""
    keys = tmp_path_factory.mktemp("audit")
    database: Database = open_database(url, audit_folder=keys)
    store = SqlStore(database, add_practice(database, "A12345", "Drama Street Surgery", AT))
    given = extract([patient("100"), patient("200")])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due(one, "hba1c", ON) for one in ("100", "200")]), None, AT)
    act(store, AddNote("100", "rang"))
    yield store
    store.close()


@pytest.fixture
def other(built: SqlStore, url: str) -> Generator[SqlStore]:
    """Give a colleague's session on the same store."""
    assert not built.database.is_sqlite
    with closing(open_store(url, audit_folder=built.database.audit.folder)) as store:
        yield store


def noted(patient_number: str, words: str) -> Decision:
    """Return a note about a patient, of a command of its own."""
    made = moment()
    kind = DecisionKind.NOTED
    return Decision(f"e-{words}", made.command_id, AT, "jo", kind, patient_number)


def interrupted(
    store: SqlStore, patient_number: str, words: str, between: Callable[[], object]
) -> int:
    """Note something while ``between`` happens once after the reading; return how often it ran."""
    runs: list[int] = []

    def unit(work: Work) -> None:
        seen = len(work.patient_events(patient_number))
        if not runs:
            between()
        runs.append(seen)
        work.append([noted(patient_number, f"{words}-{len(runs)}")])

    store.write(unit)
    return len(runs)


def sound(store: SqlStore, url: str) -> bool:
    """Whether events are numbered without a gap, each once, in a chain that is whole."""
    numbers = store.database.read(
        lambda one: [row[0] for row in one.execute(text("SELECT seq FROM event ORDER BY seq"))]
    )
    return (
        numbers == list(range(1, len(numbers) + 1))
        and verify(url, store.practice.ods_code, store.database.audit).is_sound
    )


def test_somebody_else_about_the_same_patient(built: SqlStore, other: SqlStore, url: str) -> None:
    """A decision about the same patient in between lets the unit run again on top of it."""
    assert interrupted(built, "100", "same", lambda: act(other, AddNote("100", "first"), "al")) == 2
    assert sound(built, url)


def test_somebody_else_about_another_patient(built: SqlStore, other: SqlStore, url: str) -> None:
    """A decision about another patient costs nothing: it is numbered first, and both stand."""
    assert interrupted(built, "100", "else", lambda: act(other, AddNote("200", "first"), "al")) == 1
    assert sound(built, url)


def test_who_works_here(built: SqlStore, other: SqlStore) -> None:
    """Who may work here, changed in between, lets the unit run again: it may not be allowed now."""
    member = Member("sam", "Sam", "reception")
    hire: Callable[[], object] = lambda: other.write(  # noqa: E731 - said once
        lambda work: work.put_member(member, by="jo", at=AT)
    )
    assert interrupted(built, "100", "member", hire) == 2


def test_an_import(built: SqlStore, other: SqlStore) -> None:
    """An import in between lets the unit run again, whomever it touched."""
    more = replace(extract([patient("100"), patient("200"), patient("300")]), sha256="more")
    bring: Callable[[], object] = lambda: other.merge_extract(  # noqa: E731 - said once
        more, by="jo", at=AT, accept=True, dry_run=False
    )
    assert interrupted(built, "200", "import", bring) == 2


def test_notes_that_are_swept(built: SqlStore, other: SqlStore) -> None:
    """Where it cannot be known whom others touched, the unit runs again."""

    def sweep() -> None:
        act(other, AddNote("200", "swept"), "al")
        other.database.write(lambda one: one.execute(text("DELETE FROM change_note")))

    assert interrupted(built, "100", "swept", sweep) == 2


def test_a_refusal_that_holds_no_longer(built: SqlStore, other: SqlStore) -> None:
    """A refusal that rests on what somebody changed meanwhile is not told; the unit runs again."""
    runs: list[int] = []

    def unit(work: Work) -> str:
        before = len(work.patient_events("100"))
        if not runs:
            act(other, AddNote("100", "meanwhile"), "al")
            runs.append(before)
            raise Refused("nobody rang yet")
        return "rang" if before > runs[0] else "nobody"

    assert built.write(unit) == "rang"
    with pytest.raises(Refused, match="for good"):
        built.write(lambda _work: refuse("for good"))


def test_a_refusal_after_writing_leaves_nothing(built: SqlStore, other: SqlStore, url: str) -> None:
    """Refused once the lock is held and a part is written, the unit is not run upon that part."""
    made = moment("jo")
    event = replace(noted("100", "half"), command_id=made.command_id)
    runs: list[bool] = []

    def unit(work: Work) -> str:
        runs.append(work.command_is_known(made.command_id))
        if runs[-1]:
            return "known"
        work.known_patients(["100"])
        if len(runs) == 1:
            act(other, AddNote("200", "half"), "al")
        work.append([event])
        assert work.command_events(made.command_id)
        raise Refused("half way")

    with pytest.raises(Refused, match="half way"):
        built.write(unit)
    assert runs == [False]
    assert built.write(lambda work: work.command_events(made.command_id)) == ()
    assert sound(built, url)


def refuse(words: str) -> None:
    """Refuse, whatever others do."""
    raise Refused(words)


def test_the_same_command_twice_at_once(built: SqlStore, other: SqlStore) -> None:
    """One command that two sessions carry out at once is stored once; both are told so."""
    made = moment("jo")
    words: list[str] = []

    def unit(work: Work) -> str:
        if work.command_is_known(made.command_id):
            return "known"
        work.known_patients(["100"])
        if not words:
            words.append(perform(other, AddNote("100", "once"), made).words)
        work.append([replace(noted("100", "twice"), command_id=made.command_id)])
        return "stored"

    assert built.write(unit) == "known"
    assert len(built.write(lambda work: work.command_events(made.command_id))) == 1


def test_booked_from_two_screens(built: SqlStore, other: SqlStore, url: str) -> None:
    """Of two who book the same item from the same screen the second hears who was first."""
    item = target(built, "200", "hba1c")
    done = act(built, MarkBooked((item,), TODAY), "jo")
    with pytest.raises(Conflict) as conflict:
        act(other, MarkBooked((Target("200", "hba1c", item.due_on, item.version),), TODAY), "al")
    assert conflict.value.who == "jo"
    act(other, Unbook("200", done.booking_id), "al")
    assert sound(built, url)


def test_reads_what_it_wrote(built: SqlStore, url: str) -> None:
    """Within one unit events, choices and bookings are read back as they were just written."""
    made = moment("jo")
    event = replace(noted("200", "own"), command_id=made.command_id)

    def unit(work: Work) -> None:
        before = len(work.patient_events("200"))
        work.append([event])
        assert len(work.patient_events("200")) == before + 1
        assert [one.event_id for one in work.command_events(made.command_id)] == ["e-own"]
        work.append([replace(event, event_id="e-own-2")])
        assert len(work.command_events(made.command_id)) == 2

    built.write(unit)
    act(built, Assign(("200",), "jo"))
    act(built, Assign(("200",), ""))
    assert sound(built, url)
