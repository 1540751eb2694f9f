"""The reach of an actor as conditions with bind parameters, for statements that are built once for each shape.

Building a statement costs more than running it. Who may see what is defined in `tables.Reach`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam

from portal.queries.tables import Reach, within

_ALL, _SOME, _NONE = "all", "some", "none"
Extents = tuple[str, str]
"""How many offices a reach has, outright and once submitted; a part of the key of a cache of statements."""
NOWHERE: Extents = (_NONE, _NONE)


def extents_of(reach: Reach) -> Extents:
    return _extent(reach.outright), _extent(reach.once_submitted)


def within_extents(extents: Extents, name: str) -> ColumnElement[bool]:
    """The reach as a condition; `extent_values` has the values of its parameters."""
    outright, once = extents
    return within(_codes(outright, name), _codes(once, f"{name}_once"))


def extent_values(reach: Reach, name: str) -> dict[str, Any]:
    """Of all parameters that a condition of this name can have."""
    return {name: sorted(reach.outright or ()), f"{name}_once": sorted(reach.once_submitted or ())}


def _extent(offices: frozenset[str] | None) -> str:
    return _ALL if offices is None else _SOME if offices else _NONE


def _codes(extent: str, parameter: str) -> Sequence[str] | BindParameter[Any] | None:
    if extent == _ALL:
        return None
    return () if extent == _NONE else bindparam(parameter, expanding=True)
