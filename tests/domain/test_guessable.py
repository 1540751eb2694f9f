"""Which passwords an attacker tries first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.guessable import _words, holds_own_word, is_guessable


@pytest.mark.parametrize("password", [
    *("1234567890", "13812345678", "19900101", "a123456789", "aa123456789", "abc1234567", "１２３４５６７８９０"),
    *("password123", "Passw0rd123", "P@ssw0rd2024", "admin12345", "Admin@123456", "welcome2026!", "iloveyou12345"),
    *("qwertyuiop", "asdfghjkl123", "1qaz2wsx3edc", "1q2w3e4r5t", "zaq12wsx!!", "qazwsxedc123", "poiuytrewq"),
    *("woaini1314", "woaini520520", "woaizhongguo5", "mima123456", "zhongguo666", "wodemima123", "admin888888"),
    *("zhangwei123", "lixiaoming88", "WangXiaoHong1990", "wangjianhua2020", "zhangsan12345", "ouyang.feng.1"),
    *("shanhaiguan2020", "shanhaiguan-26", "gucheng-2020", "jixiao2024", "Caizheng@2026", "caizhengju2024"),
    *("shanhaiguancaizheng", "绩效目标202612", "山海关区财政局2026", "reviewer-2026", "monkey-dragon-1"),
])  # fmt: skip
def test_password_that_is_tried_first_is_guessable(password: str) -> None:
    assert is_guessable(password)


@pytest.mark.parametrize("password", [
    *("k7x9-m2p7-tq4w", "Tg7#kkw92mQz", "blue7whale!tea", "xin-mima-2026", "shui-dao-qu-cheng-8"),
    *("correct-horse-battery-staple", "dragon sunshine monkey football", "yun-shan-cang-cang"),
    *("hezuo8kuaizi5", "山高月小水落石出"),
])  # fmt: skip
def test_password_of_unrelated_words_or_characters_is_not_guessable(password: str) -> None:
    assert not is_guessable(password)


@given(st.sampled_from(sorted(_words())), st.integers(1900, 2100), st.sampled_from(("", "-", "@", "!")))
def test_every_common_word_with_a_year_is_guessable(word: str, year: int, mark: str) -> None:
    assert is_guessable(f"{word}{mark}{year}")
    assert is_guessable(f"{year}{word.upper()}{mark}")


@given(st.text(max_size=128))
def test_any_text_is_judged(text: str) -> None:
    assert is_guessable(text) in (True, False)


@pytest.mark.parametrize(("password", "own"), [
    ("ab-wangjianhua-x9", "王建华"), ("jianhuawang-77x", "王建华"), ("x王建华k9m2p", "王建华"),
    ("WANG-jian-hua-k7", "王建华"), ("xx-zhoumin-k7x9", "周敏"), ("k7x-610002-m2p", "610002"),
    ("my-DRAFTER-2026", "drafter"), ("zhang.wei#k7x", "zhang-wei"),
])  # fmt: skip
def test_own_name_and_code_are_found_in_characters_and_in_pinyin(password: str, own: str) -> None:
    assert holds_own_word(password, ["", own])
    assert not holds_own_word("k7x9-m2p7-tq4w", ["", own])


def test_list_holds_many_words_and_no_password_is_slow() -> None:
    assert len(_words()) > 700
    assert not is_guessable("shui" * 32)
