"""Every fault of a pack is named with its file, its line and one line of words."""

from pathlib import Path

import pytest

from recall_tui.errors import BadInput
from recall_tui.pack.check import check_pack
from recall_tui.pack.reader import read_rulebook
from tests.pack.small_pack import FILES, broken, line_of, write_pack

RECALL_AT = "recalls/sweet.toml"
ITEMS_AT = "items/all.toml"
CODES_AT = "clusters/SWEET_COD.csv"

Fault = tuple[str, str, str, str | None, str]
# file, what is there, what it becomes, a word of the line that is named, words of the message
FAULTS: list[Fault] = [
    (RECALL_AT, 'name = "Sweet blood"\n', "", None, "`name` is missing"),
    (RECALL_AT, "short =", "shrt =", "shrt", "`shrt` is not known here"),
    (RECALL_AT, '"SWEET"', "7", "short", "`short` must be text in quotes"),
    (RECALL_AT, '"SWEET"', '"SWEETBLOOD"', "short", "at most 8 characters"),
    (RECALL_AT, '"active"', '"on"', "activity", "`activity` must be 'active' or 'inactive'"),
    (RECALL_AT, "2027-04-01", '"2027-04-01"', "review_on", "must be a date"),
    (RECALL_AT, "2027-04-01", "2027-02-30", "review_on", "is not TOML"),
    (RECALL_AT, '["somewhere"]', "[]", "source", "`source` is empty"),
    (RECALL_AT, 'id = "sweet"', 'id = "sour"', "id", "name the file sour.toml"),
    (RECALL_AT, 'id = "sweet"', 'id = "Sweet"', "id", "is not written as"),
    (
        RECALL_AT,
        '{ coded = "SWEET_COD" },',
        '{ code = "SWEET_COD" },',
        "{ code",
        "must be one expression",
    ),
    (RECALL_AT, '"SWEET_COD" },', '"SWEET_COD", sex = "F" },', "{ coded", "must be one expression"),
    (
        RECALL_AT,
        '{ coded = "SWEET_COD" },',
        '"SWEET_COD",',
        '  "SWEET_COD",',
        "must be one expression",
    ),
    (
        RECALL_AT,
        "at_least = 17",
        "at_least = 17, under = 9",
        "age",
        "`at_least` must be less than `under`",
    ),
    (RECALL_AT, "{ at_least = 17 }", "{ }", "age", "age needs"),
    (RECALL_AT, "at_least = 17", "at_least = 1.5", "age", "`at_least` must be a whole number"),
    (RECALL_AT, "at_least = 17", "at_least = 200", "age", "`at_least` must be at most 130"),
    (
        RECALL_AT,
        '  { coded = "SWEET_COD" },',
        '  { coded = "SOUR_COD" },',
        "SOUR",
        "`SOUR_COD` does not",
    ),
    (RECALL_AT, 'flag = "frail"', 'flag = "tall"', "tall", "flag `tall` does not exist"),
    (RECALL_AT, 'item = "sugar"', 'item = "salt"', "salt", "item `salt` does not exist"),
    (RECALL_AT, 'result = "sugar"', 'result = "salt"', "salt", "item `salt` does not exist"),
    (RECALL_AT, ", above = 10", "", 'sugar" }', "a result needs"),
    (
        RECALL_AT,
        "{ anchored = 12 }",
        "{ anchored = 5 }",
        "anchored",
        "one of 1, 2, 3, 4, 6, 12, 24",
    ),
    (RECALL_AT, "{ anchored = 12 }", "{ }", "schedule = { }", "needs one of anchored, interval"),
    (RECALL_AT, "{ anchored = 12 }", "{ yearly = 1 }", "yearly", "needs one of anchored, interval"),
    (RECALL_AT, "anchored = 12", "once = { }", "once", "once needs either `age` or `after_days`"),
    (RECALL_AT, '"6 months"', '"6 weeks"', "[[requirement]]", "months, not 6 weeks"),
    (RECALL_AT, '"6 months"', '"half a year"', "half a year", "a frequency is written `12 weeks`"),
    (RECALL_AT, '"12 weeks"', '"900 months"', "12 weeks", "at most ten years"),
    (
        RECALL_AT,
        "interval = ",
        'seasonal = { opens = "02-29", closes = "03-31" }, x = ',
        "",
        "not known",
    ),
    (
        RECALL_AT,
        '{ interval = "12 weeks" }',
        '{ seasonal = { opens = "13-01", closes = "03-31" } }',
        "13-",
        "a day of the year is written `09-01`",
    ),
    (RECALL_AT, '"2026/27"', '"2026"', "qof", "is not written as"),
    (RECALL_AT, 'start = "SWEET_COD"', "start_drug = true", None, "`start_drug` needs `start`"),
    (
        RECALL_AT,
        'version = "1"',
        'version = "1"\nunverified = "x"',
        "activity",
        "cannot be active while",
    ),
    (RECALL_AT, "[[exclusion]]", "[[exclusion]", "[[exclusion]", "is not TOML"),
    (ITEMS_AT, "minutes = 5", "minutes = 0", "minutes", "`minutes` must be at least 1"),
    (
        ITEMS_AT,
        'clusters = ["SUGAR_COD"]\n',
        "",
        "items.sugar",
        "an item needs `clusters` or `parts`",
    ),
    (ITEMS_AT, "low = 1,", "low = 51,", "mmol/L", "`low` must be less than `high`"),
    (ITEMS_AT, '"mg/dL"', '"MMOL / l"', "items.sugar", "a unit stands twice"),
    (ITEMS_AT, "scale = 0.0555", "scale = 0", "mg/dL", "`scale` must not be 0"),
    (ITEMS_AT, '"nurse", "gp"', '"nurse", "vet"', "vet", "must be 'phlebotomist'"),
    (ITEMS_AT, '"nurse", "gp"', '"nurse", "anp"', "anp", "`anp` has no cost"),
    (
        ITEMS_AT,
        'after = ["sugar"]',
        'after = ["review"]',
        "after",
        "`review` cannot come after itself",
    ),
    (ITEMS_AT, '"SUGAR_COD"', '"SALT_COD"', "SALT", "cluster `SALT_COD` does not exist"),
    (ITEMS_AT, "[items.review]", "[items.sugar]", "is not TOML", "is not TOML"),
    ("flags.toml", '"FRAIL_COD"', '"FRIAL_COD"', "FRIAL", "cluster `FRIAL_COD` does not exist"),
    ("flags.toml", 'on = ["FRAIL_COD"]', "on = []", "on = []", "`on` is empty"),
    ("pack.toml", '"REVIEW_COD"', '"VIEW_COD"', "VIEW", "cluster `VIEW_COD` does not exist"),
    ("pack.toml", "nurse = 6", "nurse = 0", "nurse", "`nurse` must be at least 1"),
    (CODES_AT, "code,term", "snomed,term", "snomed", "the first line must be code,term"),
    (CODES_AT, "73211009", "7.32E+07", "7.32E", "turned into a number by a spreadsheet"),
    (CODES_AT, "73211009", "1023491000000100", "1023491", "looks rounded by a spreadsheet"),
    (CODES_AT, "73211009", "73211008", "73211008", "its check digit is wrong"),
    (CODES_AT, "73211009", "C10F.", "C10F", "digits only"),
    (CODES_AT, "44054006", "73211009", "Type 2", "stands here twice"),
    (CODES_AT, "73211009,", ",", ",Diab", "the code is empty"),
    (CODES_AT, "\n73211009,Diabetes mellitus\n44054006,Type 2", "", "", "holds no code"),
    (CODES_AT, "Diabetes mellitus", '"Diabetes', None, "is not CSV"),
    ("clusters/manifest.csv", "SWEET_COD", "SOUR_COD", None, "there is no file SOUR_COD.csv"),
    ("clusters/manifest.csv", ",free", "", "SWEET_COD", "needs cluster, version, source, licence"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: repr(fault[1:3]))
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, fault: Fault) -> None:
    """Whoever wrote the rule reads one line that says where and what."""
    name, old, new, mark, words = fault
    files = broken(name, old, new)
    folder = write_pack(tmp_path, files)
    problems = check_pack(folder, base=())
    assert [problem for problem in problems if words in problem.words], problems
    problem = next(problem for problem in problems if words in problem.words)
    assert problem.file == folder / name
    assert "\n" not in str(problem)
    if mark and mark in files[name]:
        assert problem.line == line_of(files, name, mark)
    with pytest.raises(BadInput) as caught:
        read_rulebook([folder])
    assert caught.value.words.startswith(str(folder))


