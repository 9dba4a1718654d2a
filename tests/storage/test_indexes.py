"""Every question that a person waits for is answered through an index, never by reading it all."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from recall_tui.domain.calendar import Month
from storage.store import SqlStore
from tests.support.desk import AT, TODAY
from tests.support.extracts import coded, due, extract, patient, plan

READ_WHOLE = {"change_seq", "practice_words", "import_run", "register_member"}
"""One row each; the newest row; and the balance, which counts everybody on a register."""

Asked = list[tuple[str, Any]]

QUESTIONS: dict[str, Callable[[SqlStore], object]] = {
    "present month": lambda store: store.worklist(Month(2026, 11), TODAY),
    "next month": lambda store: store.worklist(Month(2026, 12), TODAY),
    "page": lambda store: store.patient_page("100", TODAY),
    "past": lambda store: store.past("100", TODAY),
    "number": lambda store: store.find_by_number("100"),
    "phone": lambda store: store.find_by_phone("900123"),
    "name": lambda store: store.find_by_name("smith", None),
    "balance": lambda store: store.balance(TODAY),
    "revision": lambda store: store.revision(),
    "expired": lambda store: store.expired_patients(TODAY),
    "due items": lambda store: store.write(lambda work: work.open_items(["100"])),
    "events": lambda store: store.write(lambda work: work.item_events([("100", "hba1c")])),
    "last command": lambda store: store.write(lambda work: work.last_command("jo", undone=False)),
}


@contextmanager
def listening(store: SqlStore) -> Generator[Asked]:
    """Give every SELECT that is asked, with its values."""
    asked: Asked = []

    def note(_one: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(store.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(store.database.engine, "before_cursor_execute", note)


def scans(connection: Connection, statement: str, values: Any) -> list[str]:  # noqa: ANN401 - as bound
    """Return the lines of the query plan that read a whole table."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in rows if _is_wide(row[3])]
    # On few rows the planner would rather read them all: ask what it does when it must not.
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    return [row[0].strip() for row in rows if "Seq Scan" in row[0]]


def _is_wide(line: str) -> bool:
    """Whether a step reads a table, or all that a practice has in it (which is as much)."""
    words = line.split()
    whole = line.endswith("(practice_id=?)") and words[1] not in READ_WHOLE
    return whole or (words[0] == "SCAN" and "CONSTANT" not in words)


@pytest.fixture(autouse=True)
def some_rows(store: SqlStore) -> None:
    """A few patients with due items and results."""
    people = [patient(f"{serial}", family_name="Smith") for serial in range(100, 130)]
    events = [coded(str(row["patient_number"]), "1", date(2026, 1, 1)) for row in people]
    store.merge_extract(extract(people, events), by="jo", at=AT, accept=False, dry_run=False)
    rows = [due(str(row["patient_number"]), "hba1c", date(2026, 11, 9)) for row in people]
    store.merge_plan(plan(rows), None, AT)


@pytest.mark.parametrize("question", QUESTIONS)
def test_through_an_index(store: SqlStore, question: str) -> None:
    """The question reads no table from end to end, on either engine."""
    store.database.make_ready()  # as a screen is once it has painted
    with listening(store) as asked:
        QUESTIONS[question](store)
    found = [
        line
        for statement, values in asked
        for line in store.database.read(
            lambda connection, one=(statement, values): scans(connection, *one)
        )
    ]
    assert found == []
