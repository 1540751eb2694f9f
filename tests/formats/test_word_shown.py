"""Reading .docx as Word shows it: accepted changes, hidden text, controls, boxes, merged and divided tables."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from portal.domain import documents
from portal.domain.documents import DepartmentDocument, Duty, PerformanceText, Safeguard
from portal.formats import files, word
from portal.formats.reading import Reading
from tests.domain.drawings import grid
from tests.formats.layout_files import as_docx, drawing, saved

DOCX = as_docx(drawing("10"))
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAME = "<w:t>水库除险加固</w:t>"


def with_body(old: str, new: str) -> Reading:
    """The drawing as a Word file, with a part of its body replaced."""
    with zipfile.ZipFile(io.BytesIO(DOCX)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = parts["word/document.xml"].decode()
    assert old in body
    parts["word/document.xml"] = body.replace(old, new, 1).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return files.read("a.docx", stream.getvalue())


def project_name(reading: Reading) -> str:
    return reading.text.tables[0].project_name


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            '<w:t>水库</w:t></w:r><w:del w:id="1"><w:r><w:delText>旧名</w:delText></w:r></w:del><w:r><w:t>加固</w:t>',
            "水库加固",
        ),
        ('<w:t>水库</w:t></w:r><w:ins w:id="1"><w:r><w:t>加固</w:t></w:r></w:ins><w:r><w:t/>', "水库加固"),
        ('<w:t>水库</w:t></w:r><w:moveFrom w:id="1"><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:r><w:t/>', "水库"),
        ("<w:t>水库</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:t/>", "水库"),
        ('<w:t>水库</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>加固</w:t></w:r><w:r><w:t/>', "水库加固"),
        (
            "<w:t>水库</w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>加固</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t/>",
            "水库加固",
        ),
        ("<w:t>水</w:t><w:br/><w:t>库</w:t><w:tab/><w:t>甲</w:t>", "水\n库 甲"),
        ("<w:t>水库</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t/>", "水库"),
    ],
    ids=["deleted", "inserted", "moved away", "hidden", "not hidden", "control", "breaks", "field"],
)
def test_text_is_read_as_it_is_shown_with_changes_accepted(written: str, shown: str) -> None:
    assert project_name(with_body(NAME, written)) == shown


def test_deleted_row_is_no_row() -> None:
    rows = len(files.read("a", DOCX).text.tables[0].indicators)
    row = "<w:tr><w:trPr><w:del w:id='9'/></w:trPr><w:tc><w:p><w:r><w:t>删去</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    found = with_body("</w:tbl>", row)
    assert len(found.text.tables[0].indicators) == rows
    assert "删去" not in [left.text for left in found.unplaced]


def test_text_box_is_told_as_unplaced() -> None:
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>批注框</w:t></w:r></w:p></w:txbxContent></w:pict>"
    found = with_body(NAME, NAME + box)
    assert project_name(found) == "水库除险加固"
    assert ("批注框", "第 1 个表格的文本框") in [(left.text, left.where) for left in found.unplaced]


def test_table_that_frames_another_is_looked_through() -> None:
    document = docx.Document()
    held = grid(drawing("09"))
    made = document.add_table(1, 1).cell(0, 0).add_table(held.height, held.width)
    for cell in held.cells:
        first = made.cell(cell.row, cell.column)
        if (cell.rowspan, cell.colspan) != (1, 1):
            first = first.merge(made.cell(cell.end_row - 1, cell.end_column - 1))
        first.text = cell.text
    assert project_name(files.read("a.docx", saved(document))) == "垃圾分类宣传"


def test_table_that_a_page_break_divides_is_one() -> None:
    lines = drawing("08").strip().split("\n")
    head = "一级指标→2 | 二级指标→2 | 三级指标→2 | 指标值→2"
    rows = "效益指标→2 | 社会效益指标→2 | 受益人口→2 | ≥300人→2\n"
    rows += "满意度指标→2 | 服务对象满意度指标→2 | 村民满意度→2 | ≥90%→2"
    expected = ["养护里程", "养护合格率", "受益人口", "村民满意度"]
    for second in (f"{head}\n{rows}", rows):
        (table,) = files.read("a.docx", as_docx("\n".join(lines[:-1]), second)).text.tables
        assert [row.level3 for row in table.indicators] == expected


def test_head_repeated_within_a_table_is_no_row() -> None:
    lines = drawing("08").strip().split("\n")
    repeated = "\n".join([*lines[:-1], lines[-4], "效益指标→2 | 社会效益指标→2 | 受益人口→2 | ≥300人→2"])
    (table,) = files.read("a.docx", as_docx(repeated)).text.tables
    assert [row.level3 for row in table.indicators] == ["养护里程", "养护合格率", "受益人口"]


def test_whole_document_of_an_office_is_read_with_its_prose() -> None:
    department = DepartmentDocument(
        "第一段**要点**\n\n第二段 540*12",
        (Duty("d1", "履职", "1、甲\n2、乙"), Duty("d2", "其他", "")),
        (Safeguard("s1", "组织", "**一是**领导\n二是考核\n\n尾"),),
    )
    (table,) = files.read("a", DOCX).text.tables
    found = files.read("a.docx", word.write(PerformanceText(department, (table,)))).text
    assert found.department and documents.without_ids(found.department) == documents.without_ids(department)
    assert [documents.without_ids(each) for each in found.tables] == [documents.without_ids(table)]


def test_several_tables_under_their_titles_are_read() -> None:
    document = docx.Document()
    for name in ("10", "21"):
        title, *rest = drawing(name).strip().split("\n")
        document.add_paragraph(title.partition("→")[0])
        held = grid("\n".join(rest))
        made = document.add_table(held.height, held.width)
        for cell in held.cells:
            first = made.cell(cell.row, cell.column)
            if (cell.rowspan, cell.colspan) != (1, 1):
                first = first.merge(made.cell(cell.end_row - 1, cell.end_column - 1))
            first.text = cell.text
    found = files.read("a.docx", saved(document))
    assert [table.project_name for table in found.text.tables] == ["水库除险加固", "水利发展资金"]
