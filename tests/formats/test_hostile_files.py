"""Damaged, hostile and unusual files: one sentence each, or the document; within limits, whatever they claim."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import pytest

from portal.formats import files, packages, pieces
from portal.formats.reading import Unreadable
from tests.domain.drawings import grid
from tests.formats.layout_files import as_docx, as_html, as_xls, as_xlsx, drawing

DRAWING = drawing("10")
NAME = "水库除险加固"
DOCX, XLSX, XLS = as_docx(DRAWING), as_xlsx(DRAWING), as_xls(DRAWING)
DAMAGED = packages.DAMAGED


def changed(data: bytes, change: Callable[[dict[str, bytes]], None], comment: bytes = b"") -> bytes:
    """The package with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return zipped(parts, comment)


def zipped(parts: Mapping[str, bytes], comment: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return stream.getvalue()


def part(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)

    return change


def refusal_of(data: bytes, name: str = "a") -> str:
    with pytest.raises(Unreadable) as refusal:
        files.read(name, data)
    message = refusal.value.message
    assert re.fullmatch(r"[^\n]{5,200}。", message)
    return message


def names_in(data: bytes) -> list[str]:
    return [table.project_name for table in files.read("a", data).text.tables]


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("data", [DOCX, XLSX, XLS], ids=["docx", "xlsx", "xls"])
def test_truncated_file_is_refused_as_damaged(data: bytes) -> None:
    for end in (40, len(data) // 3, len(data) // 2, len(data) - 200):
        assert "损坏" in refusal_of(data[:end]) or "不是" in refusal_of(data[:end])


def test_damaged_part_is_refused() -> None:
    assert refusal_of(changed(DOCX, part("word/document.xml", "</w:body>", "</w:bod>"))) == DAMAGED
    assert refusal_of(changed(XLSX, part("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetDat>"))) == DAMAGED
    assert refusal_of(changed(DOCX, lambda parts: parts.pop("word/document.xml"))) == DAMAGED


def test_macros_are_refused() -> None:
    def with_macros(parts: dict[str, bytes]) -> None:
        parts["word/vbaProject.bin"] = b"x"

    assert refusal_of(changed(DOCX, with_macros)) == packages.MACROS
    types = part("[Content_Types].xml", "wordprocessingml.document.main+xml", "macroEnabled.main+xml")
    assert refusal_of(changed(DOCX, types)) == packages.MACROS


def test_password_is_refused() -> None:
    locked = bytearray(DOCX)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(mark)
        while start >= 0:
            locked[start + at] |= 1
            start = locked.find(mark, start + 4)
    assert refusal_of(bytes(locked)) == packages.LOCKED
    assert refusal_of(XLS.replace("Workbook".encode("utf-16-le"), "Encrypti".encode("utf-16-le"))) != ""


def test_entities_are_never_expanded(tmp_path: object) -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    for data, name in ((DOCX, "word/document.xml"), (XLSX, "xl/sharedStrings.xml")):

        def with_entities(parts: dict[str, bytes], name: str = name) -> None:
            head, _, rest = parts[name].decode().partition("?>")
            parts[name] = f"{head}?>{bomb}{rest.replace('水库除险加固', '&b;&x;')}".encode()

        assert refusal_of(changed(data, with_entities)) == packages.ENTITIES


def test_bomb_is_refused_whatever_its_directory_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_PART", 200_000)

    def blow_up(parts: dict[str, bytes]) -> None:
        parts["word/document.xml"] = b" " * 300_000

    bomb = changed(DOCX, blow_up)
    assert refusal_of(bomb) == packages.BOMB
    lying = bomb.replace((300_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little"))
    assert refusal_of(lying) in (packages.BOMB, DAMAGED)


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_TAGS", 500)
    assert refusal_of(DOCX) == packages.BOMB


def test_too_many_rows_are_refused_by_their_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, pieces.MAX_ROWS + 3))
    many = changed(XLSX, part("xl/worksheets/sheet1.xml", "<sheetData>", f"<sheetData>{rows}"))
    assert refusal_of(many) == "工作表“Sheet1”超过 20000 行，不是绩效目标表；请只保留目标表再导入。"
    page = b"<html><table>" + b"<tr><td>1" * (pieces.MAX_ROWS + 2) + b"</table>"
    assert refusal_of(page) == "第 1 个表格超过 20000 行，不是绩效目标表；请只保留目标表再导入。"


def test_spans_that_claim_everything_cost_nothing() -> None:
    wide = changed(DOCX, part("word/document.xml", 'w:gridSpan w:val="9"', 'w:gridSpan w:val="99999"'))
    assert "超过 300 列" in refusal_of(wide)
    html = as_html(DRAWING).replace(b'rowspan="3"', b'rowspan="65534"').replace(b'colspan="9"', b'colspan="65000"')
    assert names_in(html) == [NAME]
    far = changed(XLSX, part("xl/worksheets/sheet1.xml", 'ref="A1:I1"', 'ref="A1:XFD1048576"'))
    assert "却没有读到表的内容" in refusal_of(far)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (as_docx(), "文件里没有文字，没有可以读取的目标表。"),
        (as_xlsx("|"), "文件里没有文字，没有可以读取的目标表。"),
        (
            as_docx(lines=["某局2024年部门预算公开说明", "一、部门职责", "二、预算安排"]),
            "这是《某局2024年部门预算公开说明》，里面只有文字，没有绩效目标表。",
        ),
        (as_docx("姓名 | 工资\n张三 | 3000"), "文件里有表格，表格的栏目是“姓名、工资”，不是绩效目标表。"),
        (
            as_docx("甲 | 乙", lines=["垃圾清运绩效目标表"]),
            "文件里有绩效目标表的标题（《垃圾清运绩效目标表》），却没有读到表的内容：标题下面没有带栏目名称的表格。",
        ),
    ],
    ids=["no text", "no cells", "prose", "other table", "title only"],
)
def test_file_without_target_tables_is_refused_by_what_it_is(data: bytes, told: str) -> None:
    assert refusal_of(data) == told


