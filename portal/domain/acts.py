"""The acts that the audit log knows, with the words they are shown in.

An act that is not named here cannot be recorded. Who may read which is `permissions`' to say; this
module only tells what an act is about.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum


class Act(StrEnum):
    CREATE = "create"
    IMPORT = "import"
    EDIT = "edit"
    EXPLAIN = "explain"
    ATTACH = "attach"
    DETACH = "detach"
    DISCARD = "discard"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    APPROVE = "approve"
    REOPEN = "reopen"
    CLAIM = "claim"
    RELEASE = "release"
    DRAFT_OPINION = "draft_opinion"
    DISCARD_OPINION = "discard_opinion"
    ANSWER_OPINION = "answer_opinion"
    ACCEPT_OPINION = "accept_opinion"
    RAISE_AGAIN = "raise_again"
    EXPORT = "export"
    PRINT = "print"
    REFUSAL = "refusal"
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    CHANGE_PASSWORD = "change_password"
    RESET_PASSWORD = "reset_password"
    ADD_USER = "add_user"
    CHANGE_USER = "change_user"
    DISABLE_USER = "disable_user"
    ENABLE_USER = "enable_user"
    ADD_OFFICE = "add_office"
    CHANGE_OFFICE = "change_office"
    OPEN_YEAR = "open_year"
    CHANGE_YEAR = "change_year"
    CLOSE_YEAR = "close_year"
    CHANGE_LIBRARY = "change_library"
    EXPORT_LOG = "export_log"
    BACKUP = "backup"
    RESTORE = "restore"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Act.CREATE: "新建",
    Act.IMPORT: "导入",
    Act.EDIT: "编辑",
    Act.EXPLAIN: "说明提醒",
    Act.ATTACH: "添加附件",
    Act.DETACH: "移除附件",
    Act.DISCARD: "删除草稿",
    Act.SUBMIT: "送审",
    Act.WITHDRAW: "取消送审",
    Act.RETURN: "退回",
    Act.APPROVE: "批复",
    Act.REOPEN: "退回调整",
    Act.CLAIM: "认领审核",
    Act.RELEASE: "取消认领",
    Act.DRAFT_OPINION: "拟写意见",
    Act.DISCARD_OPINION: "删除拟写的意见",
    Act.ANSWER_OPINION: "答复意见",
    Act.ACCEPT_OPINION: "采纳答复",
    Act.RAISE_AGAIN: "再次提出意见",
    Act.EXPORT: "导出",
    Act.PRINT: "打开打印页",
    Act.REFUSAL: "被拒绝的操作",
    Act.SIGN_IN: "登录",
    Act.SIGN_IN_FAILED: "登录失败",
    Act.SIGN_OUT: "退出登录",
    Act.CHANGE_PASSWORD: "修改密码",
    Act.RESET_PASSWORD: "重置密码",
    Act.ADD_USER: "新增人员",
    Act.CHANGE_USER: "修改人员",
    Act.DISABLE_USER: "停用人员",
    Act.ENABLE_USER: "启用人员",
    Act.ADD_OFFICE: "新增单位",
    Act.CHANGE_OFFICE: "修改单位",
    Act.OPEN_YEAR: "开放年度",
    Act.CHANGE_YEAR: "修改年度",
    Act.CLOSE_YEAR: "关闭年度",
    Act.CHANGE_LIBRARY: "修改指标库",
    Act.EXPORT_LOG: "导出审计记录",
    Act.BACKUP: "备份",
    Act.RESTORE: "恢复",
}


class About(StrEnum):
    """What kind of thing an entry speaks of."""

    TABLE = "table"
    ACCOUNT = "account"
    OFFICE = "office"
    YEAR = "year"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        return {"table": "绩效目标表", "account": "账号", "office": "单位", "year": "年度", "system": "系统"}[
            self.value
        ]


HISTORY = (
    Act.CREATE,
    Act.IMPORT,
    Act.SUBMIT,
    Act.WITHDRAW,
    Act.RETURN,
    Act.APPROVE,
    Act.REOPEN,
)
"""What a table's own history shows: its birth, submissions and decisions. Saves never clutter it."""

ENCLOSING = (Act.EXPLAIN, Act.ATTACH, Act.DETACH)
"""Work on what travels with the text of a table; who did it does not approve the table (four eyes)."""

ADMINISTRATIVE = frozenset({About.ACCOUNT, About.OFFICE, About.YEAR})
DOCUMENTS_LEAVING = frozenset({Act.EXPORT, Act.PRINT})
"""`Permission.READ_ADMIN_LOG` lets read entries about the first, but not the second: those are about documents."""

NO_WORK = DOCUMENTS_LEAVING | {Act.DISCARD, Act.REFUSAL}
"""Acts about a table that do not put it among those that somebody has worked on (曾经办): looking is no work, and what
was discarded or refused leaves nothing to go back to."""


def refusal_key(username: str, attempted: str, about: str, id: str, reason: str) -> str:
    """What refusals that are alike have in common; "" is the username of nobody signed in."""
    return hashlib.sha256("\n".join((username, attempted, about, id, reason)).encode()).hexdigest()
