"""Changes a recall of the practice: active or not, approved by whom. The shipped file stays."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from recall_tui.errors import BadInput
from recall_tui.pack.check import check_pack
from recall_tui.pack.files import MOST_TOML_BYTES, read_text
from recall_tui.pack.reader import SHIPPED

_TABLE: Final = re.compile(r"^\s*\[", re.MULTILINE)
_PRIVATE: Final = 0o600


def with_keys(text: str, keys: Mapping[str, str]) -> str:
    """Return the TOML of a recall with these top keys set to texts; everything else as it was.

    The texts hold no quotes and no backslashes.
    """
    found = _TABLE.search(text)
    head, tables = (text[: found.start()], text[found.start() :]) if found else (text, "")
    for key, value in keys.items():
        known = re.compile(rf"^{key}\s*=.*$", re.MULTILINE)
        line = f'{key} = "{value}"'
        if known.search(head):
            head = known.sub(line, head)
        elif value:
            head = f"{line}\n{head}"
    return head + tables


def change_recall(own: Path, recall: str, keys: Mapping[str, str]) -> Path:
    """Write the practice's own version of a recall, and return its file.

    ``own`` is the practice's folder of rules; the version there is changed, otherwise the shipped
    one is copied and changed. It is written whole or not at all, and only if it can be used.

    Raises:
        BadInput: with the change the rule could not be used, or cannot be written there.
    """
    name = f"{recall}.toml"
    target = own / "recalls" / name
    source = target if target.exists() else SHIPPED / "recalls" / name
    text = with_keys(read_text(source, MOST_TOML_BYTES), keys)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "recalls" / name
        trial.parent.mkdir()
        trial.write_text(text, encoding="utf-8")
        problems = check_pack(Path(folder), (SHIPPED, *((own,) if own.is_dir() else ())))
    if problems:
        raise BadInput(f"{recall}: {problems[0].words}")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = target.with_suffix(".part")
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(_PRIVATE)
        os.replace(fresh, target)  # noqa: PTH105 - one step, over what is there
    except OSError as fault:
        raise BadInput(f"{target} cannot be written: {fault.strerror}") from fault
    return target
