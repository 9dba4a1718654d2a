"""Packing: worked examples, agreement with trying everything, and what the search costs."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recall_tui.domain import packing, packing_few
from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing import (
    ContactModel,
    PackedAppointment,
    PackItem,
    PackLimits,
    nodes_explored,
    pack,
    parts_of,
)
from recall_tui.domain.packing_few import best_of_few, good_of_few
from recall_tui.domain.packing_search import Search
from recall_tui.domain.packing_table import TooManyChoices
from recall_tui.domain.packing_units import question_of
from tests.domain.packing_brute_force import allowed, best

PHLEBOTOMIST, HCA = StaffGroup.PHLEBOTOMIST, StaffGroup.HCA
NURSE, PHARMACIST, GP = StaffGroup.NURSE, StaffGroup.PHARMACIST, StaffGroup.GP
BLOOD = ((PHLEBOTOMIST, 1), (HCA, 2), (NURSE, 4))
MEASURE = ((HCA, 2), (NURSE, 4), (PHARMACIST, 5))
REVIEW = ((NURSE, 4), (PHARMACIST, 5))
NURSE_ONLY = ((NURSE, 4),)
GP_ONLY = ((GP, 9),)


def due(  # noqa: PLR0913 - one argument a column of the tables below
    name: str,
    staff: tuple[tuple[StaffGroup, int], ...],
    minutes: int = 10,
    after: str = "",
    *,
    days: tuple[int, int, int] = (0, 84, 200),
    pinned: str | None = None,
) -> PackItem:
    earliest, target, latest = days
    names = tuple(ItemId(word) for word in after.split())
    return PackItem(
        ItemId(name), earliest, target, latest, minutes, staff, after=names, pinned=pinned
    )


def shown(answer: tuple[PackedAppointment, ...]) -> list[str]:
    return [
        f"{one.stage} {one.staff_group} day {one.target} {one.minutes} min: "
        + " ".join(item.item for item in one.items)
        for one in answer
    ]


EXAMPLES: dict[str, tuple[list[PackItem], list[str]]] = {
    "nothing due": ([], []),
    "bloods alone: the cheapest who can": (
        [due("hba1c", BLOOD), due("lipids", BLOOD)],
        ["1 phlebotomist day 84 20 min: hba1c lipids"],
    ),
    "a phlebotomist takes no blood pressure": (
        [due("bp", MEASURE), due("hba1c", BLOOD)],
        ["1 hca day 84 20 min: bp hba1c"],
    ),
    "bloods 14 days before the review that reads them": (
        [due("bp", MEASURE), due("hba1c", BLOOD), due("review", REVIEW, 20, after="hba1c")],
        ["1 hca day 70 20 min: bp hba1c", "2 nurse day 84 20 min: review"],
    ),
    "one review needs no second appointment for a blood pressure": (
        [due("bp", MEASURE), due("asthma", REVIEW, 15)],
        ["1 nurse day 84 25 min: asthma bp"],
    ),
    "a nurse is not booked only to gather": (
        [due("swab", ((PHLEBOTOMIST, 1), (NURSE, 4))), due("bp", MEASURE)],
        ["1 phlebotomist day 84 10 min: swab", "1 hca day 84 10 min: bp"],
    ),
    "a nurse who is needed anyway takes the blood": (
        [due("hba1c", BLOOD), due("gp", GP_ONLY, after="hba1c"), due("feet", NURSE_ONLY)],
        ["1 nurse day 70 20 min: feet hba1c", "2 gp day 84 10 min: gp"],
    ),
    "longer than the slot stands alone": (
        [due("health_check", NURSE_ONLY, 50), due("feet", NURSE_ONLY)],
        ["1 nurse day 84 10 min: feet", "1 nurse day 84 50 min: health_check"],
    ),
    "no more than the slot": (
        [due(name, NURSE_ONLY, 15) for name in ("a", "b", "c")],
        ["1 nurse day 84 30 min: a b", "1 nurse day 84 15 min: c"],
    ),
    "days that do not overlap are not shared": (
        [due("early", NURSE_ONLY, days=(0, 5, 9)), due("late", NURSE_ONLY, days=(10, 15, 19))],
        ["1 nurse day 5 10 min: early", "1 nurse day 15 10 min: late"],
    ),
    "shared on the first target": (
        [due("early", NURSE_ONLY, days=(0, 5, 30)), due("late", NURSE_ONLY, days=(3, 15, 19))],
        ["1 nurse day 5 20 min: early late"],
    ),
    "the same item twice is two appointments": (
        [due("inr", BLOOD, days=(0, 5, 30)), due("inr", BLOOD, days=(10, 33, 60))],
        ["1 phlebotomist day 5 10 min: inr", "1 phlebotomist day 33 10 min: inr"],
    ),
    "what is booked stays as it is booked": (
        [
            due("bp", MEASURE, pinned="7", days=(20, 20, 20)),
            due("feet", NURSE_ONLY, pinned="7", days=(20, 20, 20)),
            due("asthma", NURSE_ONLY, days=(0, 20, 60)),
        ],
        ["1 nurse day 20 10 min: asthma", "1 nurse day 20 20 min: bp feet"],
    ),
    "a review waits for bloods that were booked late": (
        [
            due("hba1c", BLOOD, pinned="7", days=(90, 90, 90)),
            due("review", NURSE_ONLY, after="hba1c", days=(0, 84, 95)),
        ],
        ["1 phlebotomist day 90 10 min: hba1c", "2 nurse day 104 10 min: review"],
    ),
    "bloods of another season are not waited for": (
        [
            due("hba1c", BLOOD, days=(300, 384, 400)),
            due("review", NURSE_ONLY, after="hba1c", days=(0, 84, 95)),
        ],
        ["1 nurse day 84 10 min: review", "1 phlebotomist day 384 10 min: hba1c"],
    ),
    "a chain of three": (
        [
            due("hba1c", BLOOD),
            due("nurse", NURSE_ONLY, after="hba1c"),
            due("gp", GP_ONLY, after="nurse"),
        ],
        [
            "1 phlebotomist day 56 10 min: hba1c",
            "2 nurse day 70 10 min: nurse",
            "3 gp day 84 10 min: gp",
        ],
    ),
    "a health check by the nurse, then the GP on the same day": (
        [
            due("check", NURSE_ONLY, 40, days=(0, 84, 200)),
            replace(
                due("plan", GP_ONLY, 20, after="check", days=(0, 84, 150)),
                lead_days=0,
                lead_days_most=0,
            ),
        ],
        ["1 nurse day 84 40 min: check", "2 gp day 84 20 min: plan"],
    ),
    "the same day is a day that suits both": (
        [
            due("check", NURSE_ONLY, 40, days=(0, 84, 200)),
            replace(
                due("plan", GP_ONLY, 20, after="check", days=(100, 110, 150)),
                lead_days=0,
                lead_days_most=0,
            ),
        ],
        ["1 nurse day 110 40 min: check", "2 gp day 110 20 min: plan"],
    ),
    "one member of staff for all, though each could be done cheaper": (
        [due("feet", NURSE_ONLY), due("review", REVIEW, 15), due("bp", MEASURE)],
        ["1 nurse day 84 35 min: bp feet review"],
    ),
    "a pharmacist does no feet, however cheap": (
        [due("feet", NURSE_ONLY), due("review", ((NURSE, 4), (PHARMACIST, 1)), 15)],
        ["1 nurse day 84 25 min: feet review"],
    ),
    "of two who can do all, minutes times cost decide": (
        [
            due("review", ((NURSE, 4), (PHARMACIST, 5)), 20),
            due("counselling", ((NURSE, 6), (PHARMACIST, 3)), 15),
        ],
        ["1 pharmacist day 84 35 min: counselling review"],
    ),
    "a circle is broken, nothing is lost": (
        [due("a", NURSE_ONLY, after="b"), due("b", NURSE_ONLY, after="a")],
        ["1 nurse day 84 20 min: a b"],
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    """Each example gives the appointments that its table shows."""
    items, expected = EXAMPLES[name]
    assert shown(pack(items, PackLimits())) == expected


def test_listed_in_the_month_of_the_first() -> None:
    """Bloods and the review that waits for them are listed on the day of the bloods."""
    answer = pack([due("hba1c", BLOOD), due("r", NURSE_ONLY, after="hba1c")], PackLimits())
    assert [one.listed for one in answer] == [70, 70]


def test_windows_leave_room_for_each_other() -> None:
    """Bloods end 14 days before the review's last day; the review starts 14 days after theirs."""
    answer = pack([due("hba1c", BLOOD), due("r", NURSE_ONLY, after="hba1c")], PackLimits())
    assert [(one.earliest, one.latest) for one in answer] == [(0, 186), (14, 200)]


