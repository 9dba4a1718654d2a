"""Verifying a practice's chain: every fault is told with the row at which it shows.

Only the standard library and the bare driver, so that an auditor can run it beside any version of
the rest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from recall_tui.errors import UsageProblem
from recall_tui.views.audit import AuditFault, AuditVerdict
from storage.audit_chain import (
    ANCHORS_GONE,
    BEGUN,
    BLANKED,
    BREAK,
    BREAKS,
    EVENT,
    MARK,
    PRUNED,
    Blanks,
    ChainRow,
    Digest,
    chain_rows,
    sealer,
)
from storage.audit_keys import Anchor, AuditKeys
from storage.bare import Bare, reading

MOST_FAULTS = 100


def verify(url: str, ods_code: str, keys: AuditKeys) -> AuditVerdict:
    """Read every sealed row of a practice and say what does not fit.

    Raises:
        StoreTrouble: the store cannot be read.
        UsageProblem: it does not hold the practice.
    """
    # Read before the rows: what is anchored by then must be among them.
    anchors = list(keys.anchors())
    with reading(url) as bare:
        found = list(bare.ask("SELECT practice_id FROM practice WHERE ods_code = ?", (ods_code,)))
        if not found:
            raise UsageProblem(f"practice {ods_code} is not in this store")
        practice_id = int(found[0][0])
        walk = _Walk(keys, _needs_digest(bare, practice_id), bare.is_sqlite)
        shared = bare.ask("SELECT seq FROM shared_change WHERE practice_id = ?", (practice_id,))
        walk.shared = frozenset(int(row[0]) for row in shared)
        walk.expect(one for one in anchors if one.practice_id == practice_id)
        for row in chain_rows(bare.ask, practice_id, is_sqlite=bare.is_sqlite):
            walk.take(row)
        head = next(
            iter(
                bare.ask(
                    "SELECT chain_no, chain_mac FROM change_seq WHERE practice_id = ?",
                    (practice_id,),
                )
            ),
            (0, ""),
        )
        # Written meanwhile, and announced before: their anchors were not there yet.
        walk.reach(
            one for one in islice(keys.anchors(), len(anchors), None)
            if one.practice_id == practice_id
        )  # fmt: skip
        return walk.verdict((int(head[0]), str(head[1])))


def _needs_digest(bare: Bare, practice_id: int) -> bool:
    """Whether some row is older than the chain, sealed with another key, or blanked."""
    sections = bare.ask(
        'SELECT count(*) FROM access_log WHERE practice_id = ? AND "action" = ?',
        (practice_id, BEGUN),
    )
    pruned = bare.ask(
        'SELECT 1 FROM access_log WHERE practice_id = ? AND "action" = ? LIMIT 1',
        (practice_id, PRUNED),
    )
    old = (
        bare.ask(f'SELECT 1 FROM "{table}" WHERE practice_id = ? AND chain_no = 0 LIMIT 1',  # noqa: S608 - ours
                 (practice_id,))
        for table in ("event", "access_log")
    )  # fmt: skip
    return int(next(iter(sections))[0]) > 1 or any(True for _row in chain(pruned, *old))


@dataclass(slots=True)
class _Walk:
    """Goes along the chain and keeps what does not fit."""

    keys: AuditKeys
    needs_digest: bool
    is_sqlite: bool
    faults: list[AuditFault] = field(default_factory=list[AuditFault])
    anchors: dict[int, list[Anchor]] = field(default_factory=dict[int, list[Anchor]])
    digest: Digest = field(default_factory=Digest)
    rows: int = 0
    sections: int = 0
    unproven: int = 0
    anchored: int = 0
    reached: int = 0
    """Number of the newest row that an anchor names, though it may have come to nothing."""

    accepted: int = 0
    """Number of the row up to which an admin accepted the store as it is."""

    number: int = 0
    event_seq: int = 0
    shared: frozenset[int] = frozenset()
    """Numbers of decisions that changes of named views took; they are no part of the chain."""

    mac: str = ""
    sealed: Callable[[str, str, str], str] | None = None
    """``seal`` under the key of the section; None: nobody has it."""

    blanks: Blanks = field(default_factory=Blanks)
    left: str = ""
    """The looks that are blanked, as the newest pruning says."""

    left_until: str = ""
    sections_wrong: list[AuditFault] = field(default_factory=list[AuditFault])
    """Sections that name other rows than there are: as it should be before a pruning."""

    written: dict[str, int] = field(default_factory=dict[str, int])
    """Of each computer the newest row that says it was written there."""

    def expect(self, anchors: Iterator[Anchor]) -> None:
        """Take the anchors that still hold: an accepted one voids what lay beyond it."""
        kept: list[Anchor] = []
        for one in anchors:
            if one.is_accepted:
                kept.clear()
                self.accepted, self.reached = one.chain_no, 0
            self.reached = max(self.reached, one.chain_no)
            if not one.is_begun:
                kept.append(one)
        for one in kept:
            self.anchors.setdefault(one.chain_no, []).append(one)
            self.anchored = max(self.anchored, one.chain_no)

    def take(self, row: ChainRow) -> None:
        """Look at the next row."""
        self.rows += 1
        if self._is_next_decision(row):
            return
        if row.table == EVENT:
            self._count_event(row)
        action = row.action
        if action == BLANKED:
            self.blanks.add(row)
        if row.number:
            self._take_sealed(row, row.number, action)
            self._take_place(row, row.number)
        if self.needs_digest:
            self.digest.add(row)

    def _is_next_decision(self, row: ChainRow) -> bool:
        """Go on if a row is a decision that fits and has nothing more to be asked: most are."""
        table, number, key, mac, body = row
        seq = self.event_seq + 1
        if (
            table == EVENT
            and number == self.number + 1
            and key == str(seq)
            and seq not in self.shared
            and number not in self.anchors
            and not self.needs_digest
            and self.sealed is not None
            and body.count(BREAK) == BREAKS[EVENT]
            and self.sealed(self.mac, EVENT, body) == mac
        ):
            self.event_seq, self.number, self.mac = seq, number, mac
            if MARK in body:
                self._take_place(row, number)
            return True
        return False

    def _take_sealed(self, row: ChainRow, number: int, action: str) -> None:
        follows = number == self.number + 1 or self._tell_place(row, number)
        if action == BEGUN:
            self._begin(row)
        if self.sealed is None:
            self.unproven += 1
        elif follows and action != BLANKED and not self._fits(row):
            self._fault(number, row.words, "was changed, or put in the place of another row")
        elif action == PRUNED and "blanks" in row.details:
            self._take_pruning(row)
        elif action == ANCHORS_GONE and number > self.accepted:
            first, last = int(row.details["anchored"]) + 1, int(row.details["head"])
            self._fault(number, row.words, f"was written when {_without_anchor(first, last)}")
        for anchor in self.anchors.pop(number, ()) if number in self.anchors else ():
            if anchor.mac != row.mac:
                words = f"is not the row that was anchored at {anchor.at}: the store was put back"
                self._fault(number, row.words, words)
        self.number, self.mac = number, row.mac

    def _take_place(self, row: ChainRow, number: int) -> None:
        """Compare what a computer had anchored when it wrote a row with what it wrote before."""
        _words, place, anchored = row.origin
        if self.is_sqlite or not place:  # a file may hold rows that were moved from a server
            return
        # Whoever begins a section may have lost keys and anchors: rows without the key are told.
        last = 0 if row.action == BEGUN else self.written.get(place, 0)
        if anchored < last > self.accepted and number > self.accepted:
            words = _without_anchor(anchored + 1, last)
            self._fault(number, row.words, f"was written when {words}")
        self.written[place] = number

    def _take_pruning(self, row: ChainRow) -> None:
        """Compare what a pruning left with what is there; a later one speaks for its looks, too."""
        self.left, self.left_until = str(row.details["blanks"]), str(row.details.get("until", ""))
        before = (row.details.get("rows_before"), row.details.get("digest_before"))
        self.sections_wrong.clear()
        if before != (self.digest.rows, self.digest.words()):
            words = "removed looks, and the rows before it are not those that it left"
            self.sections_wrong.append(AuditFault(row.number, row.words, words))

    def _fits(self, row: ChainRow) -> bool:
        if self.sealed is None or not row.is_whole:
            return False
        return self.sealed(self.mac, row.table, row.body) == row.mac

    def _count_event(self, row: ChainRow) -> None:
        seq, wanted = int(row.key), self.event_seq + 1
        if seq == wanted and wanted not in self.shared:
            self.event_seq = seq
            return
        while wanted in self.shared:
            wanted += 1
        if seq != wanted:
            missing = _span(wanted, seq - 1)
            words = (
                f"comes after decision {self.event_seq}: decision{missing} missing"
                if seq > self.event_seq
                else f"comes after decision {self.event_seq}: the order was changed"
            )
            self._fault(row.number, row.words, words)
        self.event_seq = max(seq, self.event_seq)

    def _tell_place(self, row: ChainRow, number: int) -> bool:
        """Say what is wrong with a row that has not the next number: its MAC cannot be judged."""
        if number == self.number:
            self._fault(number, row.words, "stands in a place that is taken: a row was repeated")
        elif number < self.number:
            self._fault(number, row.words, f"comes after row {self.number}: the order was changed")
        else:
            missing = _span(self.number + 1, number - 1)
            self._fault(number, row.words, f"comes after a gap: row{missing} missing")
        return False

    def _begin(self, row: ChainRow) -> None:
        self.sections += 1
        key = self.keys.find(str(row.details.get("key", "")))
        self.sealed = sealer(key.secret) if key else None
        before = (row.details.get("rows_before"), row.details.get("digest_before"))
        if self.needs_digest and before != (self.digest.rows, self.digest.words()):
            words = "begins a section, and the rows before it are not those that it names"
            self.sections_wrong.append(AuditFault(row.number, row.words, words))

    @property
    def _newest_here(self) -> int:
        """Number of the newest row that must have its anchor beside these keys."""
        if self.is_sqlite or not self.reached:
            return self.number
        return self.written.get(self.keys.place, 0)

    def reach(self, later: Iterator[Anchor]) -> None:
        """Take what was anchored while the rows were read, where they go beyond what was before."""
        if self._newest_here > self.reached:
            self.reached = max(self.reached, *(one.chain_no for one in later), 0)

    def verdict(self, head: tuple[int, str]) -> AuditVerdict:
        """Return what was found, after the last row."""
        number, mac = head
        self.faults.extend(self.sections_wrong)
        if self.blanks.rows and self.blanks.words() != self.left:
            words = "looks were blanked that no pruning names"
            self._fault(self.number, "the access log", words)
        if number != self.number or mac != self.mac:
            words = f"the store says that row {number} is the newest; it is row {self.number}"
            self._fault(self.number, "the end", f"{words}: rows were cut off or added")
        # A server's rows have their anchors on the computers that wrote them, beside a key.
        newest = self._newest_here
        if self.sealed is not None and newest > self.reached:
            words = _without_anchor(self.reached + 1, newest)
            self._fault(newest, "the anchors", words)
        for beyond, anchors in sorted(self.anchors.items()):
            words = f"row {beyond} was anchored at {anchors[-1].at} and is not there"
            self._fault(beyond, "the end", f"{words}: rows were cut off, or the store was put back")
        return AuditVerdict(
            rows=self.rows,
            sealed=self.number,
            sections=self.sections,
            unproven=self.unproven,
            anchored=self.anchored,
            blanked=self.blanks.rows,
            blanked_until=self.left_until,
            faults=tuple(self.faults[:MOST_FAULTS]),
            fault_count=len(self.faults),
        )

    def _fault(self, number: int, row: str, words: str) -> None:
        self.faults.append(AuditFault(number, row, words))


def _without_anchor(first: int, last: int) -> str:
    rows = f"row {last} had" if first >= last else f"rows {first} to {last} had"
    return f"{rows} no anchor: the file of anchors was removed, blanked or cut"


def _span(first: int, last: int) -> str:
    return f" {first} is" if first >= last else f"s {first} to {last} are"
