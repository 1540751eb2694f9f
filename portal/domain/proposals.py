"""代拟改法: changes that the bureau proposes with an opinion, as operations at its place.

Their storage, what is allowed at which place, and the proof that a revision is exactly as proposed. The operations
themselves are those of `changes`; who proposes and who takes belongs in the services.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain import changes, documents, forms
from portal.domain.changes import Delete, Insert, Move, Operation, Set
from portal.domain.documents import ASSIGNED_FIELDS, GROUPS, ROW_LISTS, Document
from portal.domain.errors import Invalid, Stale

PATH = "proposed"
"""Of refusals: the part of the form that holds proposed changes."""

LEVELS = ("level1", "level2")

STALE = "原文已变，代拟改法对不上；请按现在的文字重新拟写。"


@dataclass(frozen=True, slots=True)
class Edit:
    """A text instead of a field's own. base: the own text as the form showed it, None where it did not.

    Without a base a blank text proposes nothing, with one it proposes to take the text out.
    """

    text: str
    base: str | None = None


@dataclass(frozen=True, slots=True)
class ProposedTexts:
    """Proposed changes as a form asks for them. edits: by the path of the field; deletes: the row goes.

    row: texts of a new row by their field without row id (indicators/level3); blank ones are not proposed.
    """

    edits: Mapping[str, Edit] = field(default_factory=dict)
    row: Mapping[str, str] = field(default_factory=dict)
    deletes: bool = False


def edited_fields(document: Document, place: str) -> list[str]:
    """The paths of the form's texts at `place`: a field, the cells of a row, the fields of a group."""
    if place == "" or place in ROW_LISTS[document.kind]:
        return []
    form = forms.of(document)
    found = [path for path in forms.places(document) if f"{path}/".startswith(f"{place}/")]
    return [path for path in found if _is_text(document, path) and form.has(documents.field_of(document.kind, path))]


def made(document: Document, place: str, texts: ProposedTexts) -> list[Operation]:
    """The operations of a form; none where it proposes nothing or the fields' own texts. Raises Invalid, Stale."""
    found: list[Operation] = []
    for path, edit in texts.edits.items():
        found += _edited(document, path, edit)
    list_name, _, row_id = place.partition("/")
    is_row = list_name in ROW_LISTS[document.kind] and documents.find_row(document, list_name, row_id) is not None
    if named := {path: text for path, text in texts.row.items() if text.strip()}:
        if not (is_row or place in ROW_LISTS[document.kind]) or any(not p.startswith(f"{list_name}/") for p in named):
            raise Invalid("要代拟新的一行，意见须针对这个列表或者其中一行。", PATH)
        found += _new_row(document, list_name, row_id, named)
    if texts.deletes:
        if not is_row:
            raise Invalid("要代拟删除，意见须针对一行。", PATH)
        found.append(Delete(row_id))
    return found


def _edited(document: Document, path: str, edit: Edit) -> list[Operation]:
    text = documents.clean_field(document.kind, path, documents.checked_text(edit.text, PATH))
    own = documents.value_at(document, path) if _is_text(document, path) else None
    if edit.base is None and not text:
        return []
    if edit.base is not None and text == documents.clean_field(document.kind, path, edit.base):
        return []
    if own is None:
        raise Invalid("要代拟一段文字，意见须针对具体的一栏。", PATH)
    if edit.base is not None and documents.clean_field(document.kind, path, edit.base) != own:
        raise Stale(STALE)
    return [Set(path, own, text)] if text != own else []


def _is_text(document: Document, path: str) -> bool:
    if path in ROW_LISTS[document.kind] or path in GROUPS[document.kind]:
        return False
    try:
        return documents.value_at(document, path) is not None
    except Invalid:
        return False


def _new_row(document: Document, list_name: str, after: str, named: Mapping[str, str]) -> Iterator[Operation]:
    """A row behind the row `after`; "": behind the last one of the same level 1, else behind the last."""
    new, kind = documents.new_row_id(), document.kind
    texts = {path.partition("/")[2]: documents.clean_field(kind, path, text) for path, text in named.items()}
    if not after:
        rows = documents.rows(document, list_name)
        same = [row for row in rows if texts.get("level1") and row.level1 == texts["level1"]]
        after = next((row.id for row in reversed(same or rows)), "")
    yield Insert(list_name, new, after)
    for name, text in (_levels_above(document, list_name, after, texts) | texts).items():
        yield Set(f"{list_name}/{new}/{name}", "", text)


