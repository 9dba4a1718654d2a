"""What a practice decides about its work, with every default where the sources are silent.

One section of ``settings.toml`` each. The names in the file are the names here.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from recall_tui.errors import BadInput

STAFF_GROUPS: Final = (
    "phlebotomist",
    "hca",
    "nursing_associate",
    "nurse",
    "pharmacist",
    "pharmacy_technician",
    "paramedic",
    "anp",
    "gp",
    "district_nurse",
)
PLACES: Final = ("surgery", "home", "care_home", "telephone")


def _number(default: float, least: float, most: float) -> Any:  # noqa: ANN401 - a field, like field()
    return field(default=default, metadata={"least": least, "most": most})


def _choice(default: str, *choices: str) -> Any:  # noqa: ANN401 - a field, like field()
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True, slots=True)
class RecallDateSettings:
    """Where a patient's year starts, and which months are kept free."""

    choice: str = _choice("birthday", "birthday", "medication_review")
    free_months: tuple[int, ...] = field(default=(), metadata={"least": 1, "most": 12})
    drift_factor: float = _number(1.25, 1, 3)


@dataclass(frozen=True, slots=True)
class ToleranceSettings:
    """Weeks before its due date that a done item counts, by frequency in months."""

    weeks: Mapping[int, int] = field(
        default_factory=lambda: {1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 12: 12},
        metadata={"least": 0, "most": 52, "whole_keys": True},
    )
    weeks_longer: int = _number(16, 0, 104)


@dataclass(frozen=True, slots=True)
class NewPatientSettings:
    """When something first falls due for the newly diagnosed and the newly registered."""

    diagnosed_months: int = _number(3, 0, 24)
    registered_days: int = _number(28, 0, 365)


@dataclass(frozen=True, slots=True)
class AppointmentSettings:
    """Slots, the staff groups and places that exist, and what is offered along when booking."""

    slot_minutes: int = _number(40, 5, 240)
    slot_minutes_by_flag: Mapping[str, int] = field(
        default_factory=lambda: {"learning_disability": 60}, metadata={"least": 5, "most": 240}
    )
    slot_minutes_by_group: Mapping[str, int] = field(
        default_factory=dict[str, int],
        metadata={"least": 5, "most": 240, "key_choices": STAFF_GROUPS},
    )
    staff_groups: tuple[str, ...] = field(
        default=STAFF_GROUPS, metadata={"choices": STAFF_GROUPS, "least_members": 1}
    )
    """Nothing is planned with a group that is not named, unless no named one can do it."""

    places: tuple[str, ...] = field(
        default=PLACES, metadata={"choices": PLACES, "least_members": 1}
    )
    """Nothing is planned at a place that is not named, unless it cannot be done at a named one."""

    offer_along_weeks: int = _number(8, 0, 26)


@dataclass(frozen=True, slots=True)
class WorklistSettings:
    """When a month's list opens, and what the patient number is called."""

    opens_weeks: int = _number(6, 0, 26)
    patient_number_name: str = "EMIS number"
    reason_characters: int = _number(100, 20, 1000)
    notes_characters: int = _number(500, 20, 5000)
    lock_minutes: int = _number(5, 1, 15)


@dataclass(frozen=True, slots=True)
class SnoozeSettings:
    """How long a snooze hides a due item unless a date is chosen."""

    days: int = _number(7, 1, 366)
    high_risk_days: int = _number(7, 1, 7)
    """The most for high-risk drug monitoring."""

    waiting_days: int = _number(28, 1, 366)
    """The most that a reply, a sync or a free slot is waited for."""


