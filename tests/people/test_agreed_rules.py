"""By which rules a practice is planned: alike, whoever plans and whatever their folder holds."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from recall_tui import agreed, house_people
from recall_tui.bootstrap import EnginePlanner, House
from recall_tui.domain.ids import RecallId
from recall_tui.domain.recalls import Activity
from recall_tui.errors import BadInput, Refused, StoreTrouble
from recall_tui.house_planning import plan_everybody
from recall_tui.pack.changing import with_keys
from recall_tui.pack.files import SHIPPED
from recall_tui.ports import Work
from recall_tui.services import replanning
from recall_tui.settings import Options, load_settings
from recall_tui.views.agreed import few_of
from recall_tui.views.audit import Inquiry
from recall_tui.views.people import Member
from storage.store import SqlStore
from storage.words import kept_words, rules_of
from tests.support.desk import AT
from tests.support.extracts import extract, patient
from tests.support.kept_rules import keep_rules_in
from tests.support.stocked import filled_by

HYPERTENSION, SHINGLES = RecallId("hypertension"), RecallId("shingles")
WIDER = "[tolerance]\nweeks_longer = 12\n"


def _people(store: SqlStore) -> None:
    everybody = [patient("100"), patient("101")]
    store.merge_extract(extract(everybody), by="ann", at=AT, accept=False, dry_run=False)
    for login, role in (("ann", "admin"), ("cat", "admin"), ("bob", "reception")):
        store.write(partial(_enrol, Member(login, "", role)))


def _enrol(one: Member, work: Work) -> None:
    work.put_member(one, by="ann", at=AT)


filling = filled_by(_people)
Enter = Callable[..., House]


@pytest.fixture
def enter(store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Enter]:
    """Give what opens the practice as somebody, in a data folder of their own or another's."""
    url = store.database.engine.url.render_as_string(hide_password=False)
    url = url.replace("+pysqlite", "", 1)
    with ExitStack() as open_houses:

        def opened(login: str, settings: str | None = None, folder: str = "") -> House:
            place = tmp_path / (folder or login)
            keep_rules_in(place)
            if settings is not None:
                (place / "settings.toml").write_text(settings, encoding="utf-8")
            given = Options(db=url, today="2026-11-22")
            house = House(load_settings({}, given, place))

            def here(*_given: object) -> str:
                return login

            # The kernel and the server know the tests under one name.
            monkeypatch.setattr(house_people, "kernel_login", here)
            monkeypatch.setattr(SqlStore, "session_user", here)
            assert house.actor.login == login
            open_houses.callback(house.close)
            return house

        yield opened


def _nobody(*_given: object) -> int:
    return 0


@pytest.fixture
def nothing_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take planning for done: by which rules it would have been is what these tests ask."""
    monkeypatch.setattr(replanning, "replan", _nobody)


def _mark(house: House) -> str:
    return rules_of(kept_words(house.store.database, house.store.practice.practice_id))


def _own_recall(house: House, text: str = "") -> Path:
    """Write a recall of the folder's own: hypertension, not active."""
    file = house.settings.data_folder / "recalls" / "recalls" / "hypertension.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    shipped = (SHIPPED / "recalls" / file.name).read_text(encoding="utf-8")
    file.write_text(text or with_keys(shipped, {"activity": "inactive"}), encoding="utf-8")
    return file


def test_whoever_plans_plans_alike(enter: Enter) -> None:
    """What an admin planned by holds for every login; what others have of their own is told."""
    ann = enter("ann", WIDER)
    _own_recall(ann)
    plan_everybody(ann, AT)
    mark = _mark(ann)
    bob = enter("bob", "[tolerance]\nweeks_longer = 8\n[backup]\nencrypt_to = ['age1x']\n")
    assert not bob.rules.changed(bob.kept_words())
    assert bob.settings.decided.tolerance.weeks_longer == 12
    assert bob.settings.decided.backup.encrypt_to == ("age1x",)
    assert bob.rulebook.recalls[HYPERTENSION].activity is Activity.INACTIVE
    told = bob.rules.agreement.told
    assert told.startswith("not used: settings.toml [tolerance] weeks_longer in ")
    assert "; ann agreed on others for this practice" in told
    plan_everybody(bob, AT)
    assert _mark(bob) == mark
    assert enter("bob", "", folder="bare").rules.agreement.told == ""


