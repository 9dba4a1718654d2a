"""A file that was made to do harm, or by accident, is refused with one line."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall_tui.cleaning import hidden_characters
from recall_tui.errors import BadInput
from recall_tui.pack.check import check_pack
from recall_tui.pack.files import MOST_TOML_BYTES
from recall_tui.pack.reader import read_rulebook
from tests.pack.small_pack import FILES, write_pack

DEEP = 5_000
HOSTILE = {
    "huge": b"# " + b"x" * MOST_TOML_BYTES,
    "deep arrays": b"x = " + b"[" * DEEP + b"]" * DEEP,
    "deep arrays, opened a line each": b"x = " + b"[\n" * DEEP + b"]" * DEEP,
    "deep tables": b"x = " + b"{ a = " * DEEP + b"1" + b" }" * DEEP,
    "a very long dotted key": b"a" + b".a" * 90_000 + b" = 1",
    "a long dotted key": b"a" + b".a" * 900 + b" = 1",
    "a hundred levels, which parse": b"x = " + b"[" * 100 + b"]" * 100,
    "binary": bytes(range(256)),
    "null character": b'id = "sw\0eet"',
    "another encoding": 'name = "M\u00fcller"'.encode("latin-1"),
    "UTF-16": 'id = "sweet"'.encode("utf-16"),
    "a number without end": b"x = " + b"9" * 10_000,
    "no date": b"review_on = 2026-02-30",
    "nothing": b"",
    "escape sequences": b'"\\u001b[31mred\\u0007" = 1',
    "prose": b"Please recall everybody.\n",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_rule_is_refused_in_one_clean_line(tmp_path: Path, raw: bytes) -> None:
    """No file can hang, fill or crash the program, nor write to the terminal."""
    folder = write_pack(tmp_path)
    (folder / "recalls/sweet.toml").write_bytes(raw)
    with pytest.raises(BadInput) as caught:
        read_rulebook([folder])
    assert "sweet.toml" in caught.value.words
    assert not hidden_characters(caught.value.words)
    assert len(caught.value.words) < 600


@pytest.mark.parametrize(
    "raw",
    [b"", bytes(range(256)), b'code,term\n"', b"code,term\n" + b'"\n' * 9 + b"x", b"\0" * 99],
    ids=["empty", "binary", "open quote", "quoted lines", "nulls"],
)
def test_a_hostile_list_of_codes_is_refused_in_one_clean_line(tmp_path: Path, raw: bytes) -> None:
    """The same for CSV."""
    folder = write_pack(tmp_path)
    (folder / "clusters/SWEET_COD.csv").write_bytes(raw)
    with pytest.raises(BadInput) as caught:
        read_rulebook([folder])
    assert "SWEET_COD.csv" in caught.value.words
    assert not hidden_characters(caught.value.words)


def test_a_wrong_file_is_not_listed_line_by_line(tmp_path: Path) -> None:
    """Of a thousand wrong codes twenty are named."""
    rows = "".join(f"C{number}.,wrong\n" for number in range(1_000))
    folder = write_pack(tmp_path, {**FILES, "clusters/SWEET_COD.csv": f"code,term\n{rows}"})
    problems = check_pack(folder, base=())
    assert len([problem for problem in problems if "digits only" in problem.words]) == 20
    assert "too many faults" in problems[-1].words


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    """A file that would wait for a writer forever is refused."""
    folder = write_pack(tmp_path)
    os.mkfifo(folder / "recalls/wait.toml")
    with pytest.raises(BadInput, match="is not a regular file"):
        read_rulebook([folder])


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    """A link that leads nowhere is said to be unreadable."""
    folder = write_pack(tmp_path)
    (folder / "items/gone.toml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="cannot be read"):
        read_rulebook([folder])


@given(text=st.text(max_size=300), place=st.integers(0, 600))
def test_any_text_in_a_rule_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, place: int
) -> None:
    """Whatever is typed into a recall, the answer is a rulebook or one line, never a traceback."""
    rule = FILES["recalls/sweet.toml"]
    changed = (rule[:place] + text + rule[place:]).encode("utf-8", "replace")
    folder = write_pack(tmp_path_factory.mktemp("pack"))
    (folder / "recalls/sweet.toml").write_bytes(changed)
    for problem in check_pack(folder, base=()):
        assert not hidden_characters(str(problem))
