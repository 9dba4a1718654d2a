"""Taking along what is kept outside a store so that its audit can be trusted: keys and anchors.

Without them the moved store could not be written to, and a chain that was cut short on the way
would not be found. The looks that wait for the chain go along too.
"""

import hashlib
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from recall_tui.errors import Refused
from storage.audit_keys import ANCHORS_FILE, KEY_FILE, AuditKeys
from storage.looks import NAME
from storage.tables import COUNTER


def demand_keys(connection: Connection, keys: AuditKeys) -> None:
    """Refuse to move a store whose newest rows were sealed with a key that is not here.

    Raises:
        Refused: a practice's key is not in the audit folder.
        StoreTrouble: the folder cannot be read.
    """
    for fingerprint in connection.scalars(select(COUNTER.c.chain_key)):
        if fingerprint and keys.find(fingerprint) is None:
            raise Refused(
                f"{keys.folder} lacks the audit key of the store: copy that folder from the "
                "computer that has it, or let an admin record something, which begins a new key"
            )


def carry(source: AuditKeys, target: AuditKeys) -> None:
    """Copy keys, anchors and waiting looks, the current key last; doing it twice adds nothing.

    Raises:
        Refused: the target's folder holds the audit of another store.
        StoreTrouble: a file cannot be read or written.
    """
    if source.folder.resolve() == target.folder.resolve():
        return
    keys, anchors = _keys(source), source.content(ANCHORS_FILE) or b""
    kept = target.content(ANCHORS_FILE) or b""
    if not set(_keys(target).values()) <= set(keys.values()) or not anchors.startswith(kept):
        raise Refused(
            f"{target.folder} holds the audit of another store: keep it somewhere else, then again"
        )
    for look in _looks(source):
        target.put(f"{NAME}-{hashlib.sha256(look).hexdigest()[:16]}", look)
    if anchors:
        target.put(ANCHORS_FILE, anchors)
    for name in sorted(keys, reverse=True):
        target.put(name, keys[name])


def _keys(keys: AuditKeys) -> Mapping[str, bytes]:
    """Return the key files of a folder, current and old."""
    return dict(_files(keys, KEY_FILE))


def _looks(keys: AuditKeys) -> Iterator[bytes]:
    """Give every file of looks that wait."""
    for _name, text in _files(keys, NAME):
        yield text


def _files(keys: AuditKeys, name: str) -> Iterator[tuple[str, bytes]]:
    names = [name, *(one.name for one in keys.folder.glob(f"{name}-*"))]
    for one in names:
        text = keys.content(one)
        if text is not None:
            yield one, text
