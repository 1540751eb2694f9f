"""Reads a form's TOML file, in which one line is one row of the paper form.

`|` separates the cells of a line. A cell is a caption, or text around fields in braces; the suffix `→n` spans n
columns, `↓n` spans n rows. In the line of a list a cell is a caption and the field of its column; `›` separates the
captions of two header rows, `⇓` merges adjacent cells with equal text, and a caption with `⇓` alone runs down the whole
list. `{#}` numbers the rows; `{target_value:sign}`, `:number` and `:unit` show a target value in parts.

Errors in a file are raised at start-up, with the line.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.domain.documents import EXTRA, GROUPS, ROW_LISTS, Kind, is_field
from portal.domain.forms import captions, patterns
from portal.domain.forms.form import NUMBER, Column, Form, ListTable, Section, Slot, Sum
from portal.domain.forms.patterns import Pattern

PARTS = ("sign", "number", "unit")
_SPANS = re.compile(r"\s*(?:→(?P<columns>\d{1,2})|↓(?P<rows>\d{1,2})|(?P<merged>⇓))\s*$")
_FIELD_OF_COLUMN = re.compile(r"(?P<caption>[^{}]*)(?P<field>\{[^{}]+\})?")
_SUM = re.compile(r"(\S+) = (\S+(?: \+ \S+)*)")
_KEYS = frozenset(
    {"name", "kind", "unit", "title", "above", "sheet", "sections", "sums", "mandatory", "weights", "hints", "aliases"}
)


class FormError(ValueError):
    """An invalid form file; the message names file and line."""


def read(id: str, source: str) -> Form:
    """The form in `source`, the text of `<id>.toml`. Raises FormError."""
    return _Reader(id, source).form()


@dataclass(slots=True)
class _Reader:
    id: str
    source: str

    def form(self) -> Form:
        plain = self._toml()
        kind = self._kind(plain)
        sections = tuple(self._section(kind, part) for part in plain.get("sections", [plain]))
        above = tuple(self._head([plain["above"]], kind)[0]) if plain.get("above") else ()
        form = Form(
            id=self.id,
            name=plain["name"],
            kind=kind,
            digest=hashlib.sha256(self.source.encode()).hexdigest(),
            unit=plain.get("unit", "元"),
            sections=sections,
            title=self._pattern(plain["title"], kind) if plain.get("title") else None,
            above=above,
            sums=tuple(self._sum(text, kind) for text in plain.get("sums", ())),
            mandatory=tuple(plain.get("mandatory", ())),
            weights=self._weights(plain),
            hints=plain.get("hints", {}),
            aliases=plain.get("aliases", {}),
        )
        self._check(form)
        return form

    # --- the file ---------------------------------------------------------------------------------

    def _toml(self) -> dict[str, Any]:
        try:
            plain = tomllib.loads(self.source)
        except tomllib.TOMLDecodeError as error:
            raise FormError(f"forms/{self.id}.toml: {error}") from None
        for key in plain:
            if key not in _KEYS | ROW_LISTS[Kind.PROJECT].keys() | ROW_LISTS[Kind.DEPARTMENT].keys():
                raise self._error(key, f"unknown key “{key}”")
        if "name" not in plain:
            raise self._error("", "the name of the form is missing")
        if plain.get("unit", "元") not in ("元", "万元"):
            raise self._error("unit", "the unit of amounts is 元 or 万元")
        return plain

    def _kind(self, plain: Mapping[str, Any]) -> Kind:
        try:
            return Kind(plain.get("kind", ""))
        except ValueError:
            raise self._error("kind", f"kind is one of {', '.join(Kind)}") from None

    def _error(self, near: str, message: str) -> FormError:
        """The error with the line that holds `near`."""
        lines = self.source.split("\n")
        line = next((n for n, text in enumerate(lines, 1) if near and near in text), 1)
        return FormError(f"forms/{self.id}.toml, line {line}: {message}")

    # --- sections ---------------------------------------------------------------------------------

    def _section(self, kind: Kind, plain: Mapping[str, Any]) -> Section:
        rows = self._head(plain.get("sheet", ()), kind)
        width = sum(slot.colspan for slot in rows[0]) if rows else 0
        name = next((name for name in ROW_LISTS[kind] if name in plain), "")
        table = self._list(kind, name, plain[name]) if name else None
        columns = sum(column.colspan for column in table.columns) if table else width
        if width and columns != width:
            raise self._error(plain[name], f"the list is {columns} columns wide, the sheet above it {width}")
        return Section(plain.get("heading", ""), columns, rows, table)

    def _head(self, lines: Sequence[str], kind: Kind) -> tuple[tuple[Slot, ...], ...]:
        rows: list[tuple[Slot, ...]] = []
        taken: dict[int, int] = {}
        width = 0
        for n, line in enumerate(lines):
            row = self._row(line, n, taken, kind)
            wide = max((slot.column + slot.colspan for slot in row), default=0)
            wide = max(wide, *(column + 1 for column, until in taken.items() if until > n), 0)
            width = width or wide
            covered = sum(slot.colspan for slot in row) + sum(until > n for until in taken.values())
            if wide != width or covered - sum(s.colspan for s in row if s.rowspan > 1) != width:
                raise self._error(line, f"the row covers {covered} of {width} columns, or cells overlap")
            rows.append(row)
        if any(until > len(lines) for until in taken.values()):
            raise self._error(lines[-1], "a cell spans more rows than there are")
        return tuple(self._with_groups(row, rows) for row in rows)

    def _row(self, line: str, n: int, taken: dict[int, int], kind: Kind) -> tuple[Slot, ...]:
        """The cells of a line from left to right; columns that cells from above cover are skipped."""
        found: list[Slot] = []
        column = 0
        for cell in line.split("|"):
            text, columns, rows, merged = self._spans(cell)
            if merged:
                raise self._error(line, "⇓ belongs into the line of a list")
            while taken.get(column, 0) > n:
                column += 1
            if any(taken.get(at, 0) > n for at in range(column, column + columns)):
                raise self._error(line, f"“{text}” overlaps a cell from above")
            pattern = self._pattern(text, kind) if "{" in text else None
            found.append(Slot(n, column, rows, columns, "" if pattern else text, pattern))
            if rows > 1:
                taken.update(dict.fromkeys(range(column, column + columns), n + rows))
            column += columns
        return tuple(found)

    def _spans(self, cell: str) -> tuple[str, int, int, bool]:
        """Text, columns, rows, and whether it is merged."""
        text, columns, rows, merged = cell, 1, 1, False
        while found := _SPANS.search(text):
            columns = int(found["columns"] or columns)
            rows = int(found["rows"] or rows)
            merged = merged or bool(found["merged"])
            text = text[: found.start()]
        if columns < 1 or rows < 1:
            raise self._error(cell, "a cell spans at least one column and one row")
        return text.strip(), columns, rows, merged

    def _with_groups(self, row: Sequence[Slot], rows: Sequence[Sequence[Slot]]) -> tuple[Slot, ...]:
        """Captions over several rows get the group of most fields beside them."""
        found: list[Slot] = []
        for slot in row:
            beside = [
                path.partition("/")[0]
                for below in rows[slot.row : slot.row + slot.rowspan]
                for other in below
                if other.pattern and other.column >= slot.column + slot.colspan
                for path in other.pattern.paths
                if path.partition("/")[0] in GROUPS[Kind.PROJECT]
            ]
            taken = {each.group for each in found}
            group = Counter(beside).most_common(1)[0][0] if slot.caption and slot.rowspan > 1 and beside else ""
            found.append(replace(slot, group="" if group in taken else group))
        return tuple(found)

    def _list(self, kind: Kind, name: str, line: str) -> ListTable:
        columns: list[Column] = []
        for cell in line.split("|"):
            text, colspan, _, merged = self._spans(cell)
            found = _FIELD_OF_COLUMN.fullmatch(text)
            if found is None or not found["caption"].strip():
                raise self._error(line, f"“{text}” is no column: a caption, then one field in braces")
            placeholder = patterns.parse(found["field"]).placeholders[0] if found["field"] else None
            if placeholder is None and (not merged or columns):
                raise self._error(line, f"the column “{text}” has no field; only the first may be a caption with ⇓")
            if placeholder and placeholder != NUMBER:
                self._known(f"{name}/{placeholder.path}", placeholder.part, kind, line)
            heads = tuple(part.strip() for part in found["caption"].split("›"))
            columns.append(Column(heads, placeholder, colspan, merged))
        return ListTable(name, tuple(columns))

    # --- cells ------------------------------------------------------------------------------------

    def _pattern(self, text: str, kind: Kind) -> Pattern:
        pattern = patterns.parse(text)
        for placeholder in pattern.placeholders:
            if placeholder.path.partition("/")[0] in ROW_LISTS[kind]:
                raise self._error(text, f"“{placeholder.path}” belongs into the line of its list")
            self._known(placeholder.path, placeholder.part, kind, text)
        if not pattern.placeholders:
            raise self._error(text, f"“{text}” names no field")
        if not pattern.can_be_read:
            raise self._error(text, f"the fields of “{text}” could not be told apart again: put a text between them")
        return pattern

    def _known(self, field: str, part: str, kind: Kind, near: str) -> None:
        if not is_field(kind, field):
            raise self._error(near, f"no field “{field}”; a text that no rule knows is called {EXTRA}/<name>")
        if part and (part not in PARTS or not field.endswith("/target_value")):
            raise self._error(near, f"“{field}” has no part “{part}”")

    def _sum(self, text: str, kind: Kind) -> Sum:
        found = _SUM.fullmatch(text)
        if found is None:
            raise self._error(text, f"“{text}” is no sum: a = b + c")
        return Sum(found[1], tuple(found[2].split(" + ")))

    def _weights(self, plain: Mapping[str, Any]) -> Decimal | None:
        try:
            return Decimal(str(plain["weights"])) if "weights" in plain else None
        except InvalidOperation:
            raise self._error("weights", "weights is the number that they add up to") from None

    # --- the whole --------------------------------------------------------------------------------

    def _check(self, form: Form) -> None:
        counted = Counter(_places(form))
        for (field, part), count in counted.items():
            if count > 1 or (part and counted[field, ""]):
                raise self._error(field.rpartition("/")[2], f"“{field}” stands in two cells")
            if part and not all(counted[field, each] for each in PARTS):
                raise self._error(field.rpartition("/")[2], f"“{field}” is not shown in all parts: {', '.join(PARTS)}")
        for each in form.sums:
            for field in (each.total, *each.parts):
                if field not in form.fields:
                    raise self._error(each.total, f"a sum over “{field}”, which the form does not show")
        for field in (*form.mandatory, *form.hints, *form.aliases):
            if field not in form.fields and field not in form.lists:
                raise self._error(f'"{field}"', f"“{field}” is not on the form")
        if form.weights is not None and "indicators/weight" not in form.fields:
            raise self._error("weights", "the form has no column of weights")
        self._check_captions(form)

    def _check_captions(self, form: Form) -> None:
        """Within the heads, and within each list, a caption names one field."""
        for fields in (form.scalars, *([f for f in form.fields if f.startswith(f"{name}/")] for name in form.lists)):
            owners: dict[str, str] = {}
            for field in fields:
                for name in (form.captions.get(field), *form.aliases.get(field, ())):
                    owner = owners.setdefault(captions.key(name), field) if name else field
                    if owner != field and not _share_a_cell(form, owner, field):
                        raise self._error(str(name), f"the caption “{name}” names “{owner}” and “{field}”")


def _places(form: Form) -> Iterator[tuple[str, str]]:
    for section in form.sections:
        for slot in form.slots(section):
            yield from ((each.path, each.part) for each in (slot.pattern.placeholders if slot.pattern else ()))
        for column in section.table.columns if section.table else ():
            if section.table and section.table.field(column) and column.field:
                yield section.table.field(column), column.field.part


def _share_a_cell(form: Form, one: str, other: str) -> bool:
    return one in form.anchors and other in form.anchors and form.anchors[one][1] == form.anchors[other][1]
