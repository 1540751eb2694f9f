"""AUDIT_EVENTS: the events of the audit log, their labels, and who sees that one happened.

Names are stored in the append-only chain, so they never change, whatever the code calls things. Events of actions and
opinion acts are derived from those objects; the others are defined here. Each event names the permission with which
one may read its entries; `permissions` says who holds it. The keys in the detail of an entry are in `audit_keys`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.domain import chain
from portal.domain.actions import ACTIONS, SUBMIT, Action
from portal.domain.audit_keys import KEYS, PRINCIPAL
from portal.domain.opinions import ADOPT, ANSWER, OPINION_ACTS, OpinionAct, OpinionState, Side
from portal.domain.permissions import Actor, Permission, TableFacts, may


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """name: as stored; label: as shown. is_in_history: among the main acts in the history of a table.

    seen_with: the permission on the table with which one sees, outside the audit log, that the act was done. Whoever
    reads the whole log sees every act.
    """

    name: str
    label: str
    is_in_history: bool = False
    seen_with: Permission = Permission.READ_AUDIT_LOG


CREATE = AuditEvent("create", "新建", is_in_history=True, seen_with=Permission.SEE)
IMPORT = AuditEvent("import", "导入", is_in_history=True, seen_with=Permission.SEE)
EDIT = AuditEvent("edit", "编辑", seen_with=Permission.SEE_WORKING_COPY)
RENUMBER = AuditEvent("renumber", "调整表序号", seen_with=Permission.SEE_WORKING_COPY)
EXPLAIN = AuditEvent("explain", "说明提醒", seen_with=Permission.SEE_WORKING_COPY)
CONFIRM = AuditEvent("confirm", "核对沿用的内容", seen_with=Permission.SEE_WORKING_COPY)
UNCONFIRM = AuditEvent("unconfirm", "取消核对", seen_with=Permission.SEE_WORKING_COPY)
ATTACH = AuditEvent("attach", "添加附件", seen_with=Permission.SEE_WORKING_COPY)
DETACH = AuditEvent("detach", "移除附件", seen_with=Permission.SEE_WORKING_COPY)
DISCARD = AuditEvent("discard", "删除草稿", seen_with=Permission.SEE_WORKING_COPY)
RESTORE_DRAFT = AuditEvent("restore_draft", "恢复草稿", seen_with=Permission.SEE_WORKING_COPY)
HAND_UP = AuditEvent("hand_up", "提请送审", is_in_history=True, seen_with=Permission.SEE_WORKING_COPY)
HAND_BACK = AuditEvent("hand_back", "退给经办人", is_in_history=True, seen_with=Permission.SEE_WORKING_COPY)
VOID = AuditEvent("void", "作废", is_in_history=True, seen_with=Permission.SEE)
ASK_ADJUSTMENT = AuditEvent("ask_adjustment", "申请调整", is_in_history=True, seen_with=Permission.SEE)
DECLINE_ADJUSTMENT = AuditEvent("decline_adjustment", "不同意调整", is_in_history=True, seen_with=Permission.SEE)
ASK_EXTENSION = AuditEvent("ask_extension", "申请延期", is_in_history=True, seen_with=Permission.SEE)
EXTEND = AuditEvent("extend", "延期", is_in_history=True, seen_with=Permission.SEE)
DECLINE_EXTENSION = AuditEvent("decline_extension", "不同意延期", is_in_history=True, seen_with=Permission.SEE)
CLAIM = AuditEvent("claim", "认领审核", seen_with=Permission.SEE_BUREAU_NOTES)
RELEASE = AuditEvent("release", "取消认领", seen_with=Permission.SEE_BUREAU_NOTES)
MOVE_CLAIM = AuditEvent("move_claim", "移交认领", seen_with=Permission.SEE_BUREAU_NOTES)
END_CLAIM = AuditEvent("end_claim", "结束认领", seen_with=Permission.SEE_BUREAU_NOTES)
TAKE_OVER = AuditEvent("take_over", "接手审核", seen_with=Permission.SEE_BUREAU_NOTES)
RECOMMEND = AuditEvent("recommend", "建议批复", seen_with=Permission.SEE_BUREAU_NOTES)
RETRACT_RECOMMENDATION = AuditEvent("retract_recommendation", "撤回建议批复", seen_with=Permission.SEE_BUREAU_NOTES)
EXPORT = AuditEvent("export", "导出")
PRINT = AuditEvent("print", "打开打印页")
REFUSAL = AuditEvent("refusal", "被拒绝的操作")
SIGN_IN = AuditEvent("sign_in", "登录")
SIGN_IN_FAILED = AuditEvent("sign_in_failed", "登录失败")
SIGN_OUT = AuditEvent("sign_out", "退出登录")
APPOINT_STAND_IN = AuditEvent("appoint_stand_in", "指定代办人")
END_STAND_IN = AuditEvent("end_stand_in", "结束代办")
SWITCH_CAPACITY = AuditEvent("switch_capacity", "切换办理身份")
CHANGE_PASSWORD = AuditEvent("change_password", "修改密码")
RESET_PASSWORD = AuditEvent("reset_password", "重置密码")
CHANGE_PHONE = AuditEvent("change_phone", "修改电话")
CHANGE_NOTICES = AuditEvent("change_notices", "修改通知设置")
ADD_USER = AuditEvent("add_user", "新增人员")
CHANGE_USER = AuditEvent("change_user", "修改人员")
DISABLE_USER = AuditEvent("disable_user", "停用人员")
ENABLE_USER = AuditEvent("enable_user", "启用人员")
ADD_OFFICE = AuditEvent("add_office", "新增单位")
CHANGE_OFFICE = AuditEvent("change_office", "修改单位")
MERGE_OFFICE = AuditEvent("merge_office", "并入单位")
NAME_ANEW = AuditEvent("name_anew", "随单位改名", seen_with=Permission.SEE_WORKING_COPY)
OPEN_YEAR = AuditEvent("open_year", "开放年度")
CHANGE_YEAR = AuditEvent("change_year", "修改年度")
CLOSE_YEAR = AuditEvent("close_year", "关闭年度")
CONFIRM_NOTICE = AuditEvent("confirm_notice", "采用节假日安排")
IMPORT_REGISTER = AuditEvent("import_register", "导入应报清单")
ADD_ENTRY = AuditEvent("add_register_entry", "登记应报项目", seen_with=Permission.SEE_REGISTER)
CHANGE_ENTRY = AuditEvent("change_register_entry", "修改应报项目", seen_with=Permission.SEE_REGISTER)
REMOVE_ENTRY = AuditEvent("remove_register_entry", "移出应报清单", seen_with=Permission.SEE_REGISTER)
EXEMPT = AuditEvent("exempt", "免报", seen_with=Permission.SEE_REGISTER)
END_EXEMPTION = AuditEvent("end_exemption", "撤销免报", seen_with=Permission.SEE_REGISTER)
REGISTER_TABLE = AuditEvent("register_table", "补登记", seen_with=Permission.SEE_REGISTER)
MERGE_TABLE = AuditEvent("merge_table", "并入应报项目", seen_with=Permission.SEE_REGISTER)
UNMERGE_TABLE = AuditEvent("unmerge_table", "取消并入", seen_with=Permission.SEE_REGISTER)
CONFIRM_NO_PROJECTS = AuditEvent("confirm_no_projects", "确认本年无项目", seen_with=Permission.SEE_REGISTER)
RETRACT_NO_PROJECTS = AuditEvent("retract_no_projects", "撤回本年无项目", seen_with=Permission.SEE_REGISTER)
REMIND = AuditEvent("remind", "催报", seen_with=Permission.SEE_REGISTER)
REMIND_OF_DUE = AuditEvent("remind_of_due", "期限提醒")
SEND_DIGESTS = AuditEvent("send_digests", "发送通知邮件")
CHANGE_LIBRARY = AuditEvent("change_library", "修改指标库")
ADD_NOTE = AuditEvent("add_note", "写底稿", seen_with=Permission.SEE_BUREAU_NOTES)
DISMISS_FINDING = AuditEvent("dismiss_finding", "不提", seen_with=Permission.SEE_BUREAU_NOTES)
RESTORE_FINDING = AuditEvent("restore_finding", "撤回不提", seen_with=Permission.SEE_BUREAU_NOTES)
EXPORT_HISTORY = AuditEvent("export_history", "导出经过")
EXPORT_LOG = AuditEvent("export_log", "导出审计记录")
BACKUP = AuditEvent("backup", "备份")
RESTORE = AuditEvent("restore", "恢复")
BASELINE = AuditEvent(chain.BASELINE, "升级时的情况")
"""Written by a migration: the facts of an object as they were then, for what the entries before do not state."""


def event_of(action: Action) -> AuditEvent:
    return AuditEvent(action.name, action.label, action.is_in_history, Permission.SEE)


def event_of_opinion_act(act: OpinionAct) -> AuditEvent:
    """Until a decision, only the bureau sees what it does; a draft belongs to its author, whom the log alone names."""
    if OpinionState.DRAFT in {act.target, *act.sources}:
        return AuditEvent(act.event, act.words.record)
    is_of_office = act.side is Side.OFFICE
    seen_with = Permission.SEE_WORKING_COPY if is_of_office else Permission.SEE_BUREAU_NOTES
    return AuditEvent(act.event, act.words.record, seen_with=seen_with)


AUDIT_EVENTS: Mapping[str, AuditEvent] = {
    event.name: event
    for event in (
        CREATE,
        IMPORT,
        EDIT,
        RENUMBER,
        NAME_ANEW,
        EXPLAIN,
        CONFIRM,
        UNCONFIRM,
        ATTACH,
        DETACH,
        DISCARD,
        RESTORE_DRAFT,
        HAND_UP,
        HAND_BACK,
        VOID,
        *map(event_of, ACTIONS.values()),
        ASK_ADJUSTMENT,
        DECLINE_ADJUSTMENT,
        ASK_EXTENSION,
        EXTEND,
        DECLINE_EXTENSION,
        CLAIM,
        RELEASE,
        MOVE_CLAIM,
        END_CLAIM,
        TAKE_OVER,
        RECOMMEND,
        RETRACT_RECOMMENDATION,
        *(event_of_opinion_act(act) for act in OPINION_ACTS.values() if act.event),
        ADD_NOTE,
        DISMISS_FINDING,
        RESTORE_FINDING,
        EXPORT,
        PRINT,
        REFUSAL,
        SIGN_IN,
        SIGN_IN_FAILED,
        SIGN_OUT,
        APPOINT_STAND_IN,
        END_STAND_IN,
        SWITCH_CAPACITY,
        CHANGE_PASSWORD,
        RESET_PASSWORD,
        CHANGE_PHONE,
        CHANGE_NOTICES,
        ADD_USER,
        CHANGE_USER,
        DISABLE_USER,
        ENABLE_USER,
        ADD_OFFICE,
        CHANGE_OFFICE,
        MERGE_OFFICE,
        OPEN_YEAR,
        CHANGE_YEAR,
        CLOSE_YEAR,
        CONFIRM_NOTICE,
        IMPORT_REGISTER,
        ADD_ENTRY,
        CHANGE_ENTRY,
        REMOVE_ENTRY,
        EXEMPT,
        END_EXEMPTION,
        REGISTER_TABLE,
        MERGE_TABLE,
        UNMERGE_TABLE,
        CONFIRM_NO_PROJECTS,
        RETRACT_NO_PROJECTS,
        REMIND,
        REMIND_OF_DUE,
        SEND_DIGESTS,
        CHANGE_LIBRARY,
        EXPORT_HISTORY,
        EXPORT_LOG,
        BACKUP,
        RESTORE,
        BASELINE,
    )
}
"""By name, in the order of the handbook and of the log's filter. An event that is missing here cannot be recorded."""

