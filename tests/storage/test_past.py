"""What lies behind a patient: record, decisions and household, in one question on each database."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from recall_tui.domain.commands import AddNote, Undo
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, act
from tests.support.extracts import coded, extract, patient
from tests.support.stocked import filled_by

HOME = {"address": "3 Mill Lane", "postcode": "ZZ9 9ZZ"}


def people(store: SqlStore) -> None:
    """A household of four, one of them restricted; one with the same phone, gone, a stranger."""
    everybody = [
        patient("100", family_name="Quill", mobile_phone="07700 900123", household="H1", **HOME),
        patient("101", family_name="Quill", mobile_phone=None, household="H1", **HOME),
        patient("102", family_name="Hollow", mobile_phone="+44 7700 900123", household="H2"),
        patient("103", family_name="Quill", mobile_phone=None, left_on=TODAY, **HOME),
        patient("107", family_name="Kept", mobile_phone=None, sensitive=True, **HOME),
        patient("104", family_name="Other", mobile_phone="07700 900124", household="H3"),
    ]
    hba1c = {"unit": "mmol/mol", "term": "HbA1c"}
    record = [
        coded("100", "999791000000106", date(2025, 3, 1), value=61.0, **hba1c),
        coded("100", "999791000000106", date(2026, 3, 1), value=52.0, **hba1c),
        coded("100", "1", date(2015, 3, 1), value=90.0, unit="mmol/mol", term="Too old to show"),
        coded("104", "1", date(2026, 3, 1), value=1.0, unit="x", term="Somebody else's"),
    ]
    given = extract(everybody, events=record)
    store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)


filling = filled_by(people)
pytestmark = pytest.mark.usefixtures("store")


def test_it_is_one_question(store: SqlStore) -> None:
    """Results newest first, decisions with their undo, household by what is shared."""
    act(store, AddNote("100", "mornings only"))
    act(store, Undo(), minutes=1)
    asked: list[str] = []
    engine: Any = store.database.engine

    def note(*details: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        asked.append(details[2])

    event.listen(engine, "before_cursor_execute", note)
    past = store.past("100", TODAY)
    event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in asked if "SELECT" in one]) == 1
    assert [(one.on.year, one.value, one.unit) for one in past.recorded] == [
        (2026, 52.0, "mmol/mol"),
        (2025, 61.0, "mmol/mol"),
    ]
    assert [one.kind for one in past.happenings] == ["undone", "noted"]
    assert past.happenings[0].undoes == past.happenings[1].command_id
    assert past.happenings[1].at == AT
    assert past.happenings[1].payload == {"words": "mornings only"}
    shared = {one.patient: one.shares for one in past.household}
    assert shared == {"101": ("household", "address"), "102": ("mobile",)}
    assert past.household[0].postcode == "ZZ9 9ZZ"
    assert past.shares_phone


def test_the_page_counts_who_shares_the_mobile(store: SqlStore) -> None:
    """One other has the same number in another spelling; a missing number is shared by nobody."""
    sharing = {
        number: page.sharing
        for number in ("100", "101", "102", "104")
        if (page := store.patient_page(number, TODAY)) is not None
    }
    assert sharing == {"100": 1, "101": 0, "102": 1, "104": 0}
    assert {number: store.sharing(number) for number in sharing} == sharing, "the list's pane"


def test_nobody_lives_alone_with_everybody(store: SqlStore) -> None:
    """Who has no address and no phone has no household."""
    bare = patient("105", mobile_phone=None, address=None, postcode=None)
    other = patient("106", mobile_phone=None, address=None, postcode=None)
    given = extract([bare, other], sha256="b" * 64)
    store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)
    assert store.past("105", TODAY).household == ()
