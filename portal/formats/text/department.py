"""The first part of the text format, 部门整体绩效目标: prose in three sections, two of them numbered lists; both ways.

Other texts of the document follow as cells, see `leftovers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from portal.domain.chinese_numerals import to_chinese
from portal.domain.documents import MAX_ROWS, DepartmentDocument, Duty, Safeguard
from portal.domain.forms import Form
from portal.formats.reading import Unplaced, Unreadable
from portal.formats.row_ids import row_id
from portal.formats.text import leftovers, lines
from portal.formats.text.cells import Cell
from portal.formats.text.numbering import Style, numbered

Numbering = list[tuple[int, str]]
"""Lines with their numbers in the file, from 1."""

GOAL_CAPTION = "绩效目标："
_IN_PROSE = frozenset({"overall", "duties/name", "duties/goal", "safeguards/title", "safeguards/body"})
_CAPTIONS = {"总体绩效目标": "总体目标", "分项绩效目标": "职责分类目标", "工作保障措施": ""}


@dataclass(slots=True)
class _Block:
    """A numbered heading, without its number, and the lines below it as in the file."""

    first: str
    lines: list[str]


def read_department(source: Numbering, wanted: Form) -> tuple[DepartmentDocument, list[Unplaced]]:
    """Read the document in the form `wanted`; also return the lines that belong to none of its fields."""
    source, cells = _without_leftovers(source)
    sections, unplaced = _sections(source)
    overall = lines.unguarded([line for _, line in sections["总体绩效目标"]], lines.needs_guard_in_overall)
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
    written = ["第一部分", "部门整体绩效目标", "一、总体绩效目标", "总体目标", ""]
    written += [lines.guarded(document.overall, lines.needs_guard_in_overall), ""]
    written += ["二、分项绩效目标", "职责分类目标", ""]
    for n, duty in enumerate(document.duties, 1):
        goal = lines.guarded(duty.goal, lines.needs_guard_in_row(n))
        written += [_written_name(duty.name, n), "", GOAL_CAPTION + goal, ""]
    written += ["三、工作保障措施"]
    for n, safeguard in enumerate(document.safeguards, 1):
        written += [_written_name(safeguard.title, n), ""]
        written += [lines.guarded(safeguard.body, lines.needs_guard_in_row(n)), ""]
    return written + leftovers.write_leftovers(document, _IN_PROSE)


def _written_name(name: str, position: int) -> str:
    first, *further = name.split("\n")
    heading = f"{to_chinese(position)}、{lines.guard(first, lines.needs_guard_as_name)}"
    return "\n".join([heading, *(lines.GUARD + line for line in further)])


# --- reading -------------------------------------------------------------------------------------


def _without_leftovers(source: Numbering) -> tuple[Numbering, list[Cell]]:
    """Split the part into its prose and the cells of its leftovers."""
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
        if name := lines.section(line):
            current, awaits_caption = name, not sections[name]
        elif awaits_caption and line.strip():
            awaits_caption = False
            if lines.label(line) != _CAPTIONS[current]:
                sections[current].append((number, line))
        elif current:
            sections[current].append((number, line))
        elif line.strip():
            unplaced.append(Unplaced(number, line.strip()))
    return sections, unplaced


def _blocks(source: Numbering) -> tuple[list[_Block], list[Unplaced]]:
    """Return the numbered blocks of a section; lines before the first block are unplaced."""
    blocks: list[_Block] = []
    unplaced: list[Unplaced] = []
    style: Style | None = None
    last = 0
    for position, (line_number, line) in enumerate(source):
        heading = numbered(line.lstrip())
        if heading and style in (None, heading.style) and _starts_block(source, position, heading.value, last):
            style, last = heading.style, heading.value
            if len(blocks) == MAX_ROWS:
                raise Unreadable(f"部门整体绩效目标的一部分最多 {MAX_ROWS} 条。")
            blocks.append(_Block(_heading_text(heading.rest), []))
        elif blocks:
            blocks[-1].lines.append(line)
        elif line.strip():
            unplaced.append(Unplaced(line_number, line.strip()))
    return blocks, unplaced


def _heading_text(name: str) -> str:
    return lines.without_residue(name) if lines.has_residue(name) and name[0] != lines.GUARD else name


def _starts_block(source: Numbering, position: int, value: int, last: int) -> bool:
    """Whether a numbered line starts a block: its number is the next one, or 绩效目标： follows it."""
    if last == 0 or lines.follows(value, last):
        return True
    for _, line in source[position + 1 : position + 4]:
        if line.strip():
            return lines.after_goal_caption(line) is not None
    return False


def _name(block: _Block) -> tuple[list[str], list[str]]:
    """Return the lines of the name without guards, and the lines below the name."""
    further = 0
    while further < len(block.lines) and block.lines[further].startswith(lines.GUARD):
        further += 1
    first = lines.unguard(block.first, lines.needs_guard_as_name)
    return [first, *(line[1:] for line in block.lines[:further])], block.lines[further:]


def _duty(block: _Block, position: int) -> Duty:
    """Build a duty. Without the caption 绩效目标： all lines below the name are the goal."""
    name, below = _name(block)
    goal = below
    for n, line in enumerate(below):
        after = lines.after_goal_caption(line)
        if after is not None:
            name, goal = name + below[:n], [after, *below[n + 1 :]]
            break
    return Duty(
        id=row_id("duties", 0, position),
        name=lines.cleaned("\n".join(name)),
        goal=lines.unguarded(goal, lines.needs_guard_in_row(position)),
    )


def _safeguard(block: _Block, position: int) -> Safeguard:
    title, body = _name(block)
    return Safeguard(
        id=row_id("safeguards", 0, position),
        title=lines.cleaned("\n".join(title)),
        body=lines.unguarded(body, lines.needs_guard_in_row(position)),
    )