def test_the_model_is_a_choice() -> None:
    """Without the two contacts a nurse may gather, where that saves an appointment."""
    items = [due("swab", ((PHLEBOTOMIST, 1), (NURSE, 4))), due("bp", MEASURE)]
    answer = pack(items, PackLimits(model=ContactModel.FEWEST))
    assert shown(answer) == ["1 nurse day 84 20 min: bp swab"]


def test_longest_slot_of_a_group() -> None:
    """A group with longer slots takes what does not fit the others."""
    items = [due(name, REVIEW, 25) for name in ("a", "b")]
    limits = PackLimits(slot_minutes_by_group=((PHARMACIST, 60),))
    assert shown(pack(items, limits)) == ["1 pharmacist day 84 50 min: a b"]


def test_home_patients() -> None:
    """What can be done at home is done at home; what cannot is not mixed with it."""
    both = (Place.SURGERY, Place.HOME)
    items = [
        replace(due("bp", MEASURE), places=both),
        replace(due("hba1c", BLOOD), places=both),
        due("ecg", MEASURE),
        replace(due("call", MEASURE), places=(Place.SURGERY, Place.TELEPHONE)),
    ]
    answer = pack(items, PackLimits(place=Place.HOME))
    assert {one.place: [item.item for item in one.items] for one in answer} == {
        Place.HOME: ["bp", "hba1c"],
        Place.SURGERY: ["call", "ecg"],
    }


