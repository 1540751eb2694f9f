"""The columns of a list of people, and the words for roles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from portal.domain.permissions import Role
from portal.domain.rosters import Head

OFFICE, OFFICE_NAME, NAME, USERNAME = "office", "office_name", "name", "username"
ROLES, PHONE, ASSIGNED = "roles", "phone", "assigned"
HEAD = Head(
    {
        OFFICE: ("单位编码", "预算单位编码", "单位代码", "预算单位代码", "单位编号", "部门编码", "所在单位编码"),
        OFFICE_NAME: ("单位名称", "所在单位", "工作单位", "单位", "预算单位", "预算单位名称", "部门", "部门名称"),
        NAME: ("姓名", "人员姓名", "名字", "人员"),
        USERNAME: ("用户名", "账号", "帐号", "登录名", "登录账号"),
        ROLES: ("角色", "岗位", "职责", "角色岗位"),
        PHONE: ("电话", "联系电话", "办公电话", "手机", "手机号", "手机号码", "电话号码", "联系方式"),
        ASSIGNED: ("分管单位", "分管单位编码", "审核单位", "分管", "负责审核的单位"),
    },
    anchors=(NAME, ROLES),
    keys=(NAME, USERNAME),
)
_WORDS: Mapping[Role, Sequence[str]] = {
    Role.DRAFTER: ("经办人", "经办", "经办人员", "填报人"),
    Role.HEAD: ("单位负责人", "负责人", "单位领导"),
    Role.REVIEWER: ("业务科室审核人", "审核人", "审核员", "业务科室"),
    Role.APPROVER: ("绩效科审批人", "审批人", "绩效科"),
    Role.ADMIN: ("系统管理员", "管理员"),
    Role.AUDITOR: ("审计员",),
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words}
_ONE = "|".join(sorted(_ROLE_OF, key=len, reverse=True))
_SEVERAL = re.compile(rf"(?:{_ONE})+")
_BETWEEN = re.compile(r"[\s、,，;；/／+＋和及兼]+")


def roles_of(text: str) -> list[Role] | None:
    """The roles that a cell names, also run together; None for words that are none."""
    bare = _BETWEEN.sub("", text)
    if not _SEVERAL.fullmatch(bare):
        return None
    return sorted({_ROLE_OF[word] for word in re.findall(_ONE, bare)}, key=list(Role).index)
