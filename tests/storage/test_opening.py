"""Opening a store: private files, safe pragmas, and one line for what cannot be opened."""

import logging
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from recall_tui.errors import StoreTrouble, UsageProblem
from storage import network, sqlite
from storage.driver import SQLITE, may_use_wal
from storage.engine import open_database
from storage.practices import add_practice
from storage.store import open_store
from storage.work import Database
from tests.storage.conftest import MADE_AT


def test_new_file_is_private(tmp_path: Path) -> None:
    """A new store and its folder can be read by their owner only."""
    path = tmp_path / "own" / "recall.db"
    open_database(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_readable_by_others_is_said(tmp_path: Path) -> None:
    """A store that other logins can read is opened with a banner."""
    path = tmp_path / "recall.db"
    open_database(str(path)).close()
    path.chmod(0o644)
    with closing(open_database(str(path))) as database:
        assert "Other logins" in database.banners[0]


def test_drivers_say_nothing_themselves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """A connection that cannot be closed prints no traceback: what matters this program says."""
    open_database(str(tmp_path / "recall.db")).close()
    for name in ("sqlalchemy.pool.impl.QueuePool", "psycopg.pool"):
        logging.getLogger(name).error("Exception closing connection")
    assert (caplog.records, capsys.readouterr().err) == ([], "")


def test_pragmas(tmp_path: Path) -> None:
    """Every connection keeps its promises: WAL, full sync, foreign keys, ten seconds' patience."""
    with closing(open_database(str(tmp_path / "recall.db"))) as database:

        def unit(connection: Connection) -> list[object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            names += ("trusted_schema", "cell_size_check")
            return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

        assert database.read(unit) == ["wal", 2, 1, 10000, 0, 1]


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_write_ahead_only_where_it_is_safe(version: tuple[int, ...], is_safe: bool) -> None:  # noqa: FBT001 - a case
    """Write-ahead logging is used only with a SQLite that does not lose acknowledged rows."""
    assert may_use_wal(version) is is_safe


def test_old_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old SQLite works in its slower safe mode, and refuses a file that is in the other."""
    monkeypatch.setattr(sqlite, "library_version", lambda: (3, 40, 1))
    path = tmp_path / "recall.db"
    with closing(open_database(str(path))) as database:
        assert "slower safe mode" in database.banners[0]
        mode = text("PRAGMA journal_mode")
        assert database.read(lambda connection: connection.execute(mode).scalar()) == "delete"
    with closing(SQLITE.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    with pytest.raises(StoreTrouble, match=r"SQLite 3\.40\.1 may lose what is in"):
        open_database(str(path))


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is no database is refused in one line."""
    path = tmp_path / "recall.db"
    path.write_text("Dear Sir or Madam, this is a letter and not a database at all. " * 20)
    with pytest.raises(StoreTrouble, match="is not a recall store"):
        open_database(str(path))


def test_somebody_elses_database(tmp_path: Path) -> None:
    """A database of another program is left alone."""
    path = tmp_path / "other.db"
    with closing(SQLITE.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title)")
    with pytest.raises(StoreTrouble, match="but not a recall store"):
        open_database(str(path))


def test_damaged(tmp_path: Path) -> None:
    """A damaged store is said to be damaged, not shown a traceback for."""
    path = tmp_path / "recall.db"
    open_database(str(path)).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    with pytest.raises(StoreTrouble, match="is damaged"):
        open_database(str(path))


def test_missing(tmp_path: Path) -> None:
    """A store that is not there is not made by merely reading."""
    path = tmp_path / "none.db"
    with pytest.raises(StoreTrouble, match="recall init"):
        open_store(str(path))
    assert not path.exists()


def test_a_store_that_has_gone_is_not_made_anew(tmp_path: Path) -> None:
    """A file that is moved away under an open session is missed, not replaced by an empty one."""
    path = tmp_path / "recall.db"
    with closing(open_database(str(path))) as database:
        database.engine.dispose()
        path.rename(tmp_path / "elsewhere.db")
        with pytest.raises(StoreTrouble, match="cannot be opened"):
            add_practice(database, "A12345", "x", MADE_AT)
        assert not path.exists()


def test_folder_instead_of_file(tmp_path: Path) -> None:
    """A path that cannot be opened says why."""
    with pytest.raises(StoreTrouble, match="cannot be opened"):
        open_database(str(tmp_path))


@pytest.mark.parametrize("url", ["mysql://host/recall", "sqlite://", "nonsense://x"])
def test_other_urls(url: str) -> None:
    """A URL that is none of ours is refused in one line without its text."""
    with pytest.raises(StoreTrouble):
        open_database(url)


def test_server_away() -> None:
    """A server that is not there is noticed within seconds and named without the password."""
    with pytest.raises(StoreTrouble) as trouble:
        open_database("postgresql://jo:secret@127.0.0.1:9/recall")
    assert "recall on 127.0.0.1" in trouble.value.words
    assert "secret" not in trouble.value.words


def test_locked(tmp_path: Path) -> None:
    """A store that another program holds is said to be locked."""
    path = tmp_path / "recall.db"
    database = open_database(str(path))
    with closing(SQLITE.connect(path, isolation_level=None)) as other, closing(database):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreTrouble, match="is locked by another program"):
            add_practice(_impatient(database), "A12345", "x", MADE_AT)


def _impatient(database: Database) -> Database:
    """Return the database with connections that do not wait for a lock."""

    def hurry(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")

    database.read(hurry)
    return database


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:30 / /srv/share rw,relatime - cifs //server/share rw
31 22 0:31 / /srv/my\\040disk rw,relatime - fuse.sshfs host: rw
32 22 0:32 / /srv/share/local rw,relatime - ext4 /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("path", "kind", "is_network"),
    [
        ("/home/recall.db", "ext4", False),
        ("/srv/share/recall.db", "cifs", True),
        ("/srv/shared/recall.db", "ext4", False),
        ("/srv/my disk/recall.db", "fuse.sshfs", True),
        ("/srv/share/local/recall.db", "ext4", False),
    ],
)
def test_file_system_type(tmp_path: Path, path: str, kind: str, is_network: bool) -> None:  # noqa: FBT001 - a case
    """A network folder is known by the type of its file system, not by its path."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert network.file_system_type(Path(path), mounts) == kind
    assert network.is_network_type(kind) is is_network


def test_network_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network folder is refused with advice; a practice that insists gets the safe journal."""

    def is_share(_path: Path) -> str:
        return "cifs"

    monkeypatch.setattr(sqlite, "file_system_type", is_share)
    path = tmp_path / "recall.db"
    with pytest.raises(StoreTrouble, match="or use Postgres"):
        open_database(str(path))
    with closing(open_database(str(path), allow_network_sqlite=True)) as database:
        assert "network folder (cifs)" in database.banners[0]
        mode = text("PRAGMA journal_mode")
        assert database.read(lambda connection: connection.execute(mode).scalar()) == "delete"
    tried: list[Path] = []
    monkeypatch.setattr(sqlite, "check_locks", tried.append)
    open_database(str(path), allow_network_sqlite=True).close()
    assert tried == [tmp_path]


def test_locks_that_do_not_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a second process is let in although we hold the lock, the store is refused."""
    blind = network._OTHER_PROCESS.replace("sys.argv[1]", "':memory:'")  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the process that a broken share would give
    network.check_locks(tmp_path)
    monkeypatch.setattr(network, "_OTHER_PROCESS", blind)
    with pytest.raises(StoreTrouble, match="locks do not work"):
        network.check_locks(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_choosing_a_practice(database: Database, database_url: str) -> None:
    """The only practice needs no name; among several one must be named, and it must be there."""
    with pytest.raises(UsageProblem, match="holds no practice yet"):
        open_store(database_url)
    add_practice(database, "a12345", "One", MADE_AT)
    assert add_practice(database, "A12345", "again", MADE_AT).name == "One"
    with closing(open_store(database_url)) as store:
        assert store.practice.ods_code == "A12345"
    add_practice(database, "B12345", "Two", MADE_AT)
    with pytest.raises(UsageProblem, match=r"choose one with --practice \(A12345, B12345\)"):
        open_store(database_url)
    with pytest.raises(UsageProblem, match="practice C12345 is not in this store"):
        open_store(database_url, practice="c12345")


def test_quick_path_is_lean() -> None:
    """The look-up of one patient loads no SQLAlchemy, Polars, pydantic, Alembic or Textual."""
    code = (
        "import sys, recall_tui.quick, storage.lookup; print([name for name in "
        "('sqlalchemy', 'polars', 'pydantic', 'alembic', 'textual', 'psycopg', 'click', 'asyncio')"
        " if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
