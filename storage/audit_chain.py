"""The chain that seals decisions and the access log: each row carries a MAC over the one before.

Both kinds of row share one numbering a practice. The MAC is HMAC-SHA-256 under a key that is kept
outside the store (``storage.audit_keys``). A row that was edited, removed, moved, repeated or added
by anybody without the key no longer fits; a chain that was cut short or put back no longer fits its
anchors. Nothing but the standard library is used here, and the driver through ``storage.bare``.

A *section* begins with an access row of action ``chain begun``, which names its key and holds a
digest of every row before it: rows older than the chain, or sealed with a key that was lost.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import starmap
from typing import Any, Final, NamedTuple

BEGUN: Final = "chain begun"
"""The action of the row that begins a section."""

ANCHORS_GONE: Final = "anchors gone"
"""The action of the row that says that rows before it had no anchor any more."""

PRUNED: Final = "audit pruned"
"""The action of the row that says which looks before it were blanked, being kept long enough."""

BLANKED: Final = "blanked"
"""The action of a look of which only place, MAC and time are kept."""

EVENT, ACCESS = "event", "access_log"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    EVENT: (
        *("practice_id", "chain_no", "seq", "event_id", "at", "by", "role", "origin", "kind"),
        *("patient_number", "item", "due_on", "payload", "command_id", "undoes"),
    ),
    ACCESS: (
        *("practice_id", "chain_no", "access_id", "at", "by", "role", "origin", "action"),
        *("patients", "details"),
    ),
}
"""What is sealed of each table, in this order."""

_NUMBERS = frozenset({"practice_id", "chain_no", "seq"})
BREAK: Final = "\x1f"
"""Stands between columns; no column holds it."""

BREAKS: Final[Mapping[str, int]] = {table: len(names) - 1 for table, names in COLUMNS.items()}
"""How many of them a row has."""

MARK: Final = " @"
"""Stands in the origin of a row before the computer that wrote it; no origin holds it."""

_MARKED: Final = re.compile(r"(.*) @([0-9a-f]{8}) after (\d+)")

Ask = Callable[[str, Sequence[Any]], Iterator[Sequence[Any]]]


class Origin(NamedTuple):
    """From where a row was written, as it is sealed.

    On a server the first row of a transaction also says which computer wrote it, and which row was
    the newest that this computer had anchored: rows that it wrote since have lost their anchors.
    """

    words: str
    """Terminal and address of the person."""

    place: str = ""
    """Of the anchors (``AuditKeys.place``); empty: not said."""

    anchored: int = 0

    @classmethod
    def of(cls, text: str) -> "Origin":
        """Read the column."""
        found = _MARKED.fullmatch(text)
        return cls(found[1], found[2], int(found[3])) if found else cls(text)

    def __str__(self) -> str:
        """Write the column."""
        return f"{self.words}{MARK}{self.place} after {self.anchored}" if self.place else self.words


class ChainRow(NamedTuple):
    """A row as the chain sees it."""

    table: str
    number: int
    """Its place in the chain; 0: it is older than the chain."""

    key: str
    """``seq`` of a decision, ``access_id`` of an access."""

    mac: str
    body: str
    """Every sealed column as text, with a break between them."""

    @property
    def values(self) -> tuple[str, ...]:
        """The sealed columns."""
        return tuple(self.body.split(BREAK))

    @property
    def is_whole(self) -> bool:
        """Whether no column holds a break, which no row of ours does."""
        return self.body.count(BREAK) == BREAKS[self.table]

    @property
    def action(self) -> str:
        """What an access says was done; empty for a decision."""
        return self.body.split(BREAK, 8)[7] if self.table == ACCESS else ""

    @property
    def words(self) -> str:
        """Which row it is, in words without a patient."""
        _practice, _number, key, *rest = self.values
        if self.table == EVENT:
            return f"decision {key} ({rest[2]}, {rest[5]}, {rest[1]})"
        return f"access {key} ({rest[1]}, {rest[4]}, {rest[0]})"

    @property
    def origin(self) -> "Origin":
        """From where it was written."""
        return Origin.of(self.values[7 if self.table == EVENT else 6])

    @property
    def details(self) -> Mapping[str, Any]:
        """The details of an access."""
        found: Any = json.loads(self.values[9])
        return found


def as_text(value: object) -> str:
    """Return a column as it is sealed: the same on both databases."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        instant = value.astimezone(UTC).replace(tzinfo=None)
        return f"{instant.isoformat(timespec='microseconds')}Z"
    return value.isoformat() if isinstance(value, date) else str(value)


def message(previous: str, table: str, body: str) -> bytes:
    """Return what is sealed."""
    return f"{previous}{BREAK}{table}{BREAK}{body}".encode("utf-8", "surrogatepass")


