"""One project's table: from its cells in file order to the document.

Where all captions stand where the form has them, cells are taken by position, whatever they hold.
Otherwise the captions that are there say what the cells between them are, and what remains is
reported. Indicator rows are told apart in `rows`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from portal.domain.documents import Budget, ProjectDocument, SpendingPlan
from portal.formats.reading import Unplaced
from portal.formats.text import lines as form
from portal.formats.text.numbering import numbered, to_int
from portal.formats.text.rows import COLUMNS, Cell, read_rows

__all__ = ["Cell", "RawTable", "is_own_cell", "read_table"]

ALIASES = {
    "单位": "单位:元",
    "计量单位:元": "单位:元",
    "资金支出计划": "资金支出计划(%)",
    "财政资金": "其中:财政资金",
    "其中财政资金": "其中:财政资金",
    "项目代码": "项目编码",
}
CODE = re.compile(r"([0-9]{6,12})(?![0-9])\s*(.*)", re.DOTALL)

_MONTHS = ("3月底", "6月底", "10月底", "12月底")
_STRICT = (
    *("@office", "单位:元"),
    *("项目编码", "@project_code", "项目名称", "@project_name"),
    *("预算规模及资金用途", "预算数", "@total", "其中:财政资金", "@fiscal", "其他资金", "@other"),
    *("", "@purpose"),
    *("资金支出计划(%)", *_MONTHS, "", "@march", "@june", "@october", "@december"),
    *("绩效目标", "@goals"),
    *COLUMNS,
)
"""The form: captions, `@` the values between them, "" the lower half of a merged caption."""
_CAPTIONS = tuple(slot for slot in _STRICT[1:] if slot and not slot.startswith("@") and slot not in COLUMNS)
_OWN = frozenset({"项目编码", "项目名称"})


@dataclass(slots=True)
class RawTable:
    """A heading ("" where it is lost) and the cells below it."""

    line: int
    heading: str
    cells: list[Cell] = field(default_factory=list)
    is_coded: bool = False
    """Whether its caption 项目编码 has gone by: after it, a further table can begin."""

    def add(self, cell: Cell) -> None:
        self.cells.append(cell)
        self.is_coded |= _caption(cell) == "项目编码"


@dataclass(slots=True)
class _Values:
    """What was found for the document so far, and what was left over."""

    texts: dict[str, str] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)

    def place(self, name: str, cell: Cell) -> None:
        self.texts[name] = cell.raw if name == "office" else cell.text

    def leave(self, cells: list[Cell]) -> None:
        self.unplaced += [Unplaced(cell.line, cell.text) for cell in cells if cell.text]

    def take(self, cells: list[Cell], *names: str) -> None:
        """The first cells for these names, the rest has no place."""
        for name, cell in zip(names, cells, strict=False):
            self.place(name, cell)
        self.leave(cells[len(names) :])


def is_own_cell(caption: str) -> bool:
    """Whether the cell with this first line shows that a table begins here."""
    return ALIASES.get(caption, caption) in _OWN or caption.startswith(("单位:", "计量单位:"))


def read_table(raw: RawTable, position: int) -> tuple[ProjectDocument, list[Unplaced]]:
    """The document of the table at `position` of the file, 1, 2, …, and what had no place in it."""
    captions = [_caption(cell) for cell in raw.cells]
    columns: tuple[str, ...] = COLUMNS
    if _is_strict(raw.cells, captions):
        values, start = _by_position(raw.cells), len(_STRICT)
    else:
        values, columns, start = _by_captions(raw.cells, captions)
    indicators, left = read_rows(raw.cells[start:], columns, position)
    values.unplaced += left
    texts = values.texts
    code, name = split_office(texts.get("office", ""))
    project_name = texts.get("project_name", "")
    ordinal, agrees = _ordinal(raw.heading, project_name)
    if not agrees:
        values.unplaced.append(Unplaced(raw.line, form.without_residue(raw.heading)))
    document = ProjectDocument(
        ordinal=ordinal,
        office_code=code,
        office_name=name,
        project_code=texts.get("project_code", ""),
        project_name=project_name,
        budget=Budget(*(texts.get(part, "") for part in Budget.__slots__)),
        purpose=texts.get("purpose", ""),
        spending_plan=SpendingPlan(*(texts.get(month, "") for month in SpendingPlan.__slots__)),
        goals=texts.get("goals", ""),
        indicators=indicators,
    )
    return document, values.unplaced


# --- captions ------------------------------------------------------------------------------------


def _caption(cell: Cell) -> str:
    if any(line.strip() for line in cell.lines[1:]):
        return ""
    caption = form.label(cell.lines[0])
    return ALIASES.get(caption, caption)


def _is_strict(cells: list[Cell], captions: list[str]) -> bool:
    if len(cells) < len(_STRICT):
        return False
    for slot, caption, cell in zip(_STRICT, captions, cells, strict=False):
        if slot.startswith("@"):
            continue
        if caption != slot or (not slot and cell.text):
            return False
    return True


def _by_position(cells: list[Cell]) -> _Values:
    values = _Values()
    for slot, cell in zip(_STRICT, cells, strict=False):
        if slot.startswith("@"):
            values.place(slot[1:], cell)
    return values


def _by_captions(cells: list[Cell], captions: list[str]) -> tuple[_Values, tuple[str, ...], int]:
    """The values between the captions that are there, the columns of the rows, and where they begin."""
    found = _segments(captions)
    head = next((start for name, start, _ in found if name == COLUMNS[0]), len(cells))
    columns: list[str] = []
    while head + len(columns) < len(cells) and captions[head + len(columns)] in COLUMNS:
        columns.append(captions[head + len(columns)])
    values = _Values()
    _place_office(values, cells[: found[0][1] if found else len(cells)])
    for name, start, end in found:
        if name != COLUMNS[0]:
            _place_segment(values, name, cells[start:end])
    return values, tuple(columns), head + len(columns)


def _segments(captions: list[str]) -> list[tuple[str, int, int]]:
    """Each caption that is there, in the order of the form, with where its cells begin and end."""
    starts: list[tuple[str, int]] = []
    position = 0
    for name in (*_CAPTIONS, COLUMNS[0]):
        try:
            found = captions.index(name, position)
        except ValueError:
            continue
        starts.append((name, found))
        position = found + 1
    ends = [*(start for _, start in starts), len(captions)][1:]
    return [(name, start, end) for (name, start), end in zip(starts, ends, strict=True)]


# --- values between captions ---------------------------------------------------------------------


def _place_office(values: _Values, cells: list[Cell]) -> None:
    """The cells before the first caption: the office, perhaps a unit other than yuan."""
    units = [cell for cell in cells if "单位:" in form.label(cell.raw)]
    others = [cell for cell in cells if cell not in units]
    values.take(others, "office")
    values.leave(units)


def _place_segment(values: _Values, caption: str, cells: list[Cell]) -> None:
    """`cells` are the caption's own cell and those up to the next caption."""
    own, rest = cells[0], cells[1:]
    if caption == "其他资金":
        _place_other_and_purpose(values, own, rest)
    elif caption == "12月底":
        if rest and not rest[0].text:
            rest = rest[1:]
        values.take(rest, *(SpendingPlan.__slots__ if len(rest) >= 4 else ()))
    else:
        name = {
            "项目编码": "project_code",
            "项目名称": "project_name",
            "预算数": "total",
            "其中:财政资金": "fiscal",
            "绩效目标": "goals",
        }.get(caption)
        values.take(rest, *([name] if name else []))


