"""The JSON format for exchange with other programs; `flask tables check --json` prints it too.

`{"department": document or null, "tables": [document…]}`, field names as in the documents, including the form's id and
row ids. A document without a form gets the first form of its kind. The canonical JSON that is stored and digested is
not here but in `portal.domain.serialization`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn, cast

from portal.domain.documents import (
    ROW_LISTS,
    DepartmentDocument,
    Document,
    Kind,
    PerformanceText,
    ProjectDocument,
)
from portal.domain.errors import Invalid
from portal.domain.forms import Form
from portal.domain.serialization import from_json, to_json
from portal.formats.decoding import place_of_damage
from portal.formats.reading import Reading, Unreadable
from portal.formats.row_ids import row_id

MAX_BYTES = 50 * 1024 * 1024
MAX_TABLES = 1_000

_KEYS = frozenset({"department", "tables", "findings", "unplaced", "converted", "anchor"})


def read(data: bytes, _wanted: Sequence[Form] = ()) -> Reading:
    """Read the documents; skip the keys findings, unplaced, converted and anchor. Raises Unreadable.

    Ignores `_wanted`: each document names its form.
    """
    plain = _parsed(data)
    if not isinstance(plain, dict) or not {"department", "tables"} & plain.keys():
        raise Unreadable("JSON 文件里没有“department”，也没有“tables”。")
    unknown = sorted(plain.keys() - _KEYS)
    if unknown:
        raise Unreadable(f"JSON 文件里有不认识的内容：“{unknown[0][:40]}”。")
    tables = plain.get("tables")
    if tables is None:
        tables = []
    if not isinstance(tables, list):
        raise Unreadable("JSON 文件里的“tables”应当是一组目标表。")
    if len(tables) > MAX_TABLES:
        raise Unreadable(f"一个文件最多 {MAX_TABLES} 张表。")
    department = None
    if plain.get("department") is not None:
        department = cast(DepartmentDocument, _document(Kind.DEPARTMENT, plain["department"], 0))
    documents = (_document(Kind.PROJECT, table, n) for n, table in enumerate(tables, 1))
    text = PerformanceText(department, tuple(cast(ProjectDocument, document) for document in documents))
    if department is None and not text.tables:
        raise Unreadable("文件里既没有项目绩效目标表，也没有部门整体绩效目标。")
    return Reading(text)


def write(text: PerformanceText, anchor: str = "") -> bytes:
    plain = to_plain(text)
    if anchor:
        plain["anchor"] = anchor
    return (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()


def to_plain(text: PerformanceText) -> dict[str, Any]:
    """The documents as JSON values."""
    return {
        "department": None if text.department is None else to_json(text.department),
        "tables": [to_json(table) for table in text.tables],
    }


def _parsed(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不是一份绩效文本。")
    if not data.strip():
        raise Unreadable("文件是空的。")
    try:
        # json.loads detects UTF-8, UTF-16 and UTF-32, but refuses the BOM of UTF-8.
        source: str | bytes = data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data
        return json.loads(source, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        place = place_of_damage(data, error.encoding, error.start)
        raise Unreadable(place or "JSON 文件的文字编码应当是 UTF-8。") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"JSON 格式有误，在第 {error.lineno} 行第 {error.colno} 个字符。") from None
    except RecursionError:
        raise Unreadable("JSON 文件的层次太深，不是一份绩效文本。") from None
    except ValueError:
        # An integer of thousands of digits.
        raise Unreadable("JSON 文件里有无法识别的数值。") from None


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"JSON 文件里有无法识别的数值 {name}。")


def _document(kind: Kind, plain: Any, position: int) -> Document:
    place = f"第 {position} 张表" if position else "部门整体绩效目标"
    try:
        return from_json(kind, _with_ids(kind, plain, position))
    except Invalid as error:
        raise Unreadable(f"{place}：{error.message}") from None
    except OverflowError:
        # 1e999 as an ordinal.
        raise Unreadable(f"{place}：表序号应当是整数。") from None


def _with_ids(kind: Kind, plain: Any, position: int) -> Any:
    """Add ids to rows without one; return a value that is no document unchanged."""
    if not isinstance(plain, dict):
        return plain
    named = dict(plain)
    for name in ROW_LISTS[kind]:
        rows = named.get(name)
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            named[name] = [{**row, "id": row.get("id") or row_id(name, position, n)} for n, row in enumerate(rows, 1)]
    return named
