"""Sealing what one transaction adds to the chain of a practice.

The head of the chain is in the row of counters that every transaction locks before it writes any
of it, so the chain is linear however many processes write.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, insert

from recall_tui.domain.rights import Role
from recall_tui.errors import StoreTrouble
from storage.audit_chain import (
    ACCESS,
    ANCHORS_GONE,
    BEGUN,
    EVENT,
    Origin,
    as_text,
    begun_details,
    seal,
    sealed_body,
)
from storage.audit_keys import AUDIT, Anchor, Auditing
from storage.ids import new_row_id
from storage.ready import Write, ready
from storage.tables import ACCESS_LOG
from storage.tables import EVENT as EVENT_TABLE
from storage.written import Author

_NEW_EVENT = ready(insert(EVENT_TABLE), *(column.name for column in EVENT_TABLE.c))
_NEW_ACCESS = ready(insert(ACCESS_LOG), *(column.name for column in ACCESS_LOG.c))
HEAD_COLUMNS: Final = ("chain_no", "chain_mac", "chain_key")
"""Columns of the counters that hold the head of the chain."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look that somebody had before it could be recorded."""

    access_id: str
    role: str
    origin: str


@dataclass(slots=True)
class Sealer:
    """Seals rows of one practice, one after the other."""

    connection: Connection
    practice_id: int
    head: dict[str, Any]
    put: Callable[[Sequence[Write]], object]
    """Writes the rows that are sealed."""

    roles: dict[str, str] = field(default_factory=dict[str, str])
    """Role of each login that acts in this transaction."""

    moved: bool = False

    @property
    def _auditing(self) -> Auditing:
        found: Auditing = self.connection.get_execution_options()[AUDIT]
        return found

    @property
    def _is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def put_events(self, rows: Sequence[dict[str, Any]]) -> None:
        """Give decisions their place in the chain, and write them."""
        self.seal_events(rows)
        self.put([Write(_NEW_EVENT, rows)])

    def seal_events(self, rows: Sequence[dict[str, Any]]) -> None:
        """Give decisions their place in the chain."""
        if rows:
            self._begin(Author(rows[0]["by"], rows[0]["at"]))
            for row in rows:
                self._seal(EVENT, row)

    def note(
        self,
        action: str,
        patients: Sequence[str],
        author: Author,
        details: Mapping[str, object] | None = None,
        *,
        look: Look | None = None,
    ) -> None:
        """Add a row to the access log; ``look``: one that was had before."""
        self._begin(author)
        text = json.dumps(dict(details or {}), sort_keys=True)
        self._note((action, patients), author, text, look)

    def _note(
        self, what: tuple[str, Sequence[str]], author: Author, details: str, look: Look | None
    ) -> None:
        action, patients = what
        row: dict[str, Any] = {
            "practice_id": self.practice_id,
            "access_id": look.access_id if look else new_row_id(),
            "at": author.at,
            "by": author.by,
            "action": action,
            "patients": json.dumps(list(patients)),
            "details": details,
        }
        if look:
            row.update(role=look.role, origin=look.origin)
        self._seal(ACCESS, row)
        self.put([Write(_NEW_ACCESS, [row])])

    def _begin(self, author: Author) -> None:
        """Begin a section when this key has not sealed the row before."""
        key, is_sqlite = self._auditing.keys.current, self._is_sqlite
        if self.head["chain_key"] == key.fingerprint:
            self._tell_of_lost_anchors(author)
            return
        if self.head["chain_no"] and not is_sqlite and self.roles.get(author.by) != Role.ADMIN:
            # Two computers with a key each would begin sections in turn, and not everybody may
            # read what a section must name.
            raise StoreTrouble(
                f"this computer lacks the audit key of the store ({self._auditing.keys.folder}): "
                "copy that folder from the computer that has it, or let an admin begin a new one"
            )
        details = begun_details(self._ask, self.practice_id, key.fingerprint, is_sqlite=is_sqlite)
        self.head["chain_key"] = key.fingerprint
        self._note((BEGUN, ()), author, details, None)

    def _tell_of_lost_anchors(self, author: Author) -> None:
        """Seal that the anchors of the newest rows are gone, and anchor these rows again.

        Whoever writes to a file writes to its anchors, too, before the commit; of a server each
        computer anchors what was written there, so here only anchors that are gone altogether
        tell, and of others what stands in the origin of the next row.
        """
        auditing, number = self._auditing, self.head["chain_no"]
        if self.practice_id in auditing.heads:  # rows of this transaction have none yet
            return
        anchored = auditing.keys.newest(self.practice_id if self._is_sqlite else None)
        if anchored >= number or (not self._is_sqlite and anchored):
            return
        found = Anchor(self.practice_id, number, self.head["chain_mac"], as_text(author.at))
        if auditing.keys.anchor(found):
            details = {"anchored": anchored, "head": number}
            self._note((ANCHORS_GONE, ()), author, json.dumps(details), None)

    def _seal(self, table: str, row: dict[str, Any]) -> None:
        auditing = self._auditing
        row.setdefault("role", self.roles.get(row["by"], ""))
        row.setdefault("origin", auditing.origin)
        if not self._is_sqlite and self.practice_id not in auditing.heads:
            anchored = auditing.keys.newest(self.practice_id)
            row["origin"] = str(Origin(row["origin"], auditing.keys.place, anchored))
        row["chain_no"] = self.head["chain_no"] + 1
        body = sealed_body(table, row)
        mac = seal(auditing.keys.current.secret, self.head["chain_mac"], table, body)
        row["mac"] = mac
        self.head["chain_no"], self.head["chain_mac"] = row["chain_no"], mac
        head = Anchor(self.practice_id, row["chain_no"], mac, as_text(row["at"]))
        auditing.heads[self.practice_id] = head
        self.moved = True

    def _ask(self, sql: str, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
        text = sql if self._is_sqlite else sql.replace("?", "%s")
        yield from self.connection.exec_driver_sql(text, tuple(values))
