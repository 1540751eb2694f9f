"""Writes a 部门预算绩效文本 in the text form, so that the reader finds the same documents again."""

from __future__ import annotations

import re

from portal.domain.documents import Indicator, PerformanceText, ProjectDocument
from portal.formats.text import lines as form
from portal.formats.text.department import write_department
from portal.formats.text.rows import COLUMNS
from portal.formats.text.table import CODE


def write(text: PerformanceText, anchor: str = "") -> bytes:
    """The file in UTF-8 with LF; `anchor`, the head of the audit log, becomes its last line."""
    lines: list[str] = []
    if text.department is not None:
        lines += write_department(text.department)
    if text.tables:
        lines += ["第二部分", "预算项目绩效目标"]
    for table in text.tables:
        lines += [*_table(table), ""]
    if anchor:
        lines += [f"审计记录：{' '.join(anchor.split())}"]
    return "\n".join([*lines, ""]).encode()


def _table(document: ProjectDocument) -> list[str]:
    budget, plan = document.budget, document.spending_plan
    number = f"{document.ordinal}、" if document.ordinal else ""
    # the heading repeats the name for the eye; the cell holds it
    name = " ".join(document.project_name.replace(form.GUARD, "").split())
    lines = [f"{number}{name}{form.TABLE_SUFFIX}"]
    lines += _row(_cell(joined_office(document.office_code, document.office_name)), "\t单位：元")
    lines += _row("\t项目编码", _cell(document.project_code), "\t项目名称", _cell(document.project_name))
    lines += _row(
        *("\t预算规模及资金用途", "\t预算数", _cell(budget.total)),
        *("\t其中：财政资金", _cell(budget.fiscal), "\t其他资金", _cell(budget.other)),
    )
    lines += _row("\t", _cell(document.purpose))
    lines += _row("\t资金支出计划（%）", "\t3月底", "\t6月底", "\t10月底", "\t12月底")
    lines += _row("\t", *(_cell(value) for value in (plan.march, plan.june, plan.october, plan.december)))
    lines += _row("\t绩效目标", _cell(document.goals))
    lines += _row(*(f"\t{column}" for column in COLUMNS))
    above: Indicator | None = None
    for indicator in document.indicators:
        lines += _row(*_indicator(indicator, above))
        above = indicator
    return lines


def _row(*cells: str) -> list[str]:
    return [*cells, ""]


def _cell(text: str) -> str:
    first, *further = text.split("\n")
    below = [form.guard(line, form.special_in_cell) for line in further]
    return "\t" + "\n".join([form.guard(first, form.special_as_value), *below])


def _indicator(row: Indicator, above: Indicator | None) -> tuple[str, ...]:
    same1 = above is not None and row.level1 == above.level1
    level1 = "" if same1 else row.level1 or (form.BLANK if above else "")
    must_stay_blank = above is not None and same1 and above.level2 != ""
    level2 = row.level2 or (form.BLANK if must_stay_blank else "")
    texts = (row.level3, row.description, row.target_value, row.basis)
    return _cell(level1), _cell(level2), *(_cell(text) for text in texts)


def joined_office(code: str, name: str) -> str:
    """Code and name in one cell: directly where the code is 6–12 digits, else parted by U+3000."""
    joined = code + name
    longest = max((len(run) for run in re.findall(f"{form.BLANK}+", f"{code}\n{name}")), default=0)
    found = CODE.fullmatch(joined)
    reads_back = (found[1], found[2]) == (code, name) if found else not code
    if longest < 2 and reads_back:
        return joined
    return f"{code}{form.BLANK * max(2, longest + 1)}{name}"
