"""提请送审 and 退给经办人: the drafter hands a table up to the head, the head hands it back. Facts, not states.

A hand-up holds until the table is submitted: it names the number of submissions when it was made. The bureau never
hears of it. Who may do what belongs in `permissions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.permissions import Actor, Permission, TableFacts, may


class HandUpAct(StrEnum):
    """The last one of the present submission says with whom the table lies."""

    UP = "up"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class HandUp:
    act: HandUpAct
    by: str
    at: datetime
    note: str

    @property
    def is_up(self) -> bool:
        return self.act is HandUpAct.UP


def hands_up(actor: Actor, facts: TableFacts) -> bool:
    """Whether this person hands the table up. Whoever may submit it needs nobody else."""
    return may(actor, Permission.HAND_UP, facts) and not may(actor, Permission.SUBMIT, facts)
