"""Searching by words: which characters count as the same, and that every word must be found."""

from __future__ import annotations

import pytest

from portal.domain.searching import finds, variants, words


def test_words_of_a_search_are_distinct_and_without_invisible_characters() -> None:
    assert words(" 古城\u3000街道 古\u200b城\n") == ("古城", "街道")
    assert words(" \u200b ") == ()


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        *(("（一）", "社区(一)期"), ("[一]", "【一】"), ("610-1301-jbn", "６１０－１３０１－ＪＢＮ"), ("A—B", "a-b")),
        *(("“甲”", '"甲"'), ("‘甲’", "'甲'"), ("甲·乙", "甲•乙"), ("pm2.5", "ＰＭ２．５"), ("!", "！"), ("~", "～")),
    ],
)
def test_width_case_and_kind_of_mark_make_no_difference(wanted: str, text: str) -> None:
    assert finds([wanted], text)


def test_each_word_must_be_found_in_any_order() -> None:
    assert finds(["街道", "古城"], "古城街道")
    assert not finds(["街道", "南关"], "古城街道")
    assert not finds(["(一"], "一(")
    assert finds([], "")


@pytest.mark.parametrize(
    ("character", "same"), [("a", "aAａＡ"), ("Ａ", "aAａＡ"), ("5", "5５"), ("!", "!！"), ("~", "~～"), ("甲", "甲")]
)
def test_variants_of_a_character_are_all_that_count_as_it(character: str, same: str) -> None:
    assert set(variants(character)) == set(same)


@pytest.mark.parametrize("mark", "(〔)】-—\"”'·")
def test_variants_are_the_same_from_each_of_them(mark: str) -> None:
    assert len(variants(mark)) > 2
    assert {variants(other) for other in variants(mark)} == {variants(mark)}
