"""Random small rulebooks: every kind of expression and schedule, few codes, so that they meet."""

from datetime import date, timedelta
from random import Random

from recall_tui.domain.expressions import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Coded,
    Done,
    Expression,
    Flagged,
    Not,
    Prescribed,
    Result,
    Sex,
    Since,
    Then,
)
from recall_tui.domain.ids import ClusterId, FlagId, ItemId, RecallId
from recall_tui.domain.items import Item, PlausibleRange, StaffGroup, ValueNeed
from recall_tui.domain.recalls import (
    Activity,
    Anchored,
    Cluster,
    Course,
    Dose,
    Every,
    Exclusion,
    FlagRule,
    Interval,
    Once,
    Recall,
    Requirement,
    Rulebook,
    Schedule,
    Seasonal,
    Unit,
    Variation,
)

DIAGNOSES = tuple(ClusterId(f"DX{number}") for number in range(3))
RESOLVED, EXEMPT, REVIEWED = ClusterId("DXRES"), ClusterId("EXEMPT"), ClusterId("REVIEWED")
DRUGS = (ClusterId("DRUG0"), ClusterId("DRUG1"))
FLAG_ON, FLAG_OFF = ClusterId("FLAG_ON"), ClusterId("FLAG_OFF")
TESTS = tuple(ClusterId(f"TEST{number}") for number in range(6))
FRAIL = FlagId("frail")
MEASURED, COUNTED, PAIR = ItemId("measured"), ItemId("counted"), ItemId("pair")
REVIEW, JAB = ItemId("review"), ItemId("jab")
NURSE = {StaffGroup.NURSE: 4}

CLUSTERS = {
    name: Cluster(name, frozenset({f"{name}-1", f"{name}-2"}))
    for name in (*DIAGNOSES, RESOLVED, EXEMPT, REVIEWED, *DRUGS, FLAG_ON, FLAG_OFF, *TESTS)
}
RANGES = (
    PlausibleRange("mmol/mol", 20, 200),
    PlausibleRange("%", 4, 20, scale=10.93, offset=-23.5),
)
ITEMS = {
    MEASURED: Item(
        MEASURED, "Measured", TESTS[:1], NURSE, 10, value=ValueNeed.REQUIRED, ranges=RANGES
    ),
    COUNTED: Item(COUNTED, "Counted", TESTS[1:3], NURSE, 10, value=ValueNeed.REQUIRED),
    PAIR: Item(
        PAIR,
        "Pair",
        TESTS[3:5],
        NURSE,
        10,
        parts=((TESTS[3],), (TESTS[4],)),
        value=ValueNeed.REQUIRED,
        ranges=(PlausibleRange("mmHg", 40, 260),),
    ),
    REVIEW: Item(REVIEW, "Review", (REVIEWED,), NURSE, 20),
    JAB: Item(JAB, "Jab", TESTS[5:], NURSE, 5, high_risk=True),
}
CONTRACT_YEAR = "2026/27"
MONTHS = (1, 2, 3, 4, 6, 12, 12, 12, 24, 36, 60)


def random_rulebook(rng: Random, today: date) -> Rulebook:
    """Return a rulebook of one to five recalls."""
    recalls = [_recall(rng, number, today) for number in range(rng.randint(1, 5))]
    return Rulebook(
        items=ITEMS,
        recalls={recall.id: recall for recall in recalls},
        clusters=CLUSTERS,
        flags={FRAIL: FlagRule(FRAIL, "Frail", (FLAG_ON,), (FLAG_OFF,))},
        medication_review=(REVIEWED,),
        contract_year=CONTRACT_YEAR,
    )


