"""A role that may not, tried on the command line and in the service; and who is at the keyboard."""

import os
import pwd
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from recall_tui import identity
from recall_tui.domain.commands import Actor, AddNote, Hold, Undo
from recall_tui.errors import Refused, StoreTrouble, UsageProblem
from recall_tui.ports import Work
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.services.people import put_role
from recall_tui.views.people import Member
from storage.engine import open_database
from storage.ids import new_row_id
from storage.practices import choose_practice
from storage.store import SqlStore
from tests.cli.conftest import planned_store, recall
from tests.cli.running import Runner
from tests.support.desk import AT, TODAY, target
from tests.support.extracts import due, plan

__all__ = ["planned_store", "recall"]

ME = pwd.getpwuid(os.getuid()).pw_name
FORBIDDEN = {
    "reception": (("import", "x"), ("backup",), ("users", "list"), ("audit", "verify"),
                  ("complete", "101", "--reason", "x"), ("rollback", "x"),
                  ("audit", "export"), ("users", "add", "eve", "admin"),
                  ("move", "--to", "x.db"), ("restore", "x", "--yes"), ("restore", "--settled")),
    "clinician": (("import", "x"), ("users", "role", ME, "admin"), ("audit", "export"),
                  ("move", "--to", "x.db"), ("restore", "x", "--yes")),
    "auditor": (("worklist",), ("lookup", "101"), ("explain", "101"), ("balance",), ("plan",),
                ("note", "101"), ("undo",)),
    "operator": (("worklist",), ("lookup", "101"), ("audit", "export"), ("import", "x")),
    "": (("worklist",), ("lookup", "101"), ("book", "101", "2026-12-08"), ("users", "list"),
         ("audit", "verify"), ("tick",)),
}  # fmt: skip


def become(store: Path, role: str) -> None:
    """Let whoever runs the tests be something else in the practice (empty: nobody)."""
    database = open_database(str(store))

    def unit(work: Work) -> None:
        known = {member.login: member for member in work.members()}
        if "ada" not in known:
            work.put_member(Member("ada", "", "admin"), by="ada", at=AT)
        work.put_member(Member(ME, "", role, "", known[ME].version), by="ada", at=AT)

    SqlStore(database, choose_practice(database)).write(unit)
    database.close()


@pytest.mark.parametrize("role", FORBIDDEN)
def test_on_the_command_line(recall: Runner, role: str) -> None:
    """Each is refused with exit code 4 and one line that names whom to ask; nothing is shown."""
    become(recall.store, role)
    for words in FORBIDDEN[role]:
        answer = recall(*words)
        assert answer.code == 4, (words, answer)
        assert "ask ada" in answer.fault, (words, answer)
        assert answer.out == "", words


def test_the_only_admin_stays(recall: Runner) -> None:
    """The only admin can neither be removed nor made something else; no role is invented."""
    for words in (("remove", ME), ("role", ME, "reception")):
        assert "is the only admin" in recall("users", *words).fault
    assert "root is no role: choose reception" in recall("users", "add", "eve", "root").fault
    assert "is not known" in recall("users", "remove", "eve").fault


def test_a_restricted_record(recall: Runner) -> None:
    """Reception sees no page of a restricted record, on either way; that they tried is noted."""
    database = open_database(str(recall.store))
    sensitive = text("UPDATE patient SET sensitive = 1 WHERE patient_number = '101'")
    database.write(lambda connection: connection.execute(sensitive))
    database.close()
    recall.ok("lookup", "101")
    become(recall.store, "reception")
    for words in (
        ("lookup", "101"), ("explain", "101"), ("book", "101", "2026-12-08"),
        ("assign", "101", "102", "--to", "al"), ("contact", "101", "no_answer"),
        ("flag", "101", "--set", "housebound"), ("note", "101"),
    ):  # fmt: skip
        answer = recall(*words, typed="rang\n")
        assert (answer.code, answer.out) == (4, ""), (words, answer)
        assert "this record is restricted: reception may not see restricted" in answer.fault
    recall.ok("lookup", "102")
    become(recall.store, "admin")
    tried = recall.ok("audit", "export", "--patient", "101", "--json").out
    assert tried.count('"refused"') == 7


