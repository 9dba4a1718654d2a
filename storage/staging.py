"""An extract beside what is stored: the differences, table by table, worked out in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, Table, func, select

from recall_tui.domain.import_guards import (
    NOTHING_MOVED,
    Arrived,
    Before,
    Guard,
    Moved,
    are_too_many,
    judge,
)
from recall_tui.frames import (
    APPOINTMENTS,
    EVENTS,
    MEDICATIONS,
    PATIENTS,
    STAFF,
    Extract,
    Schema,
    conform,
)
from storage.bulk import Difference, difference, read_frame
from storage.readers.book import LOOK_BACK
from storage.search_keys import APOSTROPHES
from storage.surprises import left_as_it_was, who_is_who
from storage.tables import (
    APPOINTMENT,
    CODED_EVENT,
    COUNTER,
    IMPORT_RUN,
    MEDICATION,
    PATIENT,
    PRACTICE,
    STAFF_MEMBER,
)

IMPORTED: Final = "imported"
"""Origin of appointments that came in a file."""

_PATIENT_COLUMNS: Schema = {**PATIENTS, "absent_since": pl.Date}


@dataclass(frozen=True, slots=True)
class Part:
    """One table of an extract: where it goes, under which columns and key."""

    name: str
    table: Table
    schema: Schema
    keys: tuple[str, ...]


PARTS: Final = (
    Part("patients", PATIENT, _PATIENT_COLUMNS, ("patient_number",)),
    Part(
        "events",
        CODED_EVENT,
        EVENTS,
        ("patient_number", "code", "event_date", "precision", "occurrence"),
    ),
    Part(
        "medications",
        MEDICATION,
        MEDICATIONS,
        ("patient_number", "code", "issued_on", "occurrence"),
    ),
    Part("appointments", APPOINTMENT, APPOINTMENTS, ("patient_number", "appointment_id")),
    Part("staff", STAFF_MEMBER, STAFF, ("staff_id",)),
)
"""Patients first: the others refer to them."""


_GROWING: Final = frozenset({"events", "medications"})
"""Tables of a record, of which nothing goes."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What an extract would do."""

    clinical_version: int
    """The store's when it was compared: another one by now means comparing again."""

    changes: Mapping[str, Difference]
    counts: Mapping[str, Mapping[str, int]]
    guards: tuple[Guard, ...]
    """Every reason to stop, or to leave one table as it is."""

    departs_many: bool
    """Whether so many are said to have died or left that the list is not to be believed."""

    applied_before: datetime | None
    """When the very same files were applied, if they are the newest applied."""

    told: tuple[str, ...] = ()
    """What somebody should look at who is told of nothing else."""

    @property
    def rows(self) -> int:
        """How many rows it would touch."""
        return sum(change.rows for change in self.changes.values())

    def touched(self) -> pl.DataFrame:
        """Return the numbers of the patients of whom it would touch a row."""
        rows = [
            part.select("patient_number")
            for change in self.changes.values()
            for part in (change.added, change.changed, change.removed)
            if "patient_number" in part.columns
        ]
        return (
            pl.concat(rows).unique() if rows else pl.DataFrame(schema={"patient_number": pl.String})
        )


def stage(connection: Connection, practice_id: int, extract: Extract, today: date) -> Staged:
    """Compare an extract with the store and judge it; nothing is written."""
    version = connection.execute(
        select(COUNTER.c.clinical_version).where(COUNTER.c.practice_id == practice_id)
    ).scalar_one()
    frames = _frames(extract)
    vanished_on = extract.extracted_at.date() if extract.extracted_at else today
    changes: dict[str, Difference] = {}
    held: dict[str, int] = {}
    newest: date | None = None
    for part in PARTS:
        if part.name in extract.tables:
            stored = _stored(connection, practice_id, part)
            held[part.name] = stored.height
            if part.table is CODED_EVENT:
                newest = _newest_event(stored, today)
            if part.table is PATIENT:
                frames[part.name] = _with_missing(stored.drop("run_no"), extract, vanished_on)
            if part.table is APPOINTMENT:
                here = stored.join(frames["arrived"], on="patient_number", how="semi")
                frames[part.name] = _with_vanished(here, frames[part.name], vanished_on)
            changes[part.name] = _compare(part, stored, frames)
    extracted, applied = _newest_run(connection, practice_id, extract.sha256)
    active = _living(connection, practice_id)
    before = Before(extracted, active, held, newest) if held.get("patients") else None
    people = changes.get("patients")
    stated = _newly(people, "died_on", "left_on") if people else 0
    code = _ods_code(connection, practice_id)
    return Staged(
        clinical_version=version,
        changes=changes,
        counts={part.name: _count(part, changes, extract) for part in PARTS},
        guards=_judge(_arrived(extract, changes, today), before, code, today, _moved(changes)),
        departs_many=are_too_many(stated, active),
        applied_before=applied,
        told=(
            *(who_is_who(people, frames["patients"]) if people and before else ()),
            *left_as_it_was(connection, practice_id, extract),
        ),
    )