STAFFS = st.sampled_from([BLOOD, MEASURE, REVIEW, NURSE_ONLY, GP_ONLY, ((PHLEBOTOMIST, 1),)])
PLACES = st.sampled_from([(Place.SURGERY,), (Place.SURGERY, Place.HOME), (Place.TELEPHONE,)])
LIMITS = st.builds(
    PackLimits,
    slot_minutes=st.sampled_from([20, 40]),
    slot_minutes_by_group=st.sampled_from([(), ((NURSE, 30),), ((HCA, 60), (GP, 10))]),
    place=st.sampled_from([Place.SURGERY, Place.HOME]),
    model=st.sampled_from(ContactModel),
)


@st.composite
def due_items(draw: st.DrawFn, most: int) -> list[PackItem]:
    """Draw small sets of due items, with pairs, repeats, pins and awkward windows."""
    names = [ItemId(letter) for letter in "abcdef"]
    leads = st.sampled_from([(0, 0), (0, 14), (14, 14), (14, 42)])  # (0, 0): on the same day
    found: dict[tuple[str, int], PackItem] = {}
    for _ in range(draw(st.integers(0, most))):
        earliest = draw(st.sampled_from([0, 0, 0, 10, 40, 90]))
        target = earliest + draw(st.sampled_from([0, 7, 30]))
        least, most_days = draw(leads)
        item = PackItem(
            item=draw(st.sampled_from(names)),
            earliest=earliest,
            target=target,
            latest=target + draw(st.sampled_from([0, 14, 60])),
            minutes=draw(st.sampled_from([5, 10, 20, 30])),
            staff=draw(STAFFS),
            places=draw(PLACES),
            after=tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True))),
            lead_days=least,
            lead_days_most=most_days,
            pinned=draw(st.sampled_from([None, None, None, None, "1", "2"])),
        )
        found[item.item, item.target] = item
    return list(found.values())


