"""The comparison of `domain.searching` in SQL, without stored copies of the texts.

Each character of a word becomes the class of its variants: a GLOB pattern on SQLite, a regular expression on
PostgreSQL. No index serves either, as none serves LIKE '%word%'.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, SQLColumnExpression, String, and_, bindparam, literal, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from portal.domain.searching import variants, words


class _Pattern(TypeDecorator[str]):
    """A word, bound as the pattern of the database."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:
        is_sqlite = dialect.name == "sqlite"
        pattern = "".join(_class(character, escape="" if is_sqlite else "\\") for character in value or "")
        return f"*{pattern}*" if is_sqlite else pattern


def _class(character: str, escape: str) -> str:
    """`character` and its variants as a bracket expression. `]` stands first in it, `-` last and `^` not first, and
    what is not ASCII before what is, since PostgreSQL reads `[.`, `[:` and `[=` as something else.
    """
    found = variants(character)
    if len(found) == 1 and not found.isascii():
        return found
    ordered = sorted(found, key=lambda each: (each != "]", each == "-", each.isascii(), each))
    return f"[{''.join(escape + each if each == chr(92) else each for each in ordered)}]"


class _contains(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_contains, "sqlite")
def _glob(element: _contains, compiler: Any, **options: Any) -> str:
    column, pattern = element.clauses
    return f"({compiler.process(column, **options)} GLOB {compiler.process(pattern, **options)})"


@compiles(_contains, "postgresql")
def _regular_expression(element: _contains, compiler: Any, **options: Any) -> str:
    column, pattern = element.clauses
    return f"({compiler.process(column, **options)} ~ {compiler.process(pattern, **options)})"


def contains_parameter(column: SQLColumnExpression[Any], parameter: str) -> ColumnElement[bool]:
    """Condition for the word that is bound to `parameter`."""
    return _contains(column, bindparam(parameter, type_=_Pattern()))


def contains_all(column: SQLColumnExpression[Any], text: str) -> ColumnElement[bool]:
    """Condition for each word of `text`."""
    return and_(true(), *(_contains(column, literal(word, _Pattern())) for word in words(text)))