@dataclass(frozen=True, slots=True)
class InviteSettings:
    """How long to wait between two invites, and how old data may be."""

    gap_days: int = _number(14, 1, 180)
    stale_days: int = _number(3, 1, 30)
    """Data older than this: no invite is sent without an override."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Which practice this is."""

    practice: str = ""
    """Its ODS code; empty: the store's only practice."""

    service_account: str = ""
    """The login as which staff start the program through sudo; empty: each as themselves."""

    nation: str = _choice("england_and_wales", "england_and_wales", "scotland", "northern_ireland")
    """Whose bank holidays it keeps."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the store is, and what the practice insists on about it."""

    url: str = ""
    """A file or a database URL; empty: ``recall.db`` in the data folder."""

    allow_network_sqlite: bool = False
    audit_folder: str = ""
    """Where audit keys and anchors are; empty: beside the file, or in the data folder."""


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """For whom backups are encrypted."""

    encrypt_to: tuple[str, ...] = field(default=(), metadata={"is_text": True})
    """Public keys (``age1…`` or an ``ssh-ed25519`` line); empty: backups are not encrypted."""


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long what the program keeps beside the records is kept; 0: for ever.

    The practice decides, by the retention schedule of the Records Management Code of Practice (NHS
    England, 2021, appendix II). It keeps adult health records for eight years, and a GP record for
    ten years after death: so looks are kept for ever unless the practice says otherwise, and never
    less than eight years. Decisions are part of the record and are not removed at all.
    """

    looks_years: int = field(default=0, metadata={"least": 8, "most": 100, "or_zero": True})
    import_problems_days: int = _number(365, 0, 36_500)
    import_images_days: int = _number(90, 0, 36_500)
    """Rows as they were before an import changed them; the newest import keeps its own."""

    exports_days: int = _number(30, 0, 36_500)
    replaced_days: int = _number(90, 0, 36_500)
    """Whole stores that were put aside: before a restore, before newer tables."""


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """All that a practice decides; each part is a section of the settings file."""

    recall_date: RecallDateSettings = field(default_factory=RecallDateSettings)
    tolerance: ToleranceSettings = field(default_factory=ToleranceSettings)
    new_patients: NewPatientSettings = field(default_factory=NewPatientSettings)
    appointments: AppointmentSettings = field(default_factory=AppointmentSettings)
    worklist: WorklistSettings = field(default_factory=WorklistSettings)
    snooze: SnoozeSettings = field(default_factory=SnoozeSettings)
    invites: InviteSettings = field(default_factory=InviteSettings)
    site: SiteSettings = field(default_factory=SiteSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)

    @property
    def invite_rule(self) -> tuple[int, int]:
        """The least gap between two invites in days, and how many weeks ahead lists open."""
        return self.invites.gap_days, self.worklist.opens_weeks

    @property
    def needed_weeks(self) -> int:
        """How many weeks ahead a patient's page says what is needed: no list opens further."""
        return max(self.appointments.offer_along_weeks, self.worklist.opens_weeks)

    @property
    def snooze_rule(self) -> tuple[int, int, int]:
        """The days of a snooze: usually, at most for something, at most for drug monitoring."""
        return self.snooze.days, self.snooze.waiting_days, self.snooze.high_risk_days


PRACTICE_WIDE: Final = (
    *("recall_date", "tolerance", "new_patients", "appointments", "worklist", "snooze", "invites"),
)
"""Sections that are the same for whoever works in a practice; of ``site`` the nation is, too."""


def practice_wide(decided: PracticeSettings) -> dict[str, dict[str, object]]:
    """Return what is the practice's own of its settings, as JSON says it; defaults are left out."""
    found: dict[str, dict[str, object]] = {}
    for name in PRACTICE_WIDE:
        section = getattr(decided, name)
        found[name] = {
            part.name: _plain(getattr(section, part.name))
            for part in fields(section)
            if getattr(section, part.name) != _default(part)
        }
    if decided.site.nation != SiteSettings().nation:
        found["site"] = {"nation": decided.site.nation}
    return {name: section for name, section in found.items() if section}