def _levels_above(document: Document, list_name: str, after: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The levels of the row above, as blank ones mean on paper; none where the new row names its level 1."""
    row = documents.find_row(document, list_name, after)
    names = [name for name in LEVELS if documents.is_field(document.kind, f"{list_name}/{name}")]
    if row is None or "level1" in texts:
        return {}
    return {name: text for name in names if (text := documents.row_text(row, name))}


def texts_of(operations: Iterable[Operation]) -> ProposedTexts:
    """What a form shows of operations that `made` returned."""
    operations = list(operations)
    lists = {each.id: each.list for each in operations if isinstance(each, Insert)}
    sets = [each for each in operations if isinstance(each, Set)]
    return ProposedTexts(
        {each.path: Edit(each.new, each.base) for each in sets if changes.row_of(each) not in lists},
        {
            f"{lists[row]}/{each.path.split('/', 2)[2]}": each.new
            for each in sets
            if (row := changes.row_of(each)) in lists
        },
        any(isinstance(each, Delete) for each in operations),
    )


def stored(operations: Iterable[Operation]) -> str:
    """Canonical JSON."""
    plain = [changes.to_plain(operation) for operation in operations]
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str | None) -> tuple[Operation, ...]:
    """The operations of a text that `stored` wrote; none for None."""
    return tuple(changes.from_plain(plain) for plain in json.loads(text)) if text else ()


def require_fitting(document: Document, place: str, operations: Sequence[Operation]) -> None:
    """Raises Invalid unless all operations are at `place`, in fields of the form, and change something.

    Raises Stale where the text at a place is another one than the operation was made on.
    """
    if any(not _is_at(document, place, operations, operation) for operation in operations):
        raise Invalid("代拟改法只能改意见所指的地方。", PATH)
    form = forms.of(document)
    for operation in operations:
        if isinstance(operation, Set):
            name = documents.field_of(document.kind, operation.path)
            if name in ASSIGNED_FIELDS or not form.has(name):
                raise Invalid(f"这张表不能代拟“{form.label(name)[:40]}”这一栏。", PATH)
            if documents.clean_field(document.kind, operation.path, operation.new) != operation.new:
                raise Invalid("代拟改法里有表中不能用的字符。", PATH)
    after = applied(document, operations)
    if after is None:
        raise Stale(STALE)
    if after == document:
        raise Invalid("代拟改法与原文相同。", PATH)


def _is_at(document: Document, place: str, operations: Sequence[Operation], operation: Operation) -> bool:
    """Whether `operation` is at `place`: a row's own place is also where rows are inserted directly behind it."""
    inserted = {each.id: each for each in operations if isinstance(each, Insert)}
    match operation:
        case Move():
            return False
        case Insert(list_name):
            return place in ("", list_name) or _is_behind(place, operation, inserted)
        case Delete(row_id):
            return place == "" or any(place in (name, f"{name}/{row_id}") for name in ROW_LISTS[document.kind])
        case Set(path):
            row = inserted.get(changes.row_of(operation))
            within = place == "" or f"{path}/".startswith(f"{place}/")
            return within or (row is not None and _is_behind(place, row, inserted))


def _is_behind(place: str, row: Insert, inserted: dict[str, Insert]) -> bool:
    """Whether the inserted row stands directly behind the row at `place`, or behind others inserted there."""
    seen: set[str] = set()
    while row.after in inserted and row.after not in seen:
        seen.add(row.after)
        row = inserted[row.after]
    return place == f"{row.list}/{row.after}"


def applied(document: Document, operations: Iterable[Operation]) -> Document | None:
    """The document after the operations; None if one does not fit exactly: another base, a missing or doubled row."""
    try:
        for operation in operations:
            if isinstance(operation, Set) and documents.value_at(document, operation.path) != operation.base:
                return None
            document = changes.apply(document, [operation])
    except Invalid:
        return None
    return document


def only_as_proposed(old: Document, new: Document, operations: Sequence[Operation]) -> bool:
    """Whether `new` is `old` with exactly these operations, of which there is at least one: 只按代拟改法改."""
    return bool(operations) and applied(old, operations) == new
