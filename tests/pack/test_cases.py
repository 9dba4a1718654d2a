"""Files of cases: what is run, what is compared, and how a mistake in one is named."""

import json
from datetime import date
from pathlib import Path

import pytest

from recall_tui.cli import main
from recall_tui.domain.cases import Answer, Case, CasePatient, compare
from recall_tui.pack.case_reader import SHIPPED_CASES, own_cases
from recall_tui.pack.problems import PackFault
from tests.house.tree import ROOT

HEAD = """
recalls = ["diabetes"]
[[case]]
name = "Diagnosed in 2018, HbA1c 84 days early"
on = 2026-06-01
born = 1960-05-15
registered = 2000-01-01
history = '''
date       | code           | value | unit
2018-06-10 | DM_COD         |       |
2026-02-20 | IFCCHBAM_COD   | 50    | mmol/mol
'''
"""
GOOD = f"""{HEAD}registers = {{ diabetes = "on", hypertension = "off" }}
due = '''
item  | status  | due_on     | last_done
hba1c | overdue | 2026-05-15 | 2026-02-20
foot_check | overdue | - |
'''
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "some.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_differs_is_shown_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong expectation is named with what was found; agreement and empty cells are silent."""
    path = _file(tmp_path, GOOD)
    assert main(["recalls", "test", str(path)]) == 1
    said = capsys.readouterr().out
    assert "some.toml: 0 of 1 agree" in said
    assert "some.toml:3: Diagnosed in 2018, HbA1c 84 days early" in said
    assert "foot_check due_on: expected -, found " in said
    assert "hba1c status" not in said
    path.write_text(GOOD.replace("| - |", "| |"), encoding="utf-8")
    assert main(["recalls", "test", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "recall.cases/1"
    assert told["agrees"] is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "a case expects something"),
        (f"{HEAD}due = '''\nitm | status\nhba1c | due\n'''", "`itm` is no column here"),
        (f"{HEAD}due = '''\nitem | status\nhba1c | late\n'''", "`status` is one of not asked"),
        (f"{HEAD}registers = {{ diabetes = 'perhaps' }}", "`diabetes` must be"),
        (HEAD.replace("50 ", "x5") + 'registers = { diabetes = "on" }', "is not a number"),
        (HEAD.replace("2018-06-10", "10.6.2018") + 'registers = { diabetes = "on" }', "not a date"),
    ],
)
def test_a_mistake_in_a_case_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    """Whoever writes a case is told where and what, not shown a traceback."""
    with pytest.raises(PackFault) as fault:
        own_cases(_file(tmp_path, text))
    assert words in str(fault.value)
    assert fault.value.problem.line is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("DM_COD  ", "NONE_COD"), "NONE_COD has no codes"),
        (('["diabetes"]', '["gout"]'), "there is no recall gout"),
        (
            ('recalls = ["diabetes"]', 'codes = { DM_COD = ["local:dm"] }'),
            "DM_COD has codes already",
        ),
    ],
)
def test_a_case_that_does_not_fit_the_rules_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], words: str
) -> None:
    """An unknown list, an unknown recall, codes for a list that has some: one line, code 3."""
    path = _file(tmp_path, GOOD.replace(*change))
    assert main(["recalls", "test", str(path)]) == 3
    said = capsys.readouterr()
    assert words in said.err
    assert not said.out


def test_what_a_case_does_not_say_is_not_compared() -> None:
    """An empty cell is free, a dash means nothing, anything else must be the same."""
    wanted = {"bp": {"due_on": "-", "status": "overdue"}}
    case = Case("a case", "x:1", date(2026, 1, 1), CasePatient(), due=wanted)
    fitting = Answer({}, {"bp": {"status": "overdue", "every": "6 months"}})
    assert not compare(case, fitting).differences
    assert [one.found for one in compare(case, Answer({}, {})).differences] == ["not asked"]


def test_the_page_shows_a_file_that_can_be_read(tmp_path: Path) -> None:
    """The example in docs/cases.md is a file of cases."""
    page = (ROOT / "docs/cases.md").read_text(encoding="utf-8")
    text = page.partition("```toml\n")[2].partition("```")[0]
    assert own_cases(_file(tmp_path, text))[0].events[2].kind == "declined"


def test_the_shipped_examples_agree() -> None:
    """Every worked example of the shipped recalls comes out as it is written."""
    assert main(["recalls", "test", str(SHIPPED_CASES)]) == 0
