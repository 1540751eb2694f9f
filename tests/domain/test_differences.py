"""What people read of two versions."""

from __future__ import annotations

from hypothesis import given

from portal.domain import documents
from portal.domain.differences import Difference, Kind, compare
from portal.domain.documents import DepartmentDocument, Document, Duty, Indicator, ProjectDocument, Safeguard
from tests.domain.strategies import any_document, pairs

A, B, C = (Indicator(name * 4, level3=name) for name in "abc")
OLD = ProjectDocument(goals="发放工资3人", purpose="工资", indicators=(A, B, C))


def told(old: Document, new: Document) -> list[tuple[str, str]]:
    return [(difference.kind.value, difference.path) for difference in compare(old, new)]


@given(any_document)
def test_document_does_not_differ_from_itself(document: Document) -> None:
    assert compare(document, document) == []


@given(pairs)
def test_two_documents_that_differ_say_so(pair: tuple[Document, Document]) -> None:
    assert (compare(*pair) == []) == (pair[0] == pair[1])


@given(pairs)
def test_every_changed_text_of_rows_that_stay_is_told_once(pair: tuple[Document, Document]) -> None:
    old, new = pair
    before, after = documents.texts(old), documents.texts(new)
    changed = [path for kind, path in told(old, new) if kind == "changed"]
    assert sorted(changed) == sorted(path for path in after if path in before and before[path] != after[path])


def test_changed_text_is_told_word_by_word_with_its_place() -> None:
    assert compare(OLD, documents.with_value(OLD, "goals", "发放工资35人")) == [
        Difference(
            "goals",
            Kind.CHANGED,
            "绩效目标",
            segments=(("equal", "发放工资"), ("delete", "3"), ("insert", "35"), ("equal", "人")),
        )
    ]


def test_changed_cell_is_told_at_its_row() -> None:
    (difference,) = compare(OLD, documents.with_value(OLD, "indicators/bbbb/target_value", "≥90%"))
    assert difference == Difference(
        "indicators/bbbb/target_value", Kind.CHANGED, "绩效指标第2行·指标值", segments=(("insert", "≥90%"),)
    )


def test_added_and_removed_rows_are_told_whole() -> None:
    new = documents.with_rows(OLD, "indicators", [A, C, Indicator("eeee", "产出指标", target_value="1")])
    added, removed = compare(OLD, new)
    assert (added.kind, added.path, added.label) == (Kind.ADDED, "indicators/eeee", "绩效指标第3行")
    assert added.cells == (
        ("一级指标", "产出指标"),
        ("二级指标", ""),
        ("三级指标", ""),
        ("绩效指标描述", ""),
        ("指标值", "1"),
        ("指标值确定依据", ""),
    )
    # Where it stood is said of the version that it stood in.
    assert (removed.kind, removed.path, removed.label) == (Kind.REMOVED, "indicators/bbbb", "绩效指标第2行")
    assert dict(removed.cells)["三级指标"] == "b"


def test_moved_row_is_moved_and_not_deleted_beside_an_insertion() -> None:
    assert told(OLD, documents.with_rows(OLD, "indicators", [C, A, B])) == [("moved", "indicators/cccc")]


def test_row_moved_and_changed_is_told_as_both() -> None:
    new = documents.with_value(documents.with_rows(OLD, "indicators", [C, A, B]), "indicators/cccc/basis", "文件")
    assert told(OLD, new) == [("moved", "indicators/cccc"), ("changed", "indicators/cccc/basis")]


def test_differences_come_in_the_order_of_the_form_removed_rows_last() -> None:
    old = DepartmentDocument("总体", (Duty("d111", "一"), Duty("d222", "二")), (Safeguard("s111", "甲"),))
    new = DepartmentDocument("全部", (Duty("d333", "三"), Duty("d222", "贰")), (Safeguard("s111", "乙"),))
    assert told(old, new) == [
        ("changed", "overall"),
        ("added", "duties/d333"),
        ("changed", "duties/d222/name"),
        ("removed", "duties/d111"),
        ("changed", "safeguards/s111/title"),
    ]
