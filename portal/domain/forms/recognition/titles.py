"""Titles: which table a title announces, and which tables look like target tables and are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from portal.domain.forms import captions

_LONGEST = 80
_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"[(\[]?(?:19|20)\d\d[)\]]?年?度?")
_LONE_YEAR = re.compile(r"[(\[]?(?:[(\[]?(?:19|20)\d\d[)\]]?|[*_x]{1,4})年?度?[)\]]?")
_TARGET = re.compile(r"绩效(?:目标|信息)[^,。;:]{0,8}表$")
_TABLE = re.compile(r"[^,。;:!]*(?:表|册|单|账|情况)$")
_PART = re.compile(
    r"(?:\(?[一二三四五六七八九十0-9]{1,2}[)、.])?(?:项目)?(?:基本情况|基本信息|资金情况|预算情况|"
    r"(?:总体|年度|当年|本年度?|中?长期|中期|实施期)?绩效(?:目标|指标)(?:情况|体系|表)?):?"
)
_WHOLE = re.compile(r"整体(?:支出|预算|财政|年度|\d{4}年?度?)*绩效(?:目标|信息)")
_GENERIC = re.compile(
    r"^(?:[^0-9]{0,12}?(?:省|市|区|县|镇|街道|街道办事处|局))?(?:省级|市级|区级|县级|市直|区直|本级|年度)*"
    r"(?:财政|部门|单位|预算|一般性|专项|项目|支出|政策及|资金|\d{4}年?度?|年度|中?长期|中期|实施期|绩效)*$"
)


def normal(text: str) -> str:
    """A title without blanks and without differences of width; "" for a text that is too long to be one."""
    return unicodedata.normalize("NFKC", "".join(text.split())) if len(text) <= _LONGEST else ""


def is_target_title(text: str) -> bool:
    """Whether the text is the title of a target table (…绩效目标申报表, 2023年度 and remarks in brackets allowed)."""
    bare = _bare(text)
    return bool(_TARGET.search(bare)) and not is_other_title(text)


def is_other_title(text: str) -> bool:
    """Whether the text is the title of another table on performance: self-evaluation, monitoring, …"""
    plain = normal(text)
    return plain.endswith(("表", ")")) and any(word in plain for word in _words("other_titles"))


def names_part(text: str) -> bool:
    """Whether the text is a heading within a table (长期绩效目标表, 三、绩效指标), not of a table of its own."""
    return _PART.fullmatch(_bare(text)) is not None


def announces(text: str) -> bool:
    """Whether the text is the title of a table on performance, a target table or another."""
    return is_target_title(text) or is_other_title(text)


def is_title(text: str) -> bool:
    """Whether the text reads as the title of any table."""
    return _TABLE.fullmatch(_bare(text)) is not None


def is_year(text: str) -> bool:
    """（2021年度）: the line below a title."""
    return _LONE_YEAR.fullmatch(normal(text)) is not None


def is_whole_office(text: str) -> bool:
    """Whether the title is of an office's overall targets (部门整体支出绩效目标表)."""
    return _WHOLE.search(normal(text)) is not None and is_target_title(text)


def project_name(text: str) -> str:
    """The name of the project in a title; "" if it has only words of the form (2023年度部门预算项目支出绩效目标表)."""
    found = re.match(r"(?:\d{1,3}[、.])?(.*?)(?:项目支出)?(?:绩效目标)[^,。]{0,8}表$", _YEAR.sub("", _bare(text)))
    name = found[1] if found else ""
    return "" if _GENERIC.match(name) else name


def other_table(keys: Iterable[str]) -> str:
    """The kind of table that only has these captions, for tables that have no title of their own; "" for none."""
    own = set(keys)
    if len(own & _words("monitoring")) > 1 or (own & _words("monitoring") and own & {"执行率"}):
        return "绩效运行监控表"
    if "实际完成值" in own or len(own & _words("self_evaluation")) > 1:
        return "绩效自评表"
    return ""


def _bare(text: str) -> str:
    """A title without remarks in brackets."""
    return _BRACKETS.sub("", normal(text))


@cache
def _words(name: str) -> frozenset[str]:
    return captions.words("tables", name)
