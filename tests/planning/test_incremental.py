"""Planning only whom something touched gives what planning everybody gives."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from recall_tui.domain.commands import ChooseMonth, MarkDone, Target
from recall_tui.frames import Extract, PlanFrames, PlanInputs
from recall_tui.planning.engine import plan
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.services.replanning import replan, tick
from storage.engine import open_database
from storage.ids import new_row_id
from storage.practices import add_practice
from storage.store import SqlStore
from tests.oracle.as_frames import inputs_of
from tests.oracle.people import random_person
from tests.oracle.practices import SEEDS, Practice, random_practice
from tests.oracle.records import Choice, Person
from tests.support.desk import moment
from tests.support.extracts import extract

PATIENTS = 30
ROUNDS = 3
AT = datetime(2027, 2, 1, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Engine:
    """The engine with the rules of a practice; notes whom it was asked to plan."""

    practice: Practice
    asked: list[int]

    def plan(self, inputs: object, today: date) -> PlanFrames:
        """Plan the patients of ``inputs``."""
        assert isinstance(inputs, PlanInputs)
        self.asked.append(inputs.patients.height)
        return plan(inputs, self.practice.rulebook, self.practice.settings, today)


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file that holds the tables and nothing else."""
    path = tmp_path_factory.mktemp("incremental") / "empty.db"
    open_database(str(path)).close()
    return path


def stores(empty: Path) -> Iterator[SqlStore]:
    """Yield the store of a practice without patients."""
    path = empty.with_name("recall.db")
    path.unlink(missing_ok=True)
    shutil.copyfile(empty, path)
    path.chmod(0o600)
    database = open_database(str(path))
    yield SqlStore(database, add_practice(database, "A12345", "Drama Street Surgery", AT))
    database.close()


def files_of(practice: Practice, number: int) -> Extract:
    """Return the clinical records of everybody, as files would bring them."""
    inputs = inputs_of(practice)
    whole = extract([], sha256=f"{number:064d}")
    return replace(
        whole,
        patients=inputs.patients.with_columns(pl.col("sex").fill_null("U")),
        events=inputs.events.with_columns(
            pl.col("value").fill_nan(None), pl.col("kind").fill_null("done")
        ),
        medications=inputs.medications,
        tables=frozenset({"patients", "events", "medications"}),
    )


def changed(practice: Practice, rng: Random) -> Practice:
    """Return the practice with other records for some, somebody new, and somebody gone."""
    people = [
        _record(rng, person.number, practice.today) if rng.random() < 0.2 else person
        for person in practice.people
    ]
    if rng.random() < 0.5:
        people.pop(rng.randrange(len(people)))
    newcomer = _record(rng, f"q{rng.randrange(10**6):06d}", practice.today)
    return replace(practice, people=(*people, newcomer))


def _record(rng: Random, number: str, today: date) -> Person:
    person = random_person(rng, 0, today)
    return replace(person, number=number, marked_done=(), choice=Choice())


def decide(store: SqlStore, rng: Random, when: Moment) -> None:
    """Mark something done and choose a month for somebody, as people do."""
    inputs = store.plan_inputs()
    assert isinstance(inputs, PlanInputs)
    numbers = inputs.patients["patient_number"].to_list()
    opened = store.write(lambda work: work.open_items(numbers))
    for key in rng.sample(sorted(opened), min(3, len(opened))):
        due = opened[key]
        version = store.write(lambda work, key=key: work.item_states([key])[key].version)
        seen = Target(due.patient, due.item, due.due_on, version)
        perform(store, MarkDone((seen,), "done elsewhere"), replace(when, command_id=new_row_id()))
    chosen = ChooseMonth(rng.choice(numbers), rng.randint(1, 12))
    perform(store, chosen, replace(when, command_id=new_row_id()))


@given(seed=SEEDS)
@settings(
    max_examples=max(1, settings().max_examples // 25),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_planning_the_touched_is_planning_everybody(empty_store: Path, seed: int) -> None:
    """After any import and decision a tick leaves nothing for a full plan to change."""
    rng = Random(seed)  # noqa: S311 - test data, the same every time
    practice = random_practice(seed, PATIENTS)
    practice = replace(
        practice,
        people=tuple(replace(one, marked_done=(), choice=Choice()) for one in practice.people),
    )
    engine = Engine(practice, [])
    for store in stores(empty_store):
        for number in range(ROUNDS):
            bring(store, files_of(practice, number))
            if number:
                decide(store, rng, moment())
            tick(store, engine, practice.today, AT)
            few = engine.asked[-1]
            assert replan(store, engine, practice.today, AT) == 0, f"round {number}"
            assert number == 0 or few < len(practice.people), "not everybody is planned again"
            practice = changed(practice, rng)


def bring(store: SqlStore, given: Extract) -> None:
    """Import files whatever the guards say."""
    report = store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)
    assert report.applied, report.stopped
