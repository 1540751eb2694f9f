"""Chinese numerals: read strictly, leniently and digit by digit; written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain.chinese_numerals import (
    read_digits,
    read_heading_number,
    read_numeral,
    to_chinese,
    to_digits,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十五", 15),
        ("九十", 90),
        ("一百零八", 108),
        ("两千零三十", 2030),
        ("一百二十万", 1_200_000),
        ("三亿五千万", 350_000_000),
        ("二〇二〇", 2020),
        ("三点五", Decimal("3.5")),
        ("零", 0),
        ("千万", None),
        ("百", None),
        ("一一", None),
        ("十百", None),
        ("一万亿", None),
        ("一", 1),
        ("", None),
        ("一" * 1000, None),
    ],
)
def test_numeral_is_read_or_is_none(text: str, number: int | Decimal | None) -> None:
    assert read_numeral(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("十二", 12), ("一百零二", 102), ("二〇", 20), ("百", 100), ("一一", 11), ("二〇二〇一", 2020), ("九千千", None)],
)
def test_number_of_a_heading_is_read_as_it_was_meant(text: str, number: int | None) -> None:
    assert read_heading_number(text) == number


@pytest.mark.parametrize(("text", "number"), [("二〇二〇", 2020), ("二零一九", 2019), ("2020", 2020)])
def test_year_is_read_digit_by_digit(text: str, number: int) -> None:
    assert read_digits(text) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (9009, "九千零九"),
    ],
)
def test_number_is_written(number: int, text: str) -> None:
    assert to_chinese(number) == text


def test_written_numbers_are_read_back() -> None:
    numbers = range(10_000)
    written = [to_chinese(number) for number in numbers]
    assert [read_heading_number(text) for text in written] == list(numbers)
    assert [read_numeral(text) for text in written[1:20]] == list(numbers[1:20])


def test_year_is_written_digit_by_digit_with_the_zero_that_is_wanted() -> None:
    assert to_digits(2020) == "二〇二〇"
    assert to_digits(2020, "零") == "二零二零"
