"""Three versions of a table: what was downloaded, what stands there now, what the file says."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portal.domain import changes, documents
from portal.domain.documents import ROW_LISTS, Document, Indicator, rows
from portal.domain.offline import ReturnedRow, ReturnedTable
from portal.domain.returned_tables import Comparison, Verdict, compare, document_in_file
from tests.domain.strategies import edited_twice
from tests.world import sound_project

BASE = sound_project()


def returned(document: Document, **changed: object) -> ReturnedTable:
    """What stands on the sheet of this document."""
    texts = {
        path: text
        for path, text in documents.texts(document).items()
        if documents.split_cell(document.kind, path) is None
    }
    own = {
        name: [
            ReturnedRow(row.id, {field: documents.row_text(row, field) for field in documents.row_names(row)})
            for row in rows(document, name)
        ]
        for name in ROW_LISTS[document.kind]
    }
    table = ReturnedTable(1, 1, "", "", document.form, texts, own)
    return replace(table, **changed)  # type: ignore[arg-type]


def of(found: Comparison, verdict: Verdict) -> set[str]:
    return {line.path for line in found.lines if line.verdict is verdict}


@given(edited_twice())
def test_nothing_of_either_side_is_lost_and_every_conflict_is_shown(
    versions: tuple[Document, Document, Document],
) -> None:
    base, now, file = versions
    found = compare(base, now, file)
    assert of(found, Verdict.CONFLICT) == set(found.places)
    assert found.resolved(()) == found.merged
    chosen = found.resolved(found.places)
    for place, conflict in found.places.items():
        if conflict.theirs is not None and conflict.mine is not None:
            assert documents.value_at(found.merged, place) == conflict.theirs
            assert documents.value_at(chosen, place) == conflict.mine


@given(edited_twice())
def test_what_is_shown_as_taken_is_exactly_what_is_written(versions: tuple[Document, Document, Document]) -> None:
    base, now, file = versions
    found = compare(base, now, file)
    if not of(found, Verdict.TAKEN):
        assert found.merged == now


def test_row_moved_behind_one_that_is_gone_by_now_stays_where_it_is() -> None:
    first, second, third, *_ = BASE.indicators
    base = replace(BASE, indicators=(first, second, third))
    now, file = replace(BASE, indicators=(first, third)), replace(BASE, indicators=(second, first, third))
    assert compare(base, now, file).merged == now


@given(edited_twice())
def test_return_is_done_only_once(versions: tuple[Document, Document, Document]) -> None:
    """After everything was taken, the same file has nothing more, but for the order of rows that both sides moved."""
    base, now, file = versions
    taken = compare(base, now, file).resolved(compare(base, now, file).places)
    again = compare(base, taken, file)
    assert in_order_of_ids(again.merged) == in_order_of_ids(taken) or again.conflicts


def in_order_of_ids(document: Document) -> Document:
    for name in ROW_LISTS[document.kind]:
        document = documents.with_rows(document, name, sorted(documents.rows(document, name), key=lambda row: row.id))
    return document


@given(edited_twice())
def test_sheet_of_a_document_is_read_as_that_document(versions: tuple[Document, Document, Document]) -> None:
    base, _, file = versions
    found = documents.with_clean_lines(document_in_file(base, returned(file)))
    assert documents.without_ids(found) == documents.without_ids(documents.with_clean_lines(file))


def test_assigned_fields_and_fields_that_the_sheet_does_not_show_keep_their_texts() -> None:
    base = replace(BASE, extra=(("note", "备注"),))
    table = returned(BASE)
    table = replace(table, texts={"ordinal": "9", "office_code": "1", "goals": "新的目标"})
    assert document_in_file(base, table) == replace(base, goals="新的目标")


def test_rows_under_each_others_ids_get_the_ids_of_their_texts() -> None:
    first, second, *others = BASE.indicators
    swapped = returned(replace(BASE, indicators=(replace(second, id=first.id), replace(first, id=second.id), *others)))
    assert document_in_file(BASE, swapped) == replace(BASE, indicators=(second, first, *others))


def test_row_with_the_id_of_another_whose_text_moved_is_a_new_row() -> None:
    first, second, *others = BASE.indicators
    moved = (replace(second, id=first.id), replace(second, level3="另一个"), *others)
    found = document_in_file(BASE, returned(replace(BASE, indicators=moved)))
    assert [row.id for row in rows(found, "indicators")][:1] == [second.id]
    new = rows(found, "indicators")[1]
    assert new.level3 == "另一个" and new.id not in {row.id for row in BASE.indicators}
    again = document_in_file(BASE, returned(replace(BASE, indicators=moved)))
    assert again == found, "the same id each time, so that what is shown is what is written"


def test_many_moved_rows_are_one_line() -> None:
    rows_ = tuple(Indicator(f"row{n}", level3=str(n)) for n in range(9))
    base = replace(BASE, indicators=rows_)
    found = compare(base, base, replace(base, indicators=rows_[::-1]))
    (line,) = found.lines
    assert line.label == "各行的次序" and "等 8 行" in (line.file or "")


@given(st.sampled_from(("", "新的")))
def test_chosen_row_goes_back_to_its_place(text: str) -> None:
    """Deleted in the portal, changed in the file."""
    now = replace(BASE, indicators=(BASE.indicators[0], *BASE.indicators[2:]))
    file = documents.with_value(BASE, "indicators/bbbb/level3", text)
    found = compare(BASE, now, file)
    assert found.resolved(["indicators/bbbb"]) == file
    assert changes.between(found.merged, now) == []
