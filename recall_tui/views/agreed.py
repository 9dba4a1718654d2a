"""The rules and settings by which a practice is planned, whoever plans it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

Sections = Mapping[str, Mapping[str, object]]

_MOST_LEFT: Final = 20
"""So many earlier digests of a shipped file are kept."""


@dataclass(frozen=True, slots=True)
class AgreedRules:
    """What was taken over from one folder of rules and settings."""

    settings: Sections = field(default_factory=dict[str, Mapping[str, object]])
    """Sections of the settings file that concern the practice; only what is not the default."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """The practice's own rules: the place of each file in its folder, and its text."""

    shipped: Mapping[str, str] = field(default_factory=dict[str, str])
    """The rules that came with the program: the place of each file, and a short digest."""

    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Digests of shipped files by which the practice was planned before, the newest first; empty:
    the program shipped no such file."""

    home: str = ""
    """From where it was taken over (machine and folder); empty: from no folder as it stands."""

    by: str = ""
    """Login of who took it over."""

    @property
    def digest(self) -> str:
        """Thirty-two hexadecimal digits that change whenever what decides does."""
        # Loaded here: whoever only reads has no need of it.
        import hashlib  # noqa: PLC0415
        import json  # noqa: PLC0415

        decides = json.dumps([self.settings, self.files, self.shipped], sort_keys=True)
        return hashlib.sha256(decides.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def following(self, before: "AgreedRules | None") -> "AgreedRules":
        """Return these rules as those that take the place of what was agreed on before."""
        if before is None:
            return self
        left = dict(before.left)
        for name in differing_shipped(self, before):
            known = (before.shipped.get(name, ""), *left.get(name, ()))
            now = self.shipped.get(name, "")
            left[name] = tuple(one for one in dict.fromkeys(known) if one != now)[:_MOST_LEFT]
        return replace(self, left=left)

    def goes_back(self, agreed: "AgreedRules") -> bool:
        """Whether all that this program ships otherwise is what the practice has left."""
        names = differing_shipped(self, agreed)
        return bool(names) and all(
            self.shipped.get(name, "") in agreed.left.get(name, ()) for name in names
        )


def differing_files(own: AgreedRules, agreed: AgreedRules) -> list[str]:
    """Name the practice's own files that are other ones here."""
    return [f"recalls/{name}" for name in _differing(own.files, agreed.files)]


def differing_settings(own: AgreedRules, agreed: AgreedRules) -> list[str]:
    """Name the settings that are others here, as they stand in the settings file."""
    names: list[str] = []
    for section in sorted({*own.settings, *agreed.settings}):
        mine, theirs = own.settings.get(section, {}), agreed.settings.get(section, {})
        names += [f"settings.toml [{section}] {name}" for name in _differing(mine, theirs)]
    return names


def differing_shipped(own: AgreedRules, agreed: AgreedRules) -> list[str]:
    """Name the rules that this program ships otherwise."""
    return _differing(own.shipped, agreed.shipped)


def _differing(mine: Mapping[str, object], theirs: Mapping[str, object]) -> list[str]:
    nothing = object()
    return [
        name
        for name in sorted({*mine, *theirs})
        if mine.get(name, nothing) != theirs.get(name, nothing)
    ]


def few_of(names: list[str], most: int = 3) -> str:
    """Return names in words: the first few, and how many more."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
