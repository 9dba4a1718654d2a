"""recall report qof: numbers that add up, and everybody who is missing by number."""

from tests.cli.running import Runner


def test_the_numbers_of_an_indicator_add_up(recall: Runner) -> None:
    """Register = excluded + exceptions + met + missing, and the patients are those missing."""
    rows = recall.ok("report", "qof", "--json").objects
    assert {row["schema"] for row in rows} == {"recall.report.qof/1"}
    for row in rows:
        parts = row["excluded"] + row["exceptions"] + row["met"] + row["missing"]
        assert parts == row["register"]
        assert row["denominator"] == row["met"] + row["missing"]
    row = max(rows, key=lambda row: row["missing"])
    assert row["missing"] > 0
    one = ("report", "qof", "--indicator", row["indicator"].lower(), "--patients", "--json")
    missing = [each["patient"] for each in recall.ok(*one).objects if each["outcome"] == "not met"]
    assert len(missing) == len(set(missing)) == row["missing"]


def test_what_cannot_be_counted_is_said(recall: Runner) -> None:
    """An indicator without its list of codes is named with what is missing, not given as 0 %."""
    answer = recall.ok("report", "qof")
    assert "AF006 is not counted: CHADSVASC_COD" in answer.err
    assert "AF006" not in answer.out


def test_another_year_or_an_unknown_indicator(recall: Runner) -> None:
    """The year before has its own indicators; what does not exist is one line."""
    last = recall.ok("report", "qof", "--year", "2025/26", "--json").objects
    assert "HYP008" in {row["indicator"] for row in last}
    never = recall("report", "qof", "--year", "2031/32").fault
    assert "there is no measure of 2031/32" in never
    assert "no indicator ABC in 2026/27" in recall("report", "qof", "--indicator", "ABC").fault
