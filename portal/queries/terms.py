"""The condition that a text has terms, in the language of the index of each database (`models.full_text`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, String, literal, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

Terms = Sequence[Sequence[str]]
"""Groups; a text has a term of each."""


def has_terms(name: str, terms: Terms) -> ColumnElement[bool]:
    """name: of the table of terms, which the statement selects from. Terms hold letters and figures only."""
    return _has_terms(literal_column(name), literal(terms, _Terms()))


class _Terms(TypeDecorator[Terms]):
    impl = String
    cache_ok = True

    def process_bind_param(self, value: Terms | None, dialect: Dialect) -> str:
        quote, either, both = ('"', " OR ", " AND ") if dialect.name == "sqlite" else ("'", " | ", " & ")
        return both.join(f"({either.join(f'{quote}{term}{quote}' for term in group)})" for group in value or ())


class _has_terms(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: SQLite finds no index for `(… MATCH …) = 1`, as booleans are compared there."""
        return self


@compiles(_has_terms, "sqlite")
def _match(element: _has_terms, compiler: Any, **options: Any) -> str:
    name, terms = element.clauses
    return f"({compiler.process(name, **options)} MATCH {compiler.process(terms, **options)})"


@compiles(_has_terms, "postgresql")
def _matches(element: _has_terms, compiler: Any, **options: Any) -> str:
    name, terms = (compiler.process(each, **options) for each in element.clauses)
    return f"({name}.terms @@ CAST({terms} AS tsquery) AND reads_terms({name}.rowid))"
