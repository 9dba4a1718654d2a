"""Rules that are kept: the same as those that are read, and void as soon as anything changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from recall_tui.domain.recalls import Rulebook
from recall_tui.errors import BadInput
from recall_tui.pack import reader
from recall_tui.pack.compiled import NAME, rulebook_of
from recall_tui.pack.reader import SHIPPED, read_rulebook
from tests.pack.small_pack import write_pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a private folder to keep rules in."""
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def times_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give a list that grows whenever rules are read from their own files."""
    read: list[int] = []

    def reading(folders: list[Path]) -> Rulebook:
        read.append(len(folders))
        return read_rulebook(folders)

    monkeypatch.setattr(reader, "read_rulebook", reading)
    return read


def test_kept_rules_are_the_rules(folder: Path, times_read: list[int]) -> None:
    """The whole shipped pack comes back equal, from a file that only its owner can read."""
    first, second = (rulebook_of([SHIPPED], folder) for _time in range(2))
    assert times_read == [1]
    assert first == second == read_rulebook([SHIPPED])
    assert (folder / NAME).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in folder.iterdir()] == [NAME]


@pytest.mark.parametrize(
    "part", ["pack.toml", "flags.toml", "items/x.toml", "recalls/x.toml", "measures/x.toml"]
)
def test_a_changed_file_voids_them(
    folder: Path, tmp_path: Path, times_read: list[int], part: str
) -> None:
    """Whatever file of the pack is changed, added or taken away, the rules are read anew."""
    pack = write_pack(tmp_path / "pack")
    rulebook_of([pack], folder)
    file = pack / part
    file.parent.mkdir(exist_ok=True)
    before = file.read_bytes() if file.exists() else None
    # A comment changes no rule, and yet nobody can tell without reading.
    file.write_bytes((before or b"") + b"\n# noted\n")
    assert said(rulebook_of, [pack], folder) == said(read_rulebook, [pack])
    assert times_read == [1, 1]
    if before is None:
        file.unlink()
    else:
        file.write_bytes(before)
    assert rulebook_of([pack], folder) == read_rulebook([pack])


def said(read: Callable[..., Rulebook], *given: object) -> Rulebook | str:
    """Return the rules that are read, or what is wrong with them."""
    try:
        return read(*given)
    except BadInput as fault:
        return fault.words


@pytest.mark.parametrize("damage", ["cut", "changed", "other kind", "empty"])
def test_a_damaged_file_is_void(
    folder: Path, tmp_path: Path, times_read: list[int], damage: str
) -> None:
    """A file that lost or changed a byte is not believed but made again."""
    pack = write_pack(tmp_path / "pack")
    rulebook_of([pack], folder)
    whole = (folder / NAME).read_bytes()
    broken = {
        "cut": whole[:-1],
        "changed": whole.replace(b"12", b"13"),
        "other kind": b"[]",
        "empty": b"",
    }
    (folder / NAME).write_bytes(broken[damage])
    assert rulebook_of([pack], folder) == read_rulebook([pack])
    assert times_read == [1, 1]
    assert (folder / NAME).read_bytes() == whole


def test_a_file_that_others_can_write_is_not_believed(
    folder: Path, tmp_path: Path, times_read: list[int]
) -> None:
    """Neither a file or folder open to others, nor a link, gives rules; and none are kept there."""
    pack = write_pack(tmp_path / "pack")
    rulebook_of([pack], folder)
    kept = folder / NAME
    kept.chmod(0o620)
    rulebook_of([pack], folder)
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.rename(folder / "elsewhere")
    kept.symlink_to(folder / "elsewhere")
    rulebook_of([pack], folder)
    assert not kept.is_symlink()
    folder.chmod(0o702)
    kept.unlink()
    rulebook_of([pack], folder)
    assert not kept.exists()
    assert times_read == [1, 1, 1, 1]


def test_where_nothing_can_be_kept(tmp_path: Path, times_read: list[int]) -> None:
    """Where no folder can be the rules are read every time, and a faulty pack is said as ever."""
    pack = write_pack(tmp_path / "pack")
    (tmp_path / "file").touch()
    for _time in range(2):
        assert rulebook_of([pack], tmp_path / "file" / "folder") == read_rulebook([pack])
    assert times_read == [1, 1]
    missing = [tmp_path / "no pack"]
    assert said(rulebook_of, missing, tmp_path) == said(read_rulebook, missing)


def test_a_folder_is_made_to_keep_them(tmp_path: Path, times_read: list[int]) -> None:
    """Whoever works on a server's store without a folder of their own reads the rules once."""
    pack = write_pack(tmp_path / "pack")
    folder = tmp_path / "home" / "recall"
    assert rulebook_of([pack], folder) == rulebook_of([pack], folder)
    assert times_read == [1]
    assert folder.stat().st_mode & 0o777 == 0o700
