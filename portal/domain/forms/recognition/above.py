"""Title, office, unit and other lines above a table: texts with their captions in one cell (项目编码：610-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from portal.domain.documents import SCALARS
from portal.domain.forms import captions, units
from portal.domain.forms.form import Form, Slot
from portal.domain.forms.patterns import Pattern
from portal.domain.forms.recognition import titles
from portal.domain.forms.recognition.draft import Draft
from portal.domain.forms.recognition.index import GridIndex
from portal.domain.forms.sheets import GridCell

_OFFICE = re.compile(r"[\[［（(【]?([0-9]{6,12})[\]］）)】]?[-—\s　]*(\S.*)")


def read(index: GridIndex, draft: Draft) -> None:
    """Take what stands above the first row of the table, in any order."""
    cells = [cell for cell in index.cells if cell.row < draft.first and cell.text.strip()]
    form = draft.form
    if form.above and all(_is_in_place(index, draft.first, slot) for slot in form.above):
        for slot in form.above:
            cell = index.at[draft.first - 1, slot.column]
            draft.used.add(cell.position)
            draft.found += bool(slot.caption)
            draft.take(slot, cell, cell.text)
    for cell in cells:
        if cell.position not in draft.used and not _take_title(draft, cell):
            _take(draft, cell)
    draft.use(cell for cell in index.cells if cell.row >= draft.first and _names_unit(cell.text))


def office(pattern: Pattern, text: str) -> dict[str, str] | None:
    """Code and name of an office in the pattern of the form or in another usual one; None without a code."""
    if "office_code" not in pattern.paths:
        return None
    values = pattern.read(text)
    if values and values.get("office_code"):
        return values
    found = _OFFICE.fullmatch(text.strip())
    return {"office_code": found[1], "office_name": found[2].strip()} if found else None


def inline(text: str, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Fields and values of a text that gives captions and values one behind the other; [] for any other text.

    fields: the field of each caption, "" for the caption of no field.
    """
    return [(fields[key], value) for key, value in captions.within(text, fields)]


_WITHOUT_FIELD = ("foot", "head", "unit")


@lru_cache(maxsize=64)
def inline_fields(form: Form) -> Mapping[str, str]:
    """The field of each caption that may stand in one cell with its value; those of the form first."""
    found: dict[str, str] = dict.fromkeys(
        frozenset().union(*(captions.words("other", name) for name in _WITHOUT_FIELD)), ""
    )
    paths = dict.fromkeys((*form.scalars, *SCALARS[form.kind]))
    for path in (path for path in reversed(list(paths)) if form.has(path)):
        found |= dict.fromkeys((captions.key_without_unit(name) for name in form.names(path)), path)
    return found


def patterns(form: Form) -> Iterator[Pattern]:
    """The patterns of all places outside lists."""
    slots: Sequence[Slot] = (*form.above, *(slot for section in form.sections for slot in form.slots(section)))
    yield from (slot.pattern for slot in slots if slot.pattern)


def _is_in_place(index: GridIndex, first: int, slot: Slot) -> bool:
    """Whether the row directly above the table has this cell where the form has it."""
    cell = index.at.get((first - 1, slot.column))
    if cell is None or (cell.column, cell.colspan) != (slot.column, slot.colspan):
        return False
    return not slot.caption or captions.key(cell.text) == captions.key(slot.caption)


def _take(draft: Draft, cell: GridCell) -> None:
    """Take a line, or each of its texts that wide gaps separate."""
    placed = [_take_text(draft, cell, part) for part in _GAP.split(cell.text.strip())]
    if all(placed):
        draft.used.add(cell.position)


_GAP = re.compile("[ \xa0\u3000]{3,}|[ \xa0\u3000]+(?=(?:金额|计量)?单位[：:])")


def _take_text(draft: Draft, cell: GridCell, text: str) -> bool:
    """Take a text with captions, or with the code of an office: any other text could be its name. False if it is
    unplaced.
    """
    form = draft.form
    is_placed = _is_of_form(text) or captions.key(text) in {captions.key(slot.caption) for slot in form.above}
    if pairs := inline(text, inline_fields(form)):
        for path, value in pairs:
            values = _values(form, path, value) if path else {}
            draft.values.update([cell.position] if path else [])
            draft.texts.update({field: own for field, own in values.items() if not draft.texts.get(field)})
        return all(path or not value or _is_of_form(f"单位：{value}") for path, value in pairs)
    if titles.is_target_title(text):
        if form.has("project_name") and not draft.texts.get("project_name") and (name := titles.project_name(text)):
            draft.texts["project_name"] = name
        return True
    if not is_placed and not draft.texts.get("office_code"):
        own = next((pattern for pattern in patterns(form) if "office_code" in pattern.paths), None)
        if own and (named := office(own, text)):
            draft.take_values(named, cell)
            return True
    return is_placed


def _values(form: Form, path: str, text: str) -> dict[str, str]:
    """The fields of a value beside its caption; a text in the pattern of several fields is read by it."""
    own = next((pattern for pattern in patterns(form) if path in pattern.paths and not pattern.is_plain), None)
    if own is None:
        return {path: text}
    return office(own, text) or own.read(text) or {path: text}


def _take_title(draft: Draft, cell: GridCell) -> bool:
    """Take the fields of the title; False if the cell is not the title of the form."""
    pattern = draft.form.title
    if pattern is None or draft.has_title:
        return False
    known = {path: draft.texts[path] for path in pattern.paths if draft.texts.get(path)}
    values = pattern.read(cell.text, known)
    if values is None:
        return False
    if values.get("project_name") and not titles.project_name(cell.text):
        del values["project_name"]
    draft.texts |= {path: text for path, text in values.items() if text or path != "ordinal"}
    draft.has_title = True
    draft.used.add(cell.position)
    draft.values.add(cell.position)
    return True


def _is_of_form(text: str) -> bool:
    """Whether a text says nothing about the document: the year, the unit of amounts."""
    return _names_unit(text) or titles.is_year(text)


def _names_unit(text: str) -> bool:
    """Whether a text is only the unit of the amounts (单位：万元)."""
    return len(text) <= _UNIT_LINE and units.named_unit(text) != "" and "单位" in text


_UNIT_LINE = 12
