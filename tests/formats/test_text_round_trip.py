"""Whatever a document holds comes back from the text form, but for the ids of its rows."""

from __future__ import annotations

from hypothesis import given, settings

from portal.domain.documents import (
    DepartmentDocument,
    Document,
    Indicator,
    PerformanceText,
    ProjectDocument,
    without_ids,
)
from portal.formats import text
from tests.formats.generated import performance_texts


def plain(written: PerformanceText) -> list[Document]:
    found: list[Document] = [] if written.department is None else [written.department]
    return [without_ids(document) for document in [*found, *written.tables]]


@given(performance_texts)
@settings(max_examples=200)
def test_every_document_comes_back(written: PerformanceText) -> None:
    reading = text.read(text.write(written))
    assert (plain(reading.text), reading.unplaced) == (plain(written), ())


@given(performance_texts)
@settings(max_examples=50)
def test_every_document_comes_back_from_below_an_anchor(written: PerformanceText) -> None:
    reading = text.read(text.write(written, "第 3 号\n3fa4"))
    assert (plain(reading.text), reading.unplaced) == (plain(written), ())


def test_blank_department_is_not_a_missing_one() -> None:
    project = ProjectDocument(project_name="甲")
    with_it = PerformanceText(DepartmentDocument(), (project,))
    without = PerformanceText(None, (project,))
    assert (text.read(text.write(with_it)).text, text.read(text.write(without)).text) == (with_it, without)


def test_equal_neighbours_of_level_one_are_merged_and_of_level_two_never() -> None:
    rows = (Indicator("a001", "产出指标", "质量指标", "甲"), Indicator("a002", "产出指标", "质量指标", "乙"))
    written = text.write(PerformanceText(tables=(ProjectDocument(indicators=rows),))).decode()
    assert written.split("指标值确定依据\n")[1] == (
        "\n\t产出指标\n\t质量指标\n\t甲\n\t\n\t\n\t\n\n\t\n\t质量指标\n\t乙\n\t\n\t\n\t\n\n\n"
    )


def test_line_that_reads_as_a_heading_is_written_behind_a_guard() -> None:
    written = text.write(PerformanceText(DepartmentDocument(overall="甲\n二、分项绩效目标")))
    assert "甲\n\u2060二、分项绩效目标\n" in written.decode()