def with_practice_wide(
    table: Mapping[str, object], sections: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    """Return a settings file (as parsed) with what is the practice's in place of its own."""
    site = {**cast("Mapping[str, object]", table.get("site", {}))}
    site.pop("nation", None)
    site |= sections.get("site", {})
    own = {name: part for name, part in table.items() if name not in {*PRACTICE_WIDE, "site"}}
    return {**own, **sections, **({"site": site} if site else {})}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        told = cast("Mapping[object, object]", value)
        return {str(key): told[key] for key in sorted(told, key=str)}
    return [*cast("tuple[object, ...]", value)] if isinstance(value, tuple) else value


_Section = TypeVar("_Section")


class _UnfitError(Exception):
    """A value that a setting cannot take: the words after the setting's name."""


def read_practice_settings(table: Mapping[str, object], file: Path) -> PracticeSettings:
    """Return the settings that ``table`` (parsed TOML) states; ``BadInput`` names file and key."""
    known = {part.name: part for part in fields(PracticeSettings)}
    given: dict[str, object] = {}
    for name, section in table.items():
        if name not in known:
            raise BadInput.at(file, None, f"[{name}]: {_unknown('section', name, known)}")
        if not isinstance(section, Mapping):
            raise BadInput.at(file, None, f"{name} must be a section, written [{name}]")
        kind = cast("type[object]", known[name].type)
        given[name] = _read_section(kind, cast("Mapping[str, object]", section), (file, name))
    return PracticeSettings(**cast("dict[str, Any]", given))


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    # Loaded here: only a mistake needs it, and the quick path reads settings, too.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name, known, n=1)
    return f"no such {what}" + (f"; did you mean {near[0]}?" if near else "")


def _read_section(
    kind: type[_Section], table: Mapping[str, object], place: tuple[Path, str]
) -> _Section:
    file, name = place
    known = {part.name: part for part in fields(cast("Any", kind))}
    given: dict[str, object] = {}
    for key, value in table.items():
        if key not in known:
            words = f"[{name}] {key}: {_unknown('setting', key, known)}"
            raise BadInput.at(file, None, words)
        try:
            given[key] = _read_value(known[key], value)
        except _UnfitError as trouble:
            raise BadInput.at(file, None, f"[{name}] {key}: {trouble}") from trouble
    return kind(**given)


def _default(part: Field[Any]) -> object:
    if part.default is not MISSING:
        return cast("object", part.default)
    assert part.default_factory is not MISSING, "every setting has a default"  # noqa: S101 - ours
    return cast("object", part.default_factory())


def _read_value(part: Field[Any], value: object) -> object:
    """Return ``value`` as the kind that the setting's default has, or raise ``_UnfitError``."""
    default = _default(part)
    if isinstance(default, Mapping):
        return _read_mapping(part, value)
    if isinstance(default, tuple):
        return _read_list(part, value)
    return _read_single(part, value, default)


def _read_single(part: Field[Any], value: object, default: object) -> object:
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise _UnfitError("must be true or false")
        return value
    if isinstance(default, str):
        return _read_text(part, value)
    whole = isinstance(default, int) and part.type is not float
    number = _read_number(part, value, whole=whole)
    return number if whole else float(number)


def _read_text(part: Field[Any], value: object) -> str:
    choices = cast("tuple[str, ...] | None", part.metadata.get("choices"))
    if not isinstance(value, str) or not value.strip():
        raise _UnfitError("must be text in quotes")
    if choices and value not in choices:
        raise _UnfitError(f"{value!r} is none of {', '.join(choices)}")
    return value


def _read_number(part: Field[Any], value: object, *, whole: bool) -> float:
    least, most = cast("float", part.metadata["least"]), cast("float", part.metadata["most"])
    fitting = isinstance(value, int) or (isinstance(value, float) and not whole)
    if isinstance(value, bool) or not fitting:
        raise _UnfitError("must be a whole number" if whole else "must be a number")
    number = cast("float", value)
    if number == 0 and part.metadata.get("or_zero"):
        return number
    if not least <= number <= most:
        raise _UnfitError(f"must be from {least} to {most}, not {number}")
    return number


def _read_list(part: Field[Any], value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise _UnfitError("must be a list, written [\u2026]")
    members = cast("list[object]", value)
    if len(members) < cast("int", part.metadata.get("least_members", 0)):
        raise _UnfitError("must name at least one")
    if "choices" in part.metadata or "is_text" in part.metadata:
        return tuple(_read_text(part, member) for member in members)
    return tuple(_read_number(part, member, whole=True) for member in members)


def _read_mapping(part: Field[Any], value: object) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise _UnfitError("must be a table, written {name = number}")
    read: dict[object, object] = {}
    choices = cast("tuple[str, ...] | None", part.metadata.get("key_choices"))
    for key, member in cast("Mapping[str, object]", value).items():
        if choices and key not in choices:
            raise _UnfitError(f"{key!r} is none of {', '.join(choices)}")
        if part.metadata.get("whole_keys") and not key.isdecimal():
            raise _UnfitError(f"{key!r} must be a number of months")
        number = _read_number(part, member, whole=True)
        read[int(key) if part.metadata.get("whole_keys") else key] = number
    if not read and part.metadata.get("whole_keys"):
        raise _UnfitError("must name at least one frequency")
    return read
