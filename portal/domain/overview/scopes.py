"""Whose offices the page is about, and how it is called: the district, a reviewer's offices, an office of one's own."""

from __future__ import annotations

from portal.domain.permissions import Actor, Permission, grants_held, offices_in_reach


def title(actor: Actor) -> str:
    if offices_in_reach(actor, Permission.SEE_OVERVIEW) is None:
        return "全区情况"
    return "我分管的单位" if is_bureau(actor) else "本单位情况"


def is_bureau(actor: Actor) -> bool:
    """Whether the person sees who of the bureau reviews what; offices see it only where the year says so."""
    return bool(grants_held(actor, Permission.SEE_BUREAU_NOTES))


def only_office(actor: Actor) -> str:
    """The office of somebody who sees no other one; "" for everybody else."""
    reach = offices_in_reach(actor, Permission.SEE_OVERVIEW)
    return next(iter(reach)) if reach is not None and len(reach) == 1 and not is_bureau(actor) else ""


def all_offices(actor: Actor, count: int) -> str:
    """How sentences call the offices that the person sees, of which there are `count`."""
    if offices_in_reach(actor, Permission.SEE_OVERVIEW) is None:
        return "全区"
    if only_office(actor):
        return "本单位"
    return f"分管的{count}家单位" if is_bureau(actor) else f"本单位及下级共{count}家单位"
