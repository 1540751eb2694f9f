"""The one question that the services without a table share."""

from __future__ import annotations

from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, may


def require_manager(actor: Actor | None) -> None:
    """Raises Forbidden unless the actor keeps offices, people and years; None is the operator of the server."""
    if actor is not None and not may(actor, Permission.MANAGE):
        raise Forbidden("你没有管理单位、人员和年度的权限。")
