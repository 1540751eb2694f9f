"""Differences between two texts: nothing is lost, few marks for few changes, bounded work for any pair."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import text_differences
from portal.domain.text_differences import Segment, excerpt, segments

_texts = st.text(alphabet="甲乙丙12.% 。\n", max_size=40)


@given(_texts, _texts)
def test_segments_hold_both_texts_whole(before: str, after: str) -> None:
    found = segments(before, after)
    assert "".join(text for op, text in found if op != "insert") == before
    assert "".join(text for op, text in found if op != "delete") == after


@given(_texts, _texts)
def test_segments_alternate_and_are_not_blank(before: str, after: str) -> None:
    ops = [op for op, text in segments(before, after) if text]
    assert len(ops) == len(segments(before, after))
    assert not any(pair in (("equal", "equal"), ("delete", "delete"), ("insert", "insert"), ("insert", "delete"))
                   for pair in pairwise(ops))  # fmt: skip


@given(_texts, _texts)
def test_limit_of_work_loses_nothing(before: str, after: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_differences, "_MAX_CELLS", 9)
        found = segments(before, after)
    assert "".join(text for op, text in found if op != "insert") == before
    assert "".join(text for op, text in found if op != "delete") == after


@given(_texts, _texts)
def test_segments_never_split_a_number(before: str, after: str) -> None:
    for side in ("insert", "delete"):
        pieces = [text for op, text in segments(before, after) if op != side]
        assert not any(one[-1] in "12.%" and other[0] in "12.%" for one, other in pairwise(pieces))


@given(_texts)
def test_equal_texts_have_no_change(text: str) -> None:
    assert segments(text, text) == ((("equal", text),) if text else ())


def test_numbers_stay_whole() -> None:
    assert segments("不少于 23000.00 元", "不少于 23500.00 元") == (
        ("equal", "不少于 "),
        ("delete", "23000.00"),
        ("insert", "23500.00"),
        ("equal", " 元"),
    )


def test_short_run_between_two_changes_belongs_to_the_change() -> None:
    assert segments("完成甲的乙工作", "完成丙的丁工作") == (
        ("equal", "完成"),
        ("delete", "甲的乙"),
        ("insert", "丙的丁"),
        ("equal", "工作"),
    )


def test_two_changes_in_a_long_text_mark_only_themselves() -> None:
    before = "".join(f"第{n}项工作按期完成，" for n in range(600))
    after = before.replace("第3项", "第三项").replace("第590项", "第五九零项")
    assert [segment for segment in segments(before, after) if segment[0] != "equal"] == [
        ("delete", "3"),
        ("insert", "三"),
        ("delete", "590"),
        ("insert", "五九零"),
    ]


def test_changed_sentences_of_a_much_changed_text_are_told_by_word() -> None:
    lines = [f"{n}：全年发放{n}人次补贴并按期公示结果。" for n in range(160)]
    before = "".join(lines)
    after = "".join(line if n % 4 else line.replace("按期", "及时") for n, line in enumerate(lines))
    changes = [segment for segment in segments(before, after) if segment[0] != "equal"]
    assert changes == [("delete", "按期"), ("insert", "及时")] * 40


def test_long_equal_run_between_insertions_stays_whole() -> None:
    assert segments("的工作计划", "新的和的工作计划") == (("insert", "新的和"), ("equal", "的工作计划"))


@given(_texts, _texts)
def test_marked_characters_are_no_more_than_both_texts(before: str, after: str) -> None:
    marked = sum(len(text) for op, text in segments(before, after) if op != "equal")
    assert marked <= len(before) + len(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1.2、" * 500, "2.1、" * 500),
        ("甲乙" * 50_000, "乙丙甲" * 40_000),
        ("甲。" * 60_000, "乙。" * 60_000),
        ("甲。乙乙乙乙乙乙。" * 3_000, "甲。丙丙丙丙丙丙。" * 3_000),
    ],
)
def test_texts_with_nothing_in_common_are_bounded_in_work(
    before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells, matrix = 0, text_differences._matrix

    def counted(a: Sequence[str], b: Sequence[str]) -> list[int]:
        nonlocal cells
        cells += len(a) * len(b)
        return matrix(a, b)

    monkeypatch.setattr(text_differences, "_matrix", counted)
    monkeypatch.setattr(text_differences, "_MAX_CELLS", 1_000_000)
    found = segments(before, after)

    assert cells <= 2_000_000
    assert "".join(text for op, text in found if op != "insert") == before


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "新的", (("insert", "新的"),)),
        ("甲" * 50 + "旧", "甲" * 50 + "新", (("equal", "…" + "甲" * 20), ("delete", "旧"), ("insert", "新"))),
        ("旧" + "甲" * 50, "甲" * 50, (("delete", "旧"), ("equal", "甲" * 20 + "…"))),
        ("23000元", "25000元", (("delete", "23000"), ("insert", "25000"), ("equal", "元"))),
    ],
)
def test_excerpt_shows_the_change_and_little_around(before: str, after: str, shown: tuple[Segment, ...]) -> None:
    assert excerpt(before, after) == shown


def test_excerpt_of_very_long_texts_shows_both() -> None:
    assert [op for op, _ in excerpt("甲乙" * 2_000, "丙丁" * 2_000)] == ["delete", "insert"]