def _judge(
    arrived: Arrived, before: Before | None, code: str, today: date, moved: Moved
) -> tuple[Guard, ...]:
    """Judge; a table that stays as it is for its rejected rows is not judged by its changes."""
    kept = {guard.table for guard in judge(arrived, before, code, today, NOTHING_MOVED)}
    return judge(arrived, before, code, today, moved.without(kept))


def _newest_event(events: pl.DataFrame, today: date) -> date | None:
    known = events.filter(pl.col("event_date") <= today)
    day: date | None = known.select(pl.col("event_date").max()).item()
    return day


def _arrived(extract: Extract, changes: Mapping[str, Difference], today: date) -> Arrived:
    patients = extract.patients
    active = patients.filter(pl.col("left_on").is_null() & pl.col("died_on").is_null()).height
    # As many may have come as are gone: the wrong list is of the same length.
    people = changes.get("patients")
    gone = _newly(people, "died_on", "left_on", "absent_since") if people else 0
    newest = _newest_event(extract.events, today)
    facts = (extract.practice_code, extract.extracted_at, active, extract.files, gone)
    return Arrived(*facts, is_dated=extract.is_dated, newest=newest)


def _moved(changes: Mapping[str, Difference]) -> Moved:
    every = changes.items()
    changed = {name: one.changed.height + one.removed.height for name, one in every}
    return Moved(changed, {name: one.removed.height for name, one in every if name in _GROWING})


def _ods_code(connection: Connection, practice_id: int) -> str:
    statement = select(PRACTICE.c.ods_code).where(PRACTICE.c.practice_id == practice_id)
    return connection.execute(statement).scalar_one()


