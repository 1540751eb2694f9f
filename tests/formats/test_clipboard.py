"""Reading the clipboard: what Excel, WPS, Word and browsers put there, plain text, and what is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.documents import clean_text
from portal.domain.errors import Invalid
from portal.formats import clipboard
from portal.formats.clipboard import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Block
from portal.formats.clipboard.limits import MAX_NESTING, MAX_TAGS

DATA = Path(__file__).parents[1] / "data" / "clipboard"


def copied(name: str) -> Block:
    return clipboard.read((DATA / f"{name}.html").read_text("utf-8"), "")


def table(*cells: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table with these cells, as written, in one row beside a cell x."""
    return clipboard.read(f"<table><tr>{''.join(cells)}<td>x</table>", "").rows


def tabbed(text: str) -> tuple[tuple[str, ...], ...]:
    return clipboard.read("", text).rows


# --- as programs write it ------------------------------------------------------------------------


def test_excel_range_is_read_with_its_merged_cell_and_without_its_hidden_rows() -> None:
    assert copied("excel") == Block(
        (
            ("一级指标", "二级指标", "三级指标", "绩效指标\n描述", "指标值", "指标值确定依据"),
            (
                *("产出指标", "数量指标", "清运生活垃圾次数", "全年清运辖区12个社区\n每日一次"),
                *(">=365 次", "冀财资[2017]674号"),
            ),
            ("产出指标", "质量指标", "清运合格率", "", "", ""),
        ),
        below=frozenset({(2, 0)}),
    )


def test_excel_text_tells_the_same_but_for_merged_cells() -> None:
    html = copied("excel").rows
    text = clipboard.read("", (DATA / "excel.txt").read_bytes().decode()).rows
    assert text == (*html[:2], ("", *html[2][1:]))


def test_wps_range_is_read_with_its_merged_cells() -> None:
    assert copied("wps") == Block(
        (
            ("1", "产出", "数量", "巡查次数", "巡查河道\n每周一次", "52", "年度工作计划"),
            ("2", "产出", "数量", "清淤长度", "清淤&疏通", "≥3公里", "年度工作计划"),
            ("3", "产出", "时效", "按期完成率", "", "100%", ""),
        ),
        below=frozenset({(1, 1), (1, 2), (2, 1)}),
    )


def test_word_table_is_read_with_its_paragraphs_as_lines() -> None:
    description = "1、  按时发放预算外人员工资，缴纳保险\n\n2、每月10日前\n完成"
    assert copied("word") == Block(
        (
            ("产出\n指标", "时效指标", "工资按月发放及时率", description, "100%"),
            ("产出\n指标", "质量指标", "足额率", "", "≥95%"),
        ),
        below=frozenset({(1, 0)}),
    )


def test_official_form_from_word_keeps_its_fine_grid_and_says_what_is_covered() -> None:
    block = copied("word-form")
    assert (len(block.rows), block.width) == (9, 13)
    assert block.rows[5] == (
        *("产出指标", "", "时效指标", "", "", "及时率", "", "及时发放工资", "", "", "100%", "", "冀财资[2017]674号"),
    )
    assert [column for column in range(13) if (5, column) in block.beside] == [1, 3, 4, 6, 8, 9, 11]
    assert {place for place in block.below if place[0] == 6} == {(6, 0), (6, 1)}


def test_browser_table_is_read_with_lists_as_lines_and_inner_tables_as_text() -> None:
    assert copied("browser").rows == (
        ("职责", "绩效目标"),
        ("城市管理", "道路清扫\n垃圾清运"),
        ("社会保障", "详见\n甲 乙\n丙 丁\n以上"),
    )


# --- HTML ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<td> a \n\t b </td>", "a b"),
        ("<td>预算\n  单位</td>", "预算单位"),
        ("<td>预算 单位</td>", "预算 单位"),
        ("<td>GB\n标准</td>", "GB 标准"),
        ("<td>\n</td>", ""),
        ("<td>a&nbsp;b&amp;c&#8805;&lt;p&gt;</td>", "a b&c≥<p>"),
        ("<td>a<br>b<br/><br>c<br></td>", "a\nb\n\nc"),
        ("<td><p>a</p><p>b<br>c</p>\n</td>", "a\nb\nc"),
        ("<td><P>a<P>b</td>", "a\nb"),
        ("<td>a<div>b</div>c</td>", "a\nb\nc"),
        ("<td>a<b>b</b><o:p></o:p><!-- c --><![if x]>d<![endif]></td>", "abd"),
        ("<td>a<style>b</style><script>'</td>'</script></td>", "a"),
        ("<td title='a>b' x=\"</td>\">c", "c"),
        ("<td title=it's>c<td>'", "c"),
        ("<td>80<90 且 a < b</td>", "80<90 且 a < b"),
        ("<td>1&#9;2\x07</td>", "1 2"),
        ("<td>&#" + "9" * 5_000 + ";</td>", "\ufffd"),
        ("<td style colspan rowspan>a</td>", "a"),
        ("<th>a</th>", "a"),
        ("<TD>a</TD>", "a"),
    ],
)
def test_cell_is_read_as_browsers_show_it(cell: str, text: str) -> None:
    assert table(cell)[0][0] == text


