"""The permission check that all services of administration share, and the separation of duties."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy.orm import Session

from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import DUTIES, Actor, Permission, Role, may, mixes_duties


def require_manager(actor: Actor | None) -> None:
    """Raises Forbidden unless the actor may manage offices, people and years. `actor` None: the operator (CLI)."""
    if actor is not None and not may(actor, Permission.MANAGE):
        raise Forbidden("你没有管理单位、人员和年度的权限。")


def separates_duties(session: Session) -> bool:
    """Whether the configuration separates admin, bureau and auditor."""
    return bool(session.get_bind().get_execution_options().get("separate_duties", True))


def require_separate_duties(session: Session, before: Set[Role], after: Set[Role]) -> None:
    """Raises Invalid where a person would gain a duty beside another. Combinations of earlier versions may stay."""
    gained = after - before
    gains_duty = any(duty & gained for duty in DUTIES)
    if gains_duty and mixes_duties(after) and separates_duties(session):
        raise Invalid("三员分立：系统管理员、财政局的审核人和审批人、审计员要由不同的人担任，不能给同一个人。", "roles")
