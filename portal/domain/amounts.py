"""Amounts (元 or 万元) and percents: read typed text, explain what is wrong with it, write it.

Documents keep amounts as typed. Code that computes reads them here and gets None for text that is no amount. What a
form requires of its amounts (sums, order, completeness) belongs in `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from portal.domain.quotation import quote

MAX_AMOUNT = Decimal("999999999999.99")
_MAX_DIGITS = 12
_MAX_QUOTED = 20
_MAX_CONVERTED = 20
"""Longest text, in characters, whose conversion a message suggests; nobody types a longer amount."""

_NUMBER = re.compile(r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<part>\d+))?", re.ASCII)
_SEPARATED = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])", re.ASCII)
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+", re.ASCII)
_SCALED = re.compile(r"(\d+(?:\.\d+)?)(千|万|百万|千万|亿)元?", re.ASCII)
_EXAMPLE = Decimal(23_000)
_SCALES = {"千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％", "0123456789.,-+%")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_MINUS = ("-", "−", "–", "—")


YUAN, WAN = "元", "万元"
_YUAN_IN = {YUAN: Decimal(1), "千元": Decimal(1_000), WAN: Decimal(10_000), "亿元": Decimal(100_000_000)}
_DECIMALS = {YUAN: 2, "千元": 5, WAN: 6, "亿元": 10}
"""Decimal places that reach one fen. Forms have 元 or 万元; files may have the others."""


def read_amount(text: str, unit: str = YUAN) -> Decimal | None:
    """The amount in yuan of a text in `unit`; None for a blank text and for one that `amount_fault` rejects."""
    number = _read(text.strip(), _DECIMALS[unit])
    return None if number is None or number * _YUAN_IN[unit] > MAX_AMOUNT else number * _YUAN_IN[unit]


def write_amount(yuan: Decimal, unit: str) -> str:
    """The amount as text in `unit`: 23000.00 for 元, 2.3 for 万元."""
    return f"{yuan:.2f}" if unit == YUAN else f"{(yuan / _YUAN_IN[unit]).normalize():f}"


def read_percent(text: str) -> Decimal | None:
    """25.00 for 25 %; None for a blank text and for one that `percent_fault` rejects.

    Numbers above 100 are read too; the rules decide whether they are valid.
    """
    return _read(text.strip())


def amount_fault(text: str, unit: str = YUAN) -> str | None:
    """Why `text` is no amount in `unit` and how to correct it, in Chinese; None for a valid or blank text."""
    words = text.strip()
    if not words or read_amount(text, unit) is not None:
        return None
    return f"{quote(words, _MAX_QUOTED)}{next(_amount_faults(words, unit))}"


def percent_fault(text: str) -> str | None:
    """Why `text` is no percent and how to correct it, in Chinese; None for a valid or blank text."""
    words = text.strip()
    if not words or read_percent(text) is not None:
        return None
    return f"{quote(words, _MAX_QUOTED)}{next(_percent_faults(words))}"


def correct_amount(text: str, unit: str = YUAN) -> str | None:
    """The amount that a text with a fault can only mean (48万 → 480000.00); None if there is no such amount."""
    bare = _bare(text).removeprefix("人民币").strip("¥￥").removesuffix("整")
    if _SEPARATED.match(bare):
        bare = bare.replace(",", "")
    if unit == WAN and _read(bare.removesuffix(WAN), _DECIMALS[unit]) is not None:
        return bare.removesuffix(WAN)
    if unit == WAN and bare.endswith(YUAN) and (yuan := read_amount(bare.removesuffix(YUAN))) is not None:
        return write_amount(yuan, unit)
    if (scaled := _SCALED.fullmatch(bare)) and len(bare) <= _MAX_CONVERTED:
        yuan = Decimal(scaled[1]) * _SCALES[scaled[2]]
        return write_amount(yuan, unit) if yuan <= MAX_AMOUNT else None
    bare = bare.removesuffix(YUAN) if unit == YUAN else bare
    return bare if read_amount(bare, unit) is not None else None


def correct_percent(text: str) -> str | None:
    """The percent that a text with a fault can only mean (２５％ → 25); None if there is none."""
    bare = _bare(text).removesuffix("%")
    return bare if _read(bare) is not None else None


def _bare(text: str) -> str:
    """The text in half-width characters, without white space and invisible ones."""
    return "".join("".join(_INVISIBLE.sub("", text[: _MAX_CONVERTED * 2]).split()).translate(_FULL_WIDTH))


def to_fen(amount: Decimal | None) -> int | None:
    """Whole fen, as database columns store them."""
    if amount is None:
        return None
    return int(amount.scaleb(2).to_integral_value(ROUND_HALF_UP))


def format_yuan(fen: int | None) -> str:
    """`2,025,280.00`; "" for None."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def _read(words: str, decimals: int = 2) -> Decimal | None:
    found = _NUMBER.fullmatch(words)
    if found is None or len(found["part"] or "") > decimals:
        return None
    whole = found["whole"].replace(",", "").lstrip("0") or "0"
    if len(whole) > _MAX_DIGITS:
        return None
    return Decimal(f"{whole}.{found['part']}" if found["part"] else whole)