def test_nothing_waits_for_freshness_where_order_is_at_stake() -> None:
    """What is overdue does not wait to be fresh for a review that other bloods move anyway.

    | due item | days    | before the review  |
    |----------|---------|--------------------|
    | acr      | 0-60    | over 42 days       |
    | ue       | 89-103  | 14 days            |
    | hba1c    | 88-172  | 14 days, with ue   |
    | review   | 88-172  | from 103 on        |
    """
    items = [
        due("acr", BLOOD, 5, days=(0, 0, 60)),
        due("ue", BLOOD, 5, days=(89, 89, 103)),
        due("hba1c", BLOOD, 5, days=(88, 172, 172)),
        due("diabetes", NURSE_ONLY, 20, after="acr ue hba1c", days=(88, 172, 172)),
    ]
    acr, bloods, review = pack(items, PackLimits())
    assert (acr.earliest, acr.target, acr.latest) == (0, 0, 60)
    assert [item.item for item in bloods.items] == ["ue", "hba1c"]
    assert review.target - bloods.target >= 14
    assert review.earliest == 103


@given(items=due_items(7), limits=LIMITS)
@settings(max_examples=150, deadline=None)
def test_agrees_with_trying_everything(items: list[PackItem], limits: PackLimits) -> None:
    """Both ways to divide the whole question find the same as all divisions and groups."""
    question = question_of(items, limits)
    _, _, _, division, groups = best(question, limits)
    order = list(StaffGroup)
    for blocks in (Search(question).run(), best_of_few(question)):
        assert blocks is not None
        assert tuple(block.members for block in blocks) == division
        assert tuple(order.index(block.cheapest) for block in blocks) == groups


@given(items=due_items(7), limits=LIMITS, steps=st.sampled_from([1, 5, 10_000]))
@settings(max_examples=80, deadline=None)
def test_what_is_given_up_keeps_the_rules(
    items: list[PackItem], limits: PackLimits, steps: int
) -> None:
    """However few steps are taken, the division is an allowed one; with enough it is the best."""
    question = question_of(items, limits)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(packing_few, "MANY", steps)
        division = tuple(block.members for block in good_of_few(question))
    assert allowed(division, question, limits)
    if steps > 5:
        assert division == best(question, limits)[3]


def test_where_the_cheapest_has_no_days_the_next_is_taken() -> None:
    """The nurse measures the BP at the review, were the weight not to wait two weeks for it."""
    items = [
        due("hba1c", BLOOD, 20, days=(0, 7, 21)),
        due("bp", MEASURE, 10, days=(0, 7, 67)),
        due("weight", MEASURE, 20, after="bp", days=(0, 7, 67)),
        due("review", REVIEW, 20, days=(40, 70, 70)),
    ]
    question = question_of(items, PackLimits())
    division = best(question, PackLimits())[3]
    assert tuple(block.members for block in Search(question).run()) == division
    assert shown(pack(items, PackLimits())) == [
        "1 hca day 7 30 min: bp hba1c",
        "2 nurse day 40 40 min: weight review",
    ]


def test_what_is_too_long_for_the_others_keeps_them_not_apart() -> None:
    """Two of 20 minutes fill a slot, whatever of 30 minutes stands between them."""
    items = [
        due("ecg", NURSE_ONLY, 20),
        due("feet", NURSE_ONLY, 30),
        due("review", REVIEW, 20),
    ]
    question = question_of(items, PackLimits())
    assert [block.members for block in Search(question).run()] == [(0, 2), (1,)]
    assert best(question, PackLimits())[3] == ((0, 2), (1,))


KINDS = st.tuples(STAFFS, st.sampled_from([5, 10, 20]), st.sampled_from([(), ("a",), ("a", "b")]))


@st.composite
def alike_items(draw: st.DrawFn) -> list[PackItem]:
    """Draw five due items of few kinds, so that many can be exchanged for one another."""
    kinds = draw(st.lists(KINDS, min_size=1, max_size=3))
    windows = draw(st.lists(st.sampled_from([(0, 30), (0, 84), (20, 84)]), min_size=1, max_size=2))
    found: list[PackItem] = []
    for name in "abcde":
        staff, minutes, after = draw(st.sampled_from(kinds))
        first, last = draw(st.sampled_from(windows))
        waits = " ".join(one for one in after if one < name)
        found.append(due(name, staff, minutes, waits, days=(first, last, last)))
    return found


