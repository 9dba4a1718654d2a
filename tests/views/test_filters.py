"""Filters: within a facet any choice, across facets all, what is refused never; and their words."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Channel
from recall_tui.domain.states import AppointmentState, DueState, least_advanced
from recall_tui.errors import BadInput, UsageProblem
from recall_tui.views.bits import bits_at, bits_of, every_bit, flags_of, places_of
from recall_tui.views.facets import ME, OTHERS, own_words, shared_words
from recall_tui.views.filter_words import filter_of_shape, filter_shape, read_filter
from recall_tui.views.filters import (
    READERS,
    Facet,
    FilterState,
    Indexed,
    Looking,
    choices,
    fitting,
    index_rows,
)
from recall_tui.views.names import Names
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView, WorklistRow, urgency
from screens.columns import OVERDUE, overdue_words, table_row
from tests.screens.fake_desk import FakeDesk

TODAY = date(2026, 12, 7)
NAMES = Names(items={"hba1c": "HbA1c"}, recalls={"diabetes": "Diabetes"})


def row(number: int, state: DueState = DueState.OUTSTANDING, group: str = "hca") -> WorklistRow:
    """Return a patient with one due item."""
    due = DueItemView("hba1c", TODAY, state, ("diabetes",))
    planned = PlannedAppointmentView(
        1, group, 10, 1, "surgery", TODAY, TODAY, AppointmentState.NOT_BOOKED, (due,)
    )
    return WorklistRow(
        patient=str(number), nhs_number=None, name=f"Ann {number}", date_of_birth=date(1960, 1, 1),
        state=state, overdue_since=None, high_risk_since=None, appointments=(planned,),
        recalls=("diabetes",), invites=0, last_invited=None, future_appointments=0,
        since_last_invite=0, channel=Channel.SMS,
    )  # fmt: skip


ROWS = (
    row(1),
    replace(row(2, group="nurse"), flags=("housebound",), assigned_to="jo", invites=2),
    replace(row(3, DueState.SNOOZED), language="Polish", interpreter=True, assigned_to="al"),
    replace(row(4, DueState.DECLINED, group=""), date_of_birth=date(2015, 5, 5)),
    replace(row(5, DueState.INVITED), last_invited=TODAY, invites=1, channel=Channel.NONE),
)


def indexed(rows: tuple[WorklistRow, ...] = ROWS) -> Indexed:
    """Return the rows as jo looks at them, who has just invited 5."""
    return index_rows(rows, Looking(TODAY, "jo", frozenset({"5"})), NAMES)


def numbers(*wanted: str, refused: tuple[str, ...] = (), text: str = "") -> str:
    """Return the patient numbers that fit choices typed as FACET=CHOICE."""
    every = indexed()
    state = replace(read_filter(wanted, refused, every), text=text)
    return "".join(every.rows[at].patient for at in fitting(every, state))


@pytest.mark.parametrize(
    ("wanted", "refused", "found"),
    [
        ((), (), "125"),
        (("staff group=nurse", "staff=hca"), (), "125"),
        (("Staff group=Nurse", "assigned=me"), (), "2"),
        (("assigned=a colleague", "state=snoozed"), (), "3"),
        ((), ("staff=nurse",), "15"),
        (("invites=twice", "invites=once"), ("flag=Housebound",), "5"),
        (("last invited=in this session",), (), "5"),
        (("channel=can be reached",), (), "12"),
        (("state=declined", "age=0-15"), (), "4"),
        (("state=declined", "flag=under 16", "staff=no appointment planned"), (), "4"),
        (("snoozed=no", "channel=no contact details"), (), "5"),
        (("flag=interpreter", "state=snoozed", "language=Polish"), (), "3"),
        (("recall=Diabetes", "item=HbA1c"), ("state=invited", "assigned=nobody"), "2"),
        (("usual gp=Dr Nobody",), (), ""),
    ],
)
def test_what_is_chosen_and_refused(
    wanted: tuple[str, ...], refused: tuple[str, ...], found: str
) -> None:
    """Within a facet any choice may fit, across facets all must, what is refused may not."""
    assert numbers(*wanted, refused=refused) == found


def test_words_typed_are_found_or_left_out() -> None:
    """Every word must be found; one after an exclamation mark must not be."""
    assert numbers(text="ann nurse") == "2"
    assert numbers(text="!nurse !invited") == "1"
    assert numbers(text="! ann") == "125"
    king = indexed((replace(row(7), name="King, Ann"), row(8)))
    smoking = replace(king, phrases={"smoking status": 0b10})
    assert list(fitting(smoking, FilterState(text="king"))) == [0]
    assert list(fitting(smoking, FilterState(text="smok"))) == [1]
    zoe = indexed((replace(row(7), name="O’Wood, Zoë"), row(8)))  # noqa: RUF001 - as phones type it
    for text in ("owood, zoe", "zoë o'wood", "OWood,Zoe", "zoe"):
        assert len(fitting(zoe, FilterState(text=text))) == 1, text


def test_counts_say_what_a_choice_would_show() -> None:
    """Each count is what the list would show with that choice alone in its facet."""
    every = index_rows(
        FakeDesk().worklist(Month(2026, 12)).rows, Looking(TODAY, "jo"), FakeDesk().names()
    )
    state = read_filter(["state=outstanding", "recall=diabetes"], ["flag=housebound"], every)
    counted = choices(every, state)
    assert {one.facet for one in counted} == set(READERS)
    for one in counted:
        alone = FilterState(
            chosen={**state.chosen, one.facet: frozenset({one.key})},
            refused={facet: keys for facet, keys in state.refused.items() if facet != one.facet},
        )
        assert len(fitting(every, alone)) == one.count, one


def only(row: WorklistRow, recall: str, item: str) -> WorklistRow | None:
    """Return a row as though it had no due items but those of a recall and an item."""
    kept = [
        due for due in row.due_items()
        if (not recall or recall in due.recalls)
        and (not item or (due.is_open and due.item == item))
    ]  # fmt: skip
    if not kept:
        return None
    pending = [due for due in kept if due.state is not DueState.DONE]
    called = [due for due in pending if not due.state.is_hidden] or pending
    late = [due.overdue_since for due in called if due.overdue_since]
    planned = replace(row.appointments[0], due_items=tuple(kept))
    return replace(
        row, appointments=(planned,), state=least_advanced(due.state for due in kept),
        overdue_since=min(late, default=None),
        high_risk_since=min(
            (due.overdue_since for due in pending if due.high_risk and due.overdue_since),
            default=None,
        ),
    )  # fmt: skip


def test_overdue_and_state_are_asked_of_the_recall_chosen_beside_them() -> None:
    """Overdue with a recall is overdue for it, not for something else; so with items and states.

    The list is the one of rows from which everything else was taken away; counts say so before.
    """
    rows = FakeDesk().worklist(Month(2026, 12)).rows
    every = index_rows(rows, Looking(TODAY, "jo"), FakeDesk().names())
    keys = {facet: ["", *every.members[facet]] for facet in (Facet.RECALL, Facet.ITEM)}
    differs = False
    for recall, item in product(keys[Facet.RECALL][:4], keys[Facet.ITEM][:3]):
        chosen = {Facet.RECALL: frozenset({recall}), Facet.ITEM: frozenset({item})}
        state = FilterState({facet: some - {""} for facet, some in chosen.items() if some - {""}})
        alone = [one for row in rows if (one := only(row, recall, item))]
        plain = index_rows(alone, Looking(TODAY, "jo"), FakeDesk().names())
        for facet in (Facet.OVERDUE, Facet.STATE):
            for key in every.members[facet]:
                asked = replace(state.toggled(facet, key), show_hidden=True)
                shown = {every.rows[at].patient for at in fitting(every, asked)}
                wanted = FilterState({facet: frozenset({key})}, show_hidden=True)
                assert shown == {plain.rows[at].patient for at in fitting(plain, wanted)}
                differs |= len(shown) != len(fitting(every, wanted))
        narrowed = replace(state.toggled(Facet.OVERDUE, "overdue"), show_hidden=True)
        for one in choices(every, narrowed) if not item else ():
            mine = FilterState(
                {**narrowed.chosen, one.facet: frozenset({one.key})}, show_hidden=True
            )
            assert len(fitting(every, mine)) == one.count, one
    assert differs


def test_the_order_and_the_column_go_by_the_high_risk_date() -> None:
    """Where asthma is overdue for longer, `!!` still shows since when the monitoring is."""
    long_ago, lately = date(2011, 1, 6), date(2022, 5, 23)
    both = replace(row(1), overdue_since=long_ago, high_risk_since=lately)
    other = replace(row(2), overdue_since=long_ago)
    risky = replace(row(3), overdue_since=date(2022, 5, 22), high_risk_since=date(2022, 5, 22))
    ordered = sorted((other, both, risky), key=urgency)
    assert [one.patient for one in ordered] == ["3", "1", "2"]
    shown = table_row(both, NAMES, TODAY)[OVERDUE]
    assert overdue_words(shown) == "!! 23 May 22"


def test_a_view_of_mine_is_mine_for_everybody() -> None:
    """Me and a colleague mean whoever looks, so that a shared view keeps its sense."""
    for login, mine, others in (("jo", "2", "3"), ("al", "3", "2")):
        every = index_rows(ROWS, Looking(TODAY, login), NAMES)
        for key, wanted in ((ME, mine), (OTHERS, others)):
            state = FilterState({Facet.ASSIGNED: frozenset({key})}, show_hidden=True)
            assert [every.rows[at].patient for at in fitting(every, state)] == [wanted]


def test_snoozed_rows_come_back_by_when() -> None:
    """Whoever is snoozed is found by how soon they are back, though hidden otherwise."""
    planned = row(6, DueState.SNOOZED).appointments[0]
    until = replace(planned.due_items[0], snoozed_until=TODAY + timedelta(days=20))
    rows = (
        replace(row(6, DueState.SNOOZED), appointments=(replace(planned, due_items=(until,)),)),
    )
    every = indexed(rows)
    assert not fitting(every, FilterState())
    state = read_filter(["snoozed=back within 31 days"], [], every)
    assert list(fitting(every, state)) == [0]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("state", "is not a filter: write FACET=CHOICE"),
        ("colour=red", "colour is nothing to filter by; there is: state, staff"),
        ("state=ready", "ready is not a choice of State; choices: escalated"),
        ("recall=diabeets", "choices: diabetes"),
    ],
)
def test_a_wrong_filter_says_what_there_is(typed: str, said: str) -> None:
    """A mistyped filter is refused, and never shows everybody."""
    with pytest.raises(UsageProblem, match=said):
        numbers(typed)


def test_a_filter_is_kept_and_found_again() -> None:
    """Plain values hold all of a filter; what this program does not know is refused."""
    state = read_filter(["state=invited", "age=80+"], ["flag=dementia"], indexed())
    state = replace(state, text="!nurse", show_hidden=True)
    assert filter_of_shape(filter_shape(state)) == state
    with pytest.raises(BadInput, match="filters by moon, which this program does not know"):
        filter_of_shape({"chosen": {"moon": ["full"]}})


def test_choosing_what_was_refused_turns_it_round() -> None:
    """A choice is either chosen or refused, never both."""
    state = FilterState().negated(Facet.STAFF, "hca").toggled(Facet.STAFF, "hca")
    assert (state.chosen, state.refused) == ({Facet.STAFF: {"hca"}}, {})
    state = state.negated(Facet.STAFF, "hca")
    assert (state.chosen, state.refused) == ({}, {Facet.STAFF: {"hca"}})
    assert state.negated(Facet.STAFF, "hca").is_empty


@given(st.lists(st.text("abchnr1!2 ", max_size=4), min_size=1, max_size=6))
def test_what_was_typed_before_never_changes_what_is_found(typed: list[str]) -> None:
    """Words looked for among the finds of earlier ones give what a search from nothing gives."""
    kept = indexed()
    looking = Looking(TODAY, "jo", frozenset({"5"}))
    own = [own_words(row) for row in ROWS]
    shared = [" ".join(shared_words(row, looking, NAMES)).casefold() for row in ROWS]

    def holds(at: int, word: str) -> bool:
        return (
            word in own[at] or re.search(rf"(?<![^\W_]){re.escape(word)}", shared[at]) is not None
        )

    for text in typed:
        state = FilterState(text=text, show_hidden=True)
        wanted = text.split()
        expected = [
            at
            for at in range(len(ROWS))
            if all(holds(at, one.removeprefix("!")) is not one.startswith("!") or one == "!"
                   for one in wanted)
        ]  # fmt: skip
        assert list(fitting(kept, state)) == expected


def test_a_letter_more_looks_only_through_what_was_found() -> None:
    """Where few rows held the word so far, the others are not read again."""
    many = indexed(tuple(row(number) for number in range(100, 180)))
    state = FilterState(text="10")
    assert len(fitting(many, state)) == 11
    texts = [text if at < 11 else "107" for at, text in enumerate(many.texts)]
    unread = replace(many, texts=tuple(texts))
    assert list(fitting(unread, state.with_text("107"))) == [7]


@given(st.lists(st.booleans(), max_size=70))
def test_bits_and_flags_and_places_say_the_same(flags: list[bool]) -> None:
    """Rows as one number come back as the places and the flags that they were made from."""
    places = [at for at, flag in enumerate(flags) if flag]
    rows = bits_of(flags)
    assert rows == bits_at(places, len(flags)) == sum(1 << at for at in places)
    assert list(places_of(rows)) == places
    assert list(flags_of(rows, len(flags)))[: len(flags)] == flags
    assert every_bit(len(flags)) == bits_of([True] * len(flags))
