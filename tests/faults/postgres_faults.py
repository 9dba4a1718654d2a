"""Faults of a Postgres site: a replica takes over; TLS that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue
from threading import Event

from sqlalchemy import text

from recall_tui.domain.commands import AddNote
from recall_tui.errors import RecallError
from recall_tui.views.news import News
from storage.engine import open_database
from storage.store import SqlStore, open_store
from tests.faults.killing import look, prepare
from tests.faults.loopback import HOST, USER, Loopback, certificates, servers
from tests.faults.row import Row
from tests.support.desk import act

NAME = "localhost"
NOTE = AddNote("001", "rang")
PATIENCE = 60


def said(work: Callable[[], object]) -> str:
    """Return the words with which a piece of work was refused."""
    try:
        work()
    except RecallError as fault:
        return fault.words
    return "(nothing was said: it was done)"


def replica_takes_over(folder: Path) -> Iterator[Row]:
    """Let the main server crash under an open session, and its replica take its place."""
    with servers(folder / "replicas", 2) as (main, replica):
        main.make("wal_level = replica")
        hosts = f"host={HOST},{HOST}&port={main.port},{replica.port}"
        both = f"postgresql://{USER}@/recall?{hosts}&target_session_attrs=read-write"
        prepare(both)
        replica.copy_of(main)
        copy = f"postgresql://{USER}@{HOST}:{replica.port}/recall"
        with closing(open_store(copy)) as reader:
            found = f"it is read ({len(reader.find_by_number('001'))} found by number)"
            yield Row(
                "working on a replica by mistake", "Postgres",
                said(lambda: act(reader, NOTE)), f"{found}; nothing is written",
            )  # fmt: skip
        yield _taken_over(main, replica, both)


def _taken_over(main: Loopback, replica: Loopback, both: str) -> Row:
    with closing(open_store(both)) as store:
        news: Queue[News] = Queue()
        watch = store.watch(news.put)
        known = {act(store, NOTE).command_id for _ in range(20)}
        _wait_until_copied(main, replica)
        main.stop("immediate")
        trouble = ""
        while not trouble:
            trouble = news.get(timeout=PATIENCE).trouble
        words = f"screen: “{trouble}”; on a change: “{said(lambda: act(store, NOTE))}”"
        replica.promote()
        while news.get(timeout=PATIENCE).trouble:
            pass
        watch.close()
        return Row(
            "Postgres crashes, its replica takes over (both named in the URL, "
            "target_session_attrs=read-write)", "Postgres", words,
            f"the same session goes on there by itself, banner goes; {_whole(store, known)}",
        )  # fmt: skip


def _wait_until_copied(main: Loopback, replica: Loopback) -> None:
    """Wait until the replica has what was acknowledged; streaming is a moment behind."""
    place = f"postgresql://{USER}@{HOST}:{{}}/recall"
    count = text("SELECT count(*) FROM event")
    for _ in range(100):
        found: list[int] = []
        for one in (main, replica):
            with closing(open_database(place.format(one.port))) as database:
                found.append(database.read(lambda c: c.execute(count).scalar_one()))
        if found[0] == found[1]:
            return
        Event().wait(0.1)


def _whole(store: SqlStore, known: set[str]) -> str:
    wrong = look(store, known)
    act(store, NOTE)
    return "; ".join(wrong) if wrong else "nothing lost, store whole; the next change was saved"


def tls(folder: Path) -> Iterator[Row]:
    """Connect by TLS with verify-full: rightly, by a wrong name, and to what is not encrypted."""
    made = certificates(folder / "certificates", NAME)
    with servers(folder / "tls", 1) as (server,):
        settings = [f"ssl_{one}_file = '{made / name}'" for one, name in
                    (("cert", "s.crt"), ("key", "s.key"))]  # fmt: skip
        server.make("ssl = on", *settings, f"listen_addresses = '{NAME}'")
        whole = f"sslmode=verify-full&sslrootcert={made / 'ca.crt'}"
        place = f"postgresql://{USER}@{{}}:{server.port}/recall?{{}}"
        url = place.format(NAME, whole)
        prepare(url)
        with closing(open_store(url)) as store:
            asked = text("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            version = store.database.read(lambda one: one.execute(asked).scalar_one())
            yield Row("TLS, verify-full", "Postgres", "(nothing needs to be said)",
                      f"{version}; {_whole(store, set())}")  # fmt: skip
        wrong_name = said(lambda: open_store(place.format(HOST, whole)))
        yield Row("TLS: the certificate is another server's", "Postgres", wrong_name, "not opened")
        other = certificates(folder / "strangers", NAME) / "ca.crt"
        stranger = place.format(NAME, f"sslmode=verify-full&sslrootcert={other}")
        yield Row("TLS: an authority that is not ours", "Postgres",
                  said(lambda: open_store(stranger)), "not opened")  # fmt: skip
        _allow(server, "hostssl")
        plain = said(lambda: open_store(place.format(NAME, "sslmode=disable")))
        yield Row("TLS: a client without, where the server wants it", "Postgres", plain,
                  "not opened")  # fmt: skip
        server.stop()
        (server.data / "pg_hba.conf").write_text("host all all all trust\n", encoding="ascii")
        server.set("ssl = off")
        server.start()
        yield Row("TLS: a server without, where the client wants it (downgrade)", "Postgres",
                  said(lambda: open_store(url)), "not opened")  # fmt: skip


def _allow(server: Loopback, kind: str) -> None:
    server.stop()
    (server.data / "pg_hba.conf").write_text(f"{kind} all all all trust\n", encoding="ascii")
    server.start()