def test_unclosed_cells_and_rows_end_with_the_next() -> None:
    assert clipboard.read("<table><tr><td>a<td>b<tr><td>c<td>d", "").rows == (("a", "b"), ("c", "d"))


def test_rows_without_their_table_are_read() -> None:
    assert clipboard.read("<tr><td>a</td><td>b</td></tr>", "").rows == (("a", "b"),)


def test_largest_table_is_taken_and_of_two_the_first() -> None:
    small, first, second = (f"<table>{'<tr><td>' + name + '<td>x' * 2 * n}</table>" for name, n in SIZES)
    assert clipboard.read(small + first + second, "").rows[0][0] == "first"


SIZES = (("small", 1), ("first", 2), ("second", 2))


def test_merged_cell_fills_its_rows_and_its_first_column() -> None:
    html = "<table><tr><td rowspan=2 colspan=2>a<td>b<tr><td>c<tr><td>d<td>e<td>f</table>"
    assert clipboard.read(html, "") == Block(
        (("a", "", "b"), ("a", "", "c"), ("d", "e", "f")),
        beside=frozenset({(0, 1), (1, 1)}),
        below=frozenset({(1, 0), (1, 1)}),
    )


def test_cells_that_excel_wrote_as_one_are_several_blank_ones() -> None:
    html = "<table><tr><td>a<td colspan=2 style='mso-ignore:colspan'>b<tr><td>c<td>d<td>e</table>"
    assert clipboard.read(html, "") == Block((("a", "b", ""), ("c", "d", "e")))


def test_spans_beyond_the_table_or_over_one_another_lose_no_text() -> None:
    html = "<table><tr><td rowspan=0>a<td rowspan=99>b<tr><td colspan=99999>c<tr><td>d</table>"
    rows = clipboard.read(html, "").rows
    assert [row[:2] for row in rows] == [("a", "b"), ("c", "b"), ("d", "b")]
    assert {len(row) for row in rows} == {MAX_COLUMNS}


@pytest.mark.parametrize(
    "html",
    ["", "文字", "<p>a</p>", "<table>", "<table><tr><td>一格</table>", "<table><tr><td colspan=3>一格</table>"],
)
def test_html_without_two_cells_is_no_block(html: str) -> None:
    assert clipboard.read(html, "") == Block()


def test_column_of_a_table_is_a_block() -> None:
    assert clipboard.read("<table><tr><td>a<tr><td>b</table>", "a\nb").rows == (("a",), ("b",))


def test_text_is_read_where_the_html_has_no_table() -> None:
    assert clipboard.read("<p>a b</p>", "a\tb").rows == (("a", "b"),)


# --- plain text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\r\nc\td\r\n", (("a", "b"), ("c", "d"))),
        ("a\tb\nc\td", (("a", "b"), ("c", "d"))),
        ("a\tb\rc\td\r", (("a", "b"), ("c", "d"))),
        ("a\tb\n\nc", (("a", "b"), ("", ""), ("c", ""))),
        ('"a\nb"\tc', (("a\nb", "c"),)),
        ('a\t"b\tc ""d"""\ne\tf', (("a", 'b c "d"'), ("e", "f"))),
        ('"a""b"\tc', (('a"b', "c"),)),
        ('"重点"项目\tb\nc\td', (('"重点"项目', "b"), ("c", "d"))),
        ('"重点"\tb', (('"重点"', "b"),)),
        ('a 15"\tb\nc\t16"\nd\te', (('a 15"', "b"), ("c", '16"'), ("d", "e"))),
        ('a\t"\nb\tc', (("a", '"'), ("b", "c"))),
        (" a \t\x00b", (("a", "b"),)),
    ],
)
def test_tabbed_text_is_read_as_cells(text: str, rows: tuple[tuple[str, ...], ...]) -> None:
    assert tabbed(text) == rows


@pytest.mark.parametrize("text", ["", "一行", "一行\n两行", "\t缩进\n\t缩进", "\t\n\t", "a\t\nb\t"])
def test_text_without_cells_side_by_side_is_no_block(text: str) -> None:
    assert clipboard.read("", text) == Block()


