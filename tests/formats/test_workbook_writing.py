"""The workbook as Excel opens it: the form's cells, hidden marks, texts that stay texts, choice lists, comments."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given

from portal.domain import frameworks
from portal.domain.documents import DepartmentDocument, Duty, Indicator, PerformanceText, ProjectDocument
from portal.domain.imprint import Imprint
from portal.domain.offline import OfflineCopy, OfflineTable, Remark
from portal.formats import excel, files, text
from portal.formats.excel import marks, workbook
from portal.formats.excel.sheets import RawSheet
from portal.formats.excel.writer.book import sheet_names
from portal.formats.packages import Package
from tests.databases import DATA
from tests.domain.form_documents import any_form_document
from tests.formats.generated import performance_texts
from tests.formats.workbook_files import altered, offline
from tests.forms_in_use import shipping
from tests.world import sound_project

REAL = text.read((DATA / "gucheng-2020.txt").read_bytes()).text
PUNCTUATION = "=1+1 +2 -3 @四 ‘单’ “双” 【方】 &<>'\"; \\ | ` ~ ^ % $ # ! ？，。；：、…—— _x0041_"


def alone(document: ProjectDocument | DepartmentDocument) -> PerformanceText:
    if isinstance(document, ProjectDocument):
        return PerformanceText(None, (document,))
    return PerformanceText(document)


def sheets(data: bytes) -> dict[str, RawSheet]:
    return {sheet.name: sheet for sheet in workbook.sheets(Package(data), with_hidden=True)}


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def parts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


# --- round trips ---------------------------------------------------------------------------------


def test_real_text_comes_back_equal_with_its_row_ids() -> None:
    reading = excel.read(excel.write(REAL))
    assert (reading.text, reading.unplaced, reading.converted) == (REAL, (), ())


@given(any_form_document)
def test_document_of_any_form_comes_back_equal(document: ProjectDocument | DepartmentDocument) -> None:
    reading = excel.read(excel.write(alone(document)))
    assert (reading.text, reading.unplaced) == (alone(document), ())


@given(performance_texts)
def test_whole_text_with_the_hardest_words_comes_back_equal(content: PerformanceText) -> None:
    reading = excel.read(excel.write(content))
    assert (reading.text, reading.unplaced) == (content, ())


@given(any_form_document)
def test_offline_copy_comes_back_equal(document: ProjectDocument | DepartmentDocument) -> None:
    assert excel.read(offline(document)).text == alone(document)


def test_sixty_rows_with_long_texts_blanks_and_all_punctuation_come_back_equal() -> None:
    rows = [
        Indicator(
            f"row{n:04d}", "产出指标", "" if n % 3 else "数量指标", f"{PUNCTUATION}{n}", "长" * 900, "", "\n一\n二"
        )
        for n in range(60)
    ]
    document = replace(sound_project(), indicators=tuple(replace(row, basis=row.basis.strip()) for row in rows))
    assert excel.read(excel.write(alone(document))).text == alone(document)


def test_form_of_a_file_of_its_own_comes_back_equal() -> None:
    with shipping("banan-2022") as (form,):
        document = replace(sound_project(), form=form.id, extra=(("manager", "张三 13900000000"), ("outline", "概况")))
        assert excel.read(excel.write(alone(document))).text == alone(document)


def test_formats_offer_excel_for_writing() -> None:
    assert files.format_to_write("表.xlsx").name == "xlsx"
    assert files.read("表.xlsx", files.write("xlsx", REAL)).text == REAL


# --- cells ---------------------------------------------------------------------------------------


def test_rows_of_the_list_have_no_merged_cells_so_that_they_can_be_sorted() -> None:
    for form in ("hebei-2017", "hebei-2021", "national-2021", "sichuan-2023"):
        document = replace(sound_project(), form=form)
        (sheet,) = (each for name, each in sheets(excel.write(alone(document))).items() if name != marks.SHEET)
        rows = {row for (row, column), key in sheet.cells.items() if column == 0 and re.match("indicators/.", key)}
        assert len(rows) == 4
        inside = [merge for merge in sheet.merges if merge[0][0] in rows]
        assert inside == [], form


def test_texts_that_begin_like_formulas_stay_texts_and_addresses_are_no_links() -> None:
    document = replace(sound_project(), goals="=1+1", purpose="https://example.invalid/a", project_name="@SUM(A1)")
    data = excel.write(alone(document))
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert excel.read(data).text == alone(document)


def test_amounts_are_numbers_that_show_as_typed() -> None:
    document = replace(sound_project(), goals="23000.00")
    (name, sheet), *_ = sheets(excel.write(alone(document))).items()
    amounts = {place for place, shown in sheet.cells.items() if shown == "23000.00"}
    assert name == "1 办事处工作经费" and len(amounts) == 3
    assert len(amounts & sheet.numbers) == 2, "the goals are a text"


@pytest.mark.parametrize("amount", ["2.3万", "023", "1,234.50", "12345678901234567890", "1.", "-3", "1e5", "1.00000"])
def test_amount_that_would_show_otherwise_stays_a_text(amount: str) -> None:
    document = replace(sound_project(), budget=replace(sound_project().budget, total=amount))
    assert excel.read(excel.write(alone(document))).text == alone(document)


def test_characters_that_no_workbook_can_hold_and_too_long_texts_leave_a_file_that_opens() -> None:
    document = replace(sound_project(), goals="长" * 40_000, purpose="a\ufffeb")
    reading = excel.read(excel.write(alone(document)))
    (table,) = reading.text.tables
    assert (table.goals, table.purpose) == ("", "")
    assert [sentence for sentence in reading.converted if "太长" in sentence]


def test_names_of_sheets_are_those_of_the_tables_as_excel_allows_them() -> None:
    names = ["甲/乙:丙*[丁]?", "同名", "同名", "'", "很长" * 30, "系统数据"]
    own = [replace(sound_project(), ordinal=0, project_name=name) for name in names]
    found = sheet_names(own)
    assert found[:3] == ["甲 乙 丙 丁", "同名", "同名 (2)"]
    assert len({name.lower() for name in found}) == len(found) and marks.SHEET not in found
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in found)


# --- the page ------------------------------------------------------------------------------------


def test_page_is_a4_one_page_wide_landscape_where_the_list_has_many_columns() -> None:
    wide = part(excel.write(alone(sound_project())), "xl/worksheets/sheet1.xml")
    assert 'paperSize="9"' in wide and 'orientation="landscape"' in wide and 'fitToHeight="0"' in wide
    upright = part(excel.write(alone(replace(sound_project(), form="national-2021"))), "xl/worksheets/sheet1.xml")
    assert 'orientation="portrait"' in upright


def test_head_and_foot_tell_source_and_record_without_breaking_codes() -> None:
    imprint = Imprint("12:3fa4", "甲&乙办", "王经办 导出")
    sheet = part(excel.write(alone(sound_project()), imprint), "xl/worksheets/sheet1.xml")
    assert "甲&amp;&amp;乙办" in sheet and "审计记录：12:3fa4" in sheet


# --- offline copies ------------------------------------------------------------------------------


def test_offline_copy_has_instructions_choice_lists_and_rows_to_fill_in() -> None:
    data = offline(sound_project())
    found = sheets(data)
    assert list(found) == ["填写说明", "1 办事处工作经费", "指标体系", "系统数据"]
    assert [name for name, sheet in found.items() if sheet.is_hidden] == ["指标体系", "系统数据"]
    levels = frameworks.get(frameworks.for_year(2020)).levels
    assert {shown for (row, _), shown in found["指标体系"].cells.items() if row == 0} == set(levels)
    sheet = part(data, "xl/worksheets/sheet2.xml")
    assert "一级指标清单" in sheet and "INDIRECT" in sheet and "conditionalFormatting" in sheet
    assert list(found["1 办事处工作经费"].cells.values()).count("indicators/+") == 5
    assert "sheetProtection" not in sheet


def test_other_copies_have_neither_instructions_nor_rows_to_fill_in() -> None:
    found = sheets(excel.write(alone(sound_project())))
    assert list(found) == ["1 办事处工作经费", "系统数据"]
    assert "indicators/+" not in found["1 办事处工作经费"].cells.values()


def test_formulas_stand_in_no_cell_that_is_read() -> None:
    sheet = part(offline(sound_project()), "xl/worksheets/sheet2.xml")
    assert "<f>" not in sheet
    department = part(offline(DepartmentDocument("目标", (Duty("duty1", "职责", "目标"),))), "xl/worksheets/sheet2.xml")
    assert set(re.findall("<f>([A-Z]+)", department)) == {"IF"}, "numbers of rows only"


def test_opinions_of_the_return_are_comments_of_the_bureau_at_their_places() -> None:
    remarks = (
        Remark("indicators/bbbb/target_value", "指标值偏低。", True, "还没有答复"),
        Remark("indicators/gone/level3", "这一行已经删除。", False, "已答复：已修改。"),
        Remark("goals", "目标不够细化。", False, "还没有答复"),
    )
    table = OfflineTable(1, 1, "ab", "", remarks)
    copy = OfflineCopy("610002", 2020, frameworks.get("hebei-2017"), (table,))
    data = excel.write(alone(sound_project()), Imprint(offline=copy))
    comments = part(data, next(name for name in parts(data) if "comments" in name))
    assert "<author>财政局</author>" in comments
    assert "必须修改：指标值偏低。" in comments and "建议修改：这一行已经删除。" in comments
    assert len(re.findall("<comment ", comments)) == 3
    assert excel.read(data).text == alone(sound_project()), "comments are no content"


def test_table_that_the_office_does_not_hold_says_so_and_takes_no_rows() -> None:
    found = sheets(offline(sound_project(), refusal="这张表已送审，"))["1 办事处工作经费"]
    assert "这张表已送审，在这里改动的不会取回。" in found.cells.values()
    assert "indicators/+" not in found.cells.values()


def test_workbook_whose_hidden_sheet_was_altered_is_read_by_its_captions() -> None:
    (table,) = excel.read(altered(offline(sound_project()))).text.tables
    wanted = sound_project()
    assert (table.project_name, table.goals, table.budget) == (wanted.project_name, wanted.goals, wanted.budget)
    assert table.spending_plan == wanted.spending_plan
    assert [replace(row, id="") for row in table.indicators] == [replace(row, id="") for row in wanted.indicators]
