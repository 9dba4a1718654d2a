"""Which appointment of the book suits which planned one: the worked examples of docs/booking.md."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest

from recall_tui.domain.matching import (
    best_pairs,
    fit,
    offered_along,
    same_day,
    stems_of,
    still_wanted,
)
from recall_tui.domain.matching_terms import (
    OfferedAppointment,
    WantedAppointment,
    WantedItem,
    WhyNot,
)

BLOOD = ("phlebotomist", "hca", "nurse")
DUE = date(2026, 12, 14)


def item(name: str, minutes: int = 5, *staff: str, **more: object) -> WantedItem:
    """Return a due item of mid December, which counts from October on."""
    given = {"due_on": DUE, "opens": date(2026, 10, 1), "stems": stems_of(name)} | more
    return WantedItem(item=name, minutes=minutes, staff=staff or BLOOD, **given)  # type: ignore[arg-type] # fields by name


def wanted(*items: WantedItem, number: int = 1, group: str = "nurse") -> WantedAppointment:
    """Return a planned appointment for 7 December to 4 January."""
    return WantedAppointment(number, group, date(2026, 12, 7), date(2027, 1, 4), items)


def slot(day: int, group: str, minutes: int | None = 15, **more: object) -> OfferedAppointment:
    """Return an appointment of December 2026."""
    on = date(2026, 12, 1) + timedelta(days=day - 1)
    given = {"starts_at": datetime.combine(on, datetime.min.time()).replace(hour=9)} | more
    return OfferedAppointment(f"a{day}", on, minutes=minutes, staff_group=group, **given)  # type: ignore[arg-type] # fields by name


LFT = item("lft", high_risk=True)
FEET = item("foot_check", 10, "hca", "nurse")
REVIEW = item("diabetes_review", 20, "nurse")


def points(planned: WantedAppointment, offered: OfferedAppointment) -> dict[str, int]:
    """Return the points by rule."""
    return dict(fit(planned, offered, stems_of("smear diabetes blood")).points)


class TestFit:
    """One pair."""

    def test_a_full_appointment_is_not_offered_again(self) -> None:
        """Right after it was booked to its last minute, only a short item could still be added."""
        full = slot(14, "nurse", 20, taken=20)
        assert fit(wanted(REVIEW), full).score == 0
        assert best_pairs([wanted(REVIEW)], [full]) == ()
        assert fit(wanted(LFT), full).score > 0
        assert fit(wanted(REVIEW), slot(14, "nurse", 20, taken=15)).score > 0

    def test_another_staff_group_that_can_do_it_fits(self) -> None:
        """An HCA booked for an LFT that is planned with a nurse covers it."""
        found = fit(wanted(LFT), slot(14, "hca"))
        assert found.covered == (LFT,)
        assert not found.left
        assert dict(found.points) == {
            "cover": 40, "staff": 10, "day": 20, "length": 15, "slot": 3, "clinician": 0,
        }  # fmt: skip

    def test_partial_cover_says_what_is_left_and_why(self) -> None:
        """An HCA does bloods and feet, and no review."""
        found = fit(wanted(LFT, FEET, REVIEW), slot(14, "hca"))
        assert found.covered == (LFT, FEET)
        assert [(one.wanted, one.why) for one in found.left] == [(REVIEW, WhyNot.STAFF)]
        assert dict(found.points)["cover"] == 40 * 15 // 35

    @pytest.mark.parametrize(
        ("offered", "score"),
        [
            (slot(14, "gp"), 0),
            (slot(14, "nurse", slot_type="Telephone nurse"), 0),
            (slot(14, ""), 40 + 5 + 20 + 15 + 3),
            (slot(1, "nurse"), 40 + 15 + 10 + 15 + 3),
        ],
    )
    def test_what_does_not_suit_gets_no_points(
        self, offered: OfferedAppointment, score: int
    ) -> None:
        """No staff for it, a call for a blood test; unknown staff and sooner days get fewer."""
        assert fit(wanted(LFT), offered).score == score

    def test_too_early_to_count_is_not_covered(self) -> None:
        """The day before the window opens is no cover, the day itself is."""
        late = item("hba1c", opens=date(2026, 12, 15))
        assert fit(wanted(late), slot(14, "hca")).left[0].why is WhyNot.EARLY
        assert fit(wanted(late), slot(15, "hca")).covered == (late,)

    def test_days_late_cost_a_point_each_two(self) -> None:
        """4 January is the last day wanted; 8 January is 4 days late."""
        found = fit(wanted(LFT), slot(39, "hca"))
        assert (found.offered.on, found.days_late) == (date(2027, 1, 8), 4)
        assert dict(found.points)["day"] == 18

    @pytest.mark.parametrize(
        ("minutes", "taken", "extend", "got"),
        [(35, 0, 0, 15), (30, 0, 5, 9), (25, 0, 10, 9), (10, 0, 25, 0), (40, 8, 5, 9),
         (None, 0, 0, 6)],
    )  # fmt: skip
    def test_too_short_says_by_how_much(
        self, minutes: int | None, taken: int, extend: int, got: int
    ) -> None:
        """In steps of five minutes; what it is booked for already is not free."""
        offered = slot(14, "nurse", minutes, taken=taken)
        found = fit(wanted(LFT, FEET, REVIEW), offered)
        assert found.extend_by == extend
        assert dict(found.points)["length"] == got

    def test_slot_types_speak_for_and_against(self) -> None:
        """A slot named after what is due is best, one named after something else worst."""
        review = wanted(REVIEW)
        assert points(review, slot(14, "nurse", slot_type="Diabetic clinic"))["slot"] == 7
        assert points(review, slot(14, "nurse", slot_type="Routine"))["slot"] == 3
        assert points(review, slot(14, "nurse", slot_type="Smear"))["slot"] == 0


class TestPairs:
    """Several planned appointments, several in the book."""

    def test_each_appointment_is_in_one_pair(self) -> None:
        """The HCA's bloods and the nurse's review find each other."""
        bloods, review = wanted(LFT, group="hca"), wanted(REVIEW, number=2)
        pairs = best_pairs([bloods, review], [slot(16, "nurse", 20), slot(14, "hca")])
        assert [(one.wanted.number, one.offered.on.day) for one in pairs] == [(1, 14), (2, 16)]

    def test_the_sum_is_the_most_there_is(self) -> None:
        """Whatever the order, no other pairing has more points; compared with every one."""
        planned = [wanted(LFT, FEET, number=1), wanted(LFT, number=2, group="hca"),
                   wanted(REVIEW, number=3)]  # fmt: skip
        book = [slot(9, "hca"), slot(12, "nurse", 10), slot(20, "nurse", 40), slot(50, "hca", 5)]
        every = [
            sum(fit(one, other).score for one, other in zip(planned, some, strict=True))
            for some in permutations(book, len(planned))
        ]
        for order in permutations(book):
            pairs = best_pairs(planned, order)
            assert sum(one.score for one in pairs) == max(every)
            assert pairs == best_pairs(planned, book)

    def test_high_risk_monitoring_is_accepted_first(self) -> None:
        """A blood test that comes too late and short stands before a review that suits better."""
        review, bloods = wanted(REVIEW), wanted(LFT, FEET, number=2, group="hca")
        pairs = best_pairs([review, bloods], [slot(14, "nurse", 40), slot(50, "phlebotomist", 5)])
        assert [one.wanted.number for one in pairs] == [2, 1]
        assert pairs[0].score < pairs[1].score
        feet = wanted(FEET, number=2, group="hca")
        pairs = best_pairs([review, feet], [slot(14, "nurse", 40), slot(50, "hca", 5)])
        assert [one.wanted.number for one in pairs] == [1, 2]

    def test_what_no_pair_covers_is_still_wanted(self) -> None:
        """The review stays, and may be had on the same day with the nurse."""
        planned = wanted(LFT, FEET, REVIEW)
        pairs = best_pairs([planned], [slot(14, "hca")])
        assert still_wanted([planned], pairs) == {1: (REVIEW,)}
        extra = same_day(planned, (REVIEW,), [slot(1, "gp"), slot(14, "hca")])
        assert extra is not None
        assert (extra.staff_group, extra.minutes, extra.beside.on) == ("nurse", 20, DUE)

    def test_no_same_day_before_it_counts_or_too_late(self) -> None:
        """A day outside the days wanted is not suggested."""
        assert same_day(wanted(REVIEW), (REVIEW,), [slot(1, "hca"), slot(60, "hca")]) is None


def test_what_is_due_soon_is_offered_along() -> None:
    """Within eight weeks after the day, inside its window, by the same staff; the risky first."""
    found = fit(wanted(LFT), slot(14, "hca"))
    soon = item("weight", due_on=DUE + timedelta(weeks=8))
    later = item("bmi", due_on=DUE + timedelta(weeks=8, days=1))
    closed = item("lipids", opens=date(2026, 12, 15))
    risky = item("inr", due_on=DUE + timedelta(weeks=2), high_risk=True)
    assert offered_along(found, [LFT, soon, later, closed, REVIEW, risky], 8) == (risky, soon)
