"""Ending, in one transaction, the snoozes whose condition is met."""

from recall_tui.bootstrap import House
from recall_tui.domain.rights import Right, may
from recall_tui.ports import Work
from recall_tui.services.waking import wake


def wake_snoozed(house: House) -> int:
    """End what waits for a sync or an answer that came; return of how many patients.

    Whoever may not decide about patients (an operator's nightly planning) ends nothing; the next
    start of the screen does.
    """
    if not may(house.people.role(), Right.BOOK):
        return 0
    moment = house.people.moment()

    def unit(work: Work) -> int:
        work.role_of(moment.who.login)
        return wake(work, moment)

    return house.store.write(unit)
