"""The values of facts: what an entry holds of them, and their digests, which are hashed and never change.

Which facts there are is in `objects` and `rows`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

RowFact = tuple[str, str, str | None]
"""(kind, key, digest) of a row; digest None: the act deleted the row."""


@dataclass(frozen=True, slots=True)
class Facts:
    """own: facts about the object of the entry, by name; rows: other rows that the act wrote or deleted."""

    own: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[RowFact] = ()

    def __or__(self, other: Facts) -> Facts:
        return Facts({**self.own, **other.own}, (*self.rows, *other.rows))


GONE = Facts({"gone": True})
"""The object itself was deleted, and with it the rows of the kinds that are `deleted_with_table`."""


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of the values as canonical JSON, without those that are None."""
    found = {name: json_value(value) for name, value in values.items() if value is not None}
    return hashlib.sha256(_encode(found).encode()).hexdigest()


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def json_value(value: Any) -> Any:
    """Dates and times as ISO 8601 texts, times in UTC; every other value as it is."""
    if not isinstance(value, date):
        return value
    if isinstance(value, datetime):
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(timespec="microseconds")
    return value.isoformat()
