"""Column types and constraints that several models share."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Integer

BIG_KEY = BigInteger().with_variant(Integer, "sqlite")


def one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)
