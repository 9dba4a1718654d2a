"""The part of bootstrap that looks after the store: backup, restore, move."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from recall_tui.bootstrap import House
from recall_tui.errors import Refused, StoreTrouble
from recall_tui.identity import kernel_login
from recall_tui.settings import make_private_folder
from recall_tui.views.restoring import Held, Lost

if TYPE_CHECKING:
    from storage.backing_up import Backup
    from storage.retaining import Limits
    from storage.work import Database

Step = Callable[[str], None]
_DAY_SECONDS = 86_400
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Retained:
    """What is kept longer than the practice says, or was removed for that."""

    looks: int
    problems: int
    images: int
    files: Sequence[str]
    done: bool


@dataclass(frozen=True, slots=True)
class Restoring:
    """A backup beside the store: what it holds, and what putting it back loses, or lost."""

    held: Sequence[Held]
    lost: Lost
    done: bool
    aside: Path | None = None


def identity_of(file: Path) -> str:
    """Return the key that an identity file holds.

    Raises:
        UsageProblem, BadInput, Refused: it is the key itself, cannot be read, or others can.
    """
    from storage.encrypting import identity_of as read

    return read(file)


class Upkeep:
    """Looks after the store of a house; opening it asks for the right to."""

    def __init__(self, house: House) -> None:
        """Take the house."""
        self._house = house

    @property
    def backups(self) -> Path:
        """The folder of backups; it is made, private."""
        return make_private_folder(self._house.settings.data_folder / "backups")

    def back_up(
        self, target: Path | None, *, rehearse: bool, encrypt_to: Sequence[str] = ()
    ) -> tuple[Path, Backup]:
        """Write a backup, by default with a name of its own; return where and what.

        It is encrypted for whom ``encrypt_to`` or the settings name.

        Raises:
            UsageProblem: a recipient is no public key, or the name says otherwise.
            Refused: the file is there already, or this machine lacks what the database needs.
            BadInput: it cannot be written there.
            StoreTrouble: the store cannot be read, or the copy is not sound.
        """
        from storage.backing_up import Sealing, back_up, default_ending
        from storage.encrypting import ENDING

        database = self._house.store.database
        to = (*encrypt_to,) or self._house.settings.decided.backup.encrypt_to
        ending = default_ending(database) + (ENDING if to else "")
        place = target or self.backups / f"recall-{self._stamp}{ending}"
        sealing = Sealing(to, self.backups)
        done = back_up(database, place, rehearse=rehearse, sealing=sealing)
        with suppress(StoreTrouble):  # a store that can no more be written must be copied, too
            details = {
                "file": place.name, "bytes": done.size, "rows": done.rows, "encrypted": bool(to)
            }  # fmt: skip
            self._house.people.note("backup", (), details)
        return place, done

    def rotate(self, keep: int) -> Sequence[str]:
        """Remove the oldest backups of the folder but ``keep``; return their names."""
        from storage.backing_up import rotate

        return rotate(self.backups, keep)

    def restore(self, file: Path, *, agreed: bool, identity: Callable[[], str]) -> Restoring:
        """Say what putting a backup back would lose; with ``agreed``, or if nothing, do it.

        ``identity`` gives the secret key of an encrypted one, if it is.

        Raises:
            BadInput, Refused, StoreTrouble: the backup or the store cannot be used.
        """
        from storage.restoring import Wanted, held, lost, opened_backup, restore

        with closing(self._target()) as target, opened_backup(file, target, identity) as backup:
            there, missing = held(backup), lost(backup, target)
            if not there:
                message = f"{file.name} holds no practice: nothing was changed"
                raise Refused(message)
            if missing.anything and not agreed:
                return Restoring(there, missing, done=False)
            had = bool(held(target))
            aside = self.backups / f"replaced-{self._stamp}.db"
            wanted = Wanted(file.name, aside, self._login(had=had), self._house.clock.now())
            done = restore(backup, target, wanted)
            return Restoring(there, done, done=True, aside=aside if had else None)

    def settle(self) -> int:
        """Note that the invites a restore lost are dealt with; return how many restores."""
        from storage.restoring import settle

        store, house = self._house.store, self._house
        who, at = house.actor.login, house.clock.now()
        return store.database.write(
            lambda connection: settle(connection, store.practice.practice_id, who, at)
        )

    def retain(self, *, agreed: bool) -> Retained:
        """Say what is kept longer than the settings say; ``agreed``: remove it.

        Raises:
            Refused: the audit is not sound: nothing is removed from one that may be evidence.
            StoreTrouble: the login may not, or it could not be recorded; nothing was removed.
        """
        from storage.retaining import outlived, prune
        from storage.written import Author

        house, store = self._house, self._house.store
        limits, files = self._limits(), self._old_files()
        place = (store.database, store.practice.practice_id)
        found = outlived(*place, limits)
        if agreed:
            if found.looks and not house.people.verify().is_sound:
                message = "the audit is not sound (recall audit verify): nothing was removed"
                raise Refused(message)
            author = Author(house.actor.login, house.clock.now())
            found = prune(*place, limits, author, [one.name for one in files])
            for one in files:
                one.unlink(missing_ok=True)
        names = tuple(one.name for one in files)
        return Retained(found.looks, found.problems, found.images, names, done=agreed)

    def _limits(self) -> Limits:
        from storage.retaining import Limits

        chosen, now = self._house.settings.decided.retention, self._house.clock.now()

        def before(days: int) -> datetime | None:
            return now - timedelta(days=days) if days else None

        return Limits(
            looks=before(round(chosen.looks_years * _YEAR_DAYS)),
            problems=before(chosen.import_problems_days),
            images=before(chosen.import_images_days),
        )

    def _old_files(self) -> Sequence[Path]:
        """Return the exports, and the stores that were put aside, which are kept too long."""
        settings, now = self._house.settings, self._house.clock.now().timestamp()
        chosen, store = settings.decided.retention, settings.sqlite_file
        aside = [*self.backups.glob("replaced-*.db")]
        aside += store.parent.glob(f"{store.name}.before-*") if store else ()
        kept = (
            (settings.spool_folder.glob("invites-*.csv"), chosen.exports_days),
            (aside, chosen.replaced_days),
        )
        return sorted(
            one
            for files, days in kept
            for one in files
            if days and one.is_file() and now - one.stat().st_mtime > days * _DAY_SECONDS
        )

    def move(self, to: str, step: Step) -> tuple[int, Path]:
        """Copy everything to another, empty store; return how many rows, and its audit folder.

        Raises:
            Refused: there is something already, or the audit key of the store is not here.
            StoreTrouble: it could not be done; nothing was changed.
        """
        from storage.engine import open_database
        from storage.moving import move
        from storage.written import Author

        source = self._house.store.database
        decided = self._house.settings.decided.store
        folder = Path(decided.audit_folder).expanduser() if decided.audit_folder else None
        allowed = decided.allow_network_sqlite
        with closing(
            open_database(to, allow_network_sqlite=allowed, audit_folder=folder)
        ) as target:
            author = Author(self._house.actor.login, self._house.clock.now())
            arrived = move(source, target, author, step)
            return sum(one.rows for one in arrived.values()), target.audit.folder

    def _login(self, *, had: bool) -> str:
        """Who is at the keyboard; where there is no practice yet, by the kernel's word."""
        if had:
            return self._house.actor.login
        return kernel_login(self._house.settings.decided.site.service_account, os.environ)

    @property
    def _stamp(self) -> str:
        return f"{self._house.clock.now():%Y%m%d-%H%M%S}"

    def _target(self) -> Database:
        """Return the store to restore into; one that is missing is made, a damaged one told of."""
        from storage.engine import open_database
        from storage.practices import practices

        settings = self._house.settings
        file = settings.sqlite_file
        if file is not None:
            make_private_folder(file.parent)
        try:
            allowed = settings.decided.store.allow_network_sqlite
            database = open_database(settings.database, allow_network_sqlite=allowed)
        except StoreTrouble as trouble:
            if file is None:
                raise
            words = f"{trouble.words} - or move {file} and what lies beside it away, then again"
            raise StoreTrouble(words) from trouble
        try:
            if practices(database):
                _ = self._house.store  # whoever is not let in is refused here
        except BaseException:
            database.close()
            raise
        return database