# --- limits and damage ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text", "message"),
    [
        ("<table>" + "<tr><td>a<td>b" * (MAX_ROWS + 1), "", "一次最多粘贴 500 行"),
        ("<table><tr>" + "<td>a" * (MAX_COLUMNS + 1), "", "一次最多粘贴 60 列"),
        ("<table><tr><td colspan=60>a<td>b", "", "一次最多粘贴 60 列"),
        (f"<table><tr><td>a<td>{'字' * (MAX_CELL + 1)}", "", "第 1 行第 2 列超过 20000 字"),
        ("字" * (MAX_BYTES // 3 + 1), "", "超过 4 MB"),
        ("", "a" * (MAX_BYTES + 1), "超过 4 MB"),
        ("<b></b>" * (MAX_TAGS // 2 + 1), "", "不像一张表格"),
        ("<b>" * (MAX_NESTING + 1), "", "不像一张表格"),
        ("", "a\tb\n" * (MAX_ROWS + 1), "一次最多粘贴 500 行"),
        ("", "a\t" * MAX_COLUMNS + "a", "一次最多粘贴 60 列"),
        ("", f"a\t{'字' * (MAX_CELL + 1)}", "第 1 行第 2 列超过 20000 字"),
    ],
)
def test_more_than_a_form_takes_is_refused(html: str, text: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        clipboard.read(html, text)


def test_as_much_as_a_form_takes_is_read() -> None:
    row = "<tr>" + "<td>a" * MAX_COLUMNS
    assert len(clipboard.read("<table>" + row * MAX_ROWS, "").rows) == MAX_ROWS


HOSTILE = {
    "deep elements": "<b>" * (MAX_BYTES // 3),
    "deep tables": "<table><tr><td>" * (MAX_BYTES // 15),
    "a million cells": "<table><tr>" + "<td>" * 1_000_000,
    "giant spans": "<table>" + "<tr><td colspan=99999 rowspan=99999>a" * MAX_ROWS,
    "ends of nothing": "<div>" * (MAX_NESTING - 2) + "</q>" * (MAX_TAGS - MAX_NESTING),
    "attributes": "<td " + " ".join(f"a{n}=1" for n in range(300_000)) + ">",
    "attributes without an end": '<td x="' * (MAX_BYTES // 7),
    "tags without an end": "<" * MAX_BYTES,
    "comments without an end": "<!--" * (MAX_BYTES // 4),
    "entities": "<table><tr><td>" + "&#99999999;" * (MAX_BYTES // 12),
    "doctype with entities": '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c SYSTEM "file:///etc/passwd">]><td>&b;<td>x',
    "white space": "<table><tr><td>a<td>" + "字\n" * (MAX_BYTES // 16),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_costs_linear_time(name: str) -> None:
    """Far above what any of these takes, far below what one in quadratic time would."""
    began = time.process_time()
    try:
        block = clipboard.read(HOSTILE[name], "")
    except Invalid:
        block = Block()
    assert time.process_time() - began < 5
    assert "root:" not in str(block.rows)


PIECES = (
    *("<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td rowspan=3>", "<td colspan='2'>", "<td rowspan=0"),
    *("<br>", "<p>", "</p>", "<o:p>", "<!--", "-->", "<![x]>", "<![if a]>", "<![CDATA[", "]]>", "<?xml", "<style>"),
    *("</style", "<script", "&nbsp;", "&#", "&#x", "9" * 20, "&", "<", ">", '"', "'", "=", "</", "\xa0", "\t", "\n"),
    *("style='display:none'", "mso-ignore:colspan", "\ud800", "\x00", "甲", "a"),
)
garbled = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@given(garbled, garbled)
@example("<table><tr><td>a<td>b<table><tr></table></table>", "")
def test_anything_gives_a_rectangle_of_clean_cells(html: str, text: str) -> None:
    block = clipboard.read(html, text)
    assert {len(row) for row in block.rows} <= {block.width}
    assert all(cell == clean_text(cell) for row in block.rows for cell in row)
    places = {(row, column) for row in range(len(block.rows)) for column in range(block.width)}
    assert block.beside | block.below <= places
    assert not any(block.text(*place) for place in block.beside - block.below)
    assert all(block.text(row, column) == block.text(row - 1, column) for row, column in block.below if row > 0)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


_cells = st.text('甲"a \n', max_size=5).map(clean_text).filter(lambda cell: not cell.startswith('"'))


@given(st.lists(st.lists(_cells, min_size=3, max_size=3), max_size=4))
def test_cells_quoted_as_excel_does_are_read_back(below: list[list[str]]) -> None:
    rows = [["甲", "乙", "丙"], *below, ["甲", "", ""]]
    lines = ["\t".join(quoted(cell) if "\n" in cell else cell for cell in row) for row in rows]
    assert tabbed("\r\n".join(lines) + "\r\n") == tuple(map(tuple, rows))
