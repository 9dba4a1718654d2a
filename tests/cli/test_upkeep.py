"""recall backup, restore and move from the command line."""

from pathlib import Path

import pytest

from tests.cli.running import Runner


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a data folder of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "recall-tui" / "backups"


def test_nothing_is_lost_without_a_yes(recall: Runner, tmp_path: Path) -> None:
    """A restore names what would be lost and changes nothing; --yes does it and keeps the old."""
    file = tmp_path / "one.db"
    recall.ok("backup", "--quick", str(file))
    recall.ok("note", "101", typed="rang at noon\n")
    refused = recall("restore", str(file))
    assert refused.code == 4
    assert "nothing was changed: 1 decisions (0 bookings, 0 invites) would be lost" in refused.fault
    assert "rang at noon" in recall.ok("lookup", "101", "--json").out
    answer = recall.ok("restore", str(file), "--yes", "--json").objects[0]
    assert answer["lost"]["decisions"] == 1
    assert "rang at noon" not in recall.ok("lookup", "101", "--json").out
    recall.url = str(answer["aside"])
    assert "rang at noon" in recall.ok("lookup", "101", "--json").out


def test_a_restore_where_there_is_no_store(recall: Runner, tmp_path: Path) -> None:
    """A backup makes a store where there is none, without a question."""
    file = tmp_path / "one.db"
    recall.ok("backup", "--quick", str(file))
    listed = recall.ok("worklist", "--json").out
    recall.url = str(tmp_path / "new" / "recall.db")
    assert "put back; lost: nothing" in recall.ok("restore", str(file)).out
    assert recall.ok("worklist", "--json").out == listed


def test_moving_to_another_file(recall: Runner, tmp_path: Path) -> None:
    """The moved store has the same list, and the old one refuses what would be lost in it."""
    listed = recall.ok("worklist", "--json").out
    recall.ok("move", "--to", str(tmp_path / "moved.db"))
    refused = recall("note", "101", typed="rang\n")
    assert (refused.code, "was moved to" in refused.fault) == (6, True)
    recall.url = str(tmp_path / "moved.db")
    assert recall.ok("worklist", "--json").out == listed


def test_old_backups_are_rotated(recall: Runner, home: Path) -> None:
    """--keep leaves so many in the folder of backups, the newest."""
    home.mkdir(mode=0o700, parents=True)
    (home / "recall-20200101-000000.db").touch()
    assert "removed recall-20200101-000000.db" in recall.ok("backup", "--quick", "--keep", "1").out
    assert len(list(home.iterdir())) == 1
