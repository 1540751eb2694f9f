"""Offices as a list names them, by code or by name, with the sentence for what names none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.domain.errors import Invalid
from portal.domain.quotation import quote
from portal.domain.rosters.reader import AS_TEXT, LOST_DIGITS, is_scientific, with_lost_zeros

_CODE_BEFORE_NAME = re.compile(r"\D{0,2}(\d{3,12})\D")


class OfficeIndex:
    """offices: code → name of the offices that a list may name. where: they are known, for the sentences."""

    def __init__(self, offices: Mapping[str, str], where: str = "系统里") -> None:
        self._offices, self._where = offices, where
        self._by_name: dict[str, list[str]] = {}
        for code, name in offices.items():
            self._by_name.setdefault(name, []).append(code)

    def code_of(self, text: str) -> str:
        """The code in a column of codes, where people also write names. Raises Invalid."""
        if text in self._offices:
            return text
        if found := self._code_before_name(text):
            return found
        if text in self._by_name:
            return self.named(text)
        if padded := next((code for code in with_lost_zeros(text) if code in self._offices), ""):
            raise Invalid(f"单位编码{quote(text)}在{self._where}是“{padded}”：{AS_TEXT}。")
        if is_scientific(text):
            raise Invalid(f"单位编码{quote(text)}{LOST_DIGITS}。")
        raise Invalid(f"没有编码为{quote(text)}的单位。")

    def named(self, name: str) -> str:
        """The code in a column of names, where people also write the code, or both. Raises Invalid."""
        if name in self._offices:
            return name
        codes = self._by_name.get(name, [])
        if len(codes) == 1:
            return codes[0]
        if found := self._code_before_name(name):
            return found
        if codes:
            raise Invalid(f"有几个单位都叫{quote(name)}，请写单位编码。")
        raise Invalid(f"没有名称为{quote(name)}的单位，请写单位编码。")

    def _code_before_name(self, text: str) -> str:
        digits = _CODE_BEFORE_NAME.match(text)
        return digits[1] if digits and digits[1] in self._offices else ""
