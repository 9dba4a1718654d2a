"""A backend of the real keyring library that keeps its secrets in one private file."""

import json
import os
from pathlib import Path
from typing import Any

_BACKEND: Any = __import__("keyring.backend", fromlist=["KeyringBackend"]).KeyringBackend


class FileKeyring(_BACKEND):
    """Secrets by service and login, in the file that TEST_KEYRING names."""

    priority = 1

    @property
    def _file(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])

    def _all(self) -> dict[str, str]:
        return json.loads(self._file.read_text()) if self._file.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret, or None."""
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        kept = {**self._all(), f"{service} {username}": password}
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(kept))
