"""A table that comes back from an offline copy: what it was, what stands in the portal now, what the file says.

Three versions of one document, told place by place: who changed what, and what a merge takes. Merging itself belongs in
`changes`, reading the file in `formats`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import changes, differences, documents, forms
from portal.domain.changes import Conflict, Insert, Move, Operation
from portal.domain.differences import Difference, Kind
from portal.domain.documents import ROW_LISTS, Document, PostedForm, row_text, rows
from portal.domain.offline import ReturnedRow, ReturnedTable
from portal.domain.text_differences import Segment, segments


class Verdict(StrEnum):
    """What happens to a change: taken from the file, kept from the portal, to be decided."""

    TAKEN = "taken"
    STAYS = "stays"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One place. before: at download; now: in the portal; file: in the file; None: the row is not there.

    marks: of the text that differs, against the text at download or, of a conflict, against the one of now. cells: of a
    whole row.
    """

    path: str
    label: str
    verdict: Verdict
    kind: Kind
    before: str | None = None
    now: str | None = None
    file: str | None = None
    marks: Sequence[Segment] = ()
    cells: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """merged: the portal's version with all changes of the file that conflict with nothing."""

    base: Document
    now: Document
    file: Document
    merged: Document
    conflicts: Sequence[Conflict]
    lines: Sequence[ReturnLine]

    def resolved(self, chosen: Collection[str]) -> Document:
        """`merged`, with the file's side of the conflicts at these places; all others stay as they are now."""
        document = self.merged
        for place, conflict in self.places.items():
            if place in chosen:
                document = _with_side_of_file(document, place, conflict, self.file)
        return document

    @property
    def places(self) -> dict[str, Conflict]:
        """The conflicts by the place at which they are decided: the whole row where one side deleted it."""
        found: dict[str, Conflict] = {}
        for conflict in self.conflicts:
            found.setdefault(_place(conflict), conflict)
        return found


def compare(base: Document, now: Document, file: Document) -> Comparison:
    merged, _, conflicts = changes.merge(base, now, _placeable(now, file, changes.between(base, file)))
    found = Comparison(base, now, file, merged, conflicts, ())
    lines = tuple(_without_single_moves(_lines(found)))
    return Comparison(base, now, file, merged, conflicts, lines)


def _placeable(now: Document, file: Document, operations: Sequence[Operation]) -> list[Operation]:
    """Without moves that have nothing to say any more: behind a row that is gone by now, or where the rows that both
    have stand in the file's order already.
    """
    there = {row.id for name in ROW_LISTS[now.kind] for row in rows(now, name)}
    there |= {each.id for each in operations if isinstance(each, Insert)}
    settled = {
        row.id
        for name in ROW_LISTS[now.kind]
        if _order(now, file, name) == _order(file, now, name)
        for row in rows(file, name)
    }
    return [
        each
        for each in operations
        if not isinstance(each, Move) or (each.id not in settled and (not each.after or each.after in there))
    ]


def document_in_file(base: Document, returned: ReturnedTable) -> Document:
    """The document of the file: `base` with what stands on the sheet. Raises Invalid for too many rows.

    Rows are known by their ids. A row whose id stands beside another row's text (sorting without the hidden column)
    gets the id of the row of which it has the whole text.
    """
    texts = dict(returned.texts)
    ids: dict[str, list[str]] = {}
    for name, own in returned.rows.items():
        ids[name] = []
        for id, row in _identified(base, name, own):
            ids[name].append(id)
            texts |= {f"{name}/{id}/{field}": text for field, text in row.texts.items()}
    # A text that nobody changed stays as it is, even one that would be cleaned if it was typed today.
    changed = {path: text for path, text in texts.items() if documents.value_at(base, path) != text}
    return PostedForm(changed, ids).onto(base)


def _identified(base: Document, name: str, own: Sequence[ReturnedRow]) -> Iterator[tuple[str, ReturnedRow]]:
    known = {row.id: row for row in rows(base, name)}

    def is_unchanged(id: str, row: ReturnedRow) -> bool:
        return id in known and all(row_text(known[id], field) == text for field, text in row.texts.items())

    staying = {row.id for row in own if is_unchanged(row.id, row)}
    left = [id for id in known if id not in staying]
    found: dict[int, str] = {}
    for n, row in enumerate(own):
        if is_unchanged(row.id, row):
            found[n] = row.id
        elif any(row.texts.values()) and (same := next((id for id in left if is_unchanged(id, row)), "")):
            left.remove(same)
            found[n] = same
    taken = set(found.values())
    for n, row in enumerate(own):
        id = found.get(n) or (row.id if row.id not in taken else _derived_id(row.id, n))
        taken.add(id)
        yield id, row


def _derived_id(id: str, n: int) -> str:
    """A new id for a row, the same each time, so that what is shown is what is written."""
    return hashlib.sha256(f"{id}/{n}".encode()).hexdigest()[:8]


# --- lines ---------------------------------------------------------------------------------------


