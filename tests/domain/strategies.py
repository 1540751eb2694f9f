"""Hypothesis strategies for documents with row ids, and for changed versions of a document.

Documents of every form with hard texts are in `form_documents`.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from portal.domain import documents
from portal.domain.documents import ROW_LISTS, Document, Kind, clean_text

IDS = tuple(f"row{n}" for n in range(6))
texts = st.text(alphabet="甲乙丙1２.% \n=，", max_size=6).map(clean_text)
kinds = st.sampled_from(Kind)


@st.composite
def of_kind(draw: st.DrawFn, kind: Kind, ids: Sequence[str] = IDS) -> Document:
    """Draw a document of `kind`. A row id occurs in one list only, as in the portal."""
    document = documents.blank(kind)
    for path in documents.SCALARS[kind]:
        text = str(draw(st.integers(0, 99))) if path == "ordinal" else draw(texts)
        document = documents.with_value(document, path, text)
    for list_name, row_type in ROW_LISTS[kind].items():
        taken = draw(st.lists(st.sampled_from(ids), unique=True))
        rows = [row_type(f"{row_id}{list_name[0]}", *draw(_cells(row_type))) for row_id in taken]
        document = documents.with_rows(document, list_name, rows)
    return document


def _cells(row_type: type[documents.Row]) -> st.SearchStrategy[list[str]]:
    size = len(documents.row_fields(row_type))
    return st.lists(texts, min_size=size, max_size=size)


any_document = kinds.flatmap(of_kind)
pairs = kinds.flatmap(lambda kind: st.tuples(of_kind(kind), of_kind(kind)))
"""Two unrelated documents of one kind, sharing some row ids."""


@st.composite
def rearranged(draw: st.DrawFn, document: Document, fresh: Sequence[str] = ()) -> Document:
    """Draw `document` with deleted, moved and inserted rows (ids from `fresh`) and unchanged texts."""
    for list_name, row_type in ROW_LISTS[document.kind].items():
        rows = list(documents.rows(document, list_name))
        kept = [row for row in rows if draw(st.booleans())]
        born = [row_type(f"{row_id}{list_name[0]}") for row_id in fresh if draw(st.booleans())]
        document = documents.with_rows(document, list_name, draw(st.permutations(kept + born)))
    return document


@st.composite
def retyped(draw: st.DrawFn, document: Document, paths: Sequence[str]) -> Document:
    """Draw `document` with new texts at some of `paths`."""
    for path in paths:
        if draw(st.booleans()):
            text = str(draw(st.integers(0, 99))) if path == "ordinal" else draw(texts)
            document = documents.with_value(document, path, text)
    return document


@st.composite
def edited_twice(draw: st.DrawFn) -> tuple[Document, Document, Document]:
    """Draw a document and two versions of it that two people made of it, each with a new row at most in each list."""
    base = draw(any_document)
    one, other = (draw(rearranged(base, fresh)) for fresh in (("new1",), ("new2",)))
    paths = [path for path in documents.texts(base) if path not in documents.ASSIGNED_FIELDS]

    def there(document: Document) -> list[str]:
        return [path for path in paths if documents.value_at(document, path) is not None]

    return base, draw(retyped(one, there(one))), draw(retyped(other, there(other)))
