"""The look of the cells: fonts, borders, alignment. One format of the workbook for each look that is used."""

from __future__ import annotations

from typing import Any

import xlsxwriter

SONG, HEI = "宋体", "黑体"
POINTS = 10
_LINE = "#404040"
TEXT = "@"
GENERAL = "General"
BLANK = "#E7E6E6"
WRONG = "#FBE3DF"
_FIXED = "#595959"

Format = Any
"""A format of XlsxWriter, whose classes have no types."""


class Styles:
    """Makes the formats of one workbook, each look once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **look: Any) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            base = {"font_name": SONG, "font_size": POINTS, "valign": "vcenter", "text_wrap": True}
            self._made[key] = self._book.add_format(base | look)
        return self._made[key]

    def title(self) -> Format:
        return self.of(font_name=HEI, font_size=16, align="center")

    def above(self, *, is_right: bool) -> Format:
        return self.of(align="right" if is_right else "left", num_format=TEXT)

    def notice(self) -> Format:
        return self.of(font_color="#9C1C0F", align="center")

    def heading(self) -> Format:
        return self.of(font_name=HEI, font_size=12, align="left")

    def caption(self) -> Format:
        return self.of(font_name=HEI, align="center", border=1, border_color=_LINE)

    def value(self, *, is_short: bool, is_fixed: bool, number_format: str) -> Format:
        look: dict[str, Any] = {"font_color": _FIXED} if is_fixed else {}
        align = "center" if is_short else "left"
        return self.of(align=align, border=1, border_color=_LINE, num_format=number_format, **look)

    def level(self) -> Format:
        """A level whose equal neighbours look like one cell: `repeated` and `begins` add what depends on them."""
        return self.of(align="center", left=1, right=1, left_color=_LINE, right_color=_LINE, num_format=TEXT)

    def below(self) -> Format:
        """The thin row below a list, whose upper border closes it."""
        return self.of(top=1, top_color=_LINE)

    # Conditional formats hold only what they change.

    def repeated(self) -> Format:
        return self._conditional(font_color="#FFFFFF", left=1, right=1, left_color=_LINE, right_color=_LINE)

    def begins(self) -> Format:
        sides = {"left": 1, "right": 1, "left_color": _LINE, "right_color": _LINE}
        return self._conditional(top=1, top_color=_LINE, **sides)

    def blank(self) -> Format:
        return self._conditional(bg_color=BLANK)

    def wrong(self) -> Format:
        return self._conditional(bg_color=WRONG, font_color="#9C1C0F")

    def _conditional(self, **look: Any) -> Format:
        key = tuple(sorted((look | {"is_conditional": True}).items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]
