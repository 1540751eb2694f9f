"""The first part of the text form, 部门整体绩效目标: three sections, two of them numbered lists.

It is prose, not cells. What further texts a document has stands below it as in a table, see `leftovers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from portal.domain.chinese_numerals import to_chinese
from portal.domain.documents import MAX_ROWS, DepartmentDocument, Duty, Safeguard
from portal.domain.forms import Form
from portal.formats.reading import Unplaced, Unreadable
from portal.formats.row_ids import row_id
from portal.formats.text import leftovers
from portal.formats.text import lines as form
from portal.formats.text.cells import Cell
from portal.formats.text.numbering import Style, numbered

Numbering = list[tuple[int, str]]
"""Lines with their numbers in the file."""

GOAL_CAPTION = "绩效目标："
_IN_PROSE = frozenset({"overall", "duties/name", "duties/goal", "safeguards/title", "safeguards/body"})
_CAPTIONS = {"总体绩效目标": "总体目标", "分项绩效目标": "职责分类目标", "工作保障措施": ""}


@dataclass(slots=True)
class _Block:
    """A numbered heading and the lines below it, as in the file."""

    first: str
    lines: list[str]


def read_department(source: Numbering, wanted: Form) -> tuple[DepartmentDocument, list[Unplaced]]:
    """The document of the form `wanted` in these lines, and those that stand in none of its places."""
    source, cells = _parted(source)
    sections, unplaced = _sections(source)
    overall = form.unguarded([line for _, line in sections["总体绩效目标"]], form.special_in_overall)
    duties, left = _blocks(sections["分项绩效目标"])
    unplaced += left
    safeguards, left = _blocks(sections["工作保障措施"])
    unplaced += left
    document = DepartmentDocument(
        overall=overall,
        duties=tuple(_duty(block, n) for n, block in enumerate(duties, 1)),
        safeguards=tuple(_safeguard(block, n) for n, block in enumerate(safeguards, 1)),
        form=wanted.id,
    )
    read, left = leftovers.read_leftovers(document, cells, _IN_PROSE)
    return cast(DepartmentDocument, read), unplaced + left


def write_department(document: DepartmentDocument) -> list[str]:
    """The lines of the first part."""
    lines = ["第一部分", "部门整体绩效目标", "一、总体绩效目标", "总体目标", ""]
    lines += [form.guarded(document.overall, form.special_in_overall), ""]
    lines += ["二、分项绩效目标", "职责分类目标", ""]
    for n, duty in enumerate(document.duties, 1):
        goal = form.guarded(duty.goal, form.special_in_row(n))
        lines += [_written_name(duty.name, n), "", GOAL_CAPTION + goal, ""]
    lines += ["三、工作保障措施"]
    for n, safeguard in enumerate(document.safeguards, 1):
        lines += [_written_name(safeguard.title, n), ""]
        lines += [form.guarded(safeguard.body, form.special_in_row(n)), ""]
    return lines + leftovers.write_leftovers(document, _IN_PROSE)


def _written_name(name: str, position: int) -> str:
    first, *further = name.split("\n")
    heading = f"{to_chinese(position)}、{form.guard(first, form.special_as_name)}"
    return "\n".join([heading, *(form.GUARD + line for line in further)])


# --- reading -------------------------------------------------------------------------------------


def _parted(source: Numbering) -> tuple[Numbering, list[Cell]]:
    """The prose, and the cells with what stands below it."""
    begins = (n for n, (_, line) in enumerate(source) if line.startswith("\t") and leftovers.is_heading(line))
    end = next(begins, len(source))
    cells: list[Cell] = []
    for number, line in source[end:]:
        if line.startswith("\t"):
            cells.append(Cell(number, [line[1:]]))
        else:
            cells[-1].lines.append(line)
    return source[:end], cells


def _sections(source: Numbering) -> tuple[dict[str, Numbering], list[Unplaced]]:
    sections: dict[str, Numbering] = {name: [] for name in _CAPTIONS}
    unplaced: list[Unplaced] = []
    current = ""
    awaits_caption = False
    for number, line in source:
        if name := form.section(line):
            current, awaits_caption = name, not sections[name]
        elif awaits_caption and line.strip():
            awaits_caption = False
            if form.label(line) != _CAPTIONS[current]:
                sections[current].append((number, line))
        elif current:
            sections[current].append((number, line))
        elif line.strip():
            unplaced.append(Unplaced(number, line.strip()))
    return sections, unplaced


def _blocks(source: Numbering) -> tuple[list[_Block], list[Unplaced]]:
    """The numbered blocks of a section; what stands before the first has no place."""
    blocks: list[_Block] = []
    unplaced: list[Unplaced] = []
    style: Style | None = None
    last = 0
    for position, (line_number, line) in enumerate(source):
        heading = numbered(line.lstrip())
        if heading and style in (None, heading.style) and _begins(source, position, heading.value, last):
            style, last = heading.style, heading.value
            if len(blocks) == MAX_ROWS:
                raise Unreadable(f"部门整体绩效目标的一部分最多 {MAX_ROWS} 条。")
            blocks.append(_Block(_first(heading.rest), []))
        elif blocks:
            blocks[-1].lines.append(line)
        elif line.strip():
            unplaced.append(Unplaced(line_number, line.strip()))
    return blocks, unplaced


def _first(name: str) -> str:
    return form.without_residue(name) if form.has_residue(name) and name[0] != form.GUARD else name


def _begins(source: Numbering, position: int, value: int, last: int) -> bool:
    """Whether a numbered line begins a block: its number comes next, or a duty's goal follows it."""
    if last == 0 or form.follows(value, last):
        return True
    for _, line in source[position + 1 : position + 4]:
        if line.strip():
            return form.after_goal_caption(line) is not None
    return False


def _name(block: _Block) -> tuple[list[str], list[str]]:
    """The lines of the name, further ones without their mark, and the lines below it."""
    further = 0
    while further < len(block.lines) and block.lines[further].startswith(form.GUARD):
        further += 1
    first = form.unguard(block.first, form.special_as_name)
    return [first, *(line[1:] for line in block.lines[:further])], block.lines[further:]


def _duty(block: _Block, position: int) -> Duty:
    """Without the caption 绩效目标： all that stands below the name is the goal."""
    name, below = _name(block)
    goal = below
    for n, line in enumerate(below):
        after = form.after_goal_caption(line)
        if after is not None:
            name, goal = name + below[:n], [after, *below[n + 1 :]]
            break
    return Duty(
        id=row_id("duties", 0, position),
        name=form.cleaned("\n".join(name)),
        goal=form.unguarded(goal, form.special_in_row(position)),
    )


def _safeguard(block: _Block, position: int) -> Safeguard:
    title, body = _name(block)
    return Safeguard(
        id=row_id("safeguards", 0, position),
        title=form.cleaned("\n".join(title)),
        body=form.unguarded(body, form.special_in_row(position)),
    )
