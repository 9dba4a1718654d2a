"""Who may work in a practice, and as what."""

from datetime import datetime

from sqlalchemy import Column, Named, String, Table

from storage.tables.base import CLUSTERED, METADATA, Instant, Tenant


class MemberColumns(Tenant):
    """A person of the practice by login; who was removed stays, without a role."""

    login: Named[str] = Column(String, primary_key=True)
    name: Named[str]
    role: Named[str]
    """Empty: removed."""

    pin: Named[str]
    """Hash of the PIN that unlocks the screen; empty: none was chosen."""

    version: Named[int]
    changed_by: Named[str]
    changed_at: Named[datetime] = Column(Instant)


MEMBER = Table("member", METADATA, MemberColumns, **CLUSTERED)
