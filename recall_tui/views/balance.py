"""The daily balance: nobody falls through."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One recall: everybody on its register is in exactly one column."""

    recall: str
    on_register: int
    done: int
    booked: int
    invited: int
    to_invite: int
    snoozed: int
    on_hold: int
    declined: int
    escalated: int

    @property
    def difference(self) -> int:
        """On the register less everything else; 0 unless the program is wrong."""
        return self.on_register - (
            self.done
            + self.booked
            + self.invited
            + self.to_invite
            + self.snoozed
            + self.on_hold
            + self.declined
            + self.escalated
        )
