"""The part of the house about rules: which hold, what they mean, and who changes them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from recall_tui import house_rules
from recall_tui.agreed import OWN, Agreement, files_in, written
from recall_tui.domain.rights import Right, may
from recall_tui.errors import Refused, StoreTrouble
from recall_tui.views.agreed import differing_shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from recall_tui.domain.ids import RecallId
    from recall_tui.domain.plan_settings import PlanSettings
    from recall_tui.domain.recalls import Rulebook
    from recall_tui.frames import PlanInputs
    from recall_tui.house_people import HousePeople
    from recall_tui.settings import Settings
    from recall_tui.views.agreed import AgreedRules
    from recall_tui.views.explanation import Explanation
    from recall_tui.views.matching import Guide
    from storage.store import SqlStore
    from storage.work import Database


class HouseRules:
    """The rules that hold for a practice; without a store, those of this folder."""

    def __init__(
        self, folder: Settings, store: SqlStore | None, people: HousePeople | None
    ) -> None:
        """Take the settings of this folder, and the practice that is open, if one is."""
        self._folder = folder
        self._store = store
        self._people = people
        self.agreement = self._judged()

    def _judged(self) -> Agreement:
        agreed = None
        if self._store is not None:
            from storage.agreeing import read_agreed

            agreed = read_agreed(self._store.database, self._store.practice.practice_id)
        return Agreement(self._folder, agreed, self._may_change)

    def _may_change(self) -> bool:
        return self._people is None or may(self._people.role(), Right.RULES)

    @cached_property
    def settings(self) -> Settings:
        """The settings that hold."""
        return self.agreement.settings

    @cached_property
    def book(self) -> Rulebook:
        """The rules that hold.

        Raises:
            BadInput: a rule file is at fault.
        """
        from recall_tui.pack.compiled import rulebook_of

        return rulebook_of(self.agreement.folders, self._folder.data_folder)

    @cached_property
    def words(self) -> Mapping[str, object]:
        """What the practice calls things, as it is kept in the store beside the plan."""
        return house_rules.words_of(self.book, self.settings)

    def keep_words(self) -> None:
        """Keep the words in the store: whoever has planned everybody does so, for all to read."""
        from storage.words import keep_words

        keep_words(*self._place, self.words)

    @cached_property
    def plan_settings(self) -> PlanSettings:
        """What the practice decided about planning."""
        return house_rules.plan_settings(self.settings)

    @cached_property
    def guide(self) -> Guide:
        """What booking needs of the rules and the practice's settings."""
        return house_rules.guide_of(self.book, self.settings)

    def changed(self, kept: Mapping[str, object]) -> bool:
        """Whether everybody must be planned again, by what is agreed on at this moment.

        ``kept``: the words that were kept when everybody was planned last.
        """
        self.agreement = self._judged()
        for name in ("settings", "book", "words", "plan_settings", "guide"):
            self.__dict__.pop(name, None)
        return house_rules.rules_changed(kept, self.agreement.folders, self.settings)

    def explain(
        self, inputs: PlanInputs, today: date, recalls: Sequence[RecallId], *, with_plan: bool
    ) -> Explanation:
        """Ask the engine about one patient: on which recalls and why; nothing is stored.

        ``with_plan``: what is due as well, planned now.
        """
        from recall_tui.planning.explain import explain, explain_and_plan, plan_now
        from recall_tui.views.explanation import Explanation

        rules = (self.book, self.plan_settings, today)
        if with_plan and {one.id for one in self.book.active()}.issuperset(recalls):
            found, due = explain_and_plan(inputs, *rules)
            return Explanation(tuple(one for one in found if one.recall in recalls), due)
        due = plan_now(inputs, *rules) if with_plan else ()
        return Explanation(explain(inputs, *rules, recalls), due)

    def refuse_others(self, kept: Mapping[str, object]) -> None:
        """Raise when nothing may be planned by the rules that are here.

        Where nothing is agreed yet, those by which everybody is planned (``kept``) may stay.

        Raises:
            StoreTrouble: others are agreed on, or an admin must come first.
        """
        if self._store is None or not self.agreement.refusal:
            return
        is_agreed = self.agreement.agreed is not None
        if is_agreed or not kept or self.changed(kept):
            raise StoreTrouble(self.agreement.refusal)

    def take_over(self, at: datetime, *, asked: bool = False) -> list[str]:
        """Make what lies in this folder the practice's, if that is due or an admin asks for it.

        Returns what differs from what was agreed on before.

        Raises:
            BadInput: a rule or a setting is at fault.
            Refused: it is asked for by somebody who may not.
            StoreTrouble: somebody else changed them just now.
        """
        judged = self.agreement
        if not (asked or judged.is_due):
            return []
        named = judged.differing
        if judged.agreed is not None:
            named = [*named, *differing_shipped(judged.whole, judged.agreed)]
        self._keep(judged.whole, at)
        return named

    def _keep(self, after: AgreedRules, at: datetime) -> None:
        """Keep rules as the practice's, if they can be used."""
        from recall_tui.pack.compiled import rulebook_of
        from storage.agreeing import take_over
        from storage.written import Author

        after = after.following(self.agreement.agreed)
        holding = Agreement(self._folder, after, self._may_change)
        rulebook_of(holding.folders, self._folder.data_folder)  # what is at fault is told before
        mark = house_rules.mark_of(holding.folders, holding.settings)
        author = Author(self._login, at)
        take_over(*self._place, (self.agreement.agreed, after), mark, author)
        self.changed({})

    def announce(self) -> None:
        """Say in the store that everybody is being planned by the rules that hold here.

        Raises:
            StoreTrouble: others are agreed on by now.
        """
        from storage.agreeing import announce_rules
        from storage.words import rules_of

        agreed = self.agreement.agreed
        announce_rules(*self._place, rules_of(self.words), agreed.digest if agreed else "")

    def change(self, rule: str, keys: Mapping[str, str], at: datetime) -> Path:
        """Change a recall of the practice; return the file that says so now.

        Where this folder holds what was agreed on, it is changed here, and this is from where it
        comes from now on. Otherwise what lies here is left alone.

        Raises:
            BadInput: with the change the rule could not be used, or cannot be written.
            Refused: they may not.
            StoreTrouble: the program ships other rules than were agreed on, or somebody else
                changed them just now.
        """
        from recall_tui.pack.changing import change_recall

        judged, own = self.agreement, self.own_folder
        if judged.agreed is None:
            return change_recall(own, rule, keys)
        if judged.refusal:
            raise StoreTrouble(judged.refusal)
        if judged.is_own:
            file = change_recall(own, rule, keys)
            self._keep(Agreement(self._folder, None, self._may_change).whole, at)
            return file
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            place = written(judged.ours.files, Path(folder))
            change_recall(place, rule, keys)
            after = replace(judged.agreed, files=files_in(place), home="")
        self._keep(after, at)
        return self.agreement.folders[-1] / "recalls" / f"{rule}.toml"

    @property
    def own_folder(self) -> Path:
        """Where a practice's own recalls lie in this folder; it need not be there."""
        return self._folder.data_folder / OWN

    def fetch(self, at: datetime) -> Path | None:
        """Put the practice's own rules into this folder; return where those are that were there.

        Raises:
            Refused: the practice agreed on nothing yet.
            StoreTrouble: they cannot be written there.
        """
        agreed, own = self.agreement.agreed, self.own_folder
        if agreed is None:
            message = "the practice's rules are not in the store yet: there is nothing to fetch"
            raise Refused(message)
        aside = own.with_name(f"{OWN}.before-{at:%Y%m%d-%H%M%S}") if own.exists() else None
        fresh = own.with_name(f".{OWN}-fetched")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700, parents=True)
            written(agreed.files, fresh)
            if aside:
                own.rename(aside)
            fresh.rename(own)
        except OSError as fault:
            raise StoreTrouble(f"{own} cannot be written: {fault.strerror}") from fault
        self.changed({})
        return aside

    @property
    def _place(self) -> tuple[Database, int]:
        assert self._store is not None, "a practice is open"  # noqa: S101 - ours
        return self._store.database, self._store.practice.practice_id

    @property
    def _login(self) -> str:
        assert self._people is not None, "somebody is at the keyboard"  # noqa: S101 - ours
        return self._people.login
