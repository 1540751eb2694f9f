"""The fields that ask to whom claims go; shared by the forms that take rights away (`administration/_claims.html`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from portal import queries
from portal.domain.permissions import PERMISSIONS, Permission
from portal.extensions import db
from portal.services.administration.claim_moves import NOBODY, LostClaims

_NOBODY = (NOBODY, "没有人：取消认领，由能审核的人重新认领")


@dataclass(frozen=True, slots=True)
class ClaimsField:
    """A choice for the claims of one person. chosen: as posted."""

    name: str
    label: str
    options: Sequence[tuple[int, str]]
    chosen: str


def claims_to(user_id: int) -> int | None:
    """The successor that the posted form names for the claims of this person; None where none was chosen."""
    return request.form.get(f"claims_to-{user_id}", type=int)


def fields(lost: Sequence[LostClaims]) -> list[ClaimsField]:
    colleagues = claimants()
    return [
        ClaimsField(
            name=f"claims_to-{each.user_id}",
            label=f"{each.name}认领的 {each.count} 张表（{_by_office(each)}）交给",
            options=[*((id, name) for id, name in colleagues if id != each.user_id), _NOBODY],
            chosen=request.form.get(f"claims_to-{each.user_id}", ""),
        )
        for each in lost
    ]


def claimants() -> list[tuple[int, str]]:
    """The people who may claim tables of some office."""
    roles = {grant.role for grant in PERMISSIONS[Permission.CLAIM].grants}
    return queries.administration.people.bureau(db.session(), roles)


def _by_office(lost: LostClaims) -> str:
    return "、".join(f"{code} {count} 张" for code, count in lost.by_office.items())
