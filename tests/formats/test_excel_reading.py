"""Reading workbooks: numbers as Excel shows them, what is hidden, sheets; a written sheet comes back."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import documents, forms
from portal.domain.documents import Kind
from portal.domain.forms import Form
from portal.formats import files
from portal.formats.excel import numbers, old, workbook
from portal.formats.packages import Package
from tests.domain.drawings import grid
from tests.domain.form_documents import FORMS, in_form
from tests.formats.layout_files import as_html, as_xls, as_xlsx, drawing
from tests.formats.word_files import printable

PROJECT_FORMS = [form for form in FORMS if form.kind is Kind.PROJECT]
SHEET = drawing("10")


def book(fill: Callable[[Any, Any], None]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        fill(made, made.add_worksheet("甲"))
    return stream.getvalue()


def cells(data: bytes) -> dict[tuple[int, int], str]:
    (sheet,) = workbook.sheets(Package(data))
    return sheet.cells


# --- the law -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", PROJECT_FORMS, ids=lambda form: form.id)
@given(data=st.data())
@settings(max_examples=15)
def test_sheet_in_the_layout_of_a_form_reads_back(form: Form, data: st.DataObject) -> None:
    document = printable(data.draw(in_form(form)))
    document = documents.with_value(document, "project_name", documents.value_at(document, "project_name") or "甲")
    for path in form.above_the_sheet:
        document = documents.with_value(document, path, "")
    sheet = forms.as_grid(forms.layout(document))
    written = [as_xlsx(sheet)]
    if all(ord(character) < 0x10000 for cell in sheet.cells for character in cell.text):
        # xlwt counts characters beyond as one unit and writes a damaged file.
        written.append(as_xls(sheet))
    for data_of_file in written:
        (found,) = files.read("a.xlsx", data_of_file).text.tables
        assert documents.without_ids(found) == documents.without_ids(document)


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.9, "0%", "90%"),
        (0.855, "0.0%", "85.5%"),
        (1, "0.00%", "100.00%"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (23000, "General", "23000"),
        (0.1 + 0.2, "General", "0.3"),
        (12345678901.25, "General", "12345678901"),
        (45.5, "0.##", "45.5"),
        (45, "0.##", "45"),
        (20, '"≥"0"天"', "≥20天"),
        (95, '"≥"0\\%', "≥95%"),
        (-3, '0;"负"0', "负3"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (12000, '0.00,"千"', "12.00千"),
        (45657, "yyyy/m/d", "2024/12/31"),
        (45657, 'yyyy"年"m"月"d"日"', "2024年12月31日"),
        (45657, "[$-804]yyyy\\-mm\\-dd;@", "2024-12-31"),
        (45657.5, "yyyy/m/d h:mm", "2024/12/31 12:00"),
        (0.75, "h:mm", "18:00"),
        (-1, "yyyy/m/d", "-1"),
        (7, "@", "7"),
        (7, "", "7"),
        *((value, '0;-0;"无"', text) for value, text in ((0, "无"), (5, "5"), (-5, "-5"))),
        *((value, "0.00;-0.00", text) for value, text in ((0, "0.00"), (-5, "-5.00"), (1.234, "1.23"))),
        *((-1234.5, "#,##0.00", "-1,234.50"), (-0.05, "0%", "-5%"), (0, '0;;"-"', "-"), (-2, "0;", "-2")),
        *((0, "0;-0", "0"), (2.5, "0", "3"), (-0.4, "0", "0"), (-3, "0.0", "-3.0")),
        *((7, "000", "007"), (12.5, "0000.0", "0012.5"), (0.5, "#.00", ".50"), (0.5, "#.0#", ".5")),
        *((1_234_567, "#,##0,", "1,235"), (1e15, "General", "1000000000000000"), (1e-7, "General", "0.0000001")),
        *((45657, "yy/mm/dd", "24/12/31"), (45657, "d-mmm-yy", "31-12-24"), (45657.5, "hh:mm:ss", "12:00:00")),
        *((45657.25, "h:mm AM/PM", "6:00 上午"), (0.5, "h:mm AM/PM", "12:00 下午"), (0, "h:mm AM/PM", "12:00 上午")),
        *((0.0625, "mm:ss", "30:00"), (0.0625, "h:mm", "1:30"), (0, "yyyy/m/d", "1899/12/30")),
        *((2_958_465, "yyyy/m/d", "9999/12/31"), (2_958_466, "yyyy/m/d", "2958466")),
    ],
)
def test_number_is_read_as_excel_shows_it(value: float, code: str, shown: str) -> None:
    assert numbers.shown(value, code) == shown


def test_stored_values_of_cells_are_read_as_shown() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write_number(0, 0, 0.9, made.add_format({"num_format": "0%"}))
        sheet.write_datetime(0, 1, datetime.datetime(2024, 12, 31), made.add_format({"num_format": 14}))
        sheet.write_formula(0, 2, "=1+1", None, 2)
        sheet.write_formula(0, 3, '="≥"&"90%"', None, "≥90%")
        sheet.write_rich_string(0, 4, "甲", made.add_format({"bold": True}), "乙")
        sheet.write_string(0, 5, "=1+1")
        sheet.write_boolean(0, 6, True)

    shown = cells(book(fill))
    assert [shown[0, n] for n in range(7)] == ["90%", "2024/12/31", "2", "≥90%", "甲乙", "=1+1", "TRUE"]


def test_old_workbook_is_read_as_shown_and_without_what_is_hidden() -> None:
    made = xlwt.Workbook("utf-8")
    sheet, hidden = made.add_sheet("甲"), made.add_sheet("乙")
    hidden.visibility = 1
    hidden.write(0, 0, "藏")
    sheet.write(0, 0, 0.9, xlwt.easyxf(num_format_str="0%"))
    sheet.write(0, 1, datetime.datetime(2024, 12, 31), xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"'))
    sheet.write(0, 2, 45.5)
    sheet.write(1, 0, "隐行")
    sheet.row(1).hidden = True
    sheet.write(0, 4, "隐列")
    sheet.col(4).hidden = True
    for row in range(2, 40):
        # Longer than a record, so that the shared strings go on in the next one.
        sheet.write(row, 0, ("长" * 6_000 if row % 2 else "ascii" * 1_500) + str(row))
    stream = io.BytesIO()
    made.save(stream)

    (found,) = old.sheets(stream.getvalue())

    assert [found.cells[0, n] for n in range(3)] == ["90%", "2024年12月31日", "45.5"]
    assert (found.hidden_rows, found.hidden_columns) == ({1}, {4})
    assert found.cells[39, 0] == "长" * 6_000 + "39" and found.cells[38, 0] == "ascii" * 1_500 + "38"


# --- sheets --------------------------------------------------------------------------------------


def test_hidden_sheets_rows_and_columns_are_no_content() -> None:
    def fill(made: Any, sheet: Any) -> None:
        for cell in grid(SHEET).cells:
            # Column 9 and row 20 are beyond the table.
            sheet.merge_range(cell.row, cell.column, cell.end_row - 1, cell.end_column - 1, "") if (
                cell.rowspan * cell.colspan > 1
            ) else None
            sheet.write_string(cell.row, cell.column, cell.text)
        sheet.write_string(3, 12, "隐列")
        sheet.set_column(12, 12, None, None, {"hidden": True})
        sheet.write_string(20, 0, "隐行")
        sheet.set_row(20, None, None, {"hidden": True})
        other = made.add_worksheet("草稿")
        other.write_string(0, 0, "隐表")
        other.hide()

    hidden = files.read("a.xlsx", book(fill))
    assert hidden.text == files.read("a.xlsx", as_xlsx(SHEET)).text
    assert not {"隐列", "隐行", "隐表"} & {left.text for left in hidden.unplaced}


def test_table_on_each_sheet_and_several_on_one_are_read() -> None:
    stacked = "\n".join([drawing("10").strip(), drawing("21").strip(), drawing("09").strip()])
    names = [table.project_name for table in files.read("a", as_xlsx(stacked, drawing("08"))).text.tables]
    assert names == ["水库除险加固", "水利发展资金", "垃圾分类宣传", "农村公路养护"]


def test_stray_cell_far_away_costs_nothing() -> None:
    def fill(made: Any, sheet: Any) -> None:
        for cell in grid(SHEET).cells:
            if (cell.rowspan, cell.colspan) != (1, 1):
                sheet.merge_range(cell.row, cell.column, cell.end_row - 1, cell.end_column - 1, "")
            sheet.write_string(cell.row, cell.column, cell.text)
        sheet.write_string(1_048_575, 16_383, "角")

    found = files.read("a.xlsx", book(fill))
    assert found.text == files.read("a.xlsx", as_xlsx(SHEET)).text
    assert ("角", "工作表“甲”XFD1048576") in [(left.text, left.where) for left in found.unplaced]


def test_workbook_and_page_give_the_same_document() -> None:
    shown = [files.read("a", written).text for written in (as_xlsx(SHEET), as_xls(SHEET), as_html(SHEET))]
    assert shown[0] == shown[1] == shown[2]
    assert replace(shown[0], tables=()) != shown[0]
