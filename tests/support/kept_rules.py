"""A home in which the shipped rules were read before, as on any day but the first."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from recall_tui.pack.compiled import NAME, SHIPPED, rulebook_of
from recall_tui.settings import user_data_folder

_PRIVATE = 0o700


@cache
def _kept() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="recall-rules-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rulebook_of((SHIPPED,), folder)
    return folder / NAME


def keep_rules_at_home() -> None:
    """Put the kept rules where the program looks for them first; it checks that they still hold."""
    keep_rules_in(user_data_folder())


def keep_rules_in(folder: Path) -> None:
    """Put the kept rules into a data folder, which is made."""
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    if not (folder / NAME).exists():
        shutil.copy(_kept(), folder / NAME)
