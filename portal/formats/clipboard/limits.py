"""Limits of one paste. A clipboard beyond them holds a whole sheet or page, copied by mistake."""

from __future__ import annotations

from portal.domain.documents import clean_text
from portal.domain.errors import Invalid

MAX_BYTES = 4 * 1024 * 1024
MAX_ROWS = 500
MAX_COLUMNS = 60
MAX_CELL = 20_000
MAX_TAGS = 300_000
"""A block of MAX_ROWS × MAX_COLUMNS as Word writes it has a fifth fewer."""
MAX_NESTING = 100

_NO_TABLE = "粘贴的内容不像一张表格，请只复制需要的单元格。"


def check_tags(count: int) -> None:
    if count > MAX_TAGS:
        raise Invalid(_NO_TABLE)


def check_nesting(depth: int) -> None:
    if depth > MAX_NESTING:
        raise Invalid(_NO_TABLE)


def check_rows(count: int, most: int = MAX_ROWS) -> None:
    if count > most:
        raise Invalid(f"一次最多粘贴 {most} 行，请分几次粘贴。")


def check_columns(count: int) -> None:
    if count > MAX_COLUMNS:
        raise Invalid(f"一次最多粘贴 {MAX_COLUMNS} 列，请只复制需要的列。")


def cell_text(raw: str, row: int, column: int) -> str:
    """Return a cell's text as documents store it. row, column: from 0, for the error message. Raises Invalid."""
    text = clean_text(raw)
    if len(text) > MAX_CELL:
        raise Invalid(f"粘贴内容第 {row + 1} 行第 {column + 1} 列超过 {MAX_CELL} 字，请分开粘贴。")
    return text
