"""填写说明: the first sheet of an offline copy, with the list of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import xlsxwriter

from portal.domain.documents import Document, ProjectDocument, title
from portal.domain.imprint import Imprint
from portal.formats.excel import marks
from portal.formats.excel.writer.cells import shown
from portal.formats.excel.writer.styles import HEI, Styles

_WAYS = (
    (
        "怎样填",
        (
            "每张表一个工作表，栏目与系统里相同，直接在格子里写。灰色的格子是还没有填的必填栏，写了就不灰；"
            "红色的是合计、百分比、权重对不上的地方。",
            "一级、二级指标从下拉清单里选，也可以自己写。相同的一级指标，每一行都要有，看起来像合并成一格。",
            "指标一行写一条。可以插入、删除、复制、移动各行，也可以排序；表尾留有几行空白，不用的不必删。",
            "金额、百分比只写数字，金额的单位见表上方。表序号、单位编码、单位名称由系统给定，在这里改了不会取回。",
            "右上角有红色三角的格子，鼠标移上去可以看到财政局的审核意见；意见要在系统里答复。",
        ),
    ),
    (
        "怎样交回",
        (
            "保存（仍是 .xlsx 文件），在系统里打开“新建 / 沿用上年 / 导入文件”，选这个文件，按“读取并预览”。",
            "系统逐格列出下载时、现在系统里、文件里各是什么。这期间同事在系统里改过的，不会被覆盖；"
            "两边都改了同一格的，由你选用哪一个。按“取回”以后才写入，还可以撤销。",
        ),
    ),
    (
        "请不要",
        (
            "不要删除工作表里的列，也不要删除表头的行：缺了列的工作表读不回来。",
            "不要用复制工作表的办法增加新表；新表请在系统里新建。删掉一张工作表，不会删掉系统里的那张表。",
        ),
    ),
)


def write(
    book: xlsxwriter.Workbook, styles: Styles, imprint: Imprint, names: Sequence[str], documents: Sequence[Document]
) -> None:
    """names: of the sheets of the documents, in the same order."""
    sheet: Any = book.add_worksheet(marks.INSTRUCTIONS)
    sheet.hide_gridlines(2)
    for column, width in enumerate((3, 5, 62, 36)):
        sheet.set_column(column, column, width)
    sheet.set_row(1, 34)
    sheet.write_string(1, 1, "绩效目标表 离线填写", styles.of(font_name=HEI, font_size=18, text_wrap=False))
    grey = styles.of(font_color="#595959", text_wrap=False)
    sheet.write_string(2, 1, shown(f"{imprint.source}　{imprint.taken}"), grey)
    row = _ways(sheet, styles, 4)
    _tables(sheet, styles, imprint, names, documents, row)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _ways(sheet: Any, styles: Styles, row: int) -> int:
    """Return the row below."""
    for heading, sentences in _WAYS:
        sheet.write_string(row, 1, heading, styles.of(font_name=HEI, font_size=12, text_wrap=False))
        for n, sentence in enumerate(sentences, 1):
            sheet.write_number(row + n, 1, n, styles.of(align="center", valign="top"))
            sheet.merge_range(row + n, 2, row + n, 3, "", styles.of(valign="top"))
            sheet.write_string(row + n, 2, sentence, styles.of(valign="top"))
            sheet.set_row(row + n, 16 * -(-len(sentence) // 54) + 2)
        row += len(sentences) + 2
    return row


def _tables(
    sheet: Any, styles: Styles, imprint: Imprint, names: Sequence[str], documents: Sequence[Document], row: int
) -> None:
    sheet.write_string(row, 1, "工作簿里的表", styles.of(font_name=HEI, font_size=12, text_wrap=False))
    link = styles.of(font_color="#0B5394", underline=1)
    for n, (name, document) in enumerate(zip(names, documents, strict=True), 1):
        ordinal = document.ordinal if isinstance(document, ProjectDocument) else 0
        if ordinal:
            sheet.write_number(row + n, 1, ordinal, styles.of(align="center"))
        target = name.replace("'", "''")
        text = " ".join(shown(title(document)).split())[:200]
        sheet.write_url(row + n, 2, f"internal:'{target}'!B2", link, text)
    states = (state.words for state in imprint.states)
    for n, (_, words) in enumerate(zip_longest(names, states, fillvalue=""), 1):
        sheet.write_string(row + n, 3, words, styles.of(font_color="#595959"))
