"""On what kind of file system a SQLite store lies, and whether locks work there."""

import os
import subprocess
import sys
from pathlib import Path

from recall_tui.errors import StoreTrouble
from storage.driver import SQLITE

NETWORK_TYPES = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "drvfs",
        "gfs2",
        "lustre",
        "ncpfs",
        "ocfs2",
        "prl_fs",
        "vboxsf",
        "vmhgfs",
        "virtiofs",
    }
)
NETWORK_STARTS = ("nfs", "smb", "fuse.", "fuseblk", "gluster")
MOUNTS = Path("/proc/self/mountinfo")

_LOCK_TEST_SECONDS = 20
_OTHER_PROCESS = """
import importlib, sys
driver = importlib.import_module("pysqlite3.dbapi2")
connection = driver.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
except driver.OperationalError:
    print("refused")
else:
    print("let in")
"""


def file_system_type(path: Path, mounts: Path = MOUNTS) -> str:
    """Return the type of the file system on which ``path`` lies; empty when it is not known."""
    if not mounts.exists():
        return ""
    target = os.path.realpath(path)
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        point = _unescaped(before.split()[4])
        inside = point in {"/", target} or target.startswith(f"{point}/")
        if inside and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind


def is_network_type(kind: str) -> bool:
    """Whether a file system type is one that other machines share."""
    return kind in NETWORK_TYPES or kind.startswith(NETWORK_STARTS)


def check_locks(folder: Path) -> None:
    """Prove with a second process that locks exclude in ``folder``.

    Raises:
        StoreTrouble: a second process was let in, or did not answer.
    """
    probe = folder / f".recall-lock-test-{os.getpid()}"
    connection = SQLITE.connect(os.fspath(probe), timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("CREATE TABLE probe (x)")
        connection.execute("BEGIN IMMEDIATE")
        answer = _ask_other_process(probe)
        connection.execute("ROLLBACK")
    finally:
        connection.close()
        probe.unlink(missing_ok=True)
    if answer != "refused":
        raise StoreTrouble(
            f"locks do not work in {folder}: two people could overwrite each other; "
            "use a local disk of the server, or Postgres"
        )


def _ask_other_process(probe: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own text
            [sys.executable, "-c", _OTHER_PROCESS, os.fspath(probe)],
            capture_output=True,
            text=True,
            timeout=_LOCK_TEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "no answer"
    return done.stdout.strip()


def _unescaped(text: str) -> str:
    for code, mark in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, mark)
    return text