def _recall(rng: Random, number: int, today: date) -> Recall:
    diagnosis = rng.choice(DIAGNOSES)
    drug = rng.random() < 0.25
    resolved = rng.choice([None, RESOLVED])
    register: Expression = Coded(diagnosis, resolved)
    if drug:
        register = Prescribed(rng.choice(DRUGS), rng.choice([3, 6, 12]))
    by_age = rng.random() < 0.15
    if by_age:
        register = _by_age(rng)
    if rng.random() < 0.4:
        register = AllOf((register, expression(rng, today, 1)))
    if rng.random() < 0.3:
        register = AnyOf((register, expression(rng, today, 1)))
    start = rng.choice([diagnosis, diagnosis, None])
    if by_age:
        start = rng.choice([None, None, diagnosis])
    elif drug:
        start = rng.choice([*DRUGS, None])
    return Recall(
        id=RecallId(f"r{number}"),
        name=f"Recall {number}",
        activity=Activity.ACTIVE if rng.random() < 0.9 else Activity.INACTIVE,
        register=register,
        requirements=_requirements(rng, today),
        start=start,
        start_drug=drug and not by_age and start is not None,
        resolved_by=None if drug or by_age else resolved,
        exclusions=_exclusions(rng, today),
        high_risk=rng.random() < 0.1,
        offered_from=_offered_from(rng, today),
    )


def _by_age(rng: Random) -> Expression:
    ages = [Age(at_least=rng.choice([18, 40, 65])) for _ in range(2)]
    return rng.choice([ages[0], AnyOf(tuple(ages)), AllOf((ages[0], Sex(is_="F")))])


def _offered_from(rng: Random, today: date) -> date | None:
    if rng.random() < 0.85:
        return None
    return rng.choice([date(2015, 3, 1), today - timedelta(days=rng.randint(-60, 900))])


def _requirements(rng: Random, today: date) -> tuple[Requirement, ...]:
    items = rng.sample([MEASURED, COUNTED, PAIR, REVIEW, JAB], rng.randint(1, 3))
    return tuple(_requirement(rng, item, today) for item in items)


def _requirement(rng: Random, item: ItemId, today: date) -> Requirement:
    schedule = random_schedule(rng)
    variations: tuple[Variation, ...] = ()
    gap = 0
    if isinstance(schedule, Anchored | Interval) and rng.random() < 0.3:
        variations = tuple(
            Variation(expression(rng, today, 1), _every(rng, schedule), f"why {number}")
            for number in range(rng.randint(1, 2))
        )
    if isinstance(schedule, Anchored | Interval) and rng.random() < 0.2:
        gap = rng.choice([7, 28, 60])
    recorded = rng.random() < 0.2 and isinstance(schedule, Anchored | Interval)
    return Requirement(
        item=item,
        schedule=schedule,
        variations=variations,
        only_if=expression(rng, today, 1) if rng.random() < 0.15 else None,
        exclusions=_exclusions(rng, today),
        min_gap_days=gap,
        high_risk=rng.choice([None, None, None, True, False]),
        qof={CONTRACT_YEAR: ("DM020",)} if recorded else {},
    )


def _every(rng: Random, schedule: Anchored | Interval) -> Every:
    if isinstance(schedule, Anchored):
        return Every(rng.choice(MONTHS))
    return rng.choice([Every(4, Unit.WEEKS), Every(12, Unit.WEEKS), Every(90, Unit.DAYS), Every(6)])


def random_schedule(rng: Random) -> Schedule:
    """Return a schedule of any kind, mostly anchored ones."""
    kind = rng.random()
    if kind < 0.5:
        return Anchored(Every(rng.choice(MONTHS)))
    if kind < 0.72:
        return Interval(_every(rng, Interval(Every(1))), rng.choice([0, 0, 28, 90]))
    if kind < 0.82:
        return rng.choice(
            [
                *(Once(age=65), Once(age=40, ever_counts=False), Once(after_days=90), Once()),
                *(Once(after_days=days, ever_counts=False) for days in (90, 365)),
            ]
        )
    if kind < 0.91:
        return _course(rng)
    return rng.choice(
        [Seasonal((9, 1), (3, 31)), Seasonal((4, 1), (6, 30)), Seasonal((1, 1), (12, 31))]
    )


