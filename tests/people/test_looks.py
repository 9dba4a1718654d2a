"""Who looked at whom: noted on every way, also on the quick path, and put into the chain."""

import json
import os
import pwd
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from recall_tui.domain.rights import RIGHTS, Right
from recall_tui.errors import StoreTrouble
from recall_tui.look_log import LookLog
from recall_tui.quick import main
from recall_tui.views.audit import AuditEntry, Inquiry
from recall_tui.views.people import Member
from storage import looks
from storage.audit_verifying import verify
from storage.auditing import entries
from storage.draining import drain
from storage.engine import audit_keys_of
from storage.looks import folder_of
from storage.lookup import RESTRICTED_SEERS, SEERS
from storage.store import SqlStore
from storage.words import keep_words
from tests.support.desk import AT

ME = pwd.getpwuid(os.getuid()).pw_name


def enrol(store: SqlStore, login: str, role: str) -> None:
    """Give somebody a role."""
    store.write(lambda work: work.put_member(Member(login, "", role), by="ada", at=AT))


def known_as(store: SqlStore) -> str:
    """Return as whom the store knows this process."""
    return ME if store.database.is_sqlite else store.session_user()


def read(store: SqlStore, url: str, inquiry: Inquiry | None = None) -> list[AuditEntry]:
    """Return what the audit holds of looks: not how the chain and the practice began."""
    found = entries(url, store.practice.practice_id, inquiry or Inquiry())
    return [one for one in found if one.action not in {"chain begun", "import"}]


