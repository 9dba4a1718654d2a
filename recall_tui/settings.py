"""What this installation and this practice decided: the settings file, the environment, defaults.

A setting comes from the command's option, else from the environment (RECALL_DB, RECALL_PRACTICE,
RECALL_TODAY), else from ``settings.toml`` in the data folder, else from the defaults written here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from recall_tui.errors import BadInput, StoreTrouble, UsageProblem

if TYPE_CHECKING:
    from recall_tui.practice_settings import PracticeSettings

FILE_NAME: Final = "settings.toml"
LOG_NAME: Final = "recall.log"
_ODS: Final = re.compile(r"[A-Z0-9]{3,10}\Z")
_PASSWORD: Final = re.compile(r"(?<=://)([^/@:]*):[^@/]*@")


class Options(NamedTuple):
    """What was given on the command line; None where nothing was."""

    db: str | None = None
    practice: str | None = None
    today: str | None = None


@dataclass(frozen=True)
class Settings:
    """Everything decided before the program starts; passed down from bootstrap, never looked up."""

    data_folder: Path
    """Where the default store, its backups and the log are; private to the user (0700)."""

    database: str = field(repr=False)
    """A URL, ``sqlite:////folder/recall.db`` or ``postgresql://…``; it may hold a password."""

    practice: str | None = None
    """The ODS code of the practice worked on; None: the store's only practice."""

    today: date | None = None
    """The practice's date for tests and rehearsals; None: bootstrap asks the clock."""

    file: Path | None = None
    """The settings file that was read; None when there is none."""

    table: Mapping[str, object] = field(default_factory=dict[str, object])
    """What the settings file says, as parsed."""

    @cached_property
    def decided(self) -> "PracticeSettings":
        """What the practice decided, with the defaults for the rest; raises ``BadInput``."""
        # Loaded here: the quick path asks for the place of the store only.
        from recall_tui.practice_settings import read_practice_settings  # noqa: PLC0415

        return read_practice_settings(self.table, self.file or self.data_folder / FILE_NAME)

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an SQLite store; None for a server."""
        prefix = "sqlite:///"
        return (
            Path(self.database.removeprefix(prefix)) if self.database.startswith(prefix) else None
        )

    @property
    def database_words(self) -> str:
        """The database as it may be shown: a file's path, or a URL without its password."""
        return str(self.sqlite_file or _PASSWORD.sub(r"\1@", self.database))

    @property
    def log_file(self) -> Path:
        """The log of this installation."""
        return self.data_folder / LOG_NAME

    @property
    def spool_folder(self) -> Path:
        """The only folder that exports and temporary files are written to unless told otherwise."""
        return self.data_folder / "spool"


def user_data_folder() -> Path:
    """Return the user's data folder for recall-tui; it need not exist."""
    # Loaded here: the quick path is told its database and has no need of it.
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("recall-tui", appauthor=False)


def make_private_folder(folder: Path) -> Path:
    """Make ``folder`` if it is absent, for this user only (0700), and return it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as trouble:
        words = f"{folder} cannot be made ({trouble.strerror}): set RECALL_DB or XDG_DATA_HOME"
        raise StoreTrouble(words) from trouble
    return folder


def load_settings(
    environ: Mapping[str, str],
    options: Options | None = None,
    data_folder: Path | None = None,
) -> Settings:
    """Return the settings that hold for this process, or raise what is wrong with them.

    ``environ`` is the process environment; ``data_folder`` replaces the user's (for tests).
    """
    given = options or Options()
    folder = data_folder or user_data_folder()
    file = folder / FILE_NAME
    table = _read_file(file)
    settings = Settings(folder, "", file=file if table else None, table=table)
    url = settings.decided.store.url if table else None
    practice = settings.decided.site.practice if table else None
    return replace(
        settings,
        database=_database(given.db or environ.get("RECALL_DB") or url, folder),
        practice=_practice(given.practice or environ.get("RECALL_PRACTICE") or practice),
        today=_today(given.today or environ.get("RECALL_TODAY")),
    )


def _read_file(file: Path) -> dict[str, object]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as trouble:
        raise BadInput.at(file, None, f"cannot be read: {trouble.strerror}") from trouble
    except UnicodeDecodeError as trouble:
        raise BadInput.at(file, None, "is not UTF-8 text: save it as UTF-8") from trouble
    # Loaded here: most installations have no such file, and the quick path passes by.
    import tomllib  # noqa: PLC0415

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        raise BadInput.at(file, None, f"is not TOML: {trouble}") from trouble


def _database(given: str | None, folder: Path) -> str:
    """Return a database URL from a URL, a path or nothing."""
    if not given:
        return f"sqlite:///{folder / 'recall.db'}"
    if "://" not in given:
        return f"sqlite:///{Path(given).expanduser().absolute()}"
    scheme = given.partition("://")[0].partition("+")[0]
    if scheme == "sqlite" and given.startswith("sqlite:///") and len(given) > len("sqlite:///"):
        path = Path(given.removeprefix("sqlite:///")).expanduser()
        return f"sqlite:///{path.absolute()}"
    if scheme in {"postgresql", "postgres"}:
        return "postgresql://" + given.partition("://")[2]
    words = "the database must be a file, sqlite:////folder/file.db or postgresql://user@host/name"
    raise UsageProblem(f"{words} (--db or RECALL_DB)")


def _practice(given: str | None) -> str | None:
    if not given:
        return None
    code = given.strip().upper()
    if not _ODS.fullmatch(code):
        raise UsageProblem(f"{given!r} is no ODS code of a practice: write it like A12345")
    return code


def _today(given: str | None) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given.strip())
    except ValueError as trouble:
        words = f"{given!r} is no date: write it like 2026-11-22 (--today or RECALL_TODAY)"
        raise UsageProblem(words) from trouble