def _lines(of: Comparison) -> Iterator[ReturnLine]:
    """The places in the order of the form as the file has it, then what only the portal has changed."""
    places, asked = of.places, set[str]()
    for each in differences.compare(of.base, of.file):
        place = _decided_at(each, places)
        if place and place not in asked:
            yield _conflict_line(of, place, places[place])
            asked.add(place)
        elif not place and not _is_done(each, of.now, of.file):
            yield _line(of, each, Verdict.TAKEN)
    yield from (_conflict_line(of, place, places[place]) for place in places if place not in asked)
    for each in differences.compare(of.base, of.now):
        if not _decided_at(each, places) and not _is_done(each, of.file, of.now):
            yield _line(of, each, Verdict.STAYS)


def _place(conflict: Conflict) -> str:
    is_of_row = conflict.theirs is None or conflict.mine is None
    return "/".join(conflict.path.split("/")[:2]) if is_of_row else conflict.path


def _decided_at(difference: Difference, places: Container[str]) -> str:
    """The place of the conflict that this difference belongs to; "" for none. A move conflicts with nothing."""
    if difference.kind is Kind.MOVED:
        return ""
    row = "/".join(difference.path.split("/")[:2])
    return next((place for place in (difference.path, row) if place in places), "")


def _is_done(difference: Difference, here: Document, there: Document) -> bool:
    """Whether `here` has this difference too, by which `there` differs from the base."""
    name, _, id = difference.path.partition("/")
    match difference.kind:
        case Kind.CHANGED:
            return documents.value_at(here, difference.path) == documents.value_at(there, difference.path)
        case Kind.ADDED:
            return documents.find_row(here, name, id) is not None
        case Kind.REMOVED:
            return documents.find_row(here, name, id) is None
        case Kind.MOVED:
            return _order(here, there, name) == _order(there, here, name)


def _order(document: Document, other: Document, name: str) -> list[str]:
    """The rows of a list that both documents have, in the order of the first."""
    return [row.id for row in rows(document, name) if documents.find_row(other, name, row.id)]


def _line(of: Comparison, difference: Difference, verdict: Verdict) -> ReturnLine:
    path, texts = difference.path, dict[str, str | None]()
    if difference.kind is Kind.CHANGED:
        versions = {"before": of.base, "now": of.now, "file": of.file}
        texts = {name: documents.value_at(document, path) for name, document in versions.items()}
    return ReturnLine(
        path, difference.label, verdict, difference.kind, **texts, marks=difference.segments, cells=difference.cells
    )


def _conflict_line(of: Comparison, place: str, conflict: Conflict) -> ReturnLine:
    theirs, mine = conflict.theirs, conflict.mine
    if theirs is not None and mine is not None:
        before, marks = documents.value_at(of.base, place), segments(theirs, mine)
        label = forms.label(of.file, place)
        return ReturnLine(place, label, Verdict.CONFLICT, Kind.CHANGED, before, theirs, mine, marks)
    cells = _cells(of.file if theirs is None else of.now, place)
    label = forms.label(of.base, place)
    return ReturnLine(place, label, Verdict.CONFLICT, Kind.REMOVED, "", theirs, mine, cells=cells)


def _cells(document: Document, place: str) -> list[tuple[str, str]]:
    name, _, id = place.partition("/")
    row, form = documents.find_row(document, name, id), forms.of(document)
    if row is None:
        return []
    texts = ((form.label(f"{name}/{field}"), row_text(row, field)) for field in documents.row_names(row))
    return [(label, text) for label, text in texts if text]


def _without_single_moves(lines: Iterator[ReturnLine]) -> Iterator[ReturnLine]:
    """One line for all rows of a list that were moved, since sorting moves many."""
    moved: dict[tuple[str, Verdict], list[str]] = {}
    for line in lines:
        if line.kind is Kind.MOVED:
            moved.setdefault((line.path.partition("/")[0], line.verdict), []).append(line.label)
        else:
            yield line
    for (name, verdict), labels in moved.items():
        shown = "、".join(labels[:3]) + (f"等 {len(labels)} 行" if len(labels) > 3 else "")
        yield ReturnLine(name, "各行的次序", verdict, Kind.MOVED, file=shown)


# --- decided conflicts ---------------------------------------------------------------------------


def _with_side_of_file(document: Document, place: str, conflict: Conflict, file: Document) -> Document:
    if conflict.theirs is not None and conflict.mine is not None:
        return documents.with_value(document, place, conflict.mine)
    name, _, id = place.partition("/")
    own = [row for row in rows(document, name) if row.id != id]
    row = documents.find_row(file, name, id)
    if row is not None:
        own.insert(_position(own, [each.id for each in rows(file, name)], id), row)
    return documents.with_rows(document, name, own)


def _position(own: Sequence[documents.Row], order: Sequence[str], id: str) -> int:
    """Behind the nearest row that stands before `id` in `order`."""
    before = order[: order.index(id)]
    return max((n + 1 for n, row in enumerate(own) if row.id in before), default=0)
