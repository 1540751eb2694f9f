"""Maps the columns of a block to fields of the form: by a header row, or from the focused column to the right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.errors import Invalid
from portal.domain.forms import captions
from portal.domain.pasting.block import Block

_MIN_HEADERS = 2
_MAX_HEADER = 40
_ORDINAL = re.compile(r"[（(]?(\d{1,4})[)）.．、]?")


@dataclass(frozen=True, slots=True)
class Columns:
    """of_field: column of the block by field, in the order of the form. rows: the rows to place. left_out: sentences on
    the columns and rows that are not placed.
    """

    of_field: Mapping[str, int]
    rows: Sequence[int]
    left_out: Sequence[str]


def assign(block: Block, names: Mapping[str, Sequence[str]], focused: str) -> Columns:
    """The columns of `block`; without headers, the first one goes to the field `focused`.

    `names`: for each field, in the order of the form, the captions that may stand above its column. Raises Invalid if
    `focused` is none of the fields.
    """
    fields = tuple(names)
    if focused not in fields:
        raise Invalid(f"没有“{focused[:40]}”这一栏。")
    rows = [row for row in range(len(block.rows)) if not block.is_blank(row)]
    heads = {row: found for row in rows if len(found := _headers(block, row, names)) >= _MIN_HEADERS}
    if heads:
        return _by_headers(block, fields, rows, heads)
    return _from_focused(block, fields[fields.index(focused) :], rows)


def has_headers(block: Block, names: Mapping[str, Sequence[str]]) -> bool:
    """Whether a row of the block names columns of the list with these fields."""
    return any(len(_headers(block, row, names)) >= _MIN_HEADERS for row in range(len(block.rows)))


def captioned(block: Block, names: Mapping[str, Sequence[str]]) -> dict[str, str] | None:
    """The text below the caption of each field, from the row below the captions; None for a block without captions."""
    for row in range(len(block.rows) - 1):
        if len(found := _headers(block, row, names)) >= _MIN_HEADERS:
            return {field: block.text(row + 1, column) for field, column in found.items()}
    return None


def _headers(block: Block, row: int, names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The first column of the block under each field's name, if this row were a header."""
    keys = [captions.key_without_unit(text) if len(text) <= _MAX_HEADER else "" for text in block.rows[row]]
    return captions.assign(keys, names)


def _by_headers(
    block: Block, fields: Sequence[str], rows: Sequence[int], heads: Mapping[int, Mapping[str, int]]
) -> Columns:
    """A header repeated further down, as after a page break, is a header too."""
    top = next(iter(heads))
    above = [row for row in rows if row < top]
    below = [row for row in rows if row > top and row not in heads]
    of_field = {field: heads[top][field] for field in fields if field in heads[top]}
    left_out = ["标题行用来对应栏目，没有作为内容粘贴。"]
    if above:
        left_out.append(f"标题行以上的 {len(above)} 行没有粘贴。")
    for column in range(block.width):
        if column in of_field.values() or not _has_text(block, below, column):
            continue
        name = "".join(block.text(top, column).split())[:_MAX_HEADER]
        left_out.append(
            f"“{name}”一列没有对应的栏目，没有粘贴。" if name else f"第 {column + 1} 列没有标题，没有粘贴。"
        )
    return Columns(of_field, _placed(block, below, of_field), left_out)


def _from_focused(block: Block, room: Sequence[str], rows: Sequence[int]) -> Columns:
    """Columns of a form's fine grid that merged cells cover in every row do not count."""
    columns = [
        column for column in range(block.width) if not rows or any((row, column) not in block.beside for row in rows)
    ]
    while len(columns) > len(room) and not _has_text(block, rows, columns[-1]):
        columns.pop()
    left_out: list[str] = []
    if len(columns) > len(room) and _are_ordinals(block, rows, columns[0]):
        columns = columns[1:]
        left_out.append("最左边的序号列没有粘贴。")
    of_field = dict(zip(room, columns, strict=False))
    beyond = sum(_has_text(block, rows, column) for column in columns[len(room) :])
    if beyond:
        left_out.append(f"右边超出表格的 {beyond} 列没有粘贴。")
    return Columns(of_field, _placed(block, rows, of_field), left_out)


def _placed(block: Block, rows: Sequence[int], of_field: Mapping[str, int]) -> list[int]:
    """The rows with a text of their own in a mapped column, and rows that merged cells cover in all mapped columns."""
    columns = of_field.values()
    return [
        row
        for row in rows
        if any(block.own_text(row, column) for column in columns)
        or (all((row, column) in block.below for column in columns) and any(block.text(row, c) for c in columns))
    ]


def _has_text(block: Block, rows: Sequence[int], column: int) -> bool:
    return any(block.own_text(row, column) for row in rows)


def _are_ordinals(block: Block, rows: Sequence[int], column: int) -> bool:
    """Whether the column numbers its rows: 5, 6, 7, …; rows without a number are ignored."""
    texts = [text for row in rows if (text := block.own_text(row, column))]
    found = [_ORDINAL.fullmatch(text) for text in texts]
    numbers = [int(match[1]) for match in found if match]
    first = numbers[0] if numbers else 0
    return 0 < len(numbers) == len(texts) and numbers == list(range(first, first + len(numbers)))
