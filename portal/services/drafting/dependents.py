"""The rows that hang on a draft, as JSON, so that discarding keeps them and restoring brings them back.

Not the change log: it has no foreign key to the table and stays. Not presence, which is of the moment.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import UTCDateTime
from portal.models import Attachment, Base, Explanation, Origin, Participation
from portal.services.record import facts
from portal.services.record.facts import Facts

_MODELS: tuple[type[Base], ...] = (Origin, Attachment, Explanation, Participation)
_NEW_ON_RESTORING = frozenset({(Attachment, "id")})
"""Keys that another row may have taken meanwhile."""


def packed(session: Session, table_id: int) -> str:
    """JSON object: table name → its rows, in the order of their keys."""
    return json.dumps({model.__tablename__: _rows(session, model, table_id) for model in _MODELS}, ensure_ascii=False)


def restore(session: Session, text: str) -> Facts:
    """Insert the rows of `packed`, whose table is there again, and return the facts. Inside `write`."""
    kept = json.loads(text)
    rows = [model(**_values(model, row)) for model in _MODELS for row in kept[model.__tablename__]]
    session.add_all(rows)
    session.flush()
    former = (facts.of_deleted(Attachment, row["table_id"], row["id"]) for row in kept[Attachment.__tablename__])
    stated = facts.of_rows(*(row for row in rows if type(row) in facts.ROWS))
    return reduce(or_, former, Facts()) | stated


def _rows(session: Session, model: type[Base], table_id: int) -> list[dict[str, Any]]:
    columns = model.plain().c
    found = session.execute(select(*columns).where(columns.table_id == table_id).order_by(*model.plain().primary_key))
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in found]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _values(model: type[Base], row: dict[str, Any]) -> dict[str, Any]:
    columns = model.plain().c
    return {
        name: datetime.fromisoformat(value) if isinstance(columns[name].type, UTCDateTime) else value
        for name, value in row.items()
        if (model, name) not in _NEW_ON_RESTORING
    }
