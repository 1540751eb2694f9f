"""The detail of an audit entry in words: labels for its keys, the portal's own words for its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.domain import frameworks, library
from portal.domain.acts import Act
from portal.domain.library import IndicatorKind
from portal.domain.permissions import Role
from portal.services.library import Done

LABELS: Mapping[str, str] = {
    "active": "启用",
    "address": "来自",
    "answer": "答复方式",
    "assigned": "分管单位",
    "attachment": "附件",
    "attempted": "想要办理",
    "basis": "指标值确定依据",
    "before": "原为",
    "binding": "性质",
    "category": "支出类别",
    "code_pattern": "项目编码格式",
    "deadline": "送审截止",
    "description": "绩效指标描述",
    "digest": "内容摘要",
    "done": "办理",
    "due": "再次送审的期限",
    "file": "文件",
    "format": "格式",
    "framework": "指标体系",
    "kind": "指标种类",
    "name": "名称",
    "off": "不用的提醒",
    "office": "所在单位",
    "only_warn": "只作提醒的错误",
    "operations": "改动处数",
    "opinion": "意见编号",
    "opinions": "意见条数",
    "parent": "上级单位",
    "path": "位置",
    "place": "位置",
    "reason": "理由",
    "repeated_before": "此前重复",
    "reply": "答复",
    "revision": "送审次数",
    "roles": "角色",
    "round": "轮次",
    "size": "大小",
    "source": "沿用的表的编号",
    "source_year": "沿用的年度",
    "tables": "表数",
    "text": "意见",
    "value": "指标值",
    "version": "保存次数",
    "words": "再次提出的理由",
    "year": "年度",
}

_WORDS: Mapping[str, Callable[[Any], str]] = {
    "answer": lambda value: {"changed": "已修改", "kept": "保留原文"}.get(value, value),
    "attempted": lambda value: Act(value).label,
    "binding": lambda value: "必须修改" if value else "建议修改",
    "category": lambda value: library.get(value).title,
    "digest": lambda value: f"{value[:16]}…",  # whole in the exported log
    "done": lambda value: Done(value).label,
    "framework": lambda value: frameworks.get(value).title,
    "kind": lambda value: IndicatorKind(value).label,
    "path": lambda value: value or "整表",
    "place": lambda value: value or "整表",
    "repeated_before": lambda value: f"{value} 次",
    "size": lambda value: f"{value} 字节",
    "roles": lambda value: "、".join(Role(role).label for role in value),
}


def detail(plain: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of what the detail says; what says nothing is left out, and so is a path beside its place."""
    silent = {"path"} if "place" in plain else set()
    return [
        (LABELS.get(key, key), _words(key, value))
        for key, value in plain.items()
        if key not in silent and value not in ("", [], None) and (key, value) != ("repeated_before", 0)
    ]


def _words(key: str, value: Any) -> str:
    if isinstance(value, dict):
        return "，".join(f"{label} {words}" for label, words in detail(value))
    if key in _WORDS:
        try:
            return _WORDS[key](value)
        except Exception:  # words of a later or earlier version are shown as they stand
            return str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
