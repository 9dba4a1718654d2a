"""A process that imports a second, changed extract and says when it is about to commit.

Arguments: URL. Prints one line when merging begins; test_killed ends it at a random moment.
"""

import sys

from sqlalchemy import Connection, event

from storage.sqlite import WRITES
from storage.store import open_store
from tests.storage.test_killed import later_extract
from tests.support.desk import AT


def main() -> None:
    """Import into the store named by the argument."""
    store = open_store(sys.argv[1])
    extract = later_extract()
    event.listen(store.database.engine, "begin", _announce)
    report = store.merge_extract(extract, by="jo", at=AT, accept=True, dry_run=False)
    sys.stdout.write(f"{report.words}\n")


def _announce(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(WRITES) or options.get("postgresql_readonly") is False:
        sys.stdout.write("begins\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