@pytest.mark.usefixtures("nothing_due")
def test_an_admin_elsewhere_must_say_so(enter: Enter) -> None:
    """Planning changes nothing; adopting does, for everybody, and the audit says what and who."""
    ann = enter("ann", WIDER)
    plan_everybody(ann, AT)
    mark = _mark(ann)
    cat = enter("cat", "[invites]\ngap_days = 21\n")
    plan_everybody(cat, AT)
    assert (_mark(cat), cat.settings.decided.invites.gap_days) == (mark, 14)
    assert cat.rules.take_over(AT, asked=True) == [
        "settings.toml [invites] gap_days", "settings.toml [tolerance] weeks_longer"
    ]  # fmt: skip
    assert cat.settings.decided.invites.gap_days == 21
    later = enter("ann")
    assert later.rules.changed(later.kept_words())
    plan_everybody(later, AT)
    assert later.settings.decided.tolerance.weeks_longer == 16
    assert "cat agreed on others" in later.rules.agreement.told
    rows = [row for row in later.people.inquire(Inquiry()) if row.action == "rules taken over"]
    assert [(row.by, row.details["files"]) for row in rows] == [("ann", []), ("cat", [])]
    assert later.people.verify().is_sound


@pytest.mark.usefixtures("nothing_due")
def test_a_change_where_it_came_from_is_taken_over(enter: Enter) -> None:
    """By the next admin who plans there; by nobody else, who plans as before and is told."""
    plan_everybody(enter("ann"), AT)
    bob = enter("bob", WIDER, folder="ann")
    assert "weeks_longer" in bob.rules.agreement.told
    assert bob.rules.agreement.told.startswith("not used until an admin plans: ")
    mark = _mark(bob)
    plan_everybody(bob, AT)
    assert _mark(bob) == mark
    ann = enter("ann")
    assert ann.rules.changed(ann.kept_words())
    plan_everybody(ann, AT)
    assert _mark(ann) != mark
    assert bob.rules.changed(bob.kept_words()) is False
    assert bob.settings.decided.tolerance.weeks_longer == 12


@pytest.mark.usefixtures("nothing_due")
def test_an_admin_comes_first(enter: Enter) -> None:
    """Nobody else decides by what a practice is planned, not even for lack of anything agreed."""
    bob = enter("bob")
    with pytest.raises(StoreTrouble, match="not agreed yet: an admin starts recall first"):
        plan_everybody(bob, AT)
    with pytest.raises(Refused, match="reception may not change recalls and settings"):
        bob.rules.take_over(AT, asked=True)
    plan_everybody(enter("ann"), AT)
    plan_everybody(enter("bob"), AT)


