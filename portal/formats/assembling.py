"""Documents from the pieces of a file: each table with the lines above it, the department part from lines of text.

Pieces come from the readers of formats; what a table says is recognised in `portal.domain.forms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from portal.domain import forms
from portal.domain.documents import (
    FIRST_FORMS,
    MAX_ROWS,
    DepartmentDocument,
    Document,
    Kind,
    PerformanceText,
    ProjectDocument,
    rows,
    texts,
)
from portal.domain.forms import Form, Grid, GridCell, captions, recognition
from portal.domain.forms.recognition import CaptionUse, OtherTable, Recognised, is_target_title
from portal.formats.grouping import Group, grid, grouped
from portal.formats.pieces import Line, Piece, Table
from portal.formats.reading import Reading, Unplaced, Unreadable
from portal.formats.row_ids import row_id
from portal.formats.text import lines as text_lines
from portal.formats.text.department import read_department

MAX_TABLES = 1_000
_QUOTED = 40
COVER = "部门预算绩效文本"
"""The title of a whole text, above the name of the office."""
_CONTENTS_LINE = re.compile(r".+\t\s*\d{1,4}")
_SHORT = 60

EMPTY = "文件里没有文字，没有可以读取的目标表。"
ONLY_PICTURES = "文件里只有图片，没有可以读取的文字；请用可以编辑的原文件导入。"


def assemble(
    source: Sequence[Piece],
    wanted: Sequence[Form],
    *,
    has_pictures: bool = False,
    renamed: Mapping[str, str] | None = None,
) -> Reading:
    """The documents of a file. Raises Unreadable, by name, if none of its tables is a target table.

    wanted: the forms that documents may have, the likeliest first; empty: all shipped forms. renamed: captions of the
    file → the captions to read them under.
    """
    pieces = _with_captions(source, renamed) if renamed else source
    own = [piece for piece in pieces if not (isinstance(piece, Line) and _CONTENTS_LINE.fullmatch(piece.text))]
    department_lines, rest = _department_part(
        [piece for piece in own if not (isinstance(piece, Line) and piece.is_beside)]
    )
    rest = [piece for piece in rest if isinstance(piece, Table) or piece.text.strip()]
    groups = list(grouped(rest))
    assembler = _Assembler(list(wanted) or _all_forms())
    for group in groups:
        assembler.read(group)
    if department_lines:
        assembler.read_department(department_lines)
    assembler.unplaced += [_of_line(piece) for piece in own if isinstance(piece, Line) and piece.is_beside]
    reading = assembler.reading(own, has_pictures=has_pictures)
    return replace(reading, captions=_uses(assembler.captions, renamed or {}), source=tuple(source))


def _with_captions(source: Sequence[Piece], renamed: Mapping[str, str]) -> list[Piece]:
    """The pieces with other captions in their tables, wherever a cell is one of those."""
    other = {captions.key_without_unit(caption): name for caption, name in renamed.items()}

    def cell(own: GridCell) -> GridCell:
        name = other.get(captions.key_without_unit(own.text))
        return own if name is None else replace(own, text=name)

    return [
        replace(piece, grid=Grid(tuple(map(cell, piece.grid.cells)), piece.grid.keeps_merges))
        if isinstance(piece, Table)
        else piece
        for piece in source
    ]


def _uses(found: Iterable[CaptionUse], renamed: Mapping[str, str]) -> tuple[CaptionUse, ...]:
    """Each caption once, as the file has it."""
    own = {captions.key_without_unit(name): caption for caption, name in renamed.items()}
    uses: dict[str, CaptionUse] = {}
    for use in found:
        key = captions.key_without_unit(use.caption)
        known = uses.get(key)
        if known is None or (use.path and not known.path):
            uses[key] = replace(use, caption=own.get(key, " ".join(use.caption.split())))
    return tuple(uses.values())


def _all_forms() -> list[Form]:
    return [forms.get(id) for id in sorted(forms.available(), key=lambda id: id not in FIRST_FORMS.values())]


# --- the department part ----------------------------------------------------------------------------


def _department_part(pieces: Sequence[Piece]) -> tuple[list[Line], list[Piece]]:
    """The lines of 部门整体绩效目标, and all other pieces."""
    starts = [n for n, piece in enumerate(pieces) if isinstance(piece, Line) and _starts_department(piece.text)]
    if not starts:
        return [], list(pieces)
    end = starts[0]
    while end < len(pieces):
        piece = pieces[end]
        if isinstance(piece, Table) or text_lines.part(piece.text) == 2 or is_target_title(piece.text):
            break
        end += 1
    found = [piece for piece in pieces[starts[0] : end] if isinstance(piece, Line)]
    if not any(text_lines.section(line.text) for line in found):
        return [], list(pieces)
    return found, [*pieces[: starts[0]], *pieces[end:]]


def _starts_department(text: str) -> bool:
    return text_lines.section(text) != "" or (text_lines.part(text) == 1 and "整体" in text)


# --- documents --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Assembler:
    wanted: Sequence[Form]
    department: DepartmentDocument | None = None
    tables: list[ProjectDocument] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    converted: list[str] = field(default_factory=list)
    others: list[OtherTable] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    """The first words of tables that are no target tables."""
    captions: list[CaptionUse] = field(default_factory=list)
    count: int = 0
    last: Group | None = None
    """The group of the last table."""

    def read(self, group: Group) -> None:
        if not group.tables:
            self.unplaced += [_of_line(line) for line in group.lines if text_lines.part(line.text) == 0]
            return
        self.count += 1
        position = self.count
        found = recognition.recognise_all(grid(group), self.wanted, lambda name, n: row_id(name, position, n))
        for table in found.tables:
            self._take(table, group)
        for other, cells in found.others:
            self._leave(other, cells, group)

    def _take(self, found: Recognised, group: Group) -> None:
        document = found.document
        if isinstance(document, DepartmentDocument):
            name = "部门整体绩效目标"
            if self.department is not None:
                raise Unreadable("文件里有不止一份部门整体绩效目标，请分成几个文件导入。")
            self.department = document
        elif self._may_join(group) and (joined := _joined(self.tables[-1], document)):
            self.tables[-1] = joined
            name = f"第 {len(self.tables)} 张表"
        else:
            self.tables.append(document)
            name = f"第 {len(self.tables)} 张表"
        _check_rows(document if isinstance(document, DepartmentDocument) else self.tables[-1], name)
        if len(self.tables) > MAX_TABLES:
            raise Unreadable(f"一个文件最多 {MAX_TABLES} 张表。")
        self.captions += found.captions
        self.converted += [f"{name}：{sentence}" for sentence in found.converted]
        self.unplaced += [Unplaced(0, cell.text, cell.place) for cell in found.unplaced if not _is_heading(cell.text)]

    def _may_join(self, group: Group) -> bool:
        """Whether a table may go on in this group: a sheet of a workbook begins a table of its own."""
        is_sheet = any(table.title for table in group.tables)
        is_first = not is_sheet or group is self.last
        self.last = group
        return is_first and bool(self.tables)

    def _leave(self, other: OtherTable, cells: Sequence[GridCell], group: Group) -> None:
        """A table that is no target table is reported as one text; the lines above it each."""
        in_lines = {line.place for line in group.lines}
        lines = [cell for cell in cells if cell.place in in_lines]
        own = [cell for cell in cells if cell.place not in in_lines]
        self.unplaced += [Unplaced(0, cell.text, cell.place) for cell in lines if not _is_heading(cell.text)]
        if own:
            head = "、".join(" ".join(cell.text.split())[:_QUOTED] for cell in own if cell.row == own[0].row)
            named = f"《{other.title}》" if other.title else f"表格（{head[:_SHORT]}）"
            if len({cell.row for cell in own}) == len(own):  # no table: a cover, a list of contents
                self.unplaced += [Unplaced(0, cell.text, cell.place) for cell in own if not _is_heading(cell.text)]
            else:
                self.unplaced.append(Unplaced(0, f"{named}不是绩效目标表，没有读入。", group.tables[0].name))
            self.others.append(other)
            self.heads.append(head[:_SHORT])

    def read_department(self, found: Sequence[Line]) -> None:
        if self.department is not None:
            self.unplaced += map(_of_line, found)
            return
        form = next((form for form in self.wanted if form.kind is Kind.DEPARTMENT), None)
        numbered = list(enumerate(map(_prose, found), 1))
        self.department, left = read_department(numbered, form or forms.get(FIRST_FORMS[Kind.DEPARTMENT]))
        kept = [each for each in left if not _is_heading(each.text)]
        self.unplaced += [Unplaced(0, each.text, found[each.line - 1].place) for each in kept]

    # --- the result -------------------------------------------------------------------------------

    def reading(self, pieces: Sequence[Piece], *, has_pictures: bool) -> Reading:
        announced = list(_announced(pieces))
        if announced and not self.tables and not (self.department and _is_whole(announced)):
            self._refuse_others()
            raise Unreadable(
                f"文件里有绩效目标表的标题（《{announced[0]}》），却没有读到表的内容：标题下面没有带栏目名称的表格。"
            )
        if self.department is None and not self.tables:
            self._refuse_others()
            raise Unreadable(_nothing(pieces, self.heads, has_pictures=has_pictures))
        text = PerformanceText(self.department, tuple(self.tables))
        cover = {COVER, *(" ".join(table.office_name.split()) for table in self.tables)}
        unplaced = tuple(each for each in self.unplaced if each.text not in cover)
        return Reading(text, unplaced, tuple(self.converted))

    def _refuse_others(self) -> None:
        named = [other for other in self.others if other.title]
        for other in sorted(named, key=lambda each: not each.is_performance):
            raise Unreadable(f"这是《{other.title[:_SHORT]}》，不是绩效目标表。")


def _nothing(pieces: Sequence[Piece], heads: Sequence[str], *, has_pictures: bool) -> str:
    """The sentence for a file without any target table."""
    first = next((" ".join(piece.text.split()) for piece in pieces if isinstance(piece, Line) and piece.text), "")
    if heads:
        title = next((piece.title for piece in pieces if isinstance(piece, Table) and piece.title), "")
        name = first or title
        what = f"这是《{name[:_SHORT]}》" if name and len(name) <= _SHORT else "文件里有表格"
        return f"{what}，表格的栏目是“{heads[0]}”，不是绩效目标表。"
    if first:
        name = f"这是《{first}》" if len(first) <= _SHORT else f"文件以“{first[:_QUOTED]}…”开头"
        return f"{name}，里面只有文字，没有绩效目标表。"
    return ONLY_PICTURES if has_pictures else EMPTY


def _announced(pieces: Sequence[Piece]) -> Iterator[str]:
    """The titles of target tables in the file."""
    for piece in pieces:
        texts: Iterable[str] = (piece.text,) if isinstance(piece, Line) else (c.text for c in piece.grid.cells)
        yield from ("".join(text.split()) for text in texts if len(text) <= _SHORT and is_target_title(text))


def _is_whole(announced: Sequence[str]) -> bool:
    return all("整体" in title for title in announced)


def _prose(line: Line) -> str:
    """The line with its emphasis; a line with a caption in bold (绩效目标：…) without."""
    is_goal = text_lines.after_goal_caption(line.text) is not None
    return line.text if is_goal or text_lines.section(line.text) else line.marked or line.text


def _is_heading(text: str) -> bool:
    """Whether a line only says which part of a document follows."""
    return text_lines.part(text) > 0 or text_lines.is_anchor(text)


def _of_line(line: Line) -> Unplaced:
    return Unplaced(0, line.text.strip(), line.place)


def _joined(above: ProjectDocument, below: ProjectDocument) -> ProjectDocument | None:
    """A table that a page break divides and whose head, or a part of it, is repeated, as one; None for two tables."""
    if not above.project_name or above.project_name != below.project_name:
        return None
    heads = (texts(replace(each, indicators=())) for each in (below, above))
    repeated, whole = (set(_filled(head)) for head in heads)
    return replace(above, indicators=(*above.indicators, *below.indicators)) if repeated <= whole else None


def _filled(head: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((path, text) for path, text in head.items() if text and path != "ordinal")


def _check_rows(document: Document, name: str) -> None:
    for list_name in forms.of(document).lists:
        if len(rows(document, list_name)) > MAX_ROWS:
            raise Unreadable(f"一张表最多 {MAX_ROWS} 行指标，{name}超过了。")
