"""The permission check that all services of administration share."""

from __future__ import annotations

from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, may


def require_manager(actor: Actor | None) -> None:
    """Raises Forbidden unless the actor may manage offices, people and years. `actor` None: the operator (CLI)."""
    if actor is not None and not may(actor, Permission.MANAGE):
        raise Forbidden("你没有管理单位、人员和年度的权限。")
