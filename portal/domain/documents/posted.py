"""A posted form applied to a document: a field that the form does not name keeps its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.documents.places import (
    clean_field,
    find_row,
    is_field,
    rows,
    split_cell,
    texts,
    with_row_text,
    with_rows,
    with_value,
)
from portal.domain.documents.shape import ASSIGNED_FIELDS, MAX_ROWS, ROW_ID, ROW_LISTS, Document, Row, new_row_id
from portal.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class PostedForm:
    """texts: by path, as typed. rows: for each posted list, the ids of its rows in order; an empty list means that its
    last row was deleted, a missing list that the form did not show it.
    """

    texts: Mapping[str, str]
    rows: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, document: Document) -> PostedForm:
        """A form that shows every text of `document`, posted unchanged."""
        lists = ROW_LISTS[document.kind]
        return cls(texts(document), {name: [row.id for row in rows(document, name)] for name in lists})

    def after(self, act: str, list_name: str, row_id: str) -> tuple[PostedForm, str]:
        """The form after a button of one of its rows, and the id of the row to show next; "" if there is none.

        act: add (at the end), duplicate, delete, up or down; any other act, or a missing row, changes nothing.
        """
        ids = list(self.rows.get(list_name, ()))
        at = ids.index(row_id) if row_id in ids else len(ids)
        typed = dict(self.texts)
        if act == "add":
            row_id = new_row_id()
            ids.append(row_id)
        elif at == len(ids):
            return self, row_id
        elif act == "duplicate":
            new_id = new_row_id()
            own = f"{list_name}/{row_id}/"
            typed |= {f"{list_name}/{new_id}/{p.removeprefix(own)}": t for p, t in typed.items() if p.startswith(own)}
            ids.insert(at + 1, new_id)
            row_id = new_id
        elif act == "delete":
            del ids[at]
            row_id = ids[max(at - 1, 0)] if ids else ""
        elif act in ("up", "down"):
            other = at + (1 if act == "down" else -1)
            if 0 <= other < len(ids):
                ids[at], ids[other] = ids[other], ids[at]
        return PostedForm(typed, {**self.rows, list_name: ids}), row_id

    def onto(self, document: Document) -> Document:
        """`document` with the posted texts and rows.

        Accepts texts of any length, so that the page can show them again; saving refuses them. ASSIGNED_FIELDS fields
        keep their value. Raises Invalid for row ids that are invalid or repeated.
        """
        self._check_ids(document)
        for list_name in ROW_LISTS[document.kind]:
            if list_name in self.rows:
                document = with_rows(document, list_name, self._rows(document, list_name))
        for path, text in self.texts.items():
            if path in ASSIGNED_FIELDS or split_cell(document.kind, path):
                continue
            if path not in ROW_LISTS[document.kind] and is_field(document.kind, path):
                document = with_value(document, path, clean_field(document.kind, path, text))
        return document

    def _rows(self, document: Document, list_name: str) -> list[Row]:
        found: dict[str, Row] = {}
        for row_id in self.rows[list_name]:
            blank = ROW_LISTS[document.kind][list_name](id=row_id)
            found[row_id] = find_row(document, list_name, row_id) or blank
        for path, text in self.texts.items():
            cell = split_cell(document.kind, path)
            if cell and cell[0] == list_name and cell[1] in found and is_field(document.kind, f"{list_name}/{cell[2]}"):
                found[cell[1]] = with_row_text(found[cell[1]], cell[2], clean_field(document.kind, path, text))
        return list(found.values())

    def _check_ids(self, document: Document) -> None:
        lists = ROW_LISTS[document.kind]
        ids = [row_id for list_name in lists for row_id in self.rows.get(list_name, ())]
        kept = [row.id for list_name in lists if list_name not in self.rows for row in rows(document, list_name)]
        all_ids = ids + kept
        unsound = any(not ROW_ID.fullmatch(row_id) for row_id in ids)
        if unsound or len(all_ids) > MAX_ROWS or len(set(all_ids)) != len(all_ids):
            raise Invalid("表单中的行号无效或重复，请重新打开这张表。")
