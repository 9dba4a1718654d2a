"""The page that teaches writing rules teaches what the reader reads."""

import re
from pathlib import Path

from recall_tui.domain.ids import RecallId
from recall_tui.domain.recalls import Activity
from recall_tui.pack.check import check_pack
from recall_tui.pack.reader import SHIPPED, read_rulebook
from recall_tui.pack.schedule_schema import ANCHORED_MONTHS
from tests.house.tree import ROOT
from tests.pack.small_pack import write_pack

PAGE = (ROOT / "docs/writing-rules.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w/.]+)`:\n\n```\w+\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))


def test_the_example_is_complete_and_without_fault(tmp_path: Path) -> None:
    """Whoever copies the example has a working recall."""
    folder = write_pack(tmp_path, FILES)
    assert not check_pack(folder)
    recall = read_rulebook([SHIPPED, folder]).recalls[RecallId("gout")]
    assert recall.activity is Activity.ACTIVE
    assert [requirement.item for requirement in recall.requirements] == ["ue", "gout_review"]


def test_every_expression_and_schedule_of_the_page_is_read(tmp_path: Path) -> None:
    """Each line of the two tables can be used as it stands."""
    written = re.findall(r"`(\{ (?:\w+) = [^`…]*\})`", PAGE)
    schedules = [text for text in written if re.match(r"\{ (anch|inter|once|cour|seas)", text)]
    expressions = [text for text in written if text not in schedules and "qof" not in text]
    assert len(schedules) >= 6
    assert len(expressions) >= 8
    rule = FILES["recalls/gout.toml"]
    for expression in expressions:
        changed = rule.replace('{ not = { flag = "care_home" } }', expression)
        assert not check_pack(write_pack(tmp_path, {**FILES, "recalls/gout.toml": changed}))
    for schedule in schedules:
        changed = rule.rpartition("schedule = { anchored = 12 }")
        text = f"{changed[0]}schedule = {schedule}{changed[2]}"
        assert not check_pack(write_pack(tmp_path, {**FILES, "recalls/gout.toml": text}))


def test_the_page_names_the_frequencies_that_are_allowed() -> None:
    """The list of months is the reader's own."""
    months = f"{', '.join(map(str, ANCHORED_MONTHS[:-1]))} or {ANCHORED_MONTHS[-1]} months"
    assert months in PAGE