@given(items=alike_items(), limits=LIMITS)
@settings(max_examples=60, deadline=None)
def test_of_alike_units_the_first_are_taken(items: list[PackItem], limits: PackLimits) -> None:
    """Where units can be exchanged for one another, the answer is that of trying everything."""
    question = question_of(items, limits, together=False)
    _, _, _, division, _ = best(question, limits)
    for blocks in (Search(question).run(), best_of_few(question)):
        assert blocks is not None
        assert tuple(block.members for block in blocks) == division


@given(items=due_items(7), limits=LIMITS)
@settings(max_examples=100, deadline=None)
def test_parts_add_up_to_the_whole(items: list[PackItem], limits: PackLimits) -> None:
    """Solving unrelated parts apart gives as few appointments, at the same cost, as together."""
    question = question_of(items, limits)
    answers = [best(part, limits)[:3] for part in parts_of(question)]
    whole = best(question, limits)[:3]
    assert tuple(sum(answer[number] for answer in answers) for number in range(3)) == whole


@given(items=due_items(7), limits=LIMITS)
@settings(max_examples=100, deadline=None)
def test_alike_items_stay_together_unless_it_costs(
    items: list[PackItem], limits: PackLimits
) -> None:
    """No part has more appointments than its items have when each may go where it likes."""
    fewest = 0
    for part in parts_of(question_of(items, limits)):
        own = [item for unit in part.units for item in unit.items]
        apart = question_of(own, limits, together=False)
        fewest += min(best(part, limits)[0], best(apart, limits)[0])
    assert len(pack(items, limits)) == fewest


def test_alike_items_are_taken_apart_to_save_an_appointment() -> None:
    """Two bloods of 15 minutes stand together, but not if that makes three appointments of two."""
    bloods = [due(name, NURSE_ONLY, 15) for name in ("a", "b")]
    feet = [due("feet", NURSE_ONLY, 25, days=(0, 80, 200))]
    swab = [due("swab", NURSE_ONLY, 25, days=(0, 82, 200))]
    assert [[item.item for item in one.items] for one in pack([*bloods, *feet], PackLimits())] == [
        ["feet"],
        ["a", "b"],
    ]
    answer = pack([*bloods, *feet, *swab], PackLimits())
    assert [[item.item for item in one.items] for one in answer] == [["feet", "a"], ["swab", "b"]]


@given(data=st.data(), items=due_items(9), limits=LIMITS)
@settings(max_examples=100, deadline=None)
def test_order_of_the_question_does_not_matter(
    data: st.DataObject, items: list[PackItem], limits: PackLimits
) -> None:
    """The answer is the same for every order of the items, their staff and what precedes them."""
    turned = [
        replace(item, staff=item.staff[::-1], after=item.after[::-1])
        for item in data.draw(st.permutations(items))
    ]
    assert shown(pack(turned, limits)) == shown(pack(items, limits))


@given(items=due_items(9), limits=LIMITS)
@settings(max_examples=100, deadline=None)
def test_every_item_once(items: list[PackItem], limits: PackLimits) -> None:
    """Every item is in exactly one appointment, on a day between its first and its last."""
    answer = pack(items, limits)
    packed = [item for one in answer for item in one.items]
    assert sorted(map(repr, packed)) == sorted(map(repr, items))
    assert all(one.earliest <= one.target <= one.latest for one in answer)


MULTIMORBID = [
    *(due(name, BLOOD, 5) for name in ("fbc", "hba1c", "lft", "lipids", "tsh", "ue")),
    *(due(name, MEASURE, 5) for name in ("bmi", "bp", "pulse", "smoking")),
    due("feet", ((HCA, 2), (NURSE, 4)), 10),
    due("acr", BLOOD, 5),
    due("diabetes", NURSE_ONLY, 20, after="hba1c lipids ue"),
    due("heart", REVIEW, 15, after="bp lipids ue"),
    due("copd", NURSE_ONLY, 20),
]
"""Fifteen due items of one patient: diabetes, heart disease, COPD and thyroid."""


def test_cost_of_fifteen_items() -> None:
    """A patient with 15 due items costs at most 100 nodes, not the 1,382,958,545 divisions."""
    assert nodes_explored(MULTIMORBID, PackLimits()) <= 100
    assert len(pack(MULTIMORBID, PackLimits())) == 3


