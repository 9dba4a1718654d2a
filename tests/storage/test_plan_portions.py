"""A plan of many people is stored in portions, and nothing that others do meanwhile is lost."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from recall_tui.domain.commands import MarkBooked
from recall_tui.domain.decisions import fold
from recall_tui.errors import StoreTrouble
from recall_tui.frames import PlanFrames
from storage import plan_merging
from storage.agreeing import announce_rules
from storage.decided import item_events, item_states, open_items
from storage.engine import open_database
from storage.store import SqlStore
from storage.words import keep_words, kept_words
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import Filling

NUMBERS = ("100", "101", "102", "103", "104")
HELD_UNTIL = date(2026, 11, 30)
FIRST, MOVED = date(2026, 11, 10), date(2026, 11, 24)


def planned(due_on: date) -> PlanFrames:
    """Return a plan of everybody, for a day."""
    holds = HELD_UNTIL + timedelta(days=due_on.day)
    return plan(
        [due(one, "hba1c", due_on) for one in NUMBERS],
        patients=[{"patient_number": one, "valid_until": holds, "flags": []} for one in NUMBERS],
    )


def fill(store: SqlStore) -> None:
    """Import five people, and plan them for the first day."""
    store.merge_extract(
        extract([patient(one) for one in NUMBERS]), by="jo", at=AT, accept=False, dry_run=False
    )
    store.merge_plan(planned(FIRST), None, AT)


@pytest.fixture
def filling() -> Filling:
    """Begin with five people who are planned."""
    return fill


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two people be a portion, and four rows many."""
    monkeypatch.setattr(plan_merging, "MANY_ROWS", 4)
    monkeypatch.setattr(plan_merging, "PATIENTS_AT_ONCE", 2)


def before_portion(
    monkeypatch: pytest.MonkeyPatch, number: int, deed: Callable[[], object]
) -> None:
    """Let something happen once, before the so-manieth portion is stored."""
    portion = plan_merging._Portion  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the moment between
    begun: list[int] = []

    def made(*given: object) -> object:
        begun.append(1)
        if len(begun) == number:
            deed()
        return portion(*given)  # type: ignore[arg-type] - passed on

    monkeypatch.setattr(plan_merging, "_Portion", made)


def days(store: SqlStore) -> list[date]:
    """Return for which day each of them is planned, in the order of their numbers."""
    found = store.write(lambda work: work.open_items(NUMBERS))
    return [found[one, "hba1c"].due_on for one in NUMBERS]


def adds_up(store: SqlStore) -> bool:
    """Whether every state is what its decisions add up to over the open period."""
    keys = [(one, "hba1c") for one in NUMBERS]
    practice = store.practice.practice_id
    events = store.database.read(lambda one: item_events(one, practice, keys))
    states = store.database.read(lambda one: item_states(one, practice, keys))
    openings = store.database.read(lambda one: open_items(one, practice, NUMBERS))
    return all(states[key].state == fold(events[key], *openings[key].period) for key in keys)


def test_in_short_transactions(store: SqlStore) -> None:
    """Each portion is a change of its own that names its people; then the whole plan is there."""
    act(store, MarkBooked((target(store, "102", "hba1c"),), TODAY))
    before = store.revision()
    assert store.merge_plan(planned(MOVED), None, AT) == 3 * len(NUMBERS)
    assert store.revision() == before + 3
    assert days(store) == [MOVED] * len(NUMBERS)
    assert adds_up(store)
    assert store.merge_plan(planned(MOVED), None, AT) == 0


@pytest.mark.parametrize("number", ["100", "103", "104"])
def test_a_decision_between_portions(
    store: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    """What somebody decides between two portions, of whomever, stands on top of the plan."""
    with closing(open_database(database_url)) as database:
        other = SqlStore(database, store.practice)
        booked = lambda: act(other, MarkBooked((target(other, number, "hba1c"),), TODAY), "al")  # noqa: E731 - said once
        before_portion(monkeypatch, 2, booked)
        store.merge_plan(planned(MOVED), None, AT)
    assert days(store) == [MOVED] * len(NUMBERS)
    assert adds_up(store)
    state = store.write(lambda work: work.item_states([(number, "hba1c")])[number, "hba1c"])
    assert state.state.booked_for == TODAY


def test_an_import_between_portions(
    store: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import between two portions: whoever it changed stays expired, all others are planned."""
    people = [patient(one, family_name="New" if one == "104" else "Drama") for one in NUMBERS]
    more = extract(people, sha256="b" * 64)
    with closing(open_database(database_url)) as database:
        other = SqlStore(database, store.practice)
        before_portion(
            monkeypatch,
            2,
            lambda: other.merge_extract(more, by="al", at=AT, accept=True, dry_run=False),
        )
        store.merge_plan(planned(MOVED), None, AT, store.plan_inputs())
    assert days(store) == [*[MOVED] * 4, FIRST]
    assert store.expired_patients(TODAY) == ("104",)


def test_dying_between_portions(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it dies between two portions each plan is the old or the new one; planning goes on."""
    store.write(lambda work: work.expire_plans(NUMBERS))

    def die() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        before_portion(patch, 2, die)
        with pytest.raises(KeyboardInterrupt):
            store.merge_plan(planned(MOVED), None, AT)
    assert days(store) == [MOVED, MOVED, FIRST, FIRST, FIRST]
    assert store.expired_patients(TODAY) == NUMBERS[2:]
    store.merge_plan(planned(MOVED), None, AT)
    assert store.expired_patients(TODAY) == ()


def test_other_rules_between_portions(
    store: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who plans by rules that are void meanwhile stores nothing more; it must be planned again."""
    practice = store.practice.practice_id
    keep_words(store.database, practice, {"rules": "old"})
    with closing(open_database(database_url)) as database:
        before_portion(monkeypatch, 2, lambda: announce_rules(database, practice, "new", ""))
        slow = replace(planned(MOVED), rules=frozenset({"old"}))
        with pytest.raises(StoreTrouble, match="the rules changed while this was planned"):
            store.merge_plan(slow, None, AT)
    assert days(store) == [MOVED, MOVED, FIRST, FIRST, FIRST]
    assert kept_words(store.database, practice) == {"rules": "new unfinished"}
    few = replace(planned(MOVED), rules=frozenset({"old"}))
    with pytest.raises(StoreTrouble, match="the rules changed"):
        store.merge_plan(few, ["104"], AT)
    store.merge_plan(replace(planned(MOVED), rules=frozenset({"old", "new"})), None, AT)
    assert days(store) == [MOVED] * len(NUMBERS)