def seal(secret: bytes, previous: str, table: str, body: str) -> str:
    """Return the MAC of a row that follows the row with the MAC ``previous``."""
    return hmac.digest(secret, message(previous, table, body), "sha256").hex()


def sealer(secret: bytes) -> Callable[[str, str, str], str]:
    """Return ``seal`` under one key, for many rows: what depends on the key alone is done once."""
    keyed = hmac.new(secret, digestmod="sha256")

    def sealed(previous: str, table: str, body: str) -> str:
        mac = keyed.copy()
        mac.update(message(previous, table, body))
        return mac.hexdigest()

    return sealed


def sealed_body(table: str, row: Mapping[str, object]) -> str:
    """Return the sealed columns of a row as one text; a break inside a column is a space."""
    return BREAK.join([as_text(row[name]).replace(BREAK, " ") for name in COLUMNS[table]])


# ---------------------------------------------------------------------------------------- reading


def chain_rows(ask: Ask, practice_id: int, *, is_sqlite: bool) -> Iterator[ChainRow]:
    """Give every row in the order of the chain; those that are older than it come first."""
    # Qualified, since Postgres would take a bare name for the column of text that is selected.
    for table, order in ((EVENT, "event.seq"), (ACCESS, "access_log.access_id")):
        sql = _select(table, "chain_no = 0", order, is_sqlite=is_sqlite)
        yield from _rows(ask(sql, (practice_id,)), table)
    orders = ((EVENT, "event.seq"), (ACCESS, "access_log.chain_no, access_log.access_id"))
    sealed: list[Iterator[ChainRow]] = []
    for table, order in orders:
        sql = _select(table, "chain_no <> 0", order, is_sqlite=is_sqlite)
        sealed.append(_rows(ask(sql, (practice_id,)), table))
    yield from _in_order(*sealed)


def _in_order(events: Iterator[ChainRow], looks: Iterator[ChainRow]) -> Iterator[ChainRow]:
    """Give whichever comes next of both; ``heapq.merge`` takes twice as long."""
    look = next(looks, None)
    for event in events:
        while look is not None and look.number < event.number:
            yield look
            look = next(looks, None)
        yield event
    if look is not None:
        yield look
        yield from looks


def _rows(found: Iterator[Sequence[Any]], table: str) -> Iterator[ChainRow]:
    return starmap(partial(ChainRow, table), found)


def _select(table: str, condition: str, order: str, *, is_sqlite: bool) -> str:
    columns = [_column(name, is_sqlite=is_sqlite) for name in COLUMNS[table]]
    gap = f"{'char' if is_sqlite else 'chr'}(31)"
    # Put together at once: by "||" it would be copied for every column. A column that is missing,
    # which none of ours may be, is a break too many, and never makes room for one in another.
    body = f"concat_ws({gap}, {', '.join(f'coalesce({one}, {gap})' for one in columns)})"
    return (
        f"SELECT chain_no, {columns[2]}, mac, {body} "  # noqa: S608 - our own names
        f'FROM "{table}" WHERE practice_id = ? AND {condition} ORDER BY {order}'
    )


def _column(name: str, *, is_sqlite: bool) -> str:
    """Return the expression that gives a column as ``as_text`` would."""
    if name in _NUMBERS:
        return f"CAST({name} AS TEXT)"
    if name == "due_on":
        return "coalesce(CAST(due_on AS TEXT), '')"
    if name == "at" and not is_sqlite:
        return 'to_char("at" AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')'
    return f'"{name}"'


class Digest:
    """What a section says about every row before it."""

    def __init__(self) -> None:
        """Begin with no row."""
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, row: ChainRow) -> None:
        """Take the next row in the order of the chain."""
        self.rows += 1
        self._hash.update(message(row.mac, row.table, row.body))
        self._hash.update(b"\n")

    def words(self) -> str:
        """Return the digest of the rows so far."""
        return self._hash.hexdigest()


class Blanks:
    """Which looks are blanked: what a pruning says of them, and what is found."""

    def __init__(self) -> None:
        """Begin with none."""
        self.rows = 0
        self._hash = hashlib.sha256()

    def add(self, row: ChainRow) -> None:
        """Take the next one in the order of the chain."""
        self.rows += 1
        self._hash.update(f"{row.number} {row.key} {row.mac}\n".encode())

    def words(self) -> str:
        """Return how many there are, and a digest of their places and MACs."""
        return f"{self.rows} {self._hash.hexdigest()}"


def begun_details(ask: Ask, practice_id: int, fingerprint: str, *, is_sqlite: bool) -> str:
    """Return the details of a row that begins a section after everything that is there."""
    digest = Digest()
    for row in chain_rows(ask, practice_id, is_sqlite=is_sqlite):
        digest.add(row)
    found = {"key": fingerprint, "rows_before": digest.rows, "digest_before": digest.words()}
    return json.dumps(found, sort_keys=True)
