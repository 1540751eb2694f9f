"""Patterns of project codes and unit codes: what an administrator may enter, and matching codes.

A pattern is a regular expression for the whole code. RE2 matches every pattern in linear time, so a pattern only has to
compile. A *mask* (``NNN-NNNN-AAA-XXXX``) is a simpler notation: N is a digit, A a capital letter, X either; every other
character stands for itself. A mask cannot express repetition, choice or a literal N, A, X; these need the expression.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import cycle, groupby
from typing import Any

import re2

from portal.domain.errors import Invalid
from portal.domain.invisible import without_invisible

LONGEST_PATTERN = 200
LONGEST_CODE = 64
OFFICE_CODE_PATTERN = r"^\d{6}$"
"""The pattern of unit codes, unless a year has another."""
MASK_LEGEND = "N 为一位数字，A 为一位大写字母，X 为一位数字或大写字母"

_SIGNS = {"N": r"\d", "A": "[A-Z]", "X": "[0-9A-Z]"}
_SIGN_OF = {expression: sign for sign, expression in _SIGNS.items()}
_EXAMPLES = {"N": "1234567890", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "X": "1A2B3C4D5E6F7G8H9J"}
_NAMES = {"code_pattern": "项目编码", "office_code_pattern": "单位编码"}

_LITERAL = r"[^\\\[\](){}*+?|^$]"
_MASK = re.compile(rf"{_LITERAL}*[NAX]{_LITERAL}*")
_PIECE = re.compile(
    rf"""
      (?P<class>\\d|\[A-Z\]|\[0-9A-Z\])(?:\{{(?P<times>[0-9]{{1,2}})\}})?
    | \\(?P<dot>\.)
    | (?P<literal>(?![NAX.]){_LITERAL})
    """,
    re.VERBOSE,
)
_PYTHON_SYNTAX = re.compile(
    r"""
      (?P<same>\\[^Z]|\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<end>\\Z)
    | \{,(?P<most>[0-9]+)\}
    """,
    re.VERBOSE | re.DOTALL,
)


def check(pattern: str, path: str = "code_pattern") -> None:
    """Raises Invalid, with the field `path`, for an invalid pattern."""
    if not 1 <= len(pattern) <= LONGEST_PATTERN:
        raise Invalid(f"请填写{_NAMES[path]}的格式（不超过 {LONGEST_PATTERN} 字符）。", path)
    try:
        _compiled(pattern)
    except (re2.error, UnicodeError):
        raise Invalid(
            f"{_NAMES[path]}的格式不是有效的正则表达式：括号要成对，不能用反向引用（\\1）和前后查找（(?=…)）；"
            "也可以写 NNN-NNNN-AAA-XXXX 这样的样式。",
            path,
        ) from None


def fits(code: str, pattern: str) -> bool:
    """Whether the whole code matches the pattern. Raises Invalid if the pattern, perhaps an old one, is invalid."""
    if len(code) > LONGEST_CODE:
        return False
    check(pattern)
    return _compiled(pattern).fullmatch(code.encode(errors="replace")) is not None


def from_typed(typed: str, stored: str = "") -> str:
    """The pattern of a typed expression or mask; `stored` if the field was left as it is shown.

    Raises Invalid for an invalid pattern, unless it is `stored`: an old pattern must not block saving the year's other
    settings.
    """
    typed = without_invisible(typed).strip()
    if stored and typed in (stored, shown(stored)):
        return stored
    pattern = _from_mask(typed) if _MASK.fullmatch(typed) else typed
    check(pattern)
    return pattern


def mask(pattern: str) -> str:
    """The mask equivalent to the pattern; "" if there is none."""
    found, at, expression = "", 0, pattern.removeprefix("^").removesuffix("$")
    while at < len(expression):
        piece = _PIECE.match(expression, at)
        if piece is None:
            return ""
        sign = _SIGN_OF[piece["class"]] if piece["class"] else piece["dot"] or piece["literal"]
        found, at = found + sign * int(piece["times"] or 1), piece.end()
    return found if len(found) <= LONGEST_CODE and _MASK.fullmatch(found) else ""


def shown(pattern: str) -> str:
    """The pattern as users see it: its mask, or the expression if it has none."""
    return mask(pattern) or pattern


def example(pattern: str) -> str:
    """A code that matches; "" if the pattern has no mask."""
    letters = {sign: cycle(characters) for sign, characters in _EXAMPLES.items()}
    return "".join(next(letters[sign]) if sign in letters else sign for sign in mask(pattern))


def _from_mask(typed: str) -> str:
    """Without anchors, like the patterns of the frameworks: a pattern matches the whole code anyway."""
    return "".join(_expression(sign, len(list(run))) for sign, run in groupby(typed))


def _expression(sign: str, times: int) -> str:
    if sign not in _SIGNS:
        return re.escape(sign) * times if sign == "." else sign * times
    return _SIGNS[sign] + (f"{{{times}}}" if times > 1 else "")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Any:
    """Raises re2.error, or UnicodeError for a lone surrogate."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(_PYTHON_SYNTAX.sub(_to_re2, pattern), options)


def _to_re2(found: re.Match[str]) -> str:
    """Keep the meaning of patterns stored for Python's `re`: RE2 reads ``{,3}`` as text and has no ``\\Z``."""
    if found["same"]:
        return found["same"]
    return r"\z" if found["end"] else f"{{0,{found['most']}}}"
