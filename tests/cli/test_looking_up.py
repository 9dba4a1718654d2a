"""Who is meant by what was typed while somebody is on the phone."""

from pathlib import Path

import pytest

from recall_tui.cli.root import COMMANDS
from tests.cli.practice import PATIENTS, write_extract
from tests.cli.running import Runner, as_process


@pytest.mark.parametrize("typed", ["+44 7700 900101", "0044 7700 900101", "07700900101", "900101"])
def test_a_number_as_the_phone_shows_it(recall: Runner, typed: str) -> None:
    """Whoever rings is found, whichever way the telephone writes the number."""
    assert [one["patient"] for one in recall.ok("lookup", "-", "--json", typed=typed).objects] == [
        "101"
    ]


def test_who_leaves_next_month_is_still_registered(recall: Runner, tmp_path: Path) -> None:
    """Ann leaves on 20 December: until then she is called, and every page says registered."""
    leaving = PATIENTS.replace("101,9990000018,", "A101,9990000018,", 1).replace(
        "F,2001-04-02,,", "F,2001-04-02,2026-12-20,", 1
    )
    extract = write_extract(tmp_path / "next", {"patients.csv": leaving})
    events = (extract / "events.csv").read_text(encoding="utf-8").replace("\n101,", "\nA101,")
    (extract / "events.csv").write_text(events, encoding="utf-8")
    book = (extract / "appointments.csv").read_text(encoding="utf-8").replace("\n101,", "\nA101,")
    (extract / "appointments.csv").write_text(book, encoding="utf-8")
    recall.ok("import", str(extract), "--accept")
    rows = recall.ok("worklist", "--all", "--json").objects
    assert "A101" in {row["patient"] for row in rows}
    (page,) = recall.ok("lookup", "-", "--json", typed="a101").objects
    assert (page["patient"], page["status"], page["status_on"]) == ("A101", "registered", None)
    assert all(one["on"] for one in recall.ok("explain", "A101", "--json").objects)
    recall.today = "2026-12-20"
    (page,) = recall.ok("lookup", "A101", "--json").objects
    assert (page["status"], page["status_on"]) == ("left", "2026-12-20")


def test_no_command_has_a_digit() -> None:
    """So a word with a digit can only be a patient number, whatever else is in it."""
    assert not [name for name in COMMANDS if any(mark.isdigit() for mark in name)]


def test_a_number_with_letters_is_looked_up_like_any_other(recall: Runner, tmp_path: Path) -> None:
    """`recall A105` shows patient A105; of a number that nobody has it says what it is not."""
    numbered = PATIENTS.replace("101,9990000018,", "A101,9990000018,", 1)
    recall.ok(
        "import", str(write_extract(tmp_path / "next", {"patients.csv": numbered})), "--accept"
    )
    place = ("--db", str(recall.store), "--today", recall.today)
    short, full = (
        as_process(*words, *place, home=tmp_path) for words in (("A101",), ("lookup", "A101"))
    )
    assert (short.code, short.err, short.out) == (0, "", full.out)
    assert "Lee, Ann" in short.out
    nobody = as_process("A999", *place, home=tmp_path)
    assert nobody.code == 4
    assert "no patient has this number, and it is no command" in nobody.fault
