"""Works on an encrypted store, in a process of its own: the driver is chosen when it is loaded.

The steps print a line each; a key is named by RECALL_KEY_FROM.
"""

import os
import pwd
import sys
from contextlib import closing
from pathlib import Path

from recall_tui.domain.commands import AddNote
from recall_tui.views.people import Member
from storage.audit_verifying import verify
from storage.backing_up import back_up
from storage.engine import open_database
from storage.lookup import find
from storage.moving import move
from storage.practices import add_practice
from storage.presence import PresenceBook, Session
from storage.restoring import held, opened_backup
from storage.store import SqlStore
from storage.written import Author
from tests.support.desk import AT, TODAY, act
from tests.support.extracts import extract, patient


def tell(*words: object) -> None:
    """Print a line."""
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


def main() -> None:
    """Make, write, read, back up, restore and move a store in the folder that is named."""
    folder = Path(sys.argv[1])
    place = folder / "recall.db"
    with closing(open_database(str(place))) as database:
        store = SqlStore(database, add_practice(database, "A12345", "Drama", AT))
        login = pwd.getpwuid(os.getuid()).pw_name
        store.write(lambda work: work.put_member(Member(login, "", "admin"), by=login, at=AT))
        people = [patient("100", family_name="Surname")]
        store.merge_extract(extract(people), by="jo", at=AT, accept=False, dry_run=False)
        act(store, AddNote("100", "secret words"))
        book = PresenceBook(database, Session(1, "s1", "jo"))
        book.come("100")
        tell("found", store.find_by_number("100")[0].name)
        tell("sound", verify(str(place), "A12345", database.audit).is_sound)
        done = back_up(database, folder / "backup.db")
        tell("backup tried", done.tried)
        with opened_backup(folder / "backup.db", database) as backup:
            tell("backup holds", held(backup)[0].words)
        with closing(open_database(str(folder / "moved.db"))) as target:
            tell("moved", bool(move(database, target, Author("jo", AT))))
        for file in folder.iterdir():
            if file.is_file():
                content = file.read_bytes()
                assert b"Surname" not in content, file
                assert b"secret words" not in content, file
        tell("nothing readable")
        book.close()
    found = find(str(place), "A12345", "100", TODAY)
    tell("quick", found is not None and found.page.name)


if __name__ == "__main__":
    main()