def _course(rng: Random) -> Course:
    apart = rng.choice([(None, 0), (JAB, 200), (COUNTED, 400)])
    if rng.random() < 0.5:
        gaps_in_days = rng.choice([28, 183]), rng.choice([200, 365]), rng.choice([0, 30])
        return Course(rng.randint(1, 3), *gaps_in_days, apart_from=apart[0], apart_days=apart[1])
    gaps = (Every(28, Unit.DAYS), Every(6), Every(8, Unit.WEEKS))
    first = rng.choice([Dose(), Dose(from_age=Every(780)), Dose(due_age=Every(600))])
    later = [
        Dose(
            rng.choice(gaps),
            rng.choice([None, Every(6), Every(12)]),
            rng.choice([None, Every(700)]),
            rng.choice([None, Every(792)]),
            rng.choice([None, *gaps]),
        )
        for _ in range(rng.randint(0, 2))
    ]
    grace = rng.choice([0, 4])
    each = (first, *later)
    return Course(len(each), each=each, grace_days=grace, apart_from=apart[0], apart_days=apart[1])


def _exclusions(rng: Random, today: date) -> tuple[Exclusion, ...]:
    count = rng.choice([0, 0, 0, 0, 1, 1, 2])
    return tuple(
        Exclusion(expression(rng, today, 1), f"words {rng.randint(1, 3)}", rng.choice([3, 12]))
        for _ in range(count)
    )


def expression(  # noqa: C901, PLR0911, PLR0912 - one line a kind
    rng: Random, today: date, depth: int
) -> Expression:
    """Return an expression of any kind, nested ``depth`` deep at the most."""
    kind = rng.randrange(14 if depth else 8)
    match kind:
        case 0:
            return _coded(rng, today)
        case 1:
            return Prescribed(rng.choice(DRUGS), rng.choice([1, 6, 12]))
        case 2:
            at_least = rng.choice([None, 18, 40, 65])
            on, by = rng.choice([(None, None), (None, None), (today, None), (None, (3, 31))])
            return Age(at_least, rng.choice([None, 66, 80]), on, by)
        case 3:
            return Sex(rng.choice(["F", "M", "I", "U"]))
        case 4:
            return _result(rng)
        case 5:
            return _since(rng)
        case 6:
            return Done(rng.choice([MEASURED, PAIR, REVIEW]), rng.choice([None, 6, 12]))
        case 7:
            return Flagged(FRAIL)
        case 8 | 9:
            return Not(expression(rng, today, depth - 1))
        case 10:
            return AllOf(tuple(expression(rng, today, depth - 1) for _ in range(rng.randint(0, 2))))
        case 11:
            return AnyOf(tuple(expression(rng, today, depth - 1) for _ in range(rng.randint(0, 2))))
        case 12:
            return Then(expression(rng, today, depth - 1), expression(rng, today, depth - 1))
        case _:
            parts = tuple(expression(rng, today, depth - 1) for _ in range(3))
            return AtLeast(rng.randint(1, 2), parts)


def _coded(rng: Random, today: date) -> Coded:
    cluster = rng.choice([*DIAGNOSES, EXEMPT, EXEMPT])
    resolved = rng.choice([None, RESOLVED])
    match rng.randrange(4):
        case 0:
            months, times = rng.choice([3, 12, None]), rng.choice([1, 1, 2])
            return Coded(cluster, resolved, within_months=months, times=times)
        case 1:
            return Coded(cluster, resolved, on_or_after=today.replace(year=today.year - 1, day=1))
        case 2:
            return Coded(cluster, resolved, on_or_before=today.replace(year=today.year - 1, day=1))
        case _:
            return Coded(cluster, resolved)


def _result(rng: Random) -> Result:
    item = rng.choice([MEASURED, MEASURED, COUNTED, PAIR])
    limit = rng.choice([48.0, 58.0, 100.0])
    kind = rng.choice(["at_least", "above", "at_most", "below"])
    within = rng.choice([None, 6, 12])
    return Result(
        item,
        at_least=limit if kind == "at_least" else None,
        above=limit if kind == "above" else None,
        at_most=limit if kind == "at_most" else None,
        below=limit if kind == "below" else None,
        within_months=within,
        or_missing=rng.random() < 0.3,
    )


def _since(rng: Random) -> Since:
    at_least, under = rng.choice([None, 0, 3, 12]), rng.choice([None, 6, 12, 24])
    if rng.random() < 0.5:
        gap = rng.choice([3, 12])
        return Since(rng.choice(DRUGS), drug=True, at_least=at_least, under=under, gap_months=gap)
    return Since(
        rng.choice(DIAGNOSES),
        resolved_by=rng.choice([None, RESOLVED]),
        at_least=at_least,
        under=under,
    )
