"""PINs that unlock a screen: kept as salted scrypt hashes, compared in constant time."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from recall_tui.errors import Refused

LEAST: Final = 4
MOST: Final = 64
_COST: Final = {"n": 2**14, "r": 8, "p": 1}
_SALT_BYTES: Final = 16


def hash_pin(pin: str) -> str:
    """Return what is stored of a PIN.

    Raises:
        Refused: it is too short, too long, or one sign only.
    """
    if not LEAST <= len(pin) <= MOST:
        raise Refused(f"a PIN has {LEAST} to {MOST} signs")
    if len(set(pin)) == 1:
        raise Refused("a PIN of one sign repeated is guessed at once: choose another")
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt${_text(salt)}${_text(_scrypt(pin, salt))}"


def fits(pin: str, stored: str) -> bool:
    """Whether a PIN is the one that was stored; a hash that is damaged fits none."""
    kind, _, rest = stored.partition("$")
    salt, _, wanted = rest.partition("$")
    if kind != "scrypt" or not wanted:
        return False
    try:
        found = _scrypt(pin, base64.b64decode(salt, validate=True))
        return hmac.compare_digest(found, base64.b64decode(wanted, validate=True))
    except ValueError:
        return False


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode("utf-8", "surrogatepass"), salt=salt, dklen=32, **_COST)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
