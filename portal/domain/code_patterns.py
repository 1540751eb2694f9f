"""What an administrator may write as the pattern of project codes: regular expressions that always come to an end.

Python's matcher tries one way after another, and a pattern such as ``(\\d+)+`` has more ways through sixty
characters than a server has time. So the ways are counted, not the innocence of the pattern guessed at.
"""

from __future__ import annotations

import re

from portal.domain.errors import Invalid

LONGEST_PATTERN = 200
OFFICE_CODE_PATTERN = r"^\d{6}$"
_LONGEST_CODE = 64
_MOST_WAYS = 1_000_000
_REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}")


def check(pattern: str) -> None:
    """Raises Invalid, at the field `code_pattern`, for what is no pattern or could run for ever."""
    if not 1 <= len(pattern) <= LONGEST_PATTERN:
        raise Invalid(f"请填写项目编码的格式（不超过 {LONGEST_PATTERN} 字符）。", "code_pattern")
    try:
        re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        raise Invalid("项目编码的格式不是有效的正则表达式。", "code_pattern") from None
    reader = _Reader(pattern)
    if reader.alternatives() > _MOST_WAYS:
        raise Invalid(
            "项目编码的格式变化太多，检查时可能迟迟没有结果；请用 {4} 这样的写法写明位数，少用 +、* 和 |，不要嵌套。",
            "code_pattern",
        )


class _Reader:
    """Counts, reading from left to right, the ways in which a sound pattern can go through a code."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> int:
        """Up to the end, or to the bracket that closes this group."""
        ways, branch = 0, 1
        while self._at < len(self._pattern) and self._next() != ")":
            if self._next() == "|":
                self._at += 1
                ways, branch = ways + branch, 1
            else:
                branch = _capped(branch * self._repeated(self._atom()))
        return _capped(ways + branch)

    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _atom(self) -> int:
        start = self._next()
        self._at += 1
        if start == "(":
            return self._group()
        if start == "[":
            self._skip_class()
        elif start == "\\":
            if self._next() in "123456789":
                raise _unknown("\\" + self._next())
            self._at += 1
        return 1

    def _group(self) -> int:
        if self._next() == "?":
            if self._pattern[self._at : self._at + 2] != "?:":
                raise _unknown("(" + self._pattern[self._at : self._at + 2])
            self._at += 2
        ways = self.alternatives()
        self._at += 1
        return ways

    def _skip_class(self) -> None:
        if self._next() == "^":
            self._at += 1
        first = True  # what stands first is meant, even a closing bracket
        while first or self._next() != "]":
            self._at += 2 if self._next() == "\\" else 1
            first = False
        self._at += 1

    def _repeated(self, ways: int) -> int:
        least, most = self._bounds()
        if self._next() in ("?", "+") and (least, most) != (1, 1):
            self._at += 1  # lazy or possessive: the ways are the same
        total = 0
        for times in range(least, most + 1):
            total = _capped(total + _capped(ways ** min(times, 64)))
        return total

    def _bounds(self) -> tuple[int, int]:
        sign = self._next()
        if sign and sign in "*+?":
            self._at += 1
            return {"*": (0, _LONGEST_CODE), "+": (1, _LONGEST_CODE), "?": (0, 1)}[sign]
        found = _REPEAT.match(self._pattern, self._at)
        if found is None or found[0] in ("{}", "{,}"):
            return 1, 1
        self._at = found.end()
        least = int(found[1] or 0)
        most = int(found[3] or _LONGEST_CODE) if found[2] else least
        return min(least, _LONGEST_CODE), min(most, _LONGEST_CODE)


def _capped(ways: int) -> int:
    return min(ways, _MOST_WAYS + 1)


def _unknown(sign: str) -> Invalid:
    return Invalid(f"项目编码的格式里不能用“{sign}”这样的写法。", "code_pattern")