def test_the_small_pack_itself_has_no_fault(tmp_path: Path) -> None:
    """Each fault above is the only one of its pack."""
    assert not check_pack(write_pack(tmp_path), base=())


def test_an_item_may_be_defined_once_in_a_folder(tmp_path: Path) -> None:
    """Two files of one folder that define one item are a mistake, not an override."""
    twice = {**FILES, "items/more.toml": FILES["items/all.toml"].partition("[items.review]")[0]}
    problems = check_pack(write_pack(tmp_path, twice), base=())
    assert [problem.words for problem in problems] == ["`sugar` is defined in all.toml already"]
    assert problems[0].line == line_of(twice, "items/more.toml", "[items.sugar]")


def test_a_file_that_is_not_read_is_named(tmp_path: Path) -> None:
    """A recall saved beside its folder is not lost in silence."""
    files = {**FILES, "sweet.toml": FILES["recalls/sweet.toml"]}
    problems = check_pack(write_pack(tmp_path, files), base=())
    assert ["is not read" in problem.words for problem in problems] == [True]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A mistyped folder is said to be none."""
    problems = check_pack(tmp_path / "nowhere", base=())
    assert [problem.words for problem in problems] == [
        "is not a folder: a pack is a folder of rules"
    ]


def test_several_faults_are_counted(tmp_path: Path) -> None:
    """The one line of an error says how many more there are."""
    files = broken("items/all.toml", "minutes = 5", "minutes = 0")
    files["flags.toml"] = files["flags.toml"].replace("[flags.frail]", "[flags.Frail]")
    with pytest.raises(BadInput, match=r"flags\.toml.*\(and 1 more"):
        read_rulebook([write_pack(tmp_path, files)])