@pytest.mark.usefixtures("nothing_due")
def test_a_program_with_other_rules_plans_nothing(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until an admin starts it where the rules came from, or adopts those of elsewhere."""
    plan_everybody(enter("ann"), AT)
    others = {**agreed.shipped_digests(), "recalls/flu.toml": "another"}
    monkeypatch.setattr(agreed, "shipped_digests", lambda: others)
    for login in ("bob", "cat"):
        with pytest.raises(
            StoreTrouble, match=r"not those that ann agreed on \(recalls/flu.toml\)"
        ):
            _ = enter(login).planner
    plan_everybody(enter("ann"), AT)
    assert enter("bob").planner


@pytest.mark.usefixtures("nothing_due")
def test_two_programs_do_not_take_over_in_turn(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Newer shipped rules are taken over where they came from; those that were left only by word.

    Also where the older program's folder has a change of its own, and where a file came or went.
    """
    first = agreed.shipped_digests()
    second = {**first, "recalls/flu.toml": "second", "recalls/new.toml": "new"}
    del second["recalls/shingles.toml"]
    third = {**second, "recalls/flu.toml": first["recalls/flu.toml"], "recalls/copd.toml": "third"}

    def ship(digests: Mapping[str, str]) -> House:
        monkeypatch.setattr(agreed, "shipped_digests", lambda: digests)
        return enter("ann")

    def start(digests: Mapping[str, str]) -> str:
        house = ship(digests)
        plan_everybody(house, AT)
        return _mark(house)

    start(first)
    start(second)
    house = ship(first)
    (house.settings.data_folder / "settings.toml").write_text(WIDER, encoding="utf-8")
    house = ship(first)
    assert not house.rules.agreement.is_pending
    assert house.rules.take_over(AT) == []
    with pytest.raises(StoreTrouble, match=r"older than those that ann agreed on \(recalls/flu"):
        plan_everybody(house, AT)
    start(second)
    named = ship(first).rules.take_over(AT, asked=True)
    assert named == ["recalls/flu.toml", "recalls/new.toml", "recalls/shingles.toml"]
    start(first)
    with pytest.raises(StoreTrouble, match="start the newer program"):
        start(second)
    start(third)  # it has one file as it was before, and one that nobody had


@pytest.mark.usefixtures("nothing_due")
def test_who_is_overtaken_stores_nothing(enter: Enter) -> None:
    """Whoever read the rules before others were agreed on neither announces nor stores a plan."""
    ann, cat = enter("ann"), enter("cat", WIDER)
    plan_everybody(ann, AT)
    late, planner = enter("bob"), cast("EnginePlanner", ann.planner)
    cat.rules.changed({})
    cat.rules.take_over(AT, asked=True)
    with pytest.raises(StoreTrouble, match="rules were changed just now"):
        late.rules.announce()
    with pytest.raises(StoreTrouble, match="rules were changed just now"):
        ann.rules.take_over(AT, asked=True)
    assert _mark(ann) not in planner.rules  # what it plans is not stored: test_plan_portions


@pytest.mark.usefixtures("nothing_due")
def test_a_recall_is_switched_from_elsewhere(enter: Enter) -> None:
    """On what the practice agreed on; what lies there of one's own is left alone, or put aside."""
    ann = enter("ann", WIDER)
    plan_everybody(ann, AT)
    cat = enter("cat", "")
    mine = _own_recall(cat)
    cat = enter("cat")
    text = mine.read_text(encoding="utf-8")
    cat.rules.change("shingles", {"activity": "active"}, AT)
    assert cat.rulebook.recalls[SHINGLES].activity is Activity.ACTIVE
    assert cat.rulebook.recalls[HYPERTENSION].activity is Activity.ACTIVE
    assert cat.settings.decided.tolerance.weeks_longer == 12
    assert mine.read_text(encoding="utf-8") == text
    assert enter("ann").rulebook.recalls[SHINGLES].activity is Activity.ACTIVE
    aside = cat.rules.fetch(AT)
    assert aside is not None
    assert (aside / "recalls" / mine.name).read_text(encoding="utf-8") == text
    assert [one.name for one in mine.parent.iterdir()] == ["shingles.toml"]


@pytest.mark.usefixtures("nothing_due")
def test_rules_at_fault_are_not_adopted(enter: Enter) -> None:
    """What cannot be planned by never becomes the practice's."""
    plan_everybody(enter("ann"), AT)
    _own_recall(enter("cat"), "id = 'hypertension'\n")
    cat = enter("cat")
    with pytest.raises(BadInput, match=r"hypertension\.toml"):
        cat.rules.take_over(AT, asked=True)
    assert enter("ann").rules.agreement.told == ""
    assert few_of(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
