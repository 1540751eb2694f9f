"""The levels of the year's framework on a hidden sheet, as sources of the choice lists."""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from portal.domain.frameworks import Framework
from portal.formats.excel import marks

LEVEL1 = "一级指标清单"
_LEVEL2 = "二级指标清单_"
"""Behind it the number of the level 1; 0: the levels 2 of all."""


def write(book: xlsxwriter.Workbook, framework: Framework) -> None:
    """A column for each level 1, with its levels 2; before them a column with all levels 2."""
    sheet = book.add_worksheet(marks.LEVELS)
    everything = tuple(dict.fromkeys(name for own in framework.levels.values() for name in own))
    for column, (level1, own) in enumerate((("", everything), *framework.levels.items())):
        if level1:
            sheet.write_string(0, column, level1)
        for row, level2 in enumerate(own, 1):
            sheet.write_string(row, column, level2)
        letter = xl_col_to_name(column, True)
        book.define_name(f"{_LEVEL2}{column}", f"={marks.LEVELS}!{letter}$2:{letter}${max(2, len(own) + 1)}")
    last = xl_col_to_name(len(framework.levels), True)
    book.define_name(LEVEL1, f"={marks.LEVELS}!$B$1:{last}$1")
    sheet.very_hidden()


def choices_of_level1() -> dict[str, Any]:
    """Data validation: another text is allowed after a question."""
    return _choice(f"={LEVEL1}", "这不是本年度指标体系里的一级指标。")


def choices_of_level2(level1: str) -> dict[str, Any]:
    """Data validation: the levels 2 of the level 1 in the cell `level1`, of all where it is no level 1."""
    source = f'=INDIRECT("{_LEVEL2}"&IFERROR(MATCH({level1},{LEVEL1},0),0))'
    return _choice(source, "这不是所选一级指标下面的二级指标。")


def _choice(source: str, message: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": "请核对",
        "error_message": f"{message}确实要这样写的，按“是”。",
    }
