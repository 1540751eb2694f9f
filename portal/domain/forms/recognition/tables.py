"""The tables of a grid that holds several: one below the other, or all projects of an office in one list.

Also what is no target table, with the name to refuse it by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.domain.forms import captions
from portal.domain.forms.form import Form
from portal.domain.forms.recognition import above, caption_uses, captioned, heads, lists, strict, titles
from portal.domain.forms.recognition.captioned import Sighting
from portal.domain.forms.recognition.draft import Draft, NewId, Recognised
from portal.domain.forms.recognition.heads import Pair, Target
from portal.domain.forms.recognition.index import GridIndex, Vocabulary
from portal.domain.forms.recognition.lists import HeadColumn, ListHead
from portal.domain.forms.recognition.rows import ListReader
from portal.domain.forms.sheets import GridCell

_NAME = "project_name"


@dataclass(frozen=True, slots=True)
class OtherTable:
    """A table that is no target table. title: its own or its kind; "" if it has none."""

    title: str
    is_performance: bool


def split(index: GridIndex) -> Iterator[GridIndex]:
    """The tables of a grid: side by side between blank columns, and from top to bottom."""
    for part in _side_by_side(index):
        yield from _from_top_to_bottom(part)


def _side_by_side(index: GridIndex) -> list[GridIndex]:
    """The parts between blank columns, if each of them names a project; else the whole grid."""
    names = _keys_of_name()
    named = [cell.column for cell in index.cells if captions.key_without_unit(cell.text) in names]
    if not named or min(named) == max(named):
        return [index]
    covered = {column for cell in index.cells if cell.text.strip() for column in range(cell.column, cell.end_column)}
    bounds = [column for column in range(min(named), max(named)) if column not in covered]
    if not bounds:
        return [index]
    ends = [*bounds, index.width]
    parts = [index.columns(first, end) for first, end in pairwise([0, *ends]) if end > first]
    parts = [part for part in parts if any(cell.text.strip() for cell in part.cells)]
    keys = ({captions.key_without_unit(cell.text) for cell in part.cells} for part in parts)
    return parts if all(own & names for own in keys) else [index]


def _from_top_to_bottom(index: GridIndex) -> Iterator[GridIndex]:
    """Each begins with a title, or where a project is named again."""
    starts = _starts(index)
    rows = [index.first, *starts, index.height]
    if not starts:
        yield index
        return
    for first, end in pairwise(rows):
        part = index.between(first, end)
        if any(cell.text.strip() for cell in part.cells):
            yield part


def _starts(index: GridIndex) -> list[int]:
    """Rows of titles below other rows; without any, rows that name a project again. Never the first row."""
    alone = {row: cell for row in range(index.first, index.height) if (cell := index.alone(row))}
    found = [row for row, cell in alone.items() if titles.announces(cell.text)]
    bounds = [*found, index.height]
    starts = [row for row, end in pairwise(bounds) if _announces_own(index, alone[row].text, row, end)]
    starts = [row for n, row in enumerate(starts) if n == 0 or _has_rows(index, starts[n - 1], row)]
    if len(starts) > 1:
        return starts[1:]
    named = [row for row in range(index.first, index.height) if _names_project(index, row)]
    return [_with_lines_above(index, row, alone) for row in named[1:]]


def _announces_own(index: GridIndex, title: str, row: int, end: int) -> bool:
    """Whether a title announces a table of its own, not a list of the table above (年度绩效目标表)."""
    if titles.is_other_title(title) or titles.project_name(title):
        return True
    keys = {captions.key_without_unit(cell.text) for at in range(row, end) for cell in index.own(at)}
    return bool(keys & _keys_of_name()) or titles.is_whole_office(title)


def _has_rows(index: GridIndex, first: int, end: int) -> bool:
    """Whether rows of a table stand between two titles: a title may take two lines."""
    return any(len(list(index.own(row))) > 1 for row in range(first + 1, end))


def _names_project(index: GridIndex, row: int) -> bool:
    """Whether the row names a project beside a caption; a column of names in a list is none."""
    names = _keys_of_name()
    own = list(index.own(row))
    found = [n for n, cell in enumerate(own) if captions.key_without_unit(cell.text) in names]
    levels = {captions.key_without_unit(name) for name in captions.names("indicators/level3")}
    return bool(found) and not any(captions.key_without_unit(cell.text) in levels for cell in own)


def _with_lines_above(index: GridIndex, row: int, alone: Mapping[int, object]) -> int:
    """The row, or the first of the single lines directly above it (title, year, unit)."""
    while row - 1 in alone and row - 1 > index.first:
        row -= 1
    return row


def _keys_of_name() -> frozenset[str]:
    return frozenset(captions.key_without_unit(name) for name in captions.names(_NAME))


# --- one part ---------------------------------------------------------------------------------------


def read_exact(index: GridIndex, forms: Sequence[Form], new_id: NewId) -> Recognised | None:
    """The document in a grid that is exactly the layout of a form."""
    exact = [draft for form in forms if (draft := strict.read(index, form, new_id))]
    draft = max(exact, key=lambda each: each.found, default=None)
    return draft.finished(index.cells, captioned.unit_above(index, draft)) if draft else None


def read(
    index: GridIndex, forms: Sequence[Form], words: Vocabulary, new_id: NewId
) -> tuple[list[Recognised], OtherTable | None]:
    """The documents in a part of a grid; or what it is, if it is no target table."""
    sighting = captioned.see(index, words)
    if other := _other(sighting):
        return [], other
    form = captioned.best(sighting, forms)
    if form is None:
        return [], _unknown(sighting)
    projects = _project_column(sighting)
    if projects is not None:
        return list(_projects(sighting, form, *projects, new_id)), None
    return [captioned.read(sighting, form, new_id).finished(index.cells, sighting.unit, own_units=True)], None


def _other(sighting: Sighting) -> OtherTable | None:
    index = sighting.index
    title = next((cell.text for cell in _lines_above(sighting) if titles.is_other_title(cell.text)), "")
    keys = {captions.key_without_unit(cell.text) for cell in index.cells}
    kind = titles.other_table(keys)
    if not title and not kind:
        return None
    own = next((cell.text for cell in _lines_above(sighting) if titles.is_title(cell.text)), "")
    if kind and not title and titles.is_target_title(own):
        own = ""
    return OtherTable(_one_line(title or own or kind), is_performance=True)


def _unknown(sighting: Sighting) -> OtherTable:
    lines = [cell.text for cell in _lines_above(sighting)]
    others = (text for text in reversed(lines) if titles.is_title(text) and not titles.is_target_title(text))
    title = next(others, "")
    return OtherTable(_one_line(title), is_performance=False)


def _lines_above(sighting: Sighting) -> Iterator[GridCell]:
    index = sighting.index
    for row in range(index.first, min(sighting.first, index.height)):
        yield from (cell for cell in index.own(row))


def _one_line(text: str) -> str:
    return "".join(text.split())


# --- all projects in one list -----------------------------------------------------------------------


def _project_column(sighting: Sighting) -> tuple[ListHead, Sequence[int], HeadColumn] | None:
    """The list with a column of project names, its rows, and that column."""
    names = _keys_of_name()
    for head, rows in sighting.list_heads:
        column = next((column for column in head.columns if column.key in names), None)
        if column:
            return head, rows, column
    return None


def _projects(
    sighting: Sighting, form: Form, head: ListHead, rows: Sequence[int], names: HeadColumn, new_id: NewId
) -> Iterator[Recognised]:
    """A document for each project; what stands above the list belongs to all."""
    columns = {target: column for target in heads.targets(form) if (column := _column_of(target, head))}
    groups, left = _grouped(sighting, head, rows, names)
    count = 0
    office: dict[str, str] = {}
    for n, group in enumerate(groups):
        draft = Draft(form, first=sighting.first)
        for target, column in columns.items():
            _take_first(sighting.index, draft, target, column, group)
        office = {path: draft.texts.get(path) or office.get(path, "") for path in ("office_code", "office_name")}
        draft.texts |= {path: text for path, text in office.items() if text}
        before = count

        def counted(name: str, position: int, before: int = before) -> str:
            return new_id(name, before + position)

        reader = ListReader(sighting.index, sighting.words, draft, head, lists.assign(head, form), counted)
        reader.read(group)
        named = {column.column: target.paths[-1] for target, column in columns.items()}
        draft.uses += caption_uses.of_list(sighting.index, form, head, reader.assigned, group, named)
        count += len(draft.lists[head.name])
        for row in sighting.repeated:
            draft.use(sighting.index.row(row))
        heads.take(draft, heads.place(form, sighting.pairs, sighting.index), sighting.pairs)
        above.read(sighting.index, draft)
        cells = [cell for cell in sighting.index.cells if _belongs(cell.row, group, left, sighting, is_first=n == 0)]
        yield draft.finished(cells, sighting.unit, own_units=True)


def _belongs(row: int, group: Sequence[int], left: set[int], sighting: Sighting, *, is_first: bool) -> bool:
    """Whether a row is reported with a project: its own rows, and with the first those of no project."""
    in_list = {row for _, rows in sighting.list_heads for row in rows}
    return row in group or (is_first and (row in left or row not in in_list))


def _column_of(target: Target, head: ListHead) -> HeadColumn | None:
    return next((column for key in target.keys for column in head.columns if column.key == key), None)


def _take_first(index: GridIndex, draft: Draft, target: Target, column: HeadColumn, group: Sequence[int]) -> None:
    """The first text of a column in the rows of a project; the same text in further rows is the same statement."""
    cells = [cell for row in group for cell in index.in_columns(row, column.column, column.colspan)]
    value = next((cell for cell in cells if cell.text.strip()), None)
    if value:
        heads.take(draft, {target: Pair(value, column.key, value, value.text)}, ())
        draft.use(cell for cell in cells if cell.text.strip() == value.text.strip())


def _grouped(
    sighting: Sighting, head: ListHead, rows: Sequence[int], names: HeadColumn
) -> tuple[list[list[int]], set[int]]:
    """The rows of each project, and the rows of none: subtotals. A blank name means the project above."""
    groups: list[list[int]] = []
    left: set[int] = set()
    current = ""
    for row in rows:
        name = "".join(cell.text.strip() for cell in sighting.index.in_columns(row, names.column, names.colspan))
        if _is_subtotal(sighting.index, head, row, name):
            left.add(row)
        elif name and name != current:
            groups.append([row])
            current = name
        elif groups:
            groups[-1].append(row)
        else:
            left.add(row)
    return groups, left


def _is_subtotal(index: GridIndex, head: ListHead, row: int, name: str) -> bool:
    totals = captions.words("other", "totals")
    if any(captions.key_without_unit(cell.text) in totals for cell in index.own(row)):
        return True
    levels = {captions.key_without_unit(each) for n in (1, 2, 3) for each in captions.names(f"indicators/level{n}")}
    texts = (
        cell.text
        for column in head.columns
        if column.key in levels
        for cell in index.in_columns(row, column.column, column.colspan)
    )
    return not any(text.strip() for text in texts)
