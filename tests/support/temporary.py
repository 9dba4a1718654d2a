"""Where temporary files of tests lie: in memory where there is room, so that no disk is waited for.

A process that is killed leaves the same behind there. What a machine leaves that loses power
cannot be tried by a test, wherever its files lie.
"""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a private folder in it
_ROOM = 4 << 30
"""Bytes that must be free: every worker has a Postgres of half a gibibyte."""


def lie_in_memory() -> None:
    """Let this process and those it starts make temporary files in memory, unless told where."""
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None
