"""A folder or zip is opened safely: only plain CSV files, copied once, hashed together."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from recall_tui.errors import BadInput
from recall_tui.importers.source import Limits, open_source
from tests.importers.building import EVENTS, PATIENTS, build


def _zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_folder_and_a_zip_of_it_have_the_same_hash(tmp_path: Path) -> None:
    """The hash speaks of names and contents, so a zip of the same files is the same extract."""
    folder = build(tmp_path / "extract")
    zipped = _zipped(
        tmp_path / "extract.zip", {"in/patients.csv": PATIENTS, "in/events.csv": EVENTS}
    )
    assert open_source(folder).sha256 == open_source(zipped).sha256


def test_one_byte_changes_the_hash(tmp_path: Path) -> None:
    """Another content is another extract."""
    one = build(tmp_path / "one")
    other = build(tmp_path / "other", {"events.csv": EVENTS.replace("48", "49")})
    assert open_source(one).sha256 != open_source(other).sha256


def test_files_in_the_only_folder_are_found(tmp_path: Path) -> None:
    """A folder that holds one folder of files is opened as that folder."""
    build(tmp_path / "outer" / "inner")
    assert set(open_source(tmp_path / "outer").files) == {"patients.csv", "events.csv"}


def test_the_copy_is_private_and_goes_away(tmp_path: Path) -> None:
    """The spool is readable by its owner only, and removed on closing."""
    source = open_source(build(tmp_path / "extract"))
    spool = source.spool.path
    assert stat.S_IMODE(spool.stat().st_mode) == 0o700
    source.spool.close()
    assert not spool.exists()


def test_files_that_are_no_csv_are_named_and_left(tmp_path: Path) -> None:
    """A note beside the CSV files is not read, and said to be there."""
    source = open_source(build(tmp_path / "extract", {"notes.txt": "hello"}))
    assert source.ignored == ("notes.txt",)


def test_the_time_of_each_file_is_kept(tmp_path: Path) -> None:
    """The newest file says how old an extract is that does not say it itself."""
    folder = build(tmp_path / "extract")
    os.utime(folder / "patients.csv", (1_750_000_000, 1_750_000_000))
    os.utime(folder / "events.csv", (1_760_000_000, 1_760_000_000))
    source = open_source(folder)
    assert source.newest == source.files["events.csv"].modified
    assert str(source.newest) == "2025-10-09 09:53:20"


def _refused(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(BadInput) as refused:
        open_source(path, limits or Limits())
    return refused.value.words


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    """A wrong path is one line, not a traceback."""
    assert "no such folder or zip file" in _refused(tmp_path / "nothing")


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    """A folder without CSV files says what is needed."""
    assert "patients.csv and events.csv are needed" in _refused(tmp_path)


def test_a_link_in_the_folder_is_refused(tmp_path: Path) -> None:
    """A link could point at any file of the machine."""
    folder = build(tmp_path / "extract")
    (folder / "staff.csv").symlink_to("/etc/passwd")
    assert "staff.csv: is a link" in _refused(folder)


def test_a_pipe_in_the_folder_is_refused(tmp_path: Path) -> None:
    """A named pipe would be waited for without end."""
    folder = build(tmp_path / "extract")
    os.mkfifo(folder / "staff.csv")
    assert "is a link or no plain file" in _refused(folder)


def test_a_zip_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    """Half a zip file is no zip file."""
    whole = _zipped(tmp_path / "whole.zip", {"patients.csv": PATIENTS, "events.csv": EVENTS})
    half = tmp_path / "half.zip"
    half.write_bytes(whole.read_bytes()[:-40])
    assert "not a whole zip file" in _refused(half)


def test_a_zip_with_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    """The check sum of a member is looked at."""
    path = tmp_path / "flipped.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("patients.csv", PATIENTS)
    path.write_bytes(path.read_bytes().replace(b"Ann", b"Anm"))
    assert "not a whole zip file" in _refused(path)


@pytest.mark.parametrize("name", ["../patients.csv", "/etc/patients.csv", "a\\..\\patients.csv"])
def test_a_name_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    """Path traversal is refused before anything is unpacked."""
    assert "points outside" in _refused(_zipped(tmp_path / "evil.zip", {name: PATIENTS}))


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    """A member that is a symbolic link is not followed."""
    path = tmp_path / "link.zip"
    member = zipfile.ZipInfo("patients.csv")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "/etc/passwd")
    assert "is a link in the zip" in _refused(path)


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    """We ask for no password: the zip has to be unpacked first."""
    path = _zipped(tmp_path / "locked.zip", {"patients.csv": PATIENTS})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    path.write_bytes(raw)
    assert "is encrypted" in _refused(path)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    """A member that unpacks to far more than its compressed size stops early."""
    bomb = _zipped(tmp_path / "bomb.zip", {"patients.csv": "0" * 3_000_000})
    assert "unpacks to far more" in _refused(bomb, Limits(ratio=100, ratio_from=100_000))


def test_too_much_in_all_is_refused(tmp_path: Path) -> None:
    """The limit counts what was unpacked, whatever the zip declares."""
    assert "unpacks to far more" in _refused(build(tmp_path / "x"), Limits(total_bytes=100))


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    """A thousand files are no extract."""
    files: dict[str, str | bytes] = {f"{at}.csv": "a,b\n" for at in range(5)}
    assert "more than 3 files" in _refused(build(tmp_path / "many", files), Limits(files=3))


def test_two_extracts_in_one_zip_are_refused(tmp_path: Path) -> None:
    """Which of them is meant cannot be known."""
    path = _zipped(tmp_path / "two.zip", {"a/patients.csv": PATIENTS, "b/patients.csv": PATIENTS})
    assert "several folders" in _refused(path)


def test_files_too_deep_in_a_zip_are_refused(tmp_path: Path) -> None:
    """At most one folder holds the files."""
    path = _zipped(tmp_path / "deep.zip", {"a/b/patients.csv": PATIENTS})
    assert "too deep" in _refused(path)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    """Two files whose names differ in case only are the same file to us."""
    path = _zipped(tmp_path / "twice.zip", {"patients.csv": PATIENTS, "PATIENTS.CSV": PATIENTS})
    assert "there twice" in _refused(path)


def test_something_else_than_a_zip_is_refused(tmp_path: Path) -> None:
    """A PDF is not an extract."""
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF-1.7 hello")
    assert "not a folder and not a whole zip file" in _refused(path)
