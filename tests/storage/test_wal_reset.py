"""What SQLite lost before 3.51.3 when writes met checkpoints is not lost by the one we bring."""

from pathlib import Path

from tests.faults.wal_reset import prepare, work


def test_writes_beside_checkpoints(tmp_path: Path) -> None:
    """Two that write and two that check-point: what is acknowledged is there, the file whole."""
    file = tmp_path / "rows.db"
    prepare(file)
    found = work(file, 0.8)
    assert found.wrong == ()
    assert found.commits > 0
    assert found.checkpoints > 0