def test_text_with_titles_and_no_tables_is_refused_even_beside_a_department_part() -> None:
    lines = ("第一部分", "部门整体绩效目标", "一、总体绩效目标", "总体目标", "甲")
    source = "\n".join([*lines, "第二部分", "预算项目绩效目标", "1、垃圾清运绩效目标表"])
    assert "《1、垃圾清运绩效目标表》" in refusal_of(source.encode())


def test_damaged_byte_of_a_text_is_told_with_line_and_column() -> None:
    source = "第一部分\n部门整体绩效目标\n一、总体绩效目标\n总体目标\n保障民生工作落实到位\n".encode() * 3
    at = source.index("民生".encode())
    for byte in (b"\xff", b"A"):
        told = refusal_of(source[: at + 1] + byte + source[at + 2 :])
        assert told == "文件第 5 行第 3 个字符损坏，不是文字；请在原来的软件里改正这一处，再另存一份。"


def test_damaged_byte_of_a_page_is_told_with_line_and_column() -> None:
    page = as_html(DRAWING).replace(b"<tr>", b"\n<tr>")
    told = "文件第 4 行第 22 个字符损坏，不是文字；请在原来的软件里改正这一处，再另存一份。"
    for source in (page, page.decode().replace('"utf-8"', '"gb2312"').encode("gb18030")):
        damaged = source.split(b"\n")
        damaged[3] = damaged[3][:21] + b"\xff" + damaged[3][21:]
        assert refusal_of(b"\n".join(damaged)).startswith(told[:9])
        assert "个字符损坏" in refusal_of(b"\n".join(damaged))


def test_page_that_ends_within_a_table_is_refused() -> None:
    assert refusal_of(as_html(DRAWING)[:900]) == "网页不完整，最后一个表格没有结束；请重新保存一次再导入。"


def test_sheet_that_is_missing_is_no_empty_workbook() -> None:
    assert refusal_of(changed(XLSX, lambda parts: parts.pop("xl/worksheets/sheet1.xml"))) == DAMAGED


def test_entities_of_a_sheet_are_refused() -> None:
    doctype = '?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert refusal_of(changed(XLSX, part("xl/worksheets/sheet1.xml", "?>", doctype))) == packages.ENTITIES


