"""Practices, and the counters that each of them keeps."""

from datetime import datetime

from sqlalchemy import Column, Integer, Named, String, Table, Text, TypedColumns

from storage.tables.base import CLUSTERED, METADATA, Instant, Tenant


class PracticeColumns(TypedColumns):
    """A practice; its ODS code is an attribute, since codes change on mergers."""

    practice_id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    ods_code: Named[str] = Column(String, unique=True)
    name: Named[str]
    created_at: Named[datetime] = Column(Instant)


class CounterColumns(Tenant):
    """One row a practice; whoever writes locks it first, so what is written follows each other."""

    revision: Named[int]
    """Grows with every transaction that changed anything."""

    event_seq: Named[int]
    """Number of the newest event."""

    run_no: Named[int]
    """Number of the newest import."""

    clinical_version: Named[int]
    """Grows when an import changed clinical rows."""

    plan_version: Named[int]
    """Grows when the plan changed."""

    chain_no: Named[int] = Column(Integer, server_default="0")
    """Number of the newest row of the audit chain."""

    chain_mac: Named[str] = Column(String, server_default="")
    chain_key: Named[str] = Column(String, server_default="")
    """Fingerprint of the key that sealed it."""


class PracticeWordsColumns(Tenant):
    """What the practice calls its items and recalls, as of its newest plan."""

    words: Named[str] = Column(Text)
    """JSON; written by ``storage.words``."""


class AgreedRulesColumns(Tenant):
    """The rules and settings by which a practice is planned; written by ``storage.agreeing``."""

    digest: Named[str]
    settings: Named[str] = Column(Text)
    """JSON: the sections of the settings file that concern the practice, without defaults."""

    files: Named[str] = Column(Text)
    """JSON: the practice's own files of rules, and their texts."""

    shipped: Named[str] = Column(Text)
    """JSON: the files of rules that came with the program, and a digest of each; a list where the
    practice left others before: the digest that holds (or none), then those, the newest first."""

    home: Named[str]
    by: Named[str]
    at: Named[datetime] = Column(Instant)


PRACTICE = Table("practice", METADATA, PracticeColumns, **CLUSTERED)
COUNTER = Table("change_seq", METADATA, CounterColumns, **CLUSTERED)
PRACTICE_WORDS = Table("practice_words", METADATA, PracticeWordsColumns, **CLUSTERED)
AGREED_RULES = Table("agreed_rules", METADATA, AgreedRulesColumns, **CLUSTERED)