MAIN_ACTS = frozenset(name for name, event in AUDIT_EVENTS.items() if event.is_in_history)


def event_label(name: str) -> str:
    """The label of a stored event; its name if another version of the portal wrote it."""
    return AUDIT_EVENTS[name].label if name in AUDIT_EVENTS else name


def may_see_act(actor: Actor, event: AuditEvent, facts: TableFacts) -> bool:
    """Whether the actor may see that an act of this kind was done to the table of `facts`, if the table is visible."""
    return may(actor, Permission.READ_AUDIT_LOG) or may(actor, event.seen_with, facts)


def history_events(actor: Actor, facts: TableFacts) -> list[AuditEvent]:
    """The main acts of a table that the actor may see: creation, submissions, decisions; no saves."""
    return [event for event in AUDIT_EVENTS.values() if event.is_in_history and may_see_act(actor, event, facts)]


def require_words(event: AuditEvent, detail: Mapping[str, Any]) -> None:
    """Raises KeyError for an event or a key without a label, so that no page shows a raw name."""
    if event.name not in AUDIT_EVENTS:
        raise KeyError(f"audit event {event.name!r} has no words: add it to AUDIT_EVENTS in domain/audit_events.py")
    for key, value in detail.items():
        if key == PRINCIPAL:
            continue
        if key not in KEYS:
            raise KeyError(f"key {key!r} of audit event {event.name!r} has no words: add it to KEYS in audit_keys.py")
        if isinstance(value, Mapping):
            require_words(event, value)


