"""By which rules a practice is planned: those that its store keeps, whoever plans, wherever.

Each login may have rules and settings in a folder of its own. What a practice agreed on is kept in
its store; an admin who changed the folder from which that came takes the change over by planning,
and from any other folder by saying so. Whatever else lies in a folder is told and not used.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from recall_tui.errors import BadInput
from recall_tui.pack.files import MOST_CSV_BYTES, PARTS, SHIPPED, listed
from recall_tui.practice_settings import practice_wide, with_practice_wide
from recall_tui.settings import Settings
from recall_tui.views.agreed import (
    AgreedRules,
    differing_files,
    differing_settings,
    differing_shipped,
    few_of,
)

OWN: Final = "recalls"
"""The folder inside the data folder in which a practice's own rules are written."""

MOST_BYTES: Final = 4 * MOST_CSV_BYTES
"""So much a practice's own rules may hold together."""

_KEPT: Final = "agreed"
"""The folder inside the data folder in which agreed rules lie that are not this folder's own."""

_DIGITS: Final = 12


@dataclass
class Agreement:
    """What a folder of rules and settings holds, judged by what the practice agreed on."""

    folder: Settings
    """The settings as this folder has them."""

    agreed: AgreedRules | None
    """What the store says; None: nothing was agreed yet, or there is no store."""

    may_change: Callable[[], bool]
    """Whether whoever is at the keyboard may change recalls and settings."""

    @cached_property
    def own(self) -> AgreedRules:
        """What this folder holds, without what came with the program."""
        place = self.folder.data_folder
        own = AgreedRules(practice_wide(self.folder.decided), files_in(place / OWN))
        return replace(own, home=f"{os.uname().nodename}:{place}")

    @cached_property
    def whole(self) -> AgreedRules:
        """What this folder holds, and what came with the program."""
        return replace(self.own, shipped=shipped_digests())

    @cached_property
    def differing(self) -> list[str]:
        """Name the files and settings that are others here than those agreed on."""
        if self.agreed is None:
            return []
        own = self.own
        return [*differing_files(own, self.agreed), *differing_settings(own, self.agreed)]

    @cached_property
    def is_home(self) -> bool:
        """Whether what was agreed came from here, and whoever is here may change it."""
        return self.agreed is not None and self.agreed.home == self.own.home and self.may_change()

    @cached_property
    def is_own(self) -> bool:
        """Whether what lies in this folder holds."""
        return self.agreed is None or not self.differing or self.is_home

    @property
    def ours(self) -> AgreedRules:
        """What holds here."""
        return self.own if self.is_own or self.agreed is None else self.agreed

    @property
    def settings(self) -> Settings:
        """The settings that hold: the practice's, and this folder's own for the rest."""
        if self.is_own:
            return self.folder
        table = with_practice_wide(self.folder.table, self.ours.settings)
        return replace(self.folder, table=table)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of rules that hold, later ones over earlier ones."""
        files = self.ours.files
        if not files:
            return (SHIPPED,)
        own = self.folder.data_folder / OWN
        return (SHIPPED, own if files == self.own.files else laid_out(files, self.folder))

    @property
    def is_pending(self) -> bool:
        """Whether this folder holds what whoever is here takes over by planning."""
        if self.agreed is None:
            return self.may_change()
        return self.is_home and bool(self.differing) and not self._goes_back

    @property
    def is_due(self) -> bool:
        """The same, and whether it is what came with the program that is another."""
        return self.is_pending or (self.is_home and self._ships_others and not self._goes_back)

    @property
    def _ships_others(self) -> bool:
        return self.agreed is not None and self.whole.shipped != self.agreed.shipped

    @cached_property
    def _goes_back(self) -> bool:
        """Whether this program ships what the practice was planned by before: an older one does.

        Two programs in one folder would otherwise take over in turn, whoever starts which.
        """
        return self.agreed is not None and self.whole.goes_back(self.agreed)

    @property
    def refusal(self) -> str:
        """Why nothing may be planned here; empty: it may."""
        if self.is_due:
            return ""
        if self.agreed is None:
            return (
                "what this practice is planned by is not agreed yet: an admin starts recall "
                "first, or says recall recalls adopt"
            )
        if not self._ships_others:
            return ""
        files = few_of(differing_shipped(self.whole, self.agreed))
        if self._goes_back:
            return (
                f"the rules of this program are older than those that {self.agreed.by} agreed on "
                f"({files}): start the newer program, or an admin who means these says recall "
                "recalls adopt"
            )
        return (
            f"the rules of this program are not those that {self.agreed.by} agreed on ({files}): "
            "install the same version, or an admin says recall recalls adopt"
        )

    @property
    def told(self) -> str:
        """What lies here and is not used, in one line; empty: nothing."""
        if self.agreed is None or self.is_own:
            return ""
        names = few_of([name for name in self.differing if name in self._own_names])
        if not names:
            return ""
        place, by = self.folder.data_folder, self.agreed.by
        if self.agreed.home == self.own.home:
            return f"not used until an admin plans: {names} in {place}, other than {by} agreed on"
        return (
            f"not used: {names} in {place}; {by} agreed on others for this practice (an admin who "
            "means these says recall recalls adopt)"
        )

    @property
    def _own_names(self) -> set[str]:
        nothing = AgreedRules()
        own = self.own
        return {*differing_files(own, nothing), *differing_settings(own, nothing)}


def files_in(folder: Path) -> Mapping[str, str]:
    """Return the files of a folder of rules: their places in it, and their texts.

    Raises:
        BadInput: they are too large together, or cannot be read.
    """
    found: dict[str, str] = {}
    size = 0
    for part, ending in PARTS:
        for path in listed(folder / part, ending):
            try:
                content = path.read_bytes()
            except OSError as fault:
                raise BadInput.at(path, None, f"cannot be read: {fault.strerror}") from fault
            size += len(content)
            if size > MOST_BYTES:
                raise BadInput.at(folder, None, f"holds more than {MOST_BYTES:,} bytes of rules")
            name = f"{part}/{path.name}" if part else path.name
            found[name] = content.decode("utf-8", "surrogateescape")
    return found


@cache
def shipped_digests() -> Mapping[str, str]:
    """Return the files of rules that came with the program, and a short digest of each."""
    import hashlib  # noqa: PLC0415 - only whoever plans asks for it

    return {
        name: hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]
        for name, text in files_in(SHIPPED).items()
    }


def laid_out(files: Mapping[str, str], settings: Settings) -> Path:
    """Return a folder that holds these files of rules and no others; made where it is not there.

    It lies in the data folder, or where that takes no files in a folder for this process alone.
    """
    # Loaded here: most practices have no rules of their own, or lie where they were agreed on.
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    digest = AgreedRules(files=files).digest
    target = settings.data_folder / _KEPT / digest
    if files_in(target) == files:
        return target
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
    except OSError:
        return written(files, Path(tempfile.mkdtemp(prefix="recall-agreed-")))
    written(files, fresh)
    shutil.rmtree(target, ignore_errors=True)
    try:
        fresh.rename(target)
    except OSError:  # another process was faster, with the same files
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def written(files: Mapping[str, str], folder: Path) -> Path:
    """Write files of rules into a folder, and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return folder
