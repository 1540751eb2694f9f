"""Rows of lists in files that others made: which rows are rows of the list, and their texts by field.

Columns are assigned in `lists`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.documents import ROW_LISTS, Row, clean_text, row_text, with_row_texts
from portal.domain.forms import captions
from portal.domain.forms.recognition import above, lists, values
from portal.domain.forms.recognition.draft import Draft, NewId
from portal.domain.forms.recognition.index import GridIndex, Vocabulary
from portal.domain.forms.recognition.lists import Assignment, HeadColumn, ListHead
from portal.domain.forms.sheets import GridCell

_NOTE = re.compile(r"(?:注|备注|说明|填表说明|填报说明|附)\s?(?:\d{0,2}\s?[：:、.．]|$)|[*※]|（?注[：:]")
_NUMBER = "序号"
_LEVELS = {f"indicators/level{n}" for n in (1, 2, 3)}
_TIMELY = ("时效", "时间", "日期", "期限")


@dataclass(slots=True)
class ListReader:
    """Reads the rows below one head into the draft. sign: the column that holds comparators, by what its cells say."""

    index: GridIndex
    words: Vocabulary
    draft: Draft
    head: ListHead
    assigned: Assignment
    new_id: NewId
    _orders: dict[int, Mapping[int, list[GridCell]] | None] = field(default_factory=dict)

    def read(self, rows: Sequence[int]) -> None:
        self.draft.found += len(self.assigned.fields)
        for row in range(self.head.row, self.head.body):
            self.draft.use(self.index.row(row))
        sign = self._sign_column(rows)
        own = self.draft.lists.setdefault(self.head.name, [])
        for row in rows:
            made = self._row(row, sign, len(own) + 1)
            if made:
                own.append(made)
        self._tell_residue()

    def leave(self, rows: Sequence[int]) -> None:
        """Leave the rows of a list that the form does not have, each text with the caption of its column."""
        for row in range(self.head.row, self.head.body):
            self.draft.use(self.index.row(row))
        for row in rows:
            self._leave_others(row, None)

    # --- one row ----------------------------------------------------------------------------------

    def _row(self, row: int, sign: HeadColumn | None, n: int) -> Row | None:
        """The row, or None for a row that a template left blank."""
        found: dict[str, str] = {}
        cells: list[GridCell] = []
        for path, column in self.assigned.fields.items():
            if column is not sign:
                found[path] = self._text(row, column, cells)
        unit_left = self._join_value(row, sign, found, cells)
        name = values.without_number(values.in_one_line(found.get("indicators/level3", "")))
        if self.head.name == "indicators":
            if values.is_residue(name, found.get(lists.VALUE, "")):
                self._leave_residue(row)
                return None
            self._normalise(found, name)
            self._fill_levels(found)
        for cell in cells:
            self.draft.used.add(cell.position)
            self.draft.values.add(cell.position)
        self._use_numbers(row)
        self._leave_others(row, unit_left)
        made = ROW_LISTS[self.draft.form.kind][self.head.name](id=self.new_id(self.head.name, n))
        return with_row_texts(made, {path.partition("/")[2]: clean_text(text) for path, text in found.items()})

    def _fill_levels(self, found: dict[str, str]) -> None:
        """Take a blank level from the row above: others leave out what they do not repeat, instead of merging it."""
        above = self.draft.lists[self.head.name][-1:]
        levels = [path for path in ("indicators/level1", "indicators/level2") if path in found]
        if not above or all(found[path] for path in levels):
            return
        if found.get("indicators/level1", "") not in ("", row_text(above[0], "level1")):
            return
        for path in levels:
            if not found[path]:
                found[path] = row_text(above[0], path.partition("/")[2])
        if self.index.keeps_merges:
            self._tell("空白的一级、二级指标按上一行填入。")

    def _normalise(self, found: dict[str, str], name: str) -> None:
        """Names in one line and without the number of a template's row; dates instead of numbers of days."""
        for path in ("indicators/level1", "indicators/level2"):
            if path in found:
                found[path] = values.closed_up(found[path])
        if "indicators/level3" in found:
            typed = values.in_one_line(found["indicators/level3"])
            if name != typed:
                self._tell("三级指标名称前的编号（“指标1：”等）没有读入。")
            found["indicators/level3"] = name
        about = f"{found.get('indicators/level2', '')}{name}"
        day = values.serial_date(found.get(lists.VALUE, "")) if any(word in about for word in _TIMELY) else ""
        if day:
            self._tell(f"“{name or about}”的指标值：序列数 {found[lists.VALUE]} 换算为日期 {day}")
            found[lists.VALUE] = day

    def _join_value(
        self, row: int, sign: HeadColumn | None, found: dict[str, str], cells: list[GridCell]
    ) -> GridCell | None:
        """Join the parts of the value; return the cell of a unit that found no place."""
        number = self.assigned.fields.get(lists.VALUE)
        if number is None:
            return None
        signs: list[GridCell] = []
        sign_text = self._text(row, sign, signs) if sign else ""
        units: list[GridCell] = []
        unit_text = self._text(row, self.assigned.units[0], units) if self.assigned.units else ""
        found[lists.VALUE], left = values.join(sign_text, found.get(lists.VALUE, ""), unit_text)
        if found[lists.VALUE] and values.is_sign(sign_text):
            cells += signs
            if values.is_in_words(sign_text):
                self._tell(f"{sign.text if sign else ''}“{sign_text}”没有读入，这些指标值按文字读入。")
        if left:
            return units[0]
        cells += units
        return None

    def _text(self, row: int, column: HeadColumn, cells: list[GridCell]) -> str:
        """The text under a caption; several cells under one caption are read one behind the other."""
        own = self._under(row, column)
        cells += own
        return values.distinct([cell.text.strip() for cell in own])

    def _under(self, row: int, column: HeadColumn) -> list[GridCell]:
        """The cells of a row under a caption: by order, if the row has as many cells as the head but other borders."""
        if row not in self._orders:
            self._orders[row] = self._order(row)
        order = self._orders[row]
        if order is None:
            return list(self.index.in_columns(row, column.column, column.colspan))
        return [cell for at in _span(column) for cell in order.get(at, ())]

    def _order(self, row: int) -> Mapping[int, list[GridCell]] | None:
        """The cells of a row by the column of the cell of the head above them; None if their borders do not tell."""
        own, head = self.index.row(row), self.index.row(self.head.body - 1)
        if len(own) != len(head):
            return None
        borders = {at for cell in head for at in (cell.column, cell.end_column)}
        starts = [(cell.column, above.column) for cell, above in zip(own, head, strict=True)]
        is_regular = all(mine == above for mine, above in starts)
        if not is_regular and all({cell.column, cell.end_column} <= borders for cell in own):
            return None
        return {above.column: [cell] for cell, above in zip(own, head, strict=True)}

    def _leave_residue(self, row: int) -> None:
        """Say once that a template's blank rows are left out; what is written in them is unplaced, but for levels."""
        self._tell("没有三级指标名称的空白行（模板残留）没有读入。")
        levels = [self.assigned.fields.get(f"indicators/level{n}") for n in (1, 2)]
        for column in filter(None, levels):
            self.draft.use(self._under(row, column))

    def _use_numbers(self, row: int) -> None:
        """The numbers of rows say nothing of their own."""
        for column in (column for column in self.head.columns if column.key == _NUMBER):
            self.draft.use(cell for cell in self._under(row, column) if cell.text.strip().isdecimal())

    def _leave_others(self, row: int, unit: GridCell | None) -> None:
        """Name the caption of each cell of the row that has no place."""
        known = {at: column for column in (*self.head.columns, *self.head.left_out) for at in _span(column)}
        for cell in self.index.row(row):
            if cell.position in self.draft.used or cell.column not in known:
                continue
            is_repeated = cell.row == row or cell.position not in self.draft.captions
            if is_repeated:
                self.draft.captions[cell.position] = known[cell.column].text
        if unit:
            self.draft.captions[unit.position] = self.assigned.units[0].text

    def _sign_column(self, rows: Sequence[int]) -> HeadColumn | None:
        """The first candidate whose cells mostly compare: 指标性质 means ≥ in one form and 正向 in another."""
        for column in self.assigned.signs:
            texts = [text for row in rows if (text := self._text(row, column, []))]
            if sum(map(values.is_sign, texts)) * 2 > len(texts):
                return column
        return None

    # --- sentences --------------------------------------------------------------------------------

    def _tell(self, sentence: str) -> None:
        if sentence not in self.draft.told:
            self.draft.told.append(sentence)

    def _tell_residue(self) -> None:
        """Say once how many rows of the annual list's neighbour, of several years, were left out."""
        if self.head.left_out:
            self._tell("表里另有中长期（实施期）的绩效指标，只读入了年度指标。")


