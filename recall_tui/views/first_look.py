"""A practice at a glance: what the first paint shows."""

from collections.abc import Mapping
from typing import NamedTuple

from recall_tui.views.worklist import WorklistSnapshot


class FirstLook(NamedTuple):
    """The present month's list and what is needed to show it."""

    ods_code: str
    words: Mapping[str, object]
    """What the practice calls things (``storage.words``)."""

    login: str
    """Who is at the keyboard."""

    role: str
    """What they are in the practice."""

    snapshot: WorklistSnapshot
