"""``python -m tests.faults [KILLS [only]]``: make each fault, and write docs/faults.md.

``only`` kills, and puts the rows of the kills in the place of those on the page.

A disk that is full or read-only needs root (a small tmpfs is mounted); elsewhere the row says so.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from queue import Queue

from sqlalchemy import text

from recall_tui.domain.commands import AddNote
from recall_tui.errors import RecallError
from recall_tui.views.news import News
from storage import sqlite
from storage.clock import clock_banners
from storage.engine import open_database
from storage.store import SqlStore, open_store
from tests.faults.clock import nights_of_the_clock_change
from tests.faults.killing import kill_often, look, prepare
from tests.faults.loopback import can_be_tried
from tests.faults.postgres_faults import replica_takes_over, tls
from tests.faults.row import Row
from tests.faults.server import own_server, restart
from tests.faults.terminal import line_drops
from tests.support.desk import AT, act
from tests.support.postgres import fresh_database

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
NOTE = AddNote("001", "rang")


def refused(work: Callable[[], object]) -> str:
    """Return the words with which a piece of work was refused."""
    try:
        work()
    except RecallError as fault:
        return fault.words
    return "(nothing was said: it was done)"


def goes_on(store: SqlStore, known: set[str] | None = None) -> str:
    """Return what is true after a fault: whole, and writable again."""
    wrong = look(store, known or set())
    act(store, NOTE)
    return "; ".join(wrong) if wrong else "nothing lost, store whole; the next change was saved"


@contextmanager
def small_disk(megabytes: int) -> Generator[Path]:
    """Give a folder on a disk of its own."""
    folder = Path(tempfile.mkdtemp(prefix="recall-fault-"))
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    subprocess.run(["/usr/bin/mount", *options], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["/usr/bin/umount", "-l", str(folder)], check=True)
        folder.rmdir()


def disk_full() -> Row:
    """Fill the disk under an open session."""
    with small_disk(6) as folder:
        url = f"sqlite:///{folder / 'recall.db'}"
        prepare(url)
        with closing(open_store(url)) as store:
            act(store, NOTE)
            ballast = folder / "ballast"
            with ballast.open("wb", buffering=0) as stream:
                for size in (65_536, 4_096, 512, 1):
                    while _write(stream.fileno(), size):
                        pass
            before = store.revision()
            words = refused(lambda: [act(store, AddNote("001", "x" * 400)) for _ in range(400)])
            notes = store.revision() - before
            ballast.unlink()
            return Row(
                "disk full", "SQLite", words, f"{notes} changes fitted, all kept; {goes_on(store)}"
            )


def _write(handle: int, size: int) -> bool:
    try:
        os.write(handle, b"\0" * size)
    except OSError:
        return False
    return True


def read_only() -> Row:
    """Make the file system read-only under an open session."""
    with small_disk(8) as folder:
        url = f"sqlite:///{folder / 'recall.db'}"
        prepare(url)
        remount = ["/usr/bin/mount", "-o"]
        subprocess.run([*remount, "remount,ro", str(folder)], check=True)
        again = refused(lambda: open_store(url))
        said = f"at the start: “{again}”; on a change: “{_under_way(url, folder, remount)}”"
        subprocess.run([*remount, "remount,rw", str(folder)], check=True)
        with closing(open_store(url)) as store:
            return Row("read-only file system", "SQLite", said, goes_on(store))


def _under_way(url: str, folder: Path, remount: list[str]) -> str:
    """Return what an open session is told when its file system becomes read-only."""
    subprocess.run([*remount, "remount,rw", str(folder)], check=True)
    with closing(open_store(url)) as store:
        act(store, NOTE)
        store.database.engine.dispose()
        subprocess.run([*remount, "remount,ro", str(folder)], check=True)
        return refused(lambda: act(store, NOTE))


def gone_and_back(folder: Path) -> Row:
    """Move the file away under an open session, and back."""
    file = folder / "gone.db"
    url = f"sqlite:///{file}"
    prepare(url)
    with closing(open_store(url)) as store:
        news: Queue[News] = Queue()
        watch = store.watch(news.put)
        news.get(timeout=10)
        store.database.engine.dispose()
        file.rename(folder / "elsewhere.db")
        seen = news.get(timeout=10).trouble
        words = f"screen: “{seen}”; on a change: “{refused(lambda: act(store, NOTE))}”"
        (folder / "elsewhere.db").rename(file)
        while news.get(timeout=20).trouble:
            pass
        watch.close()
        return Row(
            "store gone, and back", "SQLite", words, f"banner goes by itself; {goes_on(store)}"
        )


def server_restarted() -> Iterator[Row]:
    """Restart Postgres under an open session; then stop it for good for a while."""
    with own_server() as server:
        url = server.get_uri()
        prepare(url)
        with closing(open_store(url)) as store:
            news: Queue[News] = Queue()
            watch = store.watch(news.put)
            news.get(timeout=10)
            act(store, NOTE)
            restart(server)
            said = refused(lambda: act(store, NOTE))
            yield Row("Postgres restarted under an open session", "Postgres", said, goes_on(store))
            restart(server, "stop")
            seen = news.get(timeout=20).trouble
            while not seen:
                seen = news.get(timeout=20).trouble
            words = f"screen: “{seen}”; on a change: “{refused(lambda: act(store, NOTE))}”"
            restart(server, "start")
            while news.get(timeout=30).trouble:
                pass
            watch.close()
            yield Row(
                "Postgres away, and back", "Postgres", words, f"banner goes; {goes_on(store)}"
            )


def clock_set_back(url: str, engine: str) -> Row:
    """Decide at 10:42, then at 09:42, as a clock that was set back would have it."""
    with closing(open_store(url)) as store:
        act(store, NOTE)
        act(store, AddNote("001", "an hour earlier, yet later"), minutes=-60)
        statement = text("SELECT payload FROM event ORDER BY seq DESC LIMIT 1")
        newest = store.database.read(lambda one: one.execute(statement).scalar_one())
        in_order = "yet later" in newest
        then = "decisions stay in the order of their numbers" if in_order else "ORDER LOST"
        return Row(
            "clock set back by an hour",
            engine,
            clock_banners(store.database.audit, AT - timedelta(hours=1))[0],
            f"{then}; {goes_on(store)}",
        )


def second_version(url: str, engine: str) -> Row:
    """Let a newer program have changed the tables under an open session."""
    with closing(open_store(url)) as store:
        change = "UPDATE alembic_version SET version_num = '{}'"
        found = text("SELECT version_num FROM alembic_version")
        present = store.database.read(lambda one: one.execute(found).scalar_one())
        store.database.write(lambda one: one.execute(text(change.format("9999"))))
        words = refused(lambda: open_store(url))
        act(store, NOTE)
        store.database.write(lambda one: one.execute(text(change.format(present))))
        then = "sessions that are open go on; starting the older program is refused"
        return Row(
            "a second, newer version of the program", engine, words, f"{then}; {goes_on(store)}"
        )


def _a_share(_path: Path, _mounts: Path = Path()) -> str:
    return "cifs"


def network_share(folder: Path) -> Iterator[Row]:
    """Open a store on what the kernel calls a share."""
    file, real = folder / "share.db", sqlite.file_system_type
    prepare(f"sqlite:///{file}")
    sqlite.file_system_type = _a_share
    try:
        words = refused(lambda: open_database(str(file)))
        yield Row("SQLite on a network share (by the kernel's type)", "SQLite", words, "not opened")
        with closing(open_database(str(file), allow_network_sqlite=True)) as database:
            yield Row(
                "the same, allow_network_sqlite = true", "SQLite", database.banners[0],
                "rollback journal, full sync, locks proved with a second process at each start",
            )  # fmt: skip
    finally:
        sqlite.file_system_type = real


def damaged(folder: Path) -> Row:
    """Overwrite the middle of the file."""
    file = folder / "damaged.db"
    url = f"sqlite:///{file}"
    prepare(url)
    content = bytearray(file.read_bytes())
    content[100:4096] = b"\xff" * 3996
    file.write_bytes(content)
    return Row("file damaged", "SQLite", refused(lambda: open_store(url)), "recall restore FILE")


def killed(url: str, engine: str, folder: Path, times: int) -> Row:
    """Kill at random points."""
    before = folder / f"backups-{engine}"
    before.mkdir()
    found = kill_often(url, before, times)
    during = ", ".join(f"{kind} {count}" for kind, count in sorted(found.during.items()))
    words = f"{found.kills} kills: {during}; {found.acknowledged} commands acknowledged"
    then = "; ".join(found.wrong[:5]) or (
        "after each: integrity and foreign keys sound, none lost, no half command, every state "
        "what its decisions add up to, every finished backup restorable, the next backup good"
    )
    return Row("kill -9 at random points", engine, words, then)


def rows(folder: Path, kills: int) -> Iterator[Row]:
    """Make every fault."""
    if os.getuid() == 0:
        yield disk_full()
        yield read_only()
    yield gone_and_back(folder)
    yield from server_restarted()
    if can_be_tried():
        folder.chmod(0o755)  # the server's own login reads its certificate there
        yield from replica_takes_over(folder)
        yield from tls(folder)
    else:
        yield Row("a replica takes over; TLS", "Postgres", "(not tried)", "no whole Postgres here")
    with fresh_database() as server:
        stores = {"SQLite": f"sqlite:///{folder / 'recall.db'}", "Postgres": server}
        for engine, url in stores.items():
            prepare(url)
            yield clock_set_back(url, engine)
            yield nights_of_the_clock_change(url, engine, goes_on)
            yield second_version(url, engine)
        yield from network_share(folder)
        yield damaged(folder)
        yield line_drops(folder)
        for engine, url in stores.items() if kills else ():
            yield killed(url, engine, folder, kills)


def only_killed(folder: Path, kills: int) -> Iterator[Row]:
    """Kill at random points of both engines, and make no other fault."""
    with fresh_database() as server:
        stores = {"SQLite": f"sqlite:///{folder / 'recall.db'}", "Postgres": server}
        for engine, url in stores.items():
            prepare(url)
            yield killed(url, engine, folder, kills)


def with_rows(before: str, found: list[Row]) -> str:
    """Return the page with these rows in the place of those of the same fault and store."""
    lines = before.splitlines()
    for one in found:
        same = f"| {one.fault} | {one.engine} |"
        lines = [_line(one) if line.startswith(same) else line for line in lines]
    return "\n".join([*lines, ""])


def _line(one: Row) -> str:
    return f"| {one.fault} | {one.engine} | {one.words} | {one.then} |"


def page(found: list[Row]) -> str:
    """Return docs/faults.md."""
    lines = [
        "# Faults, and what is shown",
        "",
        "Made by `make faults`: each fault was made on purpose; the words are as they were shown.",
        "",
        "| fault | store | what is shown | what holds |",
        "|---|---|---|---|",
    ]
    lines += [_line(one) for one in found]
    told = re.sub(r"/tmp/recall-[\w-]+", "/srv/recall", "\n".join([*lines, ""]))  # noqa: S108 - what is replaced
    return re.sub(r"\brecall_[0-9a-f]{32}\b", "recall", told)


def main() -> None:
    """Make the faults and write the page."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    only = "only" in sys.argv[2:]
    folder = Path(tempfile.mkdtemp(prefix="recall-faults-"))
    found: list[Row] = []
    try:
        for row in only_killed(folder, kills) if only else rows(folder, kills):
            print(f"{row.fault} ({row.engine})\n  {row.words}\n  {row.then}", flush=True)
            found.append(row)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text_now = with_rows(PAGE.read_text(encoding="utf-8"), found) if only else page(found)
    PAGE.write_text(text_now, encoding="utf-8")


if __name__ == "__main__":
    main()