def _span(column: HeadColumn) -> range:
    return range(column.column, column.column + column.colspan)


def body_rows(index: GridIndex, words: Vocabulary, head: ListHead, end: int) -> Iterator[int]:
    """The rows of the list between its head and row `end`: not blank, no note, no signature, no subtotal."""
    numbers = {at for column in head.columns if column.key == _NUMBER for at in _span(column)}
    for row in range(head.body, end):
        own = [cell for cell in index.own(row) if cell.column not in numbers]
        if own and not _is_foot(words, head, own):
            yield row


def _is_foot(words: Vocabulary, head: ListHead, own: Sequence[GridCell]) -> bool:
    first = own[0]
    key = captions.key_without_unit(first.text)
    if key in captions.words("other", "totals") or _NOTE.match(first.text.strip()):
        return True
    if words.is_head(first.text) or key in captions.words("other", "foot") or _is_inline_foot(first.text):
        return True
    columns = [column for column in head.columns if first.column <= column.column < first.end_column]
    return len(own) == 1 and len(columns) > _WIDE and first.rowspan == 1


_WIDE = 2
"""A text over more columns than these is a line between rows, not a row."""


def _is_inline_foot(text: str) -> bool:
    return bool(above.inline(text, dict.fromkeys(captions.words("other", "foot"), "")))


def running_text(index: GridIndex, head: ListHead, row: int) -> str:
    """The caption that runs down beside a row, if any (年度绩效指标)."""
    first = head.columns[0].column if head.columns else 0
    return next((cell.text for cell in index.row(row) if cell.column < first and cell.text.strip()), "")
