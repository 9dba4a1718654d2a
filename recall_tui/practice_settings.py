"""What a practice decides about its work, with every default where the sources are silent.

One section of ``settings.toml`` each. The names in the file are the names here. Named tuples: the
screen reads some of them before it shows anything, and a data class takes six times as long.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, NamedTuple, TypeVar, cast

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
NATIONS: Final = ("england_and_wales", "scotland", "northern_ireland")
PLACES: Final = ("surgery", "home", "care_home", "telephone")


class Fit(NamedTuple):
    """What a setting can take."""

    least: float = 0
    most: float = 0
    or_zero: bool = False
    """0 fits, too, below the least."""

    choices: tuple[str, ...] = ()
    """A text, or each of a list, is one of these; empty: any text."""

    key_choices: tuple[str, ...] = ()
    """The names of a table's numbers; empty: any."""

    has_months: bool = False
    """The names of a table's numbers are numbers of months."""

    least_members: int = 0
    is_text: bool = False
    """The members of a list are texts."""


_DAYS_KEPT: Final = Fit(0, 36_500)


class RecallDateSettings(NamedTuple):
    """Where a patient's year starts, and which months are kept free."""

    choice: Annotated[str, Fit(choices=("birthday", "medication_review"))] = "birthday"
    free_months: Annotated[tuple[int, ...], Fit(1, 12)] = ()
    drift_factor: Annotated[float, Fit(1, 3)] = 1.25


class ToleranceSettings(NamedTuple):
    """Weeks before its due date that a done item counts, by frequency in months."""

    weeks: Annotated[Mapping[int, int], Fit(0, 52, has_months=True)] = MappingProxyType(
        {1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 12: 12}
    )
    weeks_longer: Annotated[int, Fit(0, 104)] = 16


class NewPatientSettings(NamedTuple):
    """When something first falls due for the newly diagnosed and the newly registered."""

    diagnosed_months: Annotated[int, Fit(0, 24)] = 3
    registered_days: Annotated[int, Fit(0, 365)] = 28


class AppointmentSettings(NamedTuple):
    """Slots, the staff groups and places that exist, and what is offered along when booking."""

    slot_minutes: Annotated[int, Fit(5, 240)] = 40
    slot_minutes_by_flag: Annotated[Mapping[str, int], Fit(5, 240)] = MappingProxyType(
        {"learning_disability": 60}
    )
    slot_minutes_by_group: Annotated[Mapping[str, int], Fit(5, 240, key_choices=STAFF_GROUPS)] = (
        MappingProxyType({})
    )
    staff_groups: Annotated[tuple[str, ...], Fit(choices=STAFF_GROUPS, least_members=1)] = (
        STAFF_GROUPS
    )
    """Nothing is planned with a group that is not named, unless no named one can do it."""

    places: Annotated[tuple[str, ...], Fit(choices=PLACES, least_members=1)] = PLACES
    """Nothing is planned at a place that is not named, unless it cannot be done at a named one."""

    offer_along_weeks: Annotated[int, Fit(0, 26)] = 8


class WorklistSettings(NamedTuple):
    """When a month's list opens, and what the patient number is called."""

    opens_weeks: Annotated[int, Fit(0, 26)] = 6
    patient_number_name: str = "EMIS number"
    reason_characters: Annotated[int, Fit(20, 1000)] = 100
    notes_characters: Annotated[int, Fit(20, 5000)] = 500
    lock_minutes: Annotated[int, Fit(1, 15)] = 5


class SnoozeSettings(NamedTuple):
    """How long a snooze hides a due item unless a date is chosen."""

    days: Annotated[int, Fit(1, 366)] = 7
    high_risk_days: Annotated[int, Fit(1, 7)] = 7
    """The most for high-risk drug monitoring."""

    waiting_days: Annotated[int, Fit(1, 366)] = 28
    """The most that a reply, a sync or a free slot is waited for."""


class InviteSettings(NamedTuple):
    """How long to wait between two invites, and how old data may be."""

    gap_days: Annotated[int, Fit(1, 180)] = 14
    stale_days: Annotated[int, Fit(1, 30)] = 3
    """Data older than this: no invite is sent without an override."""


class SiteSettings(NamedTuple):
    """Which practice this is."""

    practice: str = ""
    """Its ODS code; empty: the store's only practice."""

    service_account: str = ""
    """The login as which staff start the program through sudo; empty: each as themselves."""

    nation: Annotated[str, Fit(choices=NATIONS)] = NATIONS[0]
    """Whose bank holidays it keeps."""


class StoreSettings(NamedTuple):
    """Where the store is, and what the practice insists on about it."""

    url: str = ""
    """A file or a database URL; empty: ``recall.db`` in the data folder."""

    allow_network_sqlite: bool = False
    audit_folder: str = ""
    """Where audit keys and anchors are; empty: beside the file, or in the data folder."""


class BackupSettings(NamedTuple):
    """For whom backups are encrypted."""

    encrypt_to: Annotated[tuple[str, ...], Fit(is_text=True)] = ()
    """Public keys (``age1…`` or an ``ssh-ed25519`` line); empty: backups are not encrypted."""


