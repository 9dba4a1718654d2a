"""Reads packs into the rulebook that the engine works from."""

from collections.abc import Sequence
from pathlib import Path

from recall_tui.domain.ids import ClusterId, FlagId, ItemId, RecallId
from recall_tui.domain.items import StaffGroup
from recall_tui.domain.recalls import Cluster, Recall, Rulebook
from recall_tui.pack.crosscheck import CrossCheck
from recall_tui.pack.files import SHIPPED, fingerprint
from recall_tui.pack.folder import PackFolder, read_folder
from recall_tui.pack.problems import Problems

__all__ = ["SHIPPED", "fingerprint", "read_rulebook", "read_together"]


def read_rulebook(folders: Sequence[Path]) -> Rulebook:
    """Return the rules of ``folders``: the first is the shipped pack, later ones override and add.

    A definition (item, recall, flag, cluster) of a later folder replaces the whole one of the same
    id. A recall whose missing clusters a later folder supplies is no longer ``unverified``.

    Raises:
        BadInput: the first fault of the pack, as ``file:line: words``.
    """
    problems = Problems()
    pack = read_together(folders, problems)
    problems.raise_first()
    check = CrossCheck(pack)
    problems.extend(check.problems())
    problems.raise_first()
    return _build(pack, check, fingerprint(folders))


def read_together(folders: Sequence[Path], problems: Problems) -> PackFolder:
    """Return the definitions of all folders, later ones over earlier ones."""
    together = PackFolder()
    for folder in folders:
        found = read_folder(folder, problems)
        together.override(found)
        check = CrossCheck(together)
        for name, placed in found.recalls.items():
            if placed.text.unverified:
                together.waiting[name] = check.missing_clusters(name)
    return together


def _build(pack: PackFolder, check: CrossCheck, digest: str) -> Rulebook:
    costs: dict[StaffGroup, int] = {}
    contract_year = ""
    medication_review: tuple[ClusterId, ...] = ()
    for general in pack.general:
        costs |= general.text.staff_costs
        contract_year = general.text.contract_year or contract_year
        if general.text.medication_review is not None:
            medication_review = tuple(map(ClusterId, general.text.medication_review))
    clusters = dict(pack.clusters)
    recalls: dict[RecallId, Recall] = {}
    for name, placed in pack.recalls.items():
        lacking = check.missing_clusters(name)
        clusters |= {ClusterId(lack): _not_supplied(lack) for lack in lacking}
        supplied = bool(pack.waiting.get(name)) and not lacking
        recalls[RecallId(name)] = placed.text.build("" if supplied else placed.text.unverified)
    measures = {
        name: placed.text.build(name, placed.text.unverified if check.measure_lacks(name) else "")
        for name, placed in pack.measures.items()
    }
    for name in measures:
        clusters |= {ClusterId(one): _not_supplied(one) for one in check.measure_lacks(name)}
    return Rulebook(
        items={ItemId(name): item.text.build(name, costs) for name, item in pack.items.items()},
        recalls=recalls,
        clusters=clusters,
        flags={FlagId(name): flag.text.build(name) for name, flag in pack.flags.items()},
        medication_review=medication_review,
        contract_year=contract_year,
        fingerprint=digest,
        measures=measures,
    )


def _not_supplied(name: str) -> Cluster:
    """Return the empty cluster that stands for one that only an unverified recall names."""
    return Cluster(ClusterId(name), frozenset(), "", "not supplied: this list is missing")
