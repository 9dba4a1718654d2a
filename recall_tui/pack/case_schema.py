"""What a file of cases may say: unknown keys, columns and words are refused."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from recall_tui.domain.cases import (
    DUE_COLUMNS,
    RESULTS,
    STATUSES,
    Case,
    CaseEvent,
    CaseIssue,
    CasePatient,
)
from recall_tui.domain.plan_settings import AnchorChoice, PlanSettings
from recall_tui.pack.case_tables import Row, days_of, known, number, parse, period
from recall_tui.pack.expression_schema import ClusterName, Name, Strict

HISTORY: Final = ("date", "code", "value", "unit", "kind")
DRUGS: Final = ("issued", "code", "repeat", "stopped")
DUE: Final = ("item", *DUE_COLUMNS)
KINDS: Final = ("done", "request", "invite", "dna", "declined")
MOST_CASES: Final = 10_000

Table = Annotated[str, Field(max_length=100_000)]
"""Rows drawn with ``|``; the first line names the columns."""


class SettingsText(Strict):
    """What the practice decided, where it is not the default."""

    recall_date: Literal["birthday", "medication_review"] = "birthday"
    free_months: list[Annotated[int, Field(ge=1, le=12)]] = Field(default_factory=list[int])
    newly_diagnosed_months: Annotated[int, Field(ge=0, le=24)] = 3
    newly_registered_days: Annotated[int, Field(ge=0, le=365)] = 28

    def build(self) -> PlanSettings:
        """Return the engine's settings."""
        return PlanSettings(
            anchor=AnchorChoice(self.recall_date),
            free_months=frozenset(self.free_months),
            newly_diagnosed_months=self.newly_diagnosed_months,
            newly_registered_days=self.newly_registered_days,
        )


class CaseText(Strict):
    """One table ``[[case]]``."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\n\r\t]+$")]
    on: date
    born: date | None = None
    sex: Literal["F", "M", "I", "U"] = "U"
    registered: date | None = None
    left: date | None = None
    died: date | None = None
    chosen_month: Annotated[int, Field(ge=1, le=12)] | None = None
    recalls: list[Name] | None = None
    history: Table = ""
    drugs: Table = ""
    registers: dict[Name, Literal["on", "held", "off"]] = Field(
        default_factory=dict[str, Literal["on", "held", "off"]]
    )
    due: Table = ""
    measures: dict[str, str] = Field(default_factory=dict[str, str])

    @model_validator(mode="after")
    def _expects_something(self) -> "CaseText":
        if not (self.registers or self.due.strip() or self.measures):
            words = "a case expects something: `registers`, `due` or `measures`"
            raise PydanticCustomError("case_expects", words)
        return self

    def build(self, file: "CasesFile", place: str) -> Case:
        """Return the domain's case.

        Raises:
            TableFault: a table cannot be read.
        """
        return Case(
            name=self.name,
            place=place,
            on=self.on,
            patient=CasePatient(
                self.born, self.sex, self.registered, self.left, self.died, self.chosen_month
            ),
            events=tuple(events(parse(self.history, HISTORY, ("date", "code")))),
            issues=tuple(issues(parse(self.drugs, DRUGS, ("issued", "code")))),
            recalls=tuple(file.recalls if self.recalls is None else self.recalls),
            settings=file.settings.build(),
            codes={name: tuple(codes) for name, codes in file.codes.items()},
            registers=dict(self.registers),
            due=expected(parse(self.due, DUE, ("item",))),
            measures={
                name: known(word, RESULTS, "a measure is") for name, word in self.measures.items()
            },
        )


class CasesFile(Strict):
    """A file of cases."""

    source: Annotated[list[str], Field(max_length=20)] = Field(default_factory=list[str])
    recalls: list[Name] = Field(default_factory=list[str])
    codes: dict[ClusterName, Annotated[list[str], Field(min_length=1)]] = Field(
        default_factory=dict[str, list[str]]
    )
    settings: SettingsText = Field(default_factory=SettingsText)
    case: Annotated[list[CaseText], Field(min_length=1, max_length=MOST_CASES)]


def events(rows: Iterable[Row]) -> Iterable[CaseEvent]:
    """Give the events of a table; a date may be a day, a month or a year."""
    for row in rows:
        kind = row.get("kind") or "done"
        known(kind, KINDS, "`kind` is")
        first, precision = period(row["date"])
        value, unit = row.get("value"), row.get("unit")
        yield CaseEvent(
            row["code"], first, precision, number(value) if value else None, unit or None, kind
        )


def issues(rows: Iterable[Row]) -> Iterable[CaseIssue]:
    """Give the drug issues of a table; ``repeat`` is yes or empty."""
    for row in rows:
        repeat = row.get("repeat", "")
        known(repeat, ("yes", ""), "`repeat` is")
        stopped = row.get("stopped", "")
        yield CaseIssue(
            row["code"],
            days_of(row["issued"]),
            repeat=repeat == "yes",
            stopped_on=days_of(stopped) if stopped else None,
        )


def expected(rows: Iterable[Row]) -> Mapping[str, Mapping[str, str]]:
    """Return what a table expects, by item and column; empty cells are left out."""
    found: dict[str, Mapping[str, str]] = {}
    for row in rows:
        cells = {name: cell for name, cell in row.items() if cell and name != "item"}
        if "status" in cells:
            known(cells["status"], STATUSES, "`status` is")
        found[row["item"]] = cells
    return found
