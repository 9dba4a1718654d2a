"""A process that records notes and looks as fast as it can: URL, who, how many of each."""

import sys

from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.ports import Work
from storage.store import open_store
from tests.support.desk import AT


def main() -> None:
    """Work on the store named by the arguments."""
    url, who, count = sys.argv[1:]
    store = open_store(url)
    for number in range(int(count)):

        def unit(work: Work, number: int = number) -> None:
            name = f"{who}-{number}"
            work.append([Decision(name, name, AT, who, DecisionKind.NOTED, "100")])
            work.record_access("open", ["100"], by=who, at=AT)

        store.write(unit)
    store.close()


if __name__ == "__main__":
    main()