def test_what_has_too_many_divisions_is_left_to_the_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After so many steps no division is taken for the best, and the answer stays the same."""
    question = question_of(MULTIMORBID, PackLimits())
    at_once, answer = best_of_few(question), pack(MULTIMORBID, PackLimits())
    assert at_once == Search(question).run()
    monkeypatch.setattr(packing_few, "FEW", 3)
    assert best_of_few(question) is None
    assert pack(MULTIMORBID, PackLimits()) == answer


def test_nobody_keeps_everybody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the best division is not found after so many choices, a good one is the answer.

    Two dozen things that nearly all go together have more divisions than hours to try them. Alike
    items stay together then, which takes one appointment more here.
    """
    monkeypatch.setattr(packing_few, "FEW", 3)
    monkeypatch.setattr(packing, "MOST_CHOICES", 3)
    answer = pack(MULTIMORBID, PackLimits())
    assert len(answer) == 4
    names = [item.item for one in answer for item in one.items]
    assert sorted(names) == sorted(item.item for item in MULTIMORBID)
    assert answer == pack(reversed(MULTIMORBID), PackLimits())


def test_what_all_goes_together_is_counted() -> None:
    """The appointments that some of two dozen things could be are counted while they are made."""
    items = [
        due(f"test{number}", BLOOD, 2 + number % 3, days=(0, 84 + number, 84 + number))
        for number in range(24)
    ]
    search = Search(question_of(items, PackLimits(20)), 500)
    with pytest.raises(TooManyChoices):
        search.run()
    assert search.table.explored < 50
    assert search.table.work > 450


def test_cost_of_a_year_with_quarters() -> None:
    """Four quarters of drug monitoring beside the yearly items stay below 500 nodes."""
    quarters = [
        due(name, BLOOD, 5, days=(84 * quarter - 14, 84 * quarter, 84 * quarter + 28))
        for quarter in range(5)
        for name in ("fbc", "lft", "ue")
    ]
    yearly = [item for item in MULTIMORBID if item.item not in {"fbc", "lft", "ue"}]
    assert nodes_explored([*quarters, *yearly], PackLimits()) <= 500


def test_cost_of_taking_apart() -> None:
    """Eighteen single items that just fit into three slots cost at most 1,000 nodes."""
    bloods = [due(name, BLOOD, 5) for name in ("acr", "fbc", "hba1c", "lft", "lipids", "ue")]
    measures = [due(name, MEASURE, 3) for name in ("bmi", "bp", "smoking", "weight")]
    words = [due(f"asthma{number}", REVIEW, 1) for number in range(4)]
    reviews = [
        due("asthma", REVIEW, 12),
        due("copd", REVIEW, 28),
        due("diabetes", REVIEW, 20, after="hba1c lipids ue"),
        due("feet", NURSE_ONLY, 10),
    ]
    limits = PackLimits()
    question = question_of([*bloods, *measures, *words, *reviews], limits, together=False)
    search = Search(question)
    assert len(search.run()) == 3
    assert search.explored <= 1_000, search.explored


def test_two_years_at_once_do_not_keep_everybody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where taking alike items apart is not settled after so many choices, they stay together.

    Two yearly sets that fill four slots to the minute have more divisions than hours to try them.
    """
    monkeypatch.setattr(packing, "MOST_CHOICES", 100)
    years = [(0, 84, 84), (59, 143, 143)]
    items = [
        *(due(name, BLOOD, 5, days=days) for days in years for name in ("hba1c", "lipids", "ue")),
        *(
            due(name, MEASURE, minutes, days=days)
            for days in years
            for name, minutes in (("bp", 5), ("smoking", 2), ("weight", 3))
        ),
        *(
            due(name, REVIEW, minutes, after, days=days)
            for days in years
            for name, minutes, after in (("af", 15, ""), ("asthma", 12, ""), ("heart", 20, "ue"))
        ),
        due("bmi", MEASURE, 3, days=years[1]),
    ]
    answer = pack(items, PackLimits())
    assert len(answer) == 5
    assert sorted(map(repr, items)) == sorted(repr(item) for one in answer for item in one.items)
