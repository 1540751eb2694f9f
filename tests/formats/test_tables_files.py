"""The commands check and convert: what they print, what they write, how they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli.tables_files import check, convert
from portal.domain.rules import YearRules, check_text
from portal.domain.serialization import to_json
from portal.formats import json_file, text
from portal.formats.files import MAX_BYTES
from tests.formats.layout_files import as_xlsx, drawing

SEED = Path(__file__).parents[1] / "data" / "gucheng-2020.txt"
READING = text.read(SEED.read_bytes())


def test_check_prints_documents_findings_and_unplaced_lines_as_json(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes("抬头\n".encode() + SEED.read_bytes())
    result = CliRunner().invoke(check, [str(source), "--year", "2020", "--json"])
    printed = json.loads(result.stdout)
    findings = [
        {"rule": f.rule, "severity": f.severity.value, "table": f.table, "path": f.path, "message": f.message}
        for f in check_text(READING.text, YearRules.for_year(2020))
    ]
    assert READING.text.department is not None
    assert printed == {
        "department": to_json(READING.text.department),
        "tables": [to_json(table) for table in READING.text.tables],
        "findings": findings,
        "unplaced": [{"line": 1, "text": "抬头"}],
        "converted": [],
    }
    assert (result.exit_code, bool(findings)) == (0, True)


def test_check_passes_over_invisible_characters_in_amounts_as_an_import_does(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(SEED.read_text("utf-8").replace("23000.00", "\u202d23000.00\u202c"), "utf-8")
    result = CliRunner().invoke(check, [str(source), "--year", "2020", "--json"])
    printed = json.loads(result.stdout)
    assert printed["tables"] == [to_json(table) for table in READING.text.tables]
    assert "E1" not in {finding["rule"] for finding in printed["findings"] if finding["table"] == 1}


def test_check_for_people_counts_and_lists_by_table(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes("抬头\n".encode() + SEED.read_bytes())
    result = CliRunner().invoke(check, [str(source), "--year", "2020"])
    lines = result.stdout.split("\n")
    findings = check_text(READING.text, YearRules.for_year(2020))
    assert result.exit_code == 0
    assert lines[0] == "部门整体绩效目标：有；项目绩效目标表 8 张，指标 27 条。"
    names = ["部门整体绩效目标"] + [
        f"第 {n} 张表 {table.project_name}" for n, table in enumerate(READING.text.tables, 1)
    ]
    assert [line for line in lines[2:] if line in names] == [
        names[n] for n in sorted({finding.table for finding in findings})
    ]
    assert len([line for line in lines if line.startswith(("  错误 ", "  提醒 "))]) == len(findings)
    assert lines[-4:] == ["", "未能归位的内容", "  第 1 行：抬头", ""]


def test_check_takes_another_framework() -> None:
    default = CliRunner().invoke(check, [str(SEED), "--year", "2020", "--json"])
    other = CliRunner().invoke(check, [str(SEED), "--year", "2020", "--framework", "national-2021", "--json"])
    first, second = json.loads(default.stdout), json.loads(other.stdout)
    assert first["tables"] == second["tables"]
    assert [f for f in second["findings"] if f["rule"] == "E4"] != [f for f in first["findings"] if f["rule"] == "E4"]


def test_check_refuses_an_unknown_framework_in_one_line() -> None:
    result = CliRunner().invoke(check, [str(SEED), "--year", "2020", "--framework", "x"])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)


def test_convert_to_json_and_back(tmp_path: Path) -> None:
    there, back = tmp_path / "a.json", tmp_path / "b.txt"
    assert CliRunner().invoke(convert, [str(SEED), "-o", str(there)]).exit_code == 0
    assert CliRunner().invoke(convert, [str(there), "-o", str(back)]).exit_code == 0
    assert json_file.read(there.read_bytes()) == READING
    assert text.read(back.read_bytes()) == READING


def test_convert_to_excel_and_back(tmp_path: Path) -> None:
    there, back = tmp_path / "a.xlsx", tmp_path / "b.txt"
    assert CliRunner().invoke(convert, [str(SEED), "-o", str(there)]).exit_code == 0
    assert CliRunner().invoke(convert, [str(there), "-o", str(back)]).exit_code == 0
    assert text.read(back.read_bytes()) == READING


def test_convert_to_word(tmp_path: Path) -> None:
    target = tmp_path / "a.docx"
    result = CliRunner().invoke(convert, [str(SEED), "-o", str(target)])
    assert (result.exit_code, result.output, target.read_bytes()[:2]) == (0, "", b"PK")


def test_convert_names_what_found_no_place(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes("抬头\n".encode() + SEED.read_bytes())
    result = CliRunner().invoke(convert, [str(source), "-o", str(tmp_path / "b.txt")])
    assert (result.exit_code, result.stderr) == (0, "未能归位的内容\n  第 1 行：抬头\n")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"", "文件是空的。"),
        ("a.pdf", b"%PDF", "这是 PDF 文件，读不出里面的表格；请用原来的 Word 或 Excel 文件导入。"),
        ("a.json", b"{", "JSON 格式有误，在第 1 行第 2 个字符。"),
    ],
)
def test_unreadable_file_is_one_line_and_exit_1(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    result = CliRunner().invoke(check, [str(source), "--year", "2020"])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{source}：{sentence}\n")


def test_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    with source.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    result = CliRunner().invoke(check, [str(source), "--year", "2020"])
    assert (result.exit_code, result.stderr) == (1, f"{source}：文件超过 50 MB，不读取。\n")


def test_missing_file_and_directory_are_refused(tmp_path: Path) -> None:
    missing = CliRunner().invoke(check, [str(tmp_path / "a.txt"), "--year", "2020"])
    directory = CliRunner().invoke(check, [str(tmp_path), "--year", "2020"])
    assert missing.stderr == f"{tmp_path / 'a.txt'}：没有这个文件或目录。\n"
    assert directory.stderr == f"{tmp_path}：这是一个目录，不是文件。\n"
    assert (missing.exit_code, directory.exit_code) == (1, 1)


def test_convert_refuses_a_target_it_cannot_write_before_reading(tmp_path: Path) -> None:
    ending = CliRunner().invoke(convert, [str(SEED), "-o", str(tmp_path / "a.xls")])
    place = CliRunner().invoke(convert, [str(SEED), "-o", str(tmp_path / "none" / "a.txt")])
    assert ending.stderr == "不能写出“.xls”这种文件，可以写出的是 .txt、.json、.docx、.xlsx。\n"
    assert place.stderr == f"{tmp_path / 'none' / 'a.txt'}：没有这个文件或目录。\n"
    assert (ending.exit_code, place.exit_code) == (1, 1)


def test_check_reads_one_sheet_of_a_workbook_and_tells_amounts_in_another_unit(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(as_xlsx(drawing("08"), drawing("22-wages"), names=["目标", "工资"]))
    arguments = [str(source), "--year", "2022", "--form", "hebei-2017"]

    found = CliRunner().invoke(check, [*arguments, "--sheet", "目标"])
    other = CliRunner().invoke(check, [*arguments, "--sheet", "工资"])
    missing = CliRunner().invoke(check, [*arguments, "--sheet", "甲"])

    assert "  第 1 张表：预算数：30 万元 换算为 300000.00 元" in found.stdout.split("\n")
    assert "  工作表“目标”C8：项目概况：养护村道" in found.stdout.split("\n")
    assert (other.exit_code, other.stderr) == (1, f"{source}：这是《2024年1月工资发放表》，不是绩效目标表。\n")
    assert missing.stderr == f"{source}：工作簿里没有（或者隐藏了）工作表“甲”；有的是：目标、工资。\n"
