"""A process that changes patients one by one, for those who watch.

It books, or unbooks, patients with a single open due item where there are any: the state of the row
changes with it, and the counts above the list. Arguments: URL, how many changes, the longest pause
before each in seconds. Prints a line a change: the patient, when it was begun, and when its commit
was acknowledged, on the clock that all processes share.
"""

import random
import sys
from datetime import timedelta
from threading import Event
from time import monotonic

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import MarkBooked, Target, Unbook
from recall_tui.services.desk import perform
from storage.store import open_store
from tests.support.desk import TODAY, moment


def main() -> None:
    """Change what the arguments say."""
    url, count, longest = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    store = open_store(url)
    chooser = random.Random(count)  # noqa: S311 - who comes next
    rows = store.worklist(Month.of(TODAY), TODAY).rows
    open_ones = {row.patient: sum(one.is_open for one in row.due_items()) for row in rows}
    single = [number for number, count in open_ones.items() if count == 1]
    numbers = single or [number for number, count in open_ones.items() if count]
    for _change in range(count):
        Event().wait(chooser.uniform(0, longest))
        number = chooser.choice(numbers)
        row = store.worklist(Month.of(TODAY), TODAY, [number]).rows[0]
        due = next(one for one in row.due_items() if one.is_open)
        begun = monotonic()
        if due.booking_id:
            perform(store, Unbook(number, due.booking_id), moment("sam"))
        else:
            target = Target(number, due.item, due.due_on, due.version)
            perform(store, MarkBooked((target,), TODAY + timedelta(days=9)), moment("sam"))
        sys.stdout.write(f"{number} {begun} {monotonic()}\n")
        sys.stdout.flush()
    store.close()


if __name__ == "__main__":
    main()
