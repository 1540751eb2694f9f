"""SELECTIONS: entries of the register that a page counts and a list shows. One specification for a number and its list.

`selects` reads it in Python, `queries.register.standings` builds conditions from it. What a single standing is belongs
in `standing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.register.standing import Standing


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries at one of `standings`; `in_force`: only with a revision in force, `is_overdue`: only past their date."""

    name: str
    label: str
    standings: frozenset[Standing]
    in_force: bool = False
    is_overdue: bool = False


_ALL = frozenset(Standing)
_NOT_SUBMITTED = frozenset({Standing.NOT_BEGUN, Standing.DRAFTED})
_TO_CHANGE = frozenset({Standing.RETURNED, Standing.IN_ADJUSTMENT})

OWED = Selection("owed", "应报", _ALL - {Standing.EXEMPT, Standing.VOIDED})
"""What somebody waits for: the office is exempt from the others, or they were given up."""
SUBMITTED = Selection("submitted", "已送审", frozenset(each for each in Standing if each.is_submitted))
NOT_SUBMITTED = Selection("not_submitted", "没送", _NOT_SUBMITTED)
AT_BUREAU = Selection("at_bureau", "在财政局", frozenset({Standing.UNDER_REVIEW, Standing.TO_APPROVE}))
TO_CHANGE = Selection("to_change", "在单位改", _TO_CHANGE)
WITH_OFFICE = Selection("with_office", "在单位", _NOT_SUBMITTED | _TO_CHANGE)
IN_FORCE = Selection("in_force", "现行有效", _ALL, in_force=True)
OVERDUE = Selection("overdue", "逾期", WITH_OFFICE.standings, is_overdue=True)

SELECTIONS: Mapping[str, Selection] = {
    each.name: each for each in (OWED, SUBMITTED, NOT_SUBMITTED, AT_BUREAU, TO_CHANGE, WITH_OFFICE, IN_FORCE, OVERDUE)
}


def selects(selection: Selection, standing: Standing, *, in_force: bool, is_overdue: bool) -> bool:
    return (
        standing in selection.standings
        and (in_force or not selection.in_force)
        and (is_overdue or not selection.is_overdue)
    )
