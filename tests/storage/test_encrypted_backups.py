"""Encrypted backups: nobody reads them without the key, and with it they restore like any other."""

import os
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from recall_tui.domain.commands import AddNote
from recall_tui.errors import BadInput, Refused, StoreTrouble, UsageProblem
from storage.backing_up import PLAIN, Sealing, back_up, rotate
from storage.copying import differences
from storage.encrypting import decrypt, encrypt, identity_of, is_encrypted
from storage.engine import open_database
from storage.restoring import held, opened_backup, restore
from storage.store import SqlStore
from tests.cli.conftest import planned_store, recall
from tests.cli.running import Runner
from tests.storage.test_restoring import as_it_begins, elsewhere, practice, prints_of, wanted
from tests.support.desk import act
from tests.support.stocked import filled_by

filling = filled_by(as_it_begins, "practice")

__all__ = ["elsewhere", "planned_store", "practice", "recall"]

AGE: Any = __import__("pyrage")
"""It has no types."""


@pytest.fixture
def pair() -> tuple[str, str]:
    """Give a secret and a public key."""
    return new_pair()


def new_pair() -> tuple[str, str]:
    """Return a new secret and its public key."""
    made = AGE.x25519.Identity.generate()
    return str(made), str(made.to_public())


OTHER = new_pair()[0]


def test_it_restores_with_the_key_only(
    practice: SqlStore, pair: tuple[str, str], tmp_path: Path
) -> None:
    """Mode 0600, nothing of the records in it, the same rows with the key, one line without."""
    secret, public = pair
    act(practice, AddNote("003", "words to be found nowhere"))
    file, scratch = tmp_path / "usb" / "one.db.age", tmp_path / "private"
    for folder in (file.parent, scratch):
        folder.mkdir()
    done = back_up(practice.database, file, sealing=Sealing((public,), scratch))
    assert (done.tried, done.size) == (True, file.stat().st_size)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert is_encrypted(file)
    assert b"found nowhere" not in file.read_bytes()
    assert [*scratch.iterdir(), *file.parent.iterdir()] == [file]
    with opened_backup(file, practice.database, lambda: secret) as backup:
        assert differences(prints_of(practice.database), prints_of(backup)) == ()
        assert held(backup)[0].code == "A12345"
        with closing(open_database(str(tmp_path / "scratch.db"))) as empty:
            restore(backup, empty, wanted(tmp_path))
            assert held(empty) == held(backup)
    for key, words in ((lambda: OTHER, "not encrypted for this identity"), (None, "--identity")):
        given = {"identity": key} if key else {}
        with pytest.raises(Refused, match=words), opened_backup(file, practice.database, **given):
            pass


def test_several_may_read_it(tmp_path: Path) -> None:
    """Each recipient reads it: the server's owner, and a second key kept in a safe."""
    pairs = [new_pair(), new_pair()]
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(os.urandom(200_000))
    encrypt(plain, sealed, [public for _secret, public in pairs])
    for number, (secret, _public) in enumerate(pairs):
        decrypt(sealed, tmp_path / f"back-{number}", f"# a note\n{secret}\n")
        assert (tmp_path / f"back-{number}").read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty"])
def test_a_damaged_one(pair: tuple[str, str], tmp_path: Path, damage: str) -> None:
    """One bit that turned, or an end that is missing, is found, wherever it is."""
    secret, public = pair
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(os.urandom(300_000))
    encrypt(plain, sealed, [public])
    content = bytearray(sealed.read_bytes())
    content[250_000] ^= damage == "flipped"
    kept = {"flipped": len(content), "cut": 200_000, "empty": 30}[damage]
    sealed.write_bytes(content[:kept])
    with pytest.raises(StoreTrouble, match="damaged: try an older backup"):
        decrypt(sealed, tmp_path / "back", secret)


def test_names_and_keys_that_do_not_fit(
    practice: SqlStore, pair: tuple[str, str], tmp_path: Path
) -> None:
    """Refused before anything is written: a wrong ending, no public key, a secret one."""
    secret, public = pair
    file = tmp_path / "one.db"
    for place, sealing, words in (
        (file, Sealing((public,)), r"ends in \.age: name it one\.db\.age"),
        (file.with_suffix(".db.age"), PLAIN, "nobody is named for whom to encrypt"),
        (file.with_suffix(".db.age"), Sealing((secret,)), "that is a secret key"),
        (file.with_suffix(".db.age"), Sealing(("age1nobody",)), "age1nobody is no public key"),
    ):
        with pytest.raises(UsageProblem, match=words):
            back_up(practice.database, place, sealing=sealing)
    assert not [*tmp_path.glob("*.age"), *tmp_path.glob(".recall*")]
    for name in ("recall-20261101-1.db.age", "recall-20261102-1.db", "recall-20261103-1.db.age"):
        (tmp_path / name).touch()
    assert rotate(tmp_path, 1) == ("recall-20261101-1.db.age", "recall-20261102-1.db")


def test_the_identity_is_a_private_file(pair: tuple[str, str], tmp_path: Path) -> None:
    """A key that others can read, that is an argument, or that is none, is refused."""
    secret, _public = pair
    file = tmp_path / "key"
    file.write_text(f"{secret}\n")
    file.chmod(0o640)
    with pytest.raises(Refused, match="others can read the identity key: chmod 600"):
        identity_of(file)
    file.chmod(0o600)
    assert identity_of(file).strip() == secret
    with pytest.raises(UsageProblem, match="a key is never an argument"):
        identity_of(Path(secret))
    with pytest.raises(BadInput, match="cannot be read"):
        identity_of(tmp_path / "none")
    for text in ("", "# nothing", "hello"):
        with pytest.raises(BadInput, match="given as identity"):
            decrypt(file, tmp_path / "x", text)


def test_on_the_command_line(recall: Runner, pair: tuple[str, str], tmp_path: Path) -> None:
    """Of `--encrypt-to` and `--identity`, or a typed key; the audit says it was encrypted."""
    secret, public = pair
    key = tmp_path / "key"
    key.write_text(secret)
    key.chmod(0o600)
    file = tmp_path / "one.db.age"
    recall.ok("backup", str(file), "--encrypt-to", public)
    recall.ok("note", "101", typed="rang")
    lost = recall("restore", str(file), "--identity", str(key))
    assert (lost.code, "1 decision" in lost.fault) == (4, True)
    assert "put back" in recall.ok("restore", str(file), "--yes", typed=f"{secret}\n").out
    assert "not encrypted for" in recall("restore", str(file), "--yes", typed=OTHER).fault
    assert secret not in recall("restore", str(file), "--identity", secret).fault
    recall.ok("backup", str(tmp_path / "two.db.age"), "--encrypt-to", public)
    told = recall.ok("audit", "export", "--json").objects
    (made,) = [one for one in told if one["action"] == "backup"]
    assert made["details"]["encrypted"] is True
