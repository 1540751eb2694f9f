"""The shipped entries, read once from the TOML files beside this module.

An invalid file stops the portal at start-up with file and entry: the file can only come from a release.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from portal.domain.errors import Invalid
from portal.domain.library.shape import Category, Entry, IndicatorKind, check

_NO_CLASSES = ("levels.toml", "kinds.toml")
_TEXTS = ("id", "name", "description", "value", "unit", "basis")
_SUFFIX = ".toml"


class Unsound(ValueError):
    """An invalid shipped file. The message is for developers, so it is English."""


def read_category(file_name: str, text: str) -> tuple[int, Category]:
    """The class in a file, and its position among the classes. Raises Unsound."""
    try:
        plain = tomllib.loads(text)
        position, title, words, rows = (plain[key] for key in ("position", "title", "words", "entries"))
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise Unsound(f"{file_name}: {error}") from error
    category = file_name.removesuffix(_SUFFIX)
    entries = tuple(_entry(file_name, category, row) for row in rows)
    for entry in entries:
        if not entry.id.startswith(f"{category}-"):
            raise Unsound(f"{file_name}, {entry.id}: the id does not begin with the class")
    _require_distinct(file_name, (entry.id for entry in entries))
    _require_distinct(file_name, (entry.name for entry in entries))
    return int(position), Category(category, str(title), tuple(map(str, words)), entries)


def get(category: str) -> Category:
    """The class with that id. Raises Invalid if there is none."""
    found = _BY_ID.get(category)
    if found is None:
        raise Invalid(f"没有这一支出类别；可选的有：{'、'.join(each.title for each in CATEGORIES)}。", "category")
    return found


def _entry(file_name: str, category: str, row: dict[str, Any]) -> Entry:
    where = f"{file_name}, {row.get('id', 'an entry without id')}"
    if wrong := set(row) ^ {*_TEXTS, "kind"}:
        raise Unsound(f"{where}: {', '.join(sorted(wrong))} missing or unknown")
    if not all(isinstance(text, str) for text in row.values()):
        raise Unsound(f"{where}: every field is a text")
    try:
        entry = Entry(category=category, kind=IndicatorKind(row["kind"]), **{name: row[name] for name in _TEXTS})
        check(entry)
    except ValueError as error:
        raise Unsound(f"{where}: {error}") from error
    except Invalid as error:
        raise Unsound(f"{where}, {error.path}: {error.message}") from error
    return entry


def _require_distinct(file_name: str, texts: Iterable[str]) -> None:
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            raise Unsound(f"{file_name}, {text}: twice")
        seen.add(text)


def _read_all() -> Iterator[tuple[int, Category]]:
    for file in files("portal.domain.library").iterdir():
        if file.name.endswith(_SUFFIX) and file.name not in _NO_CLASSES:
            yield read_category(file.name, file.read_text("utf-8"))


CATEGORIES: tuple[Category, ...] = tuple(
    category for _, category in sorted(_read_all(), key=lambda read: (read[0], read[1].id))
)
"""All classes with their entries, in the order of `position` in their files."""
ENTRIES: tuple[Entry, ...] = tuple(entry for category in CATEGORIES for entry in category.entries)
_BY_ID = {category.id: category for category in CATEGORIES}