def with_derived(part: Part, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a part with the columns that the store derives from them."""
    if part.table is PATIENT:
        return frame.with_columns(
            _name_key().alias("search_name"),
            _phone_key("home_phone").alias("home_key"),
            _phone_key("mobile_phone").alias("mobile_key"),
        )
    if part.table is APPOINTMENT:
        return frame.with_columns(pl.lit(IMPORTED).alias("origin"))
    return frame


def _frames(extract: Extract) -> dict[str, pl.DataFrame]:
    return {
        "arrived": extract.patients,
        "events": conform(extract.events, EVENTS),
        "medications": conform(extract.medications, MEDICATIONS),
        "appointments": conform(extract.appointments, APPOINTMENTS),
        "staff": conform(extract.staff, STAFF),
    }


def _stored(connection: Connection, practice_id: int, part: Part) -> pl.DataFrame:
    conditions: list[ColumnElement[bool]] = [part.table.c.practice_id == practice_id]
    if part.table is APPOINTMENT:
        conditions.append(APPOINTMENT.c.origin == IMPORTED)
    schema = {**part.schema, "run_no": pl.Int32}
    statement = select(*[part.table.c[name] for name in schema]).where(*conditions)
    return read_frame(connection, statement, schema)


def _with_missing(stored: pl.DataFrame, extract: Extract, day: date) -> pl.DataFrame:
    """Return the patients of an extract and those of the store who are not in it.

    They are absent since ``day``, unless a rejected row tells that they are on the list: then they
    stay as they are, but for a death, a departure or a refusal in that row. While rows cannot be
    read at all nobody is taken for gone.
    """
    arrived = conform(extract.patients, PATIENTS).with_columns(
        pl.lit(None, dtype=pl.Date).alias("absent_since")
    )
    missing = stored.join(arrived, on="patient_number", how="anti")
    listed = missing.join(extract.parked, on="patient_number", suffix="_now").with_columns(
        pl.coalesce("died_on_now", "died_on").alias("died_on"),
        pl.coalesce("left_on_now", "left_on").alias("left_on"),
        (pl.col("contact_allowed") & pl.col("contact_allowed_now").fill_null(value=True)).alias(
            "contact_allowed"
        ),
        pl.lit(None, dtype=pl.Date).alias("absent_since"),
    )
    vanished = missing.join(extract.parked, on="patient_number", how="anti")
    if not extract.unreadable:
        vanished = vanished.with_columns(pl.col("absent_since").fill_null(day))
    return pl.concat([arrived, listed.select(arrived.columns), vanished])


def _with_vanished(stored: pl.DataFrame, arrived: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the appointments of an extract, and as cancelled those to come that are not in it.

    Many exports leave cancelled ones out. Forgotten, they would hide for weeks what a booking here
    says that they cover. They stay for as long as the book is looked back into.
    """
    before = stored.select(arrived.columns).join(
        arrived, on=["patient_number", "appointment_id"], how="anti"
    )
    state = pl.col("status").fill_null("booked")
    to_come = (state == "booked") & (pl.col("starts_at").dt.date() >= day)
    lately = (state == "cancelled") & (pl.col("starts_at").dt.date() >= day - LOOK_BACK)
    vanished = before.filter(to_come | lately).with_columns(pl.lit("cancelled").alias("status"))
    return pl.concat([arrived, vanished])


def _compare(part: Part, stored: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> Difference:
    """Compare a part; the rows ``before`` carry the number of the import that wrote them."""
    rows, wanted = stored.drop("run_no"), frames[part.name]
    if part.table is not PATIENT and "patient_number" in part.schema:
        # Rows of patients who are not in the extract stay as they are.
        rows = rows.join(frames["arrived"], on="patient_number", how="semi")
    change = difference(rows, wanted, part.keys)
    numbers = stored.select(*part.keys, "run_no")
    return replace(change, before=change.before.join(numbers, on=list(part.keys)))


def _count(part: Part, changes: Mapping[str, Difference], extract: Extract) -> dict[str, int]:
    change = changes.get(part.name)
    counts = {
        "added": change.added.height if change else 0,
        "changed": change.changed.height if change else 0,
        "unchanged": change.unchanged if change else 0,
        "removed": change.removed.height if change else 0,
        "rejected": sum(file.rejected for file in extract.files if file.table == part.name),
    }
    if part.table is PATIENT:
        counts["left"] = _newly(change, "left_on", "absent_since") if change else 0
        counts["died"] = _newly(change, "died_on") if change else 0
    return counts


def _newly(change: Difference, *columns: str) -> int:
    """How many changed patients have one of ``columns`` now, none of them before."""
    pairs = change.changed.join(change.before, on="patient_number", suffix="_before")
    now = pl.any_horizontal(pl.col(name).is_not_null() for name in columns)
    before = pl.any_horizontal(pl.col(f"{name}_before").is_not_null() for name in columns)
    return pairs.filter(now & ~before).height


def _newest_run(
    connection: Connection, practice_id: int, sha256: str
) -> tuple[datetime | None, datetime | None]:
    """Return when the newest applied extract was made, and when it was applied if it is this."""
    row = connection.execute(
        select(IMPORT_RUN.c.extracted_at, IMPORT_RUN.c.sha256, IMPORT_RUN.c.applied_at)
        .where(IMPORT_RUN.c.practice_id == practice_id, IMPORT_RUN.c.state == "applied")
        .order_by(IMPORT_RUN.c.run_no.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None, None
    return row[0], row[2] if row[1] == sha256 else None


def _living(connection: Connection, practice_id: int) -> int:
    return connection.execute(
        select(func.count())
        .select_from(PATIENT)
        .where(
            PATIENT.c.practice_id == practice_id,
            PATIENT.c.left_on.is_(None),
            PATIENT.c.died_on.is_(None),
            PATIENT.c.absent_since.is_(None),
        )
    ).scalar_one()


def _name_key() -> pl.Expr:
    """Return the vector form of ``search_keys.name_key``."""
    whole = pl.concat_str("family_name", "given_name", separator=" ", ignore_nulls=True)
    bare = whole.str.normalize("NFKD").str.to_lowercase()
    bare = bare.str.replace_all(rf"[\p{{M}}{APOSTROPHES}]", "")
    return bare.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars().fill_null("")


def _phone_key(column: str) -> pl.Expr:
    """Return the vector form of ``search_keys.phone_key``."""
    text = pl.col(column)
    digits = text.str.replace_all(r"[^0-9]", "")
    abroad = text.str.strip_chars().str.starts_with("+44") | digits.str.starts_with("0044")
    national = digits.str.replace(r"^(00)?44(0)?", "")
    return (
        (pl.when(abroad).then(pl.concat_str(pl.lit("0"), national)).otherwise(digits))
        .str.reverse()
        .fill_null("")
    )
