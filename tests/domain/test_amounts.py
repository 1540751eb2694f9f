"""Reading amounts and percents as typed, and saying what is wrong with them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.amounts import (
    MAX_AMOUNT,
    WAN,
    YUAN,
    amount_fault,
    correct_amount,
    correct_percent,
    format_yuan,
    percent_fault,
    read_amount,
    read_percent,
    to_fen,
    write_amount,
)

AMOUNT_LIKE = st.text(alphabet="0123456789.,-%eE万元 ５．￥", max_size=24)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("23000.00", "23000.00"),
        ("23000", "23000"),
        ("23000.5", "23000.5"),
        ("23,000.00", "23000.00"),
        ("1,234,567", "1234567"),
        ("0", "0"),
        ("0.00", "0"),
        ("007", "7"),
        (" 23000.00\u3000", "23000.00"),
        ("999999999999.99", "999999999999.99"),
        ("999,999,999,999.99", "999999999999.99"),
        ("000999999999999.99", "999999999999.99"),
    ],
)
def test_amount_is_read(text: str, amount: str) -> None:
    assert (read_amount(text), amount_fault(text)) == (Decimal(amount), None)


@pytest.mark.parametrize("text", ["", " ", "\n\u3000"])
def test_blank_is_neither_amount_nor_fault(text: str) -> None:
    assert (read_amount(text), amount_fault(text)) == (None, None)
    assert (read_percent(text), percent_fault(text)) == (None, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2.3万", "“2.3万”带有“万”，不是以元为单位的数字；请换算成元，例如 23000.00。"),
        ("2.3万元", "“2.3万元”带有“万”，不是以元为单位的数字；请换算成元，例如 23000.00。"),
        ("9999999亿", "“9999999亿”带有“亿”，不是以元为单位的数字；请换算成元，例如 23000.00。"),
        ("-5", "“-5”是负数，金额不能为负；请核对后改为 0 或正数。"),
        ("−5.00", "“−5.00”是负数，金额不能为负；请核对后改为 0 或正数。"),
        ("－５", "“－５”是负数，金额不能为负；请核对后改为 0 或正数。"),
        ("1e9", "“1e9”是科学计数法，容易看错位数；请写出全部数字，例如 23000.00。"),
        ("1E999999999", "“1E999999999”是科学计数法，容易看错位数；请写出全部数字，例如 23000.00。"),
        ("２３０００", "“２３０００”用了全角数字，系统无法计算；请改用半角：23000。"),
        ("23000．00", "“23000．00”用了全角数字，系统无法计算；请改用半角：23000.00。"),
        ("23000.001", "“23000.001”的小数超过两位，金额最多两位小数；请四舍五入后再填。"),
        ("1000000000000", "“1000000000000”太大，金额最大为 999,999,999,999.99；请核对位数和单位。"),
        ("2,30,00", "“2,30,00”的千位分隔符位置不对，应当每三位一个；请核对后改写，例如 23000。"),
        ("23000元", "“23000元”里不要写货币符号或单位，表中已注明以元为单位；请只写数字：23000。"),
        ("￥23000.00", "“￥23000.00”里不要写货币符号或单位，表中已注明以元为单位；请只写数字：23000.00。"),
        ("待定", "“待定”不是可以计算的金额；请只写半角数字，以元为单位，例如 23000.00。"),
        ("NaN", "“NaN”不是可以计算的金额；请只写半角数字，以元为单位，例如 23000.00。"),
        ("23000.", "“23000.”不是可以计算的金额；请只写半角数字，以元为单位，例如 23000.00。"),
        ("٢٣", "“٢٣”不是可以计算的金额；请只写半角数字，以元为单位，例如 23000.00。"),
    ],
)
def test_unreadable_amount_says_why(text: str, fault: str) -> None:
    assert (read_amount(text), amount_fault(text)) == (None, fault)


@pytest.mark.parametrize(
    ("text", "percent"), [("25.00", "25"), ("100", "100"), ("0", "0"), ("33.33", "33.33"), ("120", "120")]
)
def test_percent_is_read(text: str, percent: str) -> None:
    assert (read_percent(text), percent_fault(text)) == (Decimal(percent), None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("25%", "“25%”里不要写百分号，栏目已注明（%）；请只写数字：25。"),
        ("25 ％", "“25 ％”里不要写百分号，栏目已注明（%）；请只写数字：25。"),
        ("２５％", "“２５％”里不要写百分号，栏目已注明（%）；请只写数字：25。"),
        ("-5", "“-5”是负数，百分比不能为负；请核对后改为 0 或正数。"),
        ("２５", "“２５”用了全角数字，系统无法计算；请改用半角：25。"),
        ("33.333", "“33.333”的小数超过两位，百分比最多两位小数；请四舍五入后再填。"),
        ("9999999999999", "“9999999999999”太大，百分比最大为 100；请核对位数和单位。"),
        ("四分之一", "“四分之一”不是可以计算的百分比；请只写 0 到 100 之间的半角数字，例如 25.00。"),
    ],
)
def test_unreadable_percent_says_why(text: str, fault: str) -> None:
    assert (read_percent(text), percent_fault(text)) == (None, fault)


@pytest.mark.parametrize(
    "text",
    ["9" * 100_000, "1" + ",000" * 25_000 + "x", "一" * 100_000, "1." + "3" * 100_000, " " * 99_999 + "万"],
)
def test_long_text_is_quoted_at_a_glance(text: str) -> None:
    fault = amount_fault(text)
    assert fault is not None
    assert len(fault) < 100
    assert read_amount(text) is None
    assert percent_fault(text) is not None


@given(AMOUNT_LIKE | st.text())
def test_every_text_is_blank_or_an_amount_or_at_fault(text: str) -> None:
    outcomes = [not text.strip(), read_amount(text) is not None, amount_fault(text) is not None]
    assert sorted(outcomes) == [False, False, True]


@given(st.integers(0, int(MAX_AMOUNT * 100)))
def test_fen_survive_writing_and_reading(fen: int) -> None:
    assert to_fen(read_amount(format_yuan(fen))) == fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [(202_528_000, "2,025,280.00"), (0, "0.00"), (5, "0.05"), (-12_345_678, "-123,456.78"), (None, "")],
)
def test_fen_are_written_as_yuan(fen: int | None, text: str) -> None:
    assert format_yuan(fen) == text


def test_no_amount_is_no_fen() -> None:
    assert to_fen(None) is None


def test_fen_are_exact() -> None:
    assert to_fen(Decimal("0.29")) == 29
    assert to_fen(MAX_AMOUNT) == 99_999_999_999_999


def test_half_a_fen_is_rounded_up() -> None:
    assert [to_fen(Decimal(amount)) for amount in ("0.004", "0.005", "0.015")] == [0, 1, 2]


# --- units and corrections -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        *(("2.3", "23000"), ("0.000001", "0.01"), ("99999999.999999", "999999999999.99")),
        *(("2.3000001", None), ("100000000", None)),
    ],
)
def test_amount_in_ten_thousands_reaches_one_fen(text: str, yuan: str | None) -> None:
    assert read_amount(text, WAN) == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2.3亿", "“2.3亿”带有“亿”，不是以万元为单位的数字；请换算成万元，例如 23000。"),
        ("2.3000001", "“2.3000001”的小数超过六位，金额最多六位小数；请四舍五入后再填。"),
        ("100000000", "“100000000”太大，金额最大为 99,999,999.999999；请核对位数和单位。"),
        ("待定", "“待定”不是可以计算的金额；请只写半角数字，以万元为单位，例如 2.3。"),
    ],
)
def test_fault_of_an_amount_in_ten_thousands_names_its_unit(text: str, fault: str) -> None:
    assert amount_fault(text, WAN) == fault


@pytest.mark.parametrize(
    ("yuan", "in_yuan", "in_wan"),
    [("23000", "23000.00", "2.3"), ("1000000", "1000000.00", "100"), ("0", "0.00", "0"), ("0.01", "0.01", "0.000001")],
)
def test_amount_is_written_in_the_unit(yuan: str, in_yuan: str, in_wan: str) -> None:
    assert (write_amount(Decimal(yuan), YUAN), write_amount(Decimal(yuan), WAN)) == (in_yuan, in_wan)


@pytest.mark.parametrize(
    ("text", "in_yuan", "in_wan"),
    [
        ("48万", "480000.00", "48"),
        ("48 万元", "480000.00", "48"),
        ("人民币48万元整", "480000.00", "48"),
        ("￥23000元", "23000", "2.3"),
        ("0.5亿", "50000000.00", "5000"),
        ("3千元", "3000.00", "0.3"),
        ("1，234，567", "1234567", "1234567"),
        ("２３０００", "23000", "23000"),
        ("1,23", None, None),
        ("约5万", None, None),
        ("9999亿", "999900000000.00", "99990000"),
        ("10000亿", None, None),
    ],
)
def test_amount_is_corrected_where_it_can_mean_only_one(text: str, in_yuan: str | None, in_wan: str | None) -> None:
    assert (correct_amount(text), correct_amount(text, WAN)) == (in_yuan, in_wan)


@pytest.mark.parametrize(("text", "percent"), [("２５％", "25"), ("25 %", "25"), ("25%%", None), ("四成", None)])
def test_percent_is_corrected_where_it_can_mean_only_one(text: str, percent: str | None) -> None:
    assert correct_percent(text) == percent