def test_endless_paragraphs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.formats.word.reader._MOST_PARAGRAPHS", 3)
    assert refusal_of(as_docx(lines=["甲"] * 5)) == "文件超过 3 段，不是绩效目标表；请只保留目标表再导入。"


# --- what is unusual and sound -------------------------------------------------------------------


def test_main_part_is_found_by_its_relationship() -> None:
    def move(parts: dict[str, bytes]) -> None:
        parts["word/document2.xml"] = parts.pop("word/document.xml")
        parts["word/_rels/document2.xml.rels"] = parts.pop("word/_rels/document.xml.rels")
        for name in ("[Content_Types].xml", "_rels/.rels"):
            parts[name] = parts[name].replace(b"word/document.xml", b"word/document2.xml")

    assert names_in(changed(DOCX, move)) == [NAME]


def test_parts_in_utf16_and_a_comment_behind_the_archive_are_read() -> None:
    def recode(parts: dict[str, bytes]) -> None:
        source = parts["word/document.xml"].decode().replace("UTF-8", "UTF-16").replace("utf-8", "UTF-16")
        parts["word/document.xml"] = source.encode("utf-16")

    assert names_in(changed(DOCX, recode, comment=b"comment")) == [NAME]
    assert names_in(XLSX + b"\0" * 20) == [NAME]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_text_with_a_row_on_each_line_is_read_in_every_encoding(encoding: str) -> None:
    held = grid(DRAWING)
    rows = []
    for row in range(held.height):
        own = {cell.column: cell.text.replace("\n", " ") for cell in held.cells if cell.row == row}
        rows.append("\t".join(own.get(column, "") for column in range(held.width)).rstrip("\t"))
    found = files.read("a.txt", "\r\n".join(rows).encode(encoding)).text.tables
    assert [table.project_name for table in found] == [NAME]
    assert [row.level1 for row in found[0].indicators] == ["产出指标", "产出指标", "效益指标"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_page_is_read_in_every_encoding(encoding: str) -> None:
    named = {"gb18030": "gb2312"}.get(encoding, encoding)
    source = as_html(DRAWING).decode().replace('charset="utf-8"', f'charset="{named}"')
    assert names_in(source.encode(encoding)) == [NAME]


def test_ending_of_a_file_does_not_matter() -> None:
    for data in (DOCX, XLSX, XLS, as_html(DRAWING)):
        assert files.read("表.xls", data).text.tables[0].project_name == NAME


def test_merged_cells_that_overlap_are_read_once() -> None:
    twice = part(
        "xl/worksheets/sheet1.xml", '<mergeCell ref="A1:I1"/>', '<mergeCell ref="A1:I1"/><mergeCell ref="A1:B2"/>'
    )
    assert files.read("a", changed(XLSX, twice)).text == files.read("a", XLSX).text


def test_sheet_that_is_protected_against_editing_is_read() -> None:
    protected = part(
        "xl/worksheets/sheet1.xml", "</sheetData>", '</sheetData><sheetProtection password="CC1A" sheet="1"/>'
    )
    assert names_in(changed(XLSX, protected)) == [NAME]


def test_remote_template_is_not_opened() -> None:
    remote = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate" Target="http://192.0.2.1/x.dotm" TargetMode="External"/></Relationships>'
    )
    assert names_in(changed(DOCX, part("word/_rels/document.xml.rels", "</Relationships>", remote))) == [NAME]


def test_formula_texts_stay_texts() -> None:
    source = DRAWING.replace("水库除险加固", '=HYPERLINK("http://x")')
    for data in (as_docx(source), as_xlsx(source), as_xls(source), as_html(source)):
        assert names_in(data) == ['=HYPERLINK("http://x")']


def test_names_with_backslashes_are_read() -> None:
    def turn(parts: dict[str, bytes]) -> None:
        for name in list(parts):
            parts[name.replace("/", "\\")] = parts.pop(name)

    assert names_in(changed(DOCX, turn)) == [NAME]


def test_large_table_without_captions_is_refused_by_its_title() -> None:
    rows = "\n".join(f"{n} | 张三 | 3000" for n in range(800))
    told = refusal_of(as_xlsx(f"2024年工资发放表→3\n序次 | 姓名 | 工资\n{rows}"))
    assert told == "这是《2024年工资发放表》，不是绩效目标表。"
