"""核对无误: the office ticks carried-over places that are right without a change, and takes ticks back.

A tick counts while the text is as it was carried over; `queries.drafting.origins` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events, forms
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor
from portal.queries.drafting.origins import CarriedOver
from portal.services.drafting import drafts
from portal.services.record import audit
from portal.services.record.facts import Facts
from portal.services.transaction import write


def confirm(session: Session, actor: Actor, table_id: int, paths: Sequence[str], *, is_right: bool) -> CarriedOver:
    """Tick the unchanged places at and below `paths`, or take their ticks back. Return what is left to check.

    Raises NotVisible, Forbidden, Stale (no draft any more), Invalid (closed year, no such place).
    """
    with write(session):
        table, _ = drafts.editable(session, actor, table_id)
        document = table.document
        origin = queries.drafting.origins.of_table(session, table_id)
        carried = queries.drafting.origins.carried_over_places(session, table, document)
        below = tuple(f"{path}/" for path in paths)
        meant = {each for each in carried.unchanged if each in paths or each.startswith(below)}
        if origin is None or not meant:
            raise Invalid("这里没有沿用来而未改动的内容，不需要核对。")
        confirmed = carried.confirmed | meant if is_right else carried.confirmed - meant
        if confirmed != carried.confirmed:
            origin.confirmed = json.dumps(sorted(confirmed), ensure_ascii=False)
            event = audit_events.CONFIRM if is_right else audit_events.UNCONFIRM
            place = "、".join(forms.label(document, path) for path in paths)
            audit.record(session, actor, event, audit.object_of_table(table), Facts(), place=place)
        return CarriedOver(carried.unchanged, frozenset(confirmed))
