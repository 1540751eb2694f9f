"""What a sheet checks by itself: choice lists, and cells that change colour. No formula writes into a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from portal.domain.documents import ASSIGNED_FIELDS
from portal.domain.forms import Form
from portal.formats.excel.writer import levels
from portal.formats.excel.writer.canvas import ListPlace, Place, Written
from portal.formats.excel.writer.pages import absolute
from portal.formats.excel.writer.styles import Styles

_PLAN = ("spending_plan/march", "spending_plan/june", "spending_plan/october", "spending_plan/december")
_LONGEST = {"project_code": 64, "project_name": 200}


class Checks:
    """Adds to one worksheet what depends on its contents. is_offline: for filling in, with choice lists and checks."""

    def __init__(self, sheet: Any, styles: Styles, form: Form, written: Written, *, is_offline: bool) -> None:
        self.sheet, self.styles, self.form, self.written = sheet, styles, form, written
        self.is_offline = is_offline

    def add(self) -> None:
        for place in self.written.lists.values():
            if place.last >= place.first:
                self._levels(place)
        if not self.is_offline:
            return
        self._mandatory()
        self._sums()
        self._plan()
        self._lengths()
        for name, place in self.written.lists.items():
            if place.last >= place.first:
                self._choices(place)
                self._mandatory_columns(name, place)
                self._weights(place)

    def _format(self, cell: Place, formula: str, look: Any, last: Place | None = None) -> None:
        self.sheet.conditional_format(*cell, *(last or cell), {"type": "formula", "criteria": formula, "format": look})

    # --- levels -----------------------------------------------------------------------------------

    def _levels(self, place: ListPlace) -> None:
        """Equal neighbours look like one merged cell, while each row has its own text."""
        column = place.columns.get(("level1", ""))
        if column is None:
            return
        own, above = _relative(place.first, column), _relative(place.first - 1, column)
        span = ((place.first, column), (place.last, column))
        self._format(span[0], f'=AND({own}={above},{own}<>"")', self.styles.repeated(), span[1])
        self._format(span[0], f'=OR({own}<>{above},{own}="")', self.styles.begins(), span[1])

    def _choices(self, place: ListPlace) -> None:
        level1, level2 = place.columns.get(("level1", "")), place.columns.get(("level2", ""))
        if level1 is None:
            return
        self.sheet.data_validation(place.first, level1, place.last, level1, levels.choices_of_level1())
        if level2 is not None:
            beside = f"${_relative(place.first, level1)}"
            self.sheet.data_validation(place.first, level2, place.last, level2, levels.choices_of_level2(beside))

    # --- what is missing or does not agree ----------------------------------------------------------

    def _mandatory(self) -> None:
        for path in self.form.mandatory:
            if path not in ASSIGNED_FIELDS and (at := self.written.fields.get(path)):
                self._format(at, f"=LEN({_relative(*at)})=0", self.styles.blank())

    def _mandatory_columns(self, name: str, place: ListPlace) -> None:
        """Blank cells of rows in which anything is written."""
        columns = list(place.columns.values())
        row = f"${_relative(place.first, min(columns))}:${_relative(place.first, max(columns))}"
        for (field, part), column in place.columns.items():
            if f"{name}/{field}" in self.form.mandatory and part in ("", "number"):
                own = _relative(place.first, column)
                formula = f"=AND(LEN({own})=0,COUNTA({row})>0)"
                self._format((place.first, column), formula, self.styles.blank(), (place.last, column))

    def _sums(self) -> None:
        for each in self.form.sums:
            cells = [self.written.fields[path] for path in (each.total, *each.parts) if path in self.written.fields]
            if len(cells) != 1 + len(each.parts):
                continue
            total, *parts = (absolute(*at) for at in cells)
            numbers = ",".join(f"OR(ISNUMBER({part}),LEN({part})=0)" for part in parts)
            formula = f"=AND(ISNUMBER({total}),{numbers},ROUND({total}-SUM({','.join(parts)}),4)<>0)"
            for at in cells:
                self._format(at, formula, self.styles.wrong())

    def _plan(self) -> None:
        found = [self.written.fields[path] for path in _PLAN if path in self.written.fields]
        for n, at in enumerate(found):
            own = _relative(*at)
            self._format(at, f"=AND(ISNUMBER({own}),OR({','.join(self._faults(found, n))}))", self.styles.wrong())
            self.sheet.data_validation(
                *at,
                *at,
                {
                    "validate": "custom",
                    "value": f"=AND(ISNUMBER({own}),OR({own}=0,AND({own}>=1,{own}<=100)))",
                    "input_title": "累计百分比",
                    "input_message": "到这个月底为止一共支出百分之几，只写数字，例如 60。",
                    "error_type": "warning",
                    "error_title": "请核对",
                    "error_message": "百分之九十写 90，不写 0.9 或 90%；不超过 100。确实要这样写的，按“是”。",
                },
            )

    def _faults(self, found: Sequence[Place], n: int) -> Iterator[str]:
        own = _relative(*found[n])
        yield f"{own}>100"
        if n:
            yield f"AND(ISNUMBER({_relative(*found[n - 1])}),{own}<{_relative(*found[n - 1])})"
        if n + 1 == len(found):
            yield f"{own}<>100"

    def _weights(self, place: ListPlace) -> None:
        column = place.columns.get(("weight", ""))
        if column is None or self.form.weights is None:
            return
        first, last = (place.first, column), (place.last, column)
        all_of_them = f"{absolute(*first)}:{absolute(*last)}"
        formula = f"=AND(COUNT({all_of_them})>0,ROUND(SUM({all_of_them})-{self.form.weights},4)<>0)"
        self._format(first, f"=AND(LEN({_relative(*first)})>0,{formula[1:]})", self.styles.wrong(), last)

    def _lengths(self) -> None:
        for path, most in _LONGEST.items():
            if at := self.written.fields.get(path):
                rule = {"validate": "length", "criteria": "<=", "value": most, "error_title": "太长了"}
                self.sheet.data_validation(*at, *at, rule | {"error_message": f"这一栏最多 {most} 字。"})


def _relative(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column))