class RetentionSettings(NamedTuple):
    """How long what the program keeps beside the records is kept; 0: for ever.

    The practice decides, by the retention schedule of the Records Management Code of Practice (NHS
    England, 2021, appendix II). It keeps adult health records for eight years, and a GP record for
    ten years after death: so looks are kept for ever unless the practice says otherwise, and never
    less than eight years. Decisions are part of the record and are not removed at all.
    """

    looks_years: Annotated[int, Fit(8, 100, or_zero=True)] = 0
    import_problems_days: Annotated[int, _DAYS_KEPT] = 365
    import_images_days: Annotated[int, _DAYS_KEPT] = 90
    """Rows as they were before an import changed them; the newest import keeps its own."""

    exports_days: Annotated[int, _DAYS_KEPT] = 30
    replaced_days: Annotated[int, _DAYS_KEPT] = 90
    """Whole stores that were put aside: before a restore, before newer tables."""


class PracticeSettings(NamedTuple):
    """All that a practice decides; each part is a section of the settings file."""

    recall_date: RecallDateSettings = RecallDateSettings()
    tolerance: ToleranceSettings = ToleranceSettings()
    new_patients: NewPatientSettings = NewPatientSettings()
    appointments: AppointmentSettings = AppointmentSettings()
    worklist: WorklistSettings = WorklistSettings()
    snooze: SnoozeSettings = SnoozeSettings()
    invites: InviteSettings = InviteSettings()
    site: SiteSettings = SiteSettings()
    store: StoreSettings = StoreSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()

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
    stated, usual = decided._asdict(), PracticeSettings()._asdict()
    for name in PRACTICE_WIDE:
        defaults = usual[name]._asdict()
        found[name] = {
            key: _plain(value)
            for key, value in stated[name]._asdict().items()
            if value != defaults[key]
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


_Section = TypeVar("_Section", bound=NamedTuple)
_Part = tuple[object, Fit]
"""The default of a setting, and what fits."""


class _UnfitError(Exception):
    """A value that a setting cannot take: the words after the setting's name."""


def read_practice_settings(table: Mapping[str, object], file: Path) -> PracticeSettings:
    """Return the settings that ``table`` (parsed TOML) states; ``BadInput`` names file and key."""
    decided = PracticeSettings()
    known = decided._asdict()
    for name, section in table.items():
        if name not in known:
            raise BadInput.at(file, None, f"[{name}]: {_unknown('section', name, known)}")
        if not isinstance(section, Mapping):
            raise BadInput.at(file, None, f"{name} must be a section, written [{name}]")
        given = cast("Mapping[str, object]", section)
        known[name] = _read_section(known[name], given, (file, name))
    return PracticeSettings(**known)


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    # Loaded here: only a mistake needs it, and the quick path reads settings, too.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name, known, n=1)
    return f"no such {what}" + (f"; did you mean {near[0]}?" if near else "")


def _read_section(
    defaults: _Section, table: Mapping[str, object], place: tuple[Path, str]
) -> _Section:
    file, name = place
    known: dict[str, Any] = defaults._asdict()
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            words = f"[{name}] {key}: {_unknown('setting', key, known)}"
            raise BadInput.at(file, None, words)
        try:
            given[key] = _read_value((known[key], _fit(type(defaults), key)), value)
        except _UnfitError as trouble:
            raise BadInput.at(file, None, f"[{name}] {key}: {trouble}") from trouble
    return defaults._replace(**given)


def _fit(section: type[NamedTuple], key: str) -> Fit:
    stated = cast("tuple[Fit, ...]", getattr(section.__annotations__[key], "__metadata__", ()))
    return stated[0] if stated else Fit()


def _read_value(part: _Part, value: object) -> object:
    """Return ``value`` as the kind that the setting's default has, or raise ``_UnfitError``."""
    default, fit = part
    if isinstance(default, Mapping):
        return _read_mapping(fit, value)
    if isinstance(default, tuple):
        return _read_list(fit, value)
    return _read_single(part, value)


def _read_single(part: _Part, value: object) -> object:
    default, fit = part
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise _UnfitError("must be true or false")
        return value
    if isinstance(default, str):
        return _read_text(fit, value)
    whole = isinstance(default, int)
    number = _read_number(fit, value, whole=whole)
    return number if whole else float(number)


def _read_text(fit: Fit, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _UnfitError("must be text in quotes")
    if fit.choices and value not in fit.choices:
        raise _UnfitError(f"{value!r} is none of {', '.join(fit.choices)}")
    return value


def _read_number(fit: Fit, value: object, *, whole: bool) -> float:
    fitting = isinstance(value, int) or (isinstance(value, float) and not whole)
    if isinstance(value, bool) or not fitting:
        raise _UnfitError("must be a whole number" if whole else "must be a number")
    number = cast("float", value)
    if number == 0 and fit.or_zero:
        return number
    if not fit.least <= number <= fit.most:
        raise _UnfitError(f"must be from {fit.least} to {fit.most}, not {number}")
    return number


def _read_list(fit: Fit, value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise _UnfitError("must be a list, written [\u2026]")
    members = cast("list[object]", value)
    if len(members) < fit.least_members:
        raise _UnfitError("must name at least one")
    if fit.choices or fit.is_text:
        return tuple(_read_text(fit, member) for member in members)
    return tuple(_read_number(fit, member, whole=True) for member in members)


def _read_mapping(fit: Fit, value: object) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise _UnfitError("must be a table, written {name = number}")
    read: dict[object, object] = {}
    for key, member in cast("Mapping[str, object]", value).items():
        if fit.key_choices and key not in fit.key_choices:
            raise _UnfitError(f"{key!r} is none of {', '.join(fit.key_choices)}")
        if fit.has_months and not key.isdecimal():
            raise _UnfitError(f"{key!r} must be a number of months")
        number = _read_number(fit, member, whole=True)
        read[int(key) if fit.has_months else key] = number
    if not read and fit.has_months:
        raise _UnfitError("must name at least one frequency")
    return read