class About(StrEnum):
    """The kind of object that an entry is about."""

    TABLE = "table"
    ACCOUNT = "account"
    OFFICE = "office"
    YEAR = "year"
    REGISTER = "register"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        return {
            "table": "绩效目标表",
            "account": "账号",
            "office": "单位",
            "year": "年度",
            "register": "应报清单",
            "system": "系统",
        }[self.value]


ENCLOSING = (EXPLAIN, ATTACH, DETACH)
"""Events on the enclosures of a table. A person who caused one may not approve the table (four eyes)."""

HAND_UPS = frozenset({HAND_UP.name, HAND_BACK.name})
"""Their entries leave out the words, which are for the office alone (`queries.hand_ups.notes`)."""

OWN_WORK = (CREATE, IMPORT, EDIT, RENUMBER, event_of(SUBMIT), *ENCLOSING)
"""Events that are work on the text of a table, so that nobody who is behind one may approve it (four eyes)."""

ADMINISTRATIVE = frozenset({About.ACCOUNT, About.OFFICE, About.YEAR})
DOCUMENTS_LEAVING = frozenset({EXPORT, PRINT, EXPORT_HISTORY})
"""`Permission.READ_ADMIN_LOG` covers ADMINISTRATIVE entries, but not DOCUMENTS_LEAVING: those are about documents."""

ON_WORKING_COPY = frozenset(
    {
        *(CREATE, IMPORT, EDIT, RENUMBER, NAME_ANEW, EXPLAIN, CONFIRM, UNCONFIRM, ATTACH, DETACH),
        *(DISCARD, RESTORE_DRAFT, HAND_UP, HAND_BACK),
        event_of_opinion_act(ANSWER),
        event_of_opinion_act(ADOPT),
    }
)
"""Events on a text that is not submitted. Their entries hold numbers and digests, no words of the text, no answers,
explanations or file names: who reads the log may not see them.
"""

NO_WORK = DOCUMENTS_LEAVING | {DISCARD, REFUSAL, MOVE_CLAIM, END_CLAIM, NAME_ANEW}
"""Events that do not put a table among those that somebody has worked on (曾经办): reading is no work, a discarded
table is gone, a refused act has no result, and an administrator who moves claims or renames an office has not read it.
"""


def refusal_key(username: str, attempted: str, about: str, id: str, reason: str) -> str:
    """Hash that equal refusals share; username "" means not signed in."""
    return hashlib.sha256("\n".join((username, attempted, about, id, reason)).encode()).hexdigest()