def _place_other_and_purpose(values: _Values, own: Cell, rest: list[Cell]) -> None:
    """其他资金 ends its row; 资金用途 is the row below. A blank line parts the two."""
    ends = next((n for n, cell in enumerate([own, *rest]) if cell.ends_row), 1)
    upper, lower = rest[:ends], [cell for cell in rest[ends:] if cell.text]
    values.take(upper, "other")
    values.take(lower, "purpose")


# --- office and heading --------------------------------------------------------------------------


def split_office(raw: str) -> tuple[str, str]:
    """Code and name from one cell: `610002古城街道办事处`, or parted by a run of U+3000."""
    runs = re.findall(f"{form.BLANK}{{2,}}", raw)
    if runs:
        code, _, name = raw.partition(max(runs, key=len))
        return form.cleaned(code), form.cleaned(name)
    text = form.cleaned(raw)
    found = CODE.fullmatch(text)
    return (found[1], found[2]) if found else ("", text)


def _comparable(title: str) -> str:
    return unicodedata.normalize("NFKC", form.squeeze(title.replace(form.GUARD, "")))


def _ordinal(heading: str, project_name: str) -> tuple[int, bool]:
    """The number in the heading, and whether the rest of it is the project's name."""
    title = form.table_title(heading)
    if title is None:
        return 0, True
    title, name = _comparable(title), _comparable(project_name)
    if title.endswith(name):
        prefix = title[: len(title) - len(name)]
        number = numbered(prefix)
        if number and not number.rest:
            return number.value, True
        if not prefix or re.fullmatch("[0-9]{1,4}|[一二三四五六七八九十百]{1,7}", prefix):
            return (to_int(prefix) or 0) if prefix else 0, True
    number = numbered(title)
    return number.value if number else 0, False
