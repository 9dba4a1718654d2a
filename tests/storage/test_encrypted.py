"""A store that is encrypted at rest: with the key all works, without it nothing can be read."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from recall_tui.errors import StoreTrouble
from storage import store_key
from storage.driver import MAGIC, is_plain

ROOT = Path(__file__).parents[2]
READ = """
import sys
from recall_tui.errors import RecallError
try:
    from storage.engine import open_database
    open_database(sys.argv[1], create=False)
except RecallError as fault:
    print(fault.words)
"""


def key_file(folder: Path, name: str = "key") -> Path:
    """Write a new key and return its file."""
    file = folder / name
    file.write_text(secrets.token_hex(32), encoding="ascii")
    file.chmod(0o600)
    return file


def run(*words: str, key: str) -> subprocess.CompletedProcess[str]:
    """Run Python with a key named; what it prints on either stream."""
    environ = {**os.environ, store_key.KEY_FROM: key}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *words], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


KEYRING = """
import sys
import keyring
from storage.engine import open_database
keyring.set_password("recall-tui", "store", sys.argv[2])
open_database(sys.argv[1]).close()
"""

ASK_THREE = """
import os
import sys
import keyring
from keyring.backends.fail import Keyring
from recall_tui.errors import RecallError
from storage.engine import open_database

def ask(backend, file):
    keyring.set_keyring(backend)
    os.environ["TEST_KEYRING"] = file
    try:
        open_database(sys.argv[1], create=False).close()
    except RecallError as fault:
        print(fault.words)
    else:
        print("opened")

usual, file = keyring.get_keyring(), os.environ["TEST_KEYRING"]
ask(usual, file + "-another")
ask(Keyring(), file)
ask(usual, file)
"""


def test_the_key_in_a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the real library: what it holds opens the store; one line where it holds nothing."""
    place, key = tmp_path / "store" / "recall.db", secrets.token_hex(32)
    place.parent.mkdir(mode=0o700)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.storage.file_keyring.FileKeyring")
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring"))
    made = run("-c", KEYRING, str(place), key, key="keyring")
    assert (made.returncode, made.stderr) == (0, "")
    assert not is_plain(place)
    assert key not in "".join(str(file) for file in tmp_path.rglob("*"))
    asked = run("-c", ASK_THREE, str(place), key="keyring")
    nothing, no_keyring, opened = asked.stdout.splitlines()
    assert "the keyring holds no key" in nothing
    assert "no keyring answers here (NoKeyringError)" in no_keyring
    assert (opened, asked.stderr) == ("opened", "")


def test_a_life_with_a_key(tmp_path: Path) -> None:
    """Written, looked up, backed up, restored and moved with its key; without it nothing opens."""
    keys, place = tmp_path / "keys", tmp_path / "store"
    keys.mkdir()
    place.mkdir(mode=0o700)
    done = run("-m", "tests.storage.encrypted_process", str(place), key=f"file:{key_file(keys)}")
    assert done.stderr == ""
    said = done.stdout.splitlines()
    assert said[1:3] == ["sound True", "backup tried True"]
    assert said[4:6] == ["moved True", "nothing readable"]
    for line, begins, holds in ((0, "found", "Surname"), (3, "backup holds", "1 patient"),
                                (6, "quick", "Surname")):  # fmt: skip
        assert said[line].startswith(begins)
        assert holds in said[line]
    for name in ("recall.db", "backup.db", "moved.db"):
        assert not is_plain(place / name)
    other = run("-c", READ, str(place / "recall.db"), key=f"file:{key_file(keys, 'other')}")
    assert "is encrypted with another key" in other.stdout
    none = run("-c", READ, str(place / "recall.db"), key="")
    assert "is not a recall store (or is encrypted): check the path" in none.stdout
    assert other.stderr == none.stderr == ""


def test_where_a_key_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a systemd credential or a prompt give the key; it must be private, and a key."""
    file = key_file(tmp_path)
    key = file.read_text(encoding="ascii")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    def typed(_prompt: str) -> str:
        return f" {key.upper()}\n"

    monkeypatch.setattr("getpass.getpass", typed)
    for source in (f"file:{file}", "credential:key", "prompt"):
        monkeypatch.setattr(store_key, "_KNOWN", {})
        monkeypatch.setenv(store_key.KEY_FROM, source)
        assert store_key.store_key() == key
    file.chmod(0o604)
    wrong = {
        f"file:{file}": "every login of this server can read",
        "file:/none": "cannot be read from /none: No such file",
        "credential:../key": "is not understood",
        key: "is not understood: give file:PATH",
    }
    for source, words in wrong.items():
        monkeypatch.setattr(store_key, "_KNOWN", {})
        monkeypatch.setenv(store_key.KEY_FROM, source)
        with pytest.raises(StoreTrouble, match=words) as refused:
            store_key.store_key()
        assert key not in refused.value.words
    file.chmod(0o600)
    file.write_text("beef", encoding="ascii")
    monkeypatch.setenv(store_key.KEY_FROM, f"file:{file}")
    with pytest.raises(StoreTrouble, match="64 hexadecimal digits"):
        store_key.store_key()


def test_plain_is_told_apart(tmp_path: Path) -> None:
    """A store is plain if its file begins as SQLite's do; one that is not there is not."""
    file = tmp_path / "recall.db"
    assert not is_plain(file)
    file.write_bytes(MAGIC + b"rest")
    assert is_plain(file)
