"""Patterns of project codes and unit codes: what an administrator may write, and whether a code fits.

A pattern is a regular expression for the whole code, matched by RE2: in linear time whatever the pattern, so nothing
about it has to be judged but whether it compiles. A *mask* such as ``NNN-NNNN-AAA-XXXX`` is a help to write one:
N is a digit, A a capital letter, X either; everything else, other letters included, stands for itself. A mask says
nothing of repetition, choice or a literal N, A, X: whoever needs these writes the expression.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import cycle, groupby
from typing import Any

import re2

from portal.domain.errors import Invalid

LONGEST_PATTERN = 200
LONGEST_CODE = 64
OFFICE_CODE_PATTERN = r"^\d{6}$"
"""The pattern of unit codes unless a year says otherwise."""
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
_WRITTEN_OTHERWISE = re.compile(
    r"""
      (?P<same>\\[^Z]|\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<end>\\Z)
    | \{,(?P<most>[0-9]+)\}
    """,
    re.VERBOSE | re.DOTALL,
)


def check(pattern: str, path: str = "code_pattern") -> None:
    """Raises Invalid, at the field `path`, for what is no pattern."""
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
    """Whether the whole of a code is in the pattern. Raises Invalid where the pattern, stored long ago, is none."""
    if len(code) > LONGEST_CODE:
        return False
    check(pattern)
    return _compiled(pattern).fullmatch(code.encode(errors="replace")) is not None


def office_code_fits(code: str, pattern: str = OFFICE_CODE_PATTERN) -> bool:
    """Whether a unit code is in the year's pattern for these; as `fits`."""
    return fits(code, pattern)


def from_typed(typed: str, stored: str = "") -> str:
    """The pattern that somebody means by an expression or a mask; the stored one where it was left as it is shown.

    Raises Invalid for what is no pattern, unless it is stored: what was sound once does not stand in the way of the
    year's other settings.
    """
    typed = typed.strip()
    if stored and typed in (stored, shown(stored)):
        return stored
    pattern = _from_mask(typed) if _MASK.fullmatch(typed) else typed
    check(pattern)
    return pattern


def mask(pattern: str) -> str:
    """The mask that stands for the pattern; "" where none does."""
    found, at, expression = "", 0, pattern.removeprefix("^").removesuffix("$")
    while at < len(expression):
        piece = _PIECE.match(expression, at)
        if piece is None:
            return ""
        sign = _SIGN_OF[piece["class"]] if piece["class"] else piece["dot"] or piece["literal"]
        found, at = found + sign * int(piece["times"] or 1), piece.end()
    return found if len(found) <= LONGEST_CODE and _MASK.fullmatch(found) else ""


def shown(pattern: str) -> str:
    """The pattern as people read it: its mask, or the expression where it has none."""
    return mask(pattern) or pattern


def example(pattern: str) -> str:
    """A code that fits; "" where the pattern has no mask."""
    letters = {sign: cycle(characters) for sign, characters in _EXAMPLES.items()}
    return "".join(next(letters[sign]) if sign in letters else sign for sign in mask(pattern))


def _from_mask(typed: str) -> str:
    """Without anchors, as the frameworks write theirs: a pattern is for the whole code anyway."""
    return "".join(_expression(sign, len(list(run))) for sign, run in groupby(typed))


def _expression(sign: str, times: int) -> str:
    if sign not in _SIGNS:
        return re.escape(sign) * times if sign == "." else sign * times
    return _SIGNS[sign] + (f"{{{times}}}" if times > 1 else "")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Any:
    """Raises re2.error; UnicodeError for half a character."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(_WRITTEN_OTHERWISE.sub(_as_re2_writes, pattern), options)


def _as_re2_writes(found: re.Match[str]) -> str:
    """Patterns stored for Python's matcher keep their meaning: RE2 takes ``{,3}`` for text and knows no ``\\Z``."""
    if found["same"]:
        return found["same"]
    return r"\z" if found["end"] else f"{{0,{found['most']}}}"