def test_quick_path(
    peopled: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A look by number waits in a private file and is in the chain after the next session."""
    enrol(peopled, known_as(peopled), "reception")
    words = {"recalls": {"diabetes": "Diabetes"}, "asked": {"diabetes": [["hba1c", "once", ""]]}}
    keep_words(peopled.database, peopled.practice.practice_id, words)
    assert main(["100", "--db", database_url]) == 0
    assert main(["explain", "100", "--db", database_url]) == 0
    assert "Drama" in capsys.readouterr().out
    waiting = peopled.database.audit.folder / "looks"
    assert waiting.stat().st_mode & 0o777 == 0o600
    assert len(waiting.read_text(encoding="utf-8").splitlines()) == 2
    assert drain(peopled) == 2
    assert not list(waiting.parent.glob("looks*"))
    looks = read(peopled, database_url)
    me = known_as(peopled)
    assert sorted((one.by, one.role, one.action, one.patient, one.origin) for one in looks) == [
        (me, "reception", "open", "100", "quick"),
        (me, "reception", "why", "100", "quick"),
    ]
    assert verify(database_url, "A12345", peopled.database.audit).is_sound


def test_drained_once(peopled: SqlStore, database_url: str) -> None:
    """Lines that were recorded already, before a crash could remove them, are not added again."""
    look = {
        "id": "a" * 32, "at": AT.isoformat(), "by": "al", "role": "reception",
        "practice": peopled.practice.practice_id, "action": "open", "patient": "100",
        "origin": "quick",
    }  # fmt: skip
    folder = peopled.database.audit.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("looks-1-x", "looks-2-x"):
        (folder / name).write_text(f"{json.dumps(look)}\n{{cut o", encoding="utf-8")
    assert drain(peopled) == 1
    assert len(read(peopled, database_url)) == 1


def test_a_look_noted_while_others_are_put_into_the_chain(
    peopled: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opened the file just before a session took it away is in the chain all the same."""
    look: dict[str, object] = {
        "id": "b" * 32, "at": AT.isoformat(), "by": "al", "role": "reception",
        "practice": peopled.practice.practice_id, "action": "open", "patient": "100",
        "origin": "quick",
    }  # fmt: skip
    write = os.write

    def late(descriptor: int, line: bytes) -> int:
        monkeypatch.setattr(looks.os, "write", write)
        drain(peopled)
        return write(descriptor, line)

    monkeypatch.setattr(looks.os, "write", late)
    looks.append(str(peopled.database.audit.folder), look)
    assert drain(peopled) == 1
    assert [one.patient for one in read(peopled, database_url)] == ["100"]


def test_looks_of_two_practices_do_not_wait_for_ever(peopled: SqlStore) -> None:
    """Each practice takes its own out of a file; the last one removes it."""
    folder, ours = peopled.database.audit.folder, peopled.practice.practice_id
    for number, practice in enumerate((ours, ours + 1)):
        one: dict[str, object] = {
            "id": f"{number}" * 32, "at": AT.isoformat(), "by": "al", "role": "reception",
            "practice": practice, "action": "open", "patient": "100", "origin": "quick",
        }  # fmt: skip
        looks.append(str(folder), one)
    assert drain(peopled) == 1
    left = list(folder.glob("looks*"))
    assert [one.stat().st_mode & 0o777 for one in left] == [0o600]
    kept = [json.loads(line) for one in left for line in one.read_text().splitlines()]
    assert [one["practice"] for one in kept] == [ours + 1]


def test_unknown_person_is_not_served_quickly(
    peopled: SqlStore, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is not known, or has no right to see, gets nothing on the quick path."""
    enrol(peopled, "ada", "admin")
    assert main(["100", "--db", database_url]) is None
    enrol(peopled, known_as(peopled), "auditor")
    assert main(["100", "--db", database_url]) is None
    assert capsys.readouterr().out == ""


def test_quick_path_knows_the_rights() -> None:
    """The names that the quick path keeps are those of the one table of rights."""
    assert {str(role) for role in RIGHTS if Right.SEE in RIGHTS[role]} == SEERS
    assert {str(role) for role in RIGHTS if Right.RESTRICTED in RIGHTS[role]} == RESTRICTED_SEERS


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/recall/recall.db", "/srv/recall/recall.db",
        "postgresql://jo:x@db.example:5433/recall%20two?sslmode=verify-full",
        "postgresql:///recall?host=%2Fvar%2Frun", "postgresql:///recall",
    ],
)  # fmt: skip
def test_same_folder(url: str, own_home: Path) -> None:
    """The quick path finds the audit folder that everything else uses."""
    data = own_home / ".local/share/recall-tui"
    assert folder_of(url, str(data)) == str(audit_keys_of(url).folder)


def test_inquiry(peopled: SqlStore, database_url: str) -> None:
    """An inquiry gets one line a patient, of a period in London, of a patient, of a person."""
    details = {"sha256": "ab"}
    peopled.write(
        lambda work: work.record_access("export", ["100", "101"], by="al", at=AT, details=details)
    )
    peopled.write(lambda work: work.record_access("open", ["102"], by="jo", at=AT))
    found = read(peopled, database_url)
    assert [(one.by, one.patient) for one in found] == [("al", "100"), ("al", "101"), ("jo", "102")]
    assert found[0].details == details
    by_jo = read(peopled, database_url, Inquiry(by="jo"))
    assert [one.patient for one in by_jo] == ["102"]
    of_one = read(peopled, database_url, Inquiry(patient="101"))
    assert [one.by for one in of_one] == ["al"]
    day = date(2026, 11, 22)
    assert len(read(peopled, database_url, Inquiry(day, day))) == 3
    assert not read(peopled, database_url, Inquiry(first=date(2026, 11, 23)))


def test_lists_are_noted_once() -> None:
    """A list that is read again notes only whom it did not show before; order is kept."""
    written: list[tuple[str, tuple[str, ...]]] = []

    def write(action: str, patients: Sequence[str], _details: Mapping[str, object] | None) -> None:
        written.append((action, tuple(patients)))

    log = LookLog(write)
    log.seen("list", ["2", "1"])
    log.seen("list", ["1", "2"])
    log.note("open", ["1"])
    log.seen("list", ["3", "1"])
    log.close()
    assert written == [("list", ("1", "2")), ("open", ("1",)), ("list", ("3",))]


def test_a_look_that_cannot_be_recorded_stops_the_next() -> None:
    """Looking goes on only while looks are recorded."""
    failed = threading.Event()

    def write(_action: str, _who: Sequence[str], _details: Mapping[str, object] | None) -> None:
        failed.set()
        raise StoreTrouble("the disk is full")

    log = LookLog(write)
    log.note("open", ["1"])
    log.close()
    assert failed.is_set()
    with pytest.raises(StoreTrouble, match="the disk is full"):
        log.note("open", ["2"])