# --- faults --------------------------------------------------------------------------------------


def _amount_faults(words: str, unit: str) -> Iterator[str]:
    """Every message that applies, the most specific first, the general one last."""
    yield from _shared_faults(words, "金额", f"{MAX_AMOUNT / _YUAN_IN[unit]:,}", _DECIMALS[unit])
    if scaled := _SCALED.fullmatch(words):
        yield f"带有“{scaled[2]}”，不是以{unit}为单位的数字；请换算成{unit}，例如 {_converted(scaled, unit)}。"
    if "," in words and _read(words.replace(",", "")) is not None:
        plain = words.replace(",", "")
        yield f"的千位分隔符位置不对，应当每三位一个；请核对后改写，例如 {plain}。"
    bare = words.removesuffix("元").strip("¥￥ ")
    if _read(bare) is not None:
        yield f"里不要写货币符号或单位，表中已注明以{unit}为单位；请只写数字：{bare}。"
    yield f"不是可以计算的金额；请只写半角数字，以{unit}为单位，例如 {write_amount(_EXAMPLE, unit)}。"


def _percent_faults(words: str) -> Iterator[str]:
    yield from _shared_faults(words, "百分比", "100", 2)
    half_width = words.translate(_FULL_WIDTH)
    bare = half_width.rstrip("% ")
    if bare != half_width and _read(bare) is not None:
        yield f"里不要写百分号，栏目已注明（%）；请只写数字：{bare}。"
    yield "不是可以计算的百分比；请只写 0 到 100 之间的半角数字，例如 25.00。"


def _shared_faults(words: str, what: str, most: str, decimals: int) -> Iterator[str]:
    half_width = words.translate(_FULL_WIDTH)
    if half_width.startswith(_MINUS) and _read(half_width[1:].strip()) is not None:
        yield f"是负数，{what}不能为负；请核对后改为 0 或正数。"
    if half_width != words and _read(half_width) is not None:
        yield f"用了全角数字，系统无法计算；请改用半角：{half_width}。"
    if _SCIENTIFIC.fullmatch(words):
        yield "是科学计数法，容易看错位数；请写出全部数字，例如 23000.00。"
    number = _NUMBER.fullmatch(words)
    if number and len(number["part"] or "") > decimals:
        count = {2: "两", 6: "六"}[decimals]
        yield f"的小数超过{count}位，{what}最多{count}位小数；请四舍五入后再填。"
    if number:
        yield f"太大，{what}最大为 {most}；请核对位数和单位。"


def _converted(scaled: re.Match[str], unit: str) -> str:
    """The converted amount; an example where the text is too long or the amount too large."""
    yuan = Decimal(scaled[1]) * _SCALES[scaled[2]] if len(scaled[0]) <= _MAX_CONVERTED else MAX_AMOUNT + 1
    return write_amount(yuan if yuan <= MAX_AMOUNT else _EXAMPLE, unit)
