"""The JSON file: everything comes back, ids too, and what is no such file gets a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from portal.domain.documents import DepartmentDocument, Duty, Indicator, PerformanceText, ProjectDocument
from portal.formats import json_file, text
from portal.formats.reading import Unreadable
from tests.formats.generated import performance_texts

SEED = (Path(__file__).parents[1] / "data" / "gucheng-2020.txt").read_bytes()


def encoded(plain: Any) -> bytes:
    return json.dumps(plain).encode()


@given(performance_texts)
def test_every_document_comes_back_with_its_ids(written: PerformanceText) -> None:
    assert json_file.read(json_file.write(written)).text == written


def test_seed_comes_back_with_its_ids() -> None:
    reading = text.read(SEED)
    assert json_file.read(json_file.write(reading.text)) == reading


def test_file_is_indented_utf_8_with_the_field_names_of_the_documents() -> None:
    written = PerformanceText(DepartmentDocument(duties=(Duty("d001", "甲", "乙"),)))
    assert json_file.write(written, "第 3 号 3fa4").decode() == (
        "{\n"
        '  "department": {\n'
        '    "form": "department-2017",\n'
        '    "overall": "",\n'
        '    "duties": [\n'
        "      {\n"
        '        "id": "d001",\n'
        '        "name": "甲",\n'
        '        "goal": "乙"\n'
        "      }\n"
        "    ],\n"
        '    "safeguards": []\n'
        "  },\n"
        '  "tables": [],\n'
        '  "anchor": "第 3 号 3fa4"\n'
        "}\n"
    )


def test_output_of_check_is_read_without_its_findings() -> None:
    plain = {"department": None, "tables": [{"goals": "甲"}], "findings": [{"rule": "E1"}], "unplaced": []}
    assert json_file.read(encoded(plain)).text == PerformanceText(tables=(ProjectDocument(goals="甲"),))


def test_rows_without_ids_get_the_same_ones_on_every_reading() -> None:
    plain = encoded({"tables": [{"indicators": [{"level3": "甲"}, {"id": "abcd", "level3": "乙"}]}]})
    (table,) = json_file.read(plain).text.tables
    assert table.indicators == (Indicator("i00010001", level3="甲"), Indicator("abcd", level3="乙"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_read_the_same(encoding: str) -> None:
    reading = text.read(SEED)
    assert json_file.read(json_file.write(reading.text).decode().encode(encoding)) == reading


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的。"),
        (b"{", "JSON 格式有误，在第 1 行第 2 个字符。"),
        (b'{"tables": "\xff"}', "JSON 文件的文字编码应当是 UTF-8。"),
        (b"[" * 200_000, "JSON 文件的层次太深，不是一份绩效文本。"),
        (b'{"tables": [{"ordinal": NaN}]}', "JSON 文件里有无法识别的数值 NaN。"),
        (b'{"tables": [{"ordinal": 1e999}]}', "第 1 张表：表序号应当是整数。"),
        (b'{"tables": [{"ordinal": ' + b"9" * 5_000 + b"}]}", "JSON 文件里有无法识别的数值。"),
        (b"[]", "JSON 文件里没有“department”，也没有“tables”。"),
        (b'{"tables": [], "rows": 1}', "JSON 文件里有不认识的内容：“rows”。"),
        (b'{"tables": {}}', "JSON 文件里的“tables”应当是一组目标表。"),
        (b'{"tables": []}', "文件里既没有项目绩效目标表，也没有部门整体绩效目标。"),
        (b'{"tables": [[]]}', "第 1 张表：这不是一份绩效目标表文档。"),
        (b'{"department": 1}', "部门整体绩效目标：这不是一份绩效目标表文档。"),
        (b'{"tables": [{}, {"goals": 1}]}', "第 2 张表：文档的结构不对：每一栏都应当是文字。"),
        (b'{"tables": [{"budget": "1"}]}', "第 1 张表：文档的结构不对：这里应当是一组栏目。"),
        (b'{"tables": [{"indicators": {}}]}', "第 1 张表：文档的结构不对：这里应当是若干行。"),
        (
            b'{"tables": [{"indicators": [{"id": "abcd"}, {"id": "abcd"}]}]}',
            "第 1 张表：文档的结构不对：行号无效或重复。",
        ),
        (b'{"tables": [{"indicators": [{"id": [1]}]}]}', "第 1 张表：文档的结构不对：行号无效或重复。"),
        (
            b'{"tables": [{"form": "none"}]}',
            "第 1 张表：没有名为“none”的表样；可用的有：hebei-2017、hebei-2021、national-2021、sichuan-2023。",
        ),
        (encoded({"tables": [{}] * 1_001}), "一个文件最多 1000 张表。"),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        json_file.read(data)
    assert refusal.value.message == sentence
