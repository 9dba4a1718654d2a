"""How one person arranged the screen: keys, columns, profile; ``screen.toml`` in the data folder.

    simple = true                       # reception: look up, book, contact
    look = "light"                      # dark, light, 16, none

    [keys]                              # action (docs/keys.md) -> keys
    "list.filter" = ["slash", "f3"]

    [columns]
    shown = ["number", "name", "state"] # in this order
    widths = { name = 24 }

The screen writes the file anew when columns are chosen; ``recall screen`` prints it, with defaults.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from recall_tui.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

FILE_NAME: Final = "screen.toml"
LEAST_WIDTH, MOST_WIDTH = 3, 60
RISKY_KEYS: Final = frozenset("ABCDFHPQRSZ")
"""A split escape sequence can make one of these appear: none of them may write."""


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """What a person chose; empty where nothing was."""

    simple: bool = False
    look: str = ""
    privacy: bool = False
    """Whether patients are masked on the screen (F8)."""

    welcomed: bool = False
    """Whether the card of the first run was shown."""

    looked: str = ""
    """When the newest of what is assigned was seen, as ISO; empty: never looked."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    columns: tuple[str, ...] = ()
    """The columns shown, in their order; empty: the usual ones."""

    widths: Mapping[str, int] = field(default_factory=dict[str, int])


class Known(NamedTuple):
    """What settings may name: to tell a slip from a wish."""

    columns: Collection[str]
    actions: Mapping[str, bool]
    """Ids of actions, and whether each writes."""


def read_screen_settings(file: Path, known: Known) -> ScreenSettings:
    """Return what ``file`` says, the defaults where there is none.

    Raises:
        BadInput: it is no TOML, or names something that does not exist.
    """
    table = _table(file)
    return _read(table, file, known) if table else ScreenSettings()


def is_private(file: Path) -> bool:
    """Return whether ``file`` says that patients are masked; nothing else of it is looked at.

    Raises:
        BadInput: it is no TOML.
    """
    return bool(_table(file).get("privacy", False))


def _table(file: Path) -> dict[str, Any]:
    """Return what a file of TOML says; nothing where there is none."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as trouble:
        raise BadInput.at(file, None, "cannot be read: it must be UTF-8 text") from trouble
    # Loaded here: most people have no such file.
    import tomllib  # noqa: PLC0415

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        raise BadInput.at(file, None, f"is not TOML: {trouble}") from trouble


def _read(table: Mapping[str, Any], file: Path, known: Known) -> ScreenSettings:
    known_names = {"simple", "look", "looked", "privacy", "welcomed", "keys", "columns"}
    odd = sorted(set(table) - known_names)
    if odd:
        raise BadInput.at(file, None, f"{odd[0]}: no such setting of the screen")
    columns = _section(table, "columns", file)
    shown = _texts(columns.get("shown", []), "columns.shown", file)
    widths = cast("Mapping[str, object]", columns.get("widths", {}))
    for name in (*shown, *widths):
        if name not in known.columns:
            words = f"columns: there is no column {name}; there are {', '.join(known.columns)}"
            raise BadInput.at(file, None, words)
    return ScreenSettings(
        simple=bool(table.get("simple", False)),
        look=str(table.get("look", "")),
        privacy=bool(table.get("privacy", False)),
        looked=_instant(table.get("looked", ""), file),
        welcomed=bool(table.get("welcomed", False)),
        keys={
            action: _keys(action, keys, file, known)
            for action, keys in _section(table, "keys", file).items()
        },
        columns=shown,
        widths={name: _width(name, width, file) for name, width in widths.items()},
    )


def _instant(value: object, file: Path) -> str:
    text = str(value)
    try:
        has_zone = not text or datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        has_zone = False
    if not has_zone:
        raise BadInput.at(file, None, 'looked must be a time, written "2026-12-03T09:00:00+00:00"')
    return text


def _section(table: Mapping[str, Any], name: str, file: Path) -> Mapping[str, object]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise BadInput.at(file, None, f"{name} must be a section, written [{name}]")
    return cast("Mapping[str, object]", found)


def _texts(value: object, name: str, file: Path) -> tuple[str, ...]:
    members = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(one, str) and one for one in members):
        raise BadInput.at(file, None, f'{name} must be a list of words, written ["…", "…"]')
    return tuple(str(one) for one in members)


def _keys(action: str, value: object, file: Path, known: Known) -> tuple[str, ...]:
    if action not in known.actions:
        raise BadInput.at(file, None, f"keys: there is no action {action} (docs/keys.md)")
    keys = _texts(value, f"keys: {action}", file)
    if not keys:
        raise BadInput.at(file, None, f"keys: {action} needs at least one key")
    for key in keys:
        if key.isdecimal():
            raise BadInput.at(file, None, f"keys: {key} begins a patient number, not {action}")
        if known.actions[action] and key in RISKY_KEYS:
            words = f"keys: {action} writes, and a slow line can send {key} by itself"
            raise BadInput.at(file, None, words)
    return keys


def _width(name: str, value: object, file: Path) -> int:
    if not isinstance(value, int) or not LEAST_WIDTH <= value <= MOST_WIDTH:
        words = f"columns: the width of {name} must be from {LEAST_WIDTH} to {MOST_WIDTH}"
        raise BadInput.at(file, None, words)
    return value


def screen_text(settings: ScreenSettings) -> str:
    """Return the settings as TOML."""
    lines = [
        f"simple = {str(settings.simple).lower()}",
        f"privacy = {str(settings.privacy).lower()}",
        f"welcomed = {str(settings.welcomed).lower()}",
        *([f'looked = "{settings.looked}"'] if settings.looked else []),
        *([f'look = "{settings.look}"'] if settings.look else []),
        "",
        "[columns]",
        *([f"shown = {_list(settings.columns)}"] if settings.columns else []),
        "",
        "[columns.widths]",
        *(f"{name} = {width}" for name, width in settings.widths.items()),
        "",
        "[keys]",
        *(f'"{action}" = {_list(keys)}' for action, keys in settings.keys.items()),
    ]
    return "\n".join(lines) + "\n"


def _list(words: Collection[str]) -> str:
    quoted = (f'"{word}"' for word in words)
    return f"[{', '.join(quoted)}]"


def keep_screen_settings(file: Path, settings: ScreenSettings) -> None:
    """Write the settings, whole or not at all, for this person only.

    Raises:
        BadInput: the file cannot be written.
    """
    fresh = file.with_name(f"{file.name}.new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as handle:
            handle.write(screen_text(settings))
        fresh.replace(file)
    except OSError as trouble:
        raise BadInput.at(file, None, f"cannot be written: {trouble.strerror}") from trouble
