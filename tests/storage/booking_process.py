"""A process that books shared patients as fast as it can; started by test_together.

Arguments: URL, who, how many bookings. Prints JSON: what was acknowledged, and the refusals.
"""

import json
import random
import sys
from datetime import timedelta

from recall_tui.domain.commands import MarkBooked, Target, Unbook
from recall_tui.errors import Conflict, Refused
from recall_tui.services.desk import perform
from storage.store import SqlStore, open_store
from tests.support.desk import TODAY, moment


def work(store: SqlStore, who: str, count: int) -> dict[str, list[object]]:
    """Book one patient after the other, each seen a little earlier than acted on."""
    chooser = random.Random(who)  # noqa: S311 - which patient comes next
    booked: list[object] = []
    refused: list[object] = []
    while len(booked) < count:
        patients = [f"{chooser.randrange(20):03d}" for _ in range(4)]
        keys = [(patient, "hba1c") for patient in patients]
        due = store.write(lambda unit, who=patients: unit.open_items(who))
        seen = store.write(lambda unit, what=keys: unit.item_states(what))
        for key in keys:
            target = Target(*key, due[key].due_on, seen[key].version)
            on = TODAY + timedelta(days=chooser.randrange(1, 90))
            now = moment(who)
            try:
                if seen[key].state.booking_id:
                    perform(store, Unbook(key[0], seen[key].state.booking_id), now)
                    booked.append(now.command_id)
                    continue
                perform(store, MarkBooked((target,), on), now)
                booked.append(now.command_id)
            except Conflict as conflict:
                when = conflict.when.isoformat() if conflict.when else ""
                refused.append([conflict.what, conflict.who, when])
            except Refused as refusal:
                refused.append([refusal.words, "", "refused"])
    return {"booked": booked, "refused": refused}


def main() -> None:
    """Work on the store named by the arguments."""
    url, who, count = sys.argv[1:]
    store = open_store(url)
    sys.stdout.write(json.dumps(work(store, who, int(count))))
    store.close()


if __name__ == "__main__":
    main()
