"""Activating, deactivating and approving a recall: the practice's own copy, by an admin."""

from pathlib import Path
from typing import Any

import pytest

from recall_tui import house_rules
from recall_tui.errors import StoreTrouble
from recall_tui.pack.changing import change_recall, with_keys
from recall_tui.services import replanning
from tests.cli.running import Runner


def _listed(recall: Runner, name: str) -> dict[str, Any]:
    rows = recall.ok("recalls", "list", "--json").objects
    return next(row for row in rows if row["id"] == name)


def test_a_recall_is_switched_and_approved(recall: Runner) -> None:
    """The list says so at once; the shipped file is not touched and the change is in the log."""
    assert _listed(recall, "shingles")["activity"] == "inactive"
    assert "Shingles vaccine" in recall.ok("recalls", "activate", "shingles").out
    recall.ok("recalls", "approve", "shingles", "--by", "Dr A Example")
    told = _listed(recall, "shingles")
    assert (told["activity"], told["approver"]) == ("active", "Dr A Example")
    recall.ok("recalls", "deactivate", "shingles")
    told = _listed(recall, "shingles")
    assert (told["activity"], told["approver"]) == ("inactive", "Dr A Example")


def test_a_switched_rule_plans_everybody_again(recall: Runner) -> None:
    """The next tick notices, says so and plans by it, once: nobody waits for an import."""
    assert recall.ok("tick").out == "0 patients planned again\n"
    before = {line["recall"] for line in recall.ok("balance", "--json").objects}
    assert "hypertension" in before
    recall.ok("recalls", "deactivate", "hypertension")
    assert "a rule, a setting or the engine changed" in recall.ok("tick").out
    assert {line["recall"] for line in recall.ok("balance", "--json").objects} < before
    assert recall.ok("tick", "--json").objects[0]["patients"] == 0


def test_an_edited_rule_or_a_setting_plans_everybody_again(recall: Runner) -> None:
    """A file written by hand counts, too, and so does what the practice decided about planning."""
    made = recall.ok(
        "recalls", "approve", "hypertension", "--by", "Dr A Example", "--json"
    ).objects[0]
    assert "planned" in recall.ok("tick", "--json").objects[0]
    own = Path(made["file"])
    own.write_text(own.read_text().replace("anchored = 12", "anchored = 6"))
    assert recall.ok("tick", "--json").objects[0]["planned"] > 0
    settings = own.parents[2] / "settings.toml"
    settings.write_text("[tolerance]\nweeks_longer = 12\n")
    settings.chmod(0o600)
    assert "planned" in recall.ok("tick", "--json").objects[0]
    assert recall.ok("tick", "--json").objects[0]["patients"] == 0


def test_a_recall_that_waits_for_a_list_stays_off(recall: Runner) -> None:
    """Refused in words that name the missing lists; nothing is written."""
    answer = recall("recalls", "activate", "b12")
    assert answer.code == 4
    assert "B12INJ_COD (injection given): no list found" in answer.fault
    assert _listed(recall, "b12")["activity"] == "inactive"


@pytest.mark.parametrize("name", ["", " ", 'Dr "A"', "x" * 81])
def test_an_approver_is_a_name(recall: Runner, name: str) -> None:
    """What cannot stand in the file is refused before it is written."""
    assert recall("recalls", "approve", "diabetes", "--by", name).code == 2
    assert "not yet approved" in _listed(recall, "diabetes")["approver"]


def test_only_the_top_keys_change() -> None:
    """Keys of a requirement that are called alike stay, and a key that lacks is added."""
    text = 'id = "x"\nactivity = "active"\n\n[[requirement]]\nactivity = "y"\n'
    changed = with_keys(text, {"activity": "inactive", "approver": "Dr A", "unverified": ""})
    assert changed.splitlines() == [
        'approver = "Dr A"',
        'id = "x"',
        'activity = "inactive"',
        "",
        "[[requirement]]",
        'activity = "y"',
    ]


def test_a_change_is_private_and_whole(tmp_path: Path) -> None:
    """The practice's file is its own to read, and nothing half-written is left beside it."""
    file = change_recall(tmp_path, "flu", {"activity": "active"})
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["flu.toml"]


def test_another_engine_plans_everybody_again(
    recall: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade that moves due dates no plan of before stands, nor does an older one.

    Nor does a half-made one: who dies on the way leaves it to whoever comes next.
    """
    assert recall.ok("tick", "--json").objects[0]["patients"] == 0
    with monkeypatch.context() as newer:
        newer.setattr(house_rules, "ENGINE", house_rules.ENGINE + 1)
        with monkeypatch.context() as dying:
            dying.setattr(replanning, "replan", _dying)
            assert recall("plan").code == 6
    assert "planned" in recall.ok("tick", "--json").objects[0]
    with monkeypatch.context() as newer:
        newer.setattr(house_rules, "ENGINE", house_rules.ENGINE + 1)
        assert "planned" in recall.ok("tick", "--json").objects[0]
        assert recall.ok("tick", "--json").objects[0]["patients"] == 0
    answer = recall("tick")
    assert answer.code == 6
    assert "planned by a newer version of this program" in answer.fault


def _dying(*_given: object) -> int:
    raise StoreTrouble("the server was taken away")
