"""Amounts in yuan and percents: reading what somebody typed, saying what is wrong with it, writing it.

Documents keep amounts as typed; whoever needs to compute asks here, and gets None where the words cannot
be read. What a form demands of its amounts (sums, order, completeness) is a matter of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from portal.domain.quotation import quote

MAX_AMOUNT = Decimal("999999999999.99")
_MAX_DIGITS = 12
_QUOTED = 20
_CONVERTIBLE = 20
"""Characters up to which a mending is worked out; nobody types a longer amount."""

_NUMBER = re.compile(r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<part>\d+))?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+", re.ASCII)
_SCALED = re.compile(r"(\d+(?:\.\d+)?)(千|万|百万|千万|亿)元?", re.ASCII)
_SCALES = {"千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％", "0123456789.,-+%")
_MINUS = ("-", "−", "–", "—")


def read_amount(text: str) -> Decimal | None:
    """The amount in yuan; None for a blank text and for one that `amount_fault` objects to."""
    return _read(text.strip())


def read_percent(text: str) -> Decimal | None:
    """The percent as a number, 25.00 for 25 %; None for a blank text and where `percent_fault` objects.

    A number above 100 is readable: whether it may stand there is for the rules to say.
    """
    return _read(text.strip())


def amount_fault(text: str) -> str | None:
    """Why `text` is no amount, and how to mend it; None where it is one or is blank."""
    return _fault(text.strip(), _amount_faults)


def percent_fault(text: str) -> str | None:
    """Why `text` is no percent, and how to mend it; None where it is one or is blank."""
    return _fault(text.strip(), _percent_faults)


def to_fen(amount: Decimal | None) -> int | None:
    """Whole fen, as columns keep them."""
    if amount is None:
        return None
    return int(amount.scaleb(2).to_integral_value(ROUND_HALF_UP))


def format_yuan(fen: int | None) -> str:
    """`2,025,280.00`; blank where there is no amount."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def _read(words: str) -> Decimal | None:
    found = _NUMBER.fullmatch(words)
    if found is None or len(found["part"] or "") > 2:
        return None
    whole = found["whole"].replace(",", "").lstrip("0") or "0"
    if len(whole) > _MAX_DIGITS:
        return None
    return Decimal(f"{whole}.{found['part']}" if found["part"] else whole)


# --- what is wrong -------------------------------------------------------------------------------


def _fault(words: str, faults: Callable[[str], Iterator[str]]) -> str | None:
    if not words or _read(words) is not None:
        return None
    return f"{quote(words, _QUOTED)}{next(faults(words))}"


def _amount_faults(words: str) -> Iterator[str]:
    """Every objection that fits, the most telling one first, the general one last."""
    yield from _shared_faults(words, "金额", f"{MAX_AMOUNT:,}")
    if scaled := _SCALED.fullmatch(words):
        yield f"带有“{scaled[2]}”，不是以元为单位的数字；请换算成元，例如 {_in_yuan(scaled)}。"
    if "," in words and _read(words.replace(",", "")) is not None:
        plain = words.replace(",", "")
        yield f"的千位分隔符位置不对，应当每三位一个；请核对后改写，例如 {plain}。"
    bare = words.removesuffix("元").strip("¥￥ ")
    if _read(bare) is not None:
        yield f"里不要写货币符号或单位，表中已注明以元为单位；请只写数字：{bare}。"
    yield "不是可以计算的金额；请只写半角数字，以元为单位，例如 23000.00。"


def _percent_faults(words: str) -> Iterator[str]:
    yield from _shared_faults(words, "百分比", "100")
    half_width = words.translate(_FULL_WIDTH)
    bare = half_width.rstrip("% ")
    if bare != half_width and _read(bare) is not None:
        yield f"里不要写百分号，栏目已注明（%）；请只写数字：{bare}。"
    yield "不是可以计算的百分比；请只写 0 到 100 之间的半角数字，例如 25.00。"


def _shared_faults(words: str, what: str, most: str) -> Iterator[str]:
    half_width = words.translate(_FULL_WIDTH)
    if half_width.startswith(_MINUS) and _read(half_width[1:].strip()) is not None:
        yield f"是负数，{what}不能为负；请核对后改为 0 或正数。"
    if half_width != words and _read(half_width) is not None:
        yield f"用了全角数字，系统无法计算；请改用半角：{half_width}。"
    if _SCIENTIFIC.fullmatch(words):
        yield "是科学计数法，容易看错位数；请写出全部数字，例如 23000.00。"
    number = _NUMBER.fullmatch(words)
    if number and len(number["part"] or "") > 2:
        yield f"的小数超过两位，{what}最多两位小数；请四舍五入后再填。"
    if number:
        yield f"太大，{what}最大为 {most}；请核对位数和单位。"


def _in_yuan(scaled: re.Match[str]) -> str:
    """The conversion itself where it is short enough to be meant, an example elsewhere."""
    if len(scaled[0]) <= _CONVERTIBLE:
        yuan = Decimal(scaled[1]) * _SCALES[scaled[2]]
        if yuan <= MAX_AMOUNT:
            return f"{yuan:.2f}"
    return "23000.00"
