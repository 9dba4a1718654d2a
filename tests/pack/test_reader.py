"""Later folders override and add; what is missing waits until it is supplied."""

from pathlib import Path

import pytest

from recall_tui.domain.ids import ClusterId, ItemId, RecallId
from recall_tui.domain.items import StaffGroup
from recall_tui.domain.recalls import Activity, Every, Interval, Unit
from recall_tui.errors import BadInput
from recall_tui.pack.check import check_pack
from recall_tui.pack.reader import SHIPPED, fingerprint, read_rulebook
from tests.pack.small_pack import FILES, broken, write_pack

SWEET = RecallId("sweet")
WAITING = (
    FILES["recalls/sweet.toml"]
    .replace('"active"', '"inactive"')
    .replace('version = "1"', 'version = "1"\nunverified = "MISSING_COD: not found"')
    .replace('start = "SWEET_COD"', 'start = "MISSING_COD"')
)


def test_what_the_files_say_is_what_the_engine_gets(tmp_path: Path) -> None:
    """Items, schedules, variations, costs and exclusions arrive as they are written."""
    book = read_rulebook([write_pack(tmp_path)])
    recall = book.recalls[SWEET]
    sugar, review = recall.requirements
    assert recall.activity is Activity.ACTIVE
    assert sugar.variations[0].every == Every(6)
    assert sugar.qof == {"2026/27": ("DM020",)}
    assert review.schedule == Interval(Every(12, Unit.WEEKS))
    assert book.items[sugar.item].staff == {StaffGroup.NURSE: 6, StaffGroup.GP: 14}
    assert book.items[review.item].staff == {StaffGroup.GP: 20}
    assert book.clusters[ClusterId("SWEET_COD")].version == "1"
    assert book.medication_review == (ClusterId("REVIEW_COD"),)
    assert book.contract_year == "2026/27"


def test_a_later_folder_replaces_and_adds(tmp_path: Path) -> None:
    """The practice's own item and cluster take the place of the shipped ones, whole."""
    first = write_pack(tmp_path / "first")
    item = '[items.sugar]\nname = "Ours"\nclusters = ["OURS_COD"]\nstaff = ["gp"]\nminutes = 9\n'
    own = write_pack(
        tmp_path / "own",
        {
            "items/own.toml": item,
            "clusters/OURS_COD.csv": "code,term\n90560007,Gout\n",
            "pack.toml": "[staff_costs]\ngp = 20\n",
        },
    )
    book = read_rulebook([first, own])
    sugar = book.items[ItemId("sugar")]
    assert sugar.name == "Ours"
    assert sugar.staff == {StaffGroup.GP: 20}
    assert not sugar.ranges
    assert book.clusters[ClusterId("OURS_COD")].codes == {"90560007"}
    assert book.medication_review == (ClusterId("REVIEW_COD"),)
    assert SWEET in book.recalls
    assert not check_pack(own, base=[first])


def test_a_cluster_of_a_later_folder_replaces_the_whole_list(tmp_path: Path) -> None:
    """A list supplied by the practice is not mixed with the shipped one."""
    first = write_pack(tmp_path / "first")
    codes = {"clusters/SWEET_COD.csv": "code,term\n90560007,Gout\n"}
    book = read_rulebook([first, write_pack(tmp_path / "own", codes)])
    assert book.clusters[ClusterId("SWEET_COD")].codes == {"90560007"}


def test_a_recall_waits_for_its_missing_list(tmp_path: Path) -> None:
    """Without the list it is unverified; with it, supplied later, the words are gone."""
    first = write_pack(tmp_path / "first", {**FILES, "recalls/sweet.toml": WAITING})
    book = read_rulebook([first])
    assert book.recalls[SWEET].unverified == "MISSING_COD: not found"
    assert not book.clusters[ClusterId("MISSING_COD")].codes
    codes = {"clusters/MISSING_COD.csv": "code,term\n90560007,Gout\n"}
    book = read_rulebook([first, write_pack(tmp_path / "own", codes)])
    assert not book.recalls[SWEET].unverified
    assert book.recalls[SWEET].activity is Activity.INACTIVE


def test_words_that_wait_for_no_list_stay(tmp_path: Path) -> None:
    """Who writes that codes are unverified although all are there is believed."""
    doubted = WAITING.replace("MISSING_COD", "SWEET_COD")
    book = read_rulebook([write_pack(tmp_path, {**FILES, "recalls/sweet.toml": doubted})])
    assert book.recalls[SWEET].unverified == "SWEET_COD: not found"


def test_an_item_without_its_list_is_refused_for_a_verified_recall(tmp_path: Path) -> None:
    """A recall that claims nothing is missing cannot ask for an item that nobody can complete."""
    files = broken("items/all.toml", '["REVIEW_COD"]', '["MISSING_COD"]')
    problems = check_pack(write_pack(tmp_path, files), base=())
    assert any("`review` needs MISSING_COD" in problem.words for problem in problems)


def test_the_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    """A plan made by other rules is never taken for one made by these."""
    folder = write_pack(tmp_path)
    prints = {fingerprint([folder])}
    for name in FILES:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        prints.add(fingerprint([folder]))
    assert len(prints) == len(FILES) + 1
    assert fingerprint([folder]) == fingerprint([folder])
    assert fingerprint([folder, folder]) not in prints


def test_the_same_files_elsewhere_have_the_same_fingerprint(tmp_path: Path) -> None:
    """Where a pack is installed does not matter, and no clock is in it."""
    one = write_pack(tmp_path / "one")
    other = write_pack(tmp_path / "other")
    assert fingerprint([one]) == fingerprint([other])


def test_a_practice_without_own_rules_gets_the_shipped_ones(tmp_path: Path) -> None:
    """An empty folder adds nothing and is no fault."""
    book = read_rulebook([SHIPPED, tmp_path])
    assert book.recalls == read_rulebook([SHIPPED]).recalls


def test_an_own_recall_may_use_shipped_names(tmp_path: Path) -> None:
    """A folder is checked on top of the shipped pack."""
    recall = (
        FILES["recalls/sweet.toml"]
        .replace("SWEET_COD", "DM_COD")
        .replace('"frail"', '"frailty_severe"')
        .replace('"sugar"', '"hba1c"')
        .replace('"review"', '"diabetes_review"')
    )
    assert not check_pack(write_pack(tmp_path, {"recalls/sweet.toml": recall}))


def test_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    """A lost installation is said in one line."""
    with pytest.raises(BadInput, match="is not a folder"):
        read_rulebook([tmp_path / "gone"])