def test_in_the_service(peopled: SqlStore) -> None:
    """A command is judged by what the store says of the login, in its own transaction."""
    peopled.merge_plan(plan([due("100", "hba1c", TODAY)]), None, AT)
    peopled.write(lambda work: work.put_member(Member("rex", "", "reception"), by="jo", at=AT))
    held = Hold((target(peopled, "100", "hba1c"),), "Dr Drama", "x", TODAY + timedelta(days=9))
    with pytest.raises(Refused, match="that is for clinician or admin; ask al or jo"):
        perform(peopled, held, moment("rex"))
    with pytest.raises(Refused, match="eve is not known to this practice: ask al or jo for recall"):
        perform(peopled, AddNote("100", "x"), moment("eve"))
    perform(peopled, AddNote("100", "x"), moment("rex"))
    peopled.write(lambda work: put_role(work, moment("jo"), "rex", ""))
    with pytest.raises(Refused, match="rex is not known"):
        perform(peopled, AddNote("100", "x"), moment("rex"))


def test_undo_for_a_colleague(peopled: SqlStore) -> None:
    """Only an admin takes back what somebody else did, and the event says for whom."""
    for login in ("rex", "sue"):
        peopled.write(
            lambda work, who=login: work.put_member(Member(who, "", "reception"), by="jo", at=AT)
        )
    perform(peopled, AddNote("100", "wrong patient"), moment("rex"))
    with pytest.raises(Refused, match="rex did this"):
        perform(peopled, Undo(of="rex"), moment("sue"))
    done = perform(peopled, Undo(of="rex"), moment("jo"))
    newest = peopled.write(lambda work: work.command_events(done.command_id))
    assert [(one.by, one.payload) for one in newest] == [("jo", {"for": "rex"})]


def moment(login: str) -> Moment:
    """Return somebody acting, as the store knows them."""
    return Moment(Actor(login), AT, TODAY, new_row_id())


@pytest.mark.parametrize("mode", [0o602, 0o666])
def test_an_open_file_is_refused(tmp_path: Path, mode: int) -> None:
    """A store that every login could change is not opened; the words say what to do."""
    path = tmp_path / "recall.db"
    open_database(str(path)).close()
    path.chmod(mode)
    with pytest.raises(StoreTrouble, match=r"every login of this server can change .* chmod 600"):
        open_database(str(path))


def test_an_open_folder_is_refused(tmp_path: Path) -> None:
    """Nor is one that every login could replace."""
    path = tmp_path / "shared" / "recall.db"
    open_database(str(path)).close()
    path.parent.chmod(0o777)
    with pytest.raises(StoreTrouble, match="can replace files in"):
        open_database(str(path))


def test_nobody_poses_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither LOGNAME nor USER nor SUDO_UID makes a person somebody else."""
    forged = {"LOGNAME": "jo", "USER": "jo", "SUDO_USER": "jo", "SUDO_UID": "1"}
    for name, value in forged.items():
        monkeypatch.setenv(name, value)
    assert identity.kernel_login() == ME
    assert identity.kernel_login("recall", forged) == ME
    with pytest.raises(UsageProblem, match="nothing tells which person uses the account"):
        identity.kernel_login(ME, forged)


def test_under_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the service account the kernel's login uid tells, or sudo's word if sudo is the parent."""
    monkeypatch.setattr(identity, "_login_uid", lambda: 1)
    assert identity.kernel_login(ME, {}) == pwd.getpwuid(1).pw_name
    monkeypatch.setattr(identity, "_login_uid", lambda: None)
    monkeypatch.setattr(identity, "_parent_is_sudo", lambda: True)
    assert identity.kernel_login(ME, {"SUDO_UID": "2"}) == pwd.getpwuid(2).pw_name
    with pytest.raises(UsageProblem):
        identity.kernel_login(ME, {"SUDO_UID": "2; rm"})


def test_origin_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """From where somebody works is an address or nothing: no words of their own."""

    def ttyname(_descriptor: int) -> str:
        return "/dev/pts/3"

    monkeypatch.setattr(os, "ttyname", ttyname)
    assert identity.origin({"SSH_CONNECTION": "192.0.2.7 5 192.0.2.1 22"}) == "pts/3 192.0.2.7"
    assert identity.origin({"SSH_CONNECTION": "[bold]x 1 2 3"}) == "pts/3"
