"""ACTIONS: the actions that change the state of a table, each with its permission, preconditions, words and look.

Each action is one object here and one effect in `services.review.effects`. Buttons, confirm page, history, audit log,
README and handbook read the object. `services.review.completeness` reports missing parts at start-up. Only
`services.review.workflow.perform` carries actions out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum, unique

from portal.domain.conclusions import Grade
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State


@unique
class Precondition(Enum):
    """A condition besides state and permission, with its label; `services.preconditions` has one check for each."""

    SAME_DIGEST = "屏幕上的内容就是数据库里的内容"
    NO_ERRORS = "没有错误级检查结果（年度政策可放宽为提醒）"
    BINDING_ANSWERED = "“必须修改”的意见均已答复"
    ON_TIME = "没有过送审的日期，或者年度允许逾期送审"
    REVIEW_NOT_STARTED = "财政局尚未开始审核"
    DRAFTS = "勾选的都是这张表的草稿意见"
    OPINION = "至少一条意见"
    DUE_DATE = "退回后再送审的期限"
    BINDING_ACCEPTED = "“必须修改”的意见均已采纳"
    RECOMMENDED = "审核人对这一内容建议批复（年度要求的）"
    NO_ERRORS_NOW = "按今天的年度政策没有错误（年度不许带错误批复的）"
    ERRORS_EXPLAINED = "有错误的写明理由（年度许可带错误批复的）"
    PASSWORD = "再次输入自己的密码（年度要求的）"
    REASON = "写明理由"

    @property
    def label(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Words:
    """button: also the action's name in the interface. done: the message after success.

    question: text of the confirm page; may hold {target}, the label of the target state, and {submission}, the number
    of the latest revision.
    """

    button: str
    question: str
    done: str


class FieldKind(StrEnum):
    DATE = "date"
    TEXT = "text"
    PASSWORD = "password"
    CHOICE = "choice"
    DRAFTS = "drafts"


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the confirm page; `name` is an attribute of TransitionRequest.

    only_for: asked only where this precondition demands something of the table (`preconditions.asked`). choices:
    (value, label), the first is the default.
    """

    name: str
    label: str
    kind: FieldKind
    is_required: bool = True
    only_for: Precondition | None = None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """style, icon: Bootstrap names for the button. shows_*: parts of the confirm page besides the opinions.

    shows_findings: with the explanations. shows_check: changes since the last submission and print preview, for the
    person who answers for the text.
    """

    style: str
    icon: str
    shows_document: bool = True
    shows_findings: bool = False
    shows_check: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """name: part of URLs and name of the audit event, so it never changes after a release.

    target None: the state from which the table was submitted.
    """

    name: str
    sources: frozenset[State]
    target: State | None
    permission: Permission
    preconditions: tuple[Precondition, ...]
    words: Words
    look: Look
    asks: tuple[FormField, ...] = ()
    is_in_history: bool = True

    @property
    def label(self) -> str:
        return self.words.button

    def target_from(self, previous: State | None) -> State:
        """`previous`: the state from which the table was submitted."""
        return self.target or previous or State.DRAFTED

    def question(self, previous: State | None, submission: int) -> str:
        return self.words.question.format(target=self.target_from(previous).label, submission=submission)


@dataclass(frozen=True, slots=True)
class TransitionRequest:
    """A request to carry out an action, with what the user saw and filled in.

    digest: of the text; enclosed: of the enclosures, "" where there are none.
    due: local date, for return and reopen. reason: for reopen, and for approving in spite of errors; for return, an
    optional covering note. grade: of a return, 差, else 中 (良 where every opinion proposes changes). password: the
    actor's own, where the year asks for it; never stored. is_password_checked: it was checked for a whole batch.
    drafts: for return and approve, ids of the draft opinions to raise; None = the actor's own.
    """

    action: Action
    digest: str = ""
    due: date | None = None
    reason: str = ""
    enclosed: str = ""
    grade: str = ""
    password: str = field(default="", repr=False)
    is_password_checked: bool = False
    drafts: frozenset[int] | None = None


_GRADES_OF_RETURN = tuple((grade.value, f"{grade.label}：{grade.meaning}") for grade in (Grade.FAIR, Grade.POOR))
_DRAFTS = FormField("drafts", "这次提出的意见", FieldKind.DRAFTS, is_required=False)
_DUE = FormField("due", "再次送审的期限", FieldKind.DATE)

SUBMIT = Action(
    "submit",
    sources=frozenset({State.DRAFTED, State.RETURNED}),
    target=State.SUBMITTED,
    permission=Permission.SUBMIT,
    preconditions=(
        Precondition.SAME_DIGEST,
        Precondition.ON_TIME,
        Precondition.NO_ERRORS,
        Precondition.BINDING_ANSWERED,
    ),
    words=Words("送审", "送审后由财政局审核，审核开始之前可以取消送审。", "已送审，等待财政局审核。"),
    look=Look("primary", "send", shows_findings=True, shows_check=True),
)
WITHDRAW = Action(
    "withdraw",
    sources=frozenset({State.SUBMITTED}),
    target=None,
    permission=Permission.WITHDRAW,
    preconditions=(Precondition.REVIEW_NOT_STARTED,),
    words=Words(
        "取消送审",
        "取消送审后表回到{target}状态，可以继续修改。财政局已开始审核的，不能取消。",
        "已取消送审，可以继续修改。",
    ),
    look=Look("secondary", "arrow-counterclockwise", shows_document=False),
)
RETURN = Action(
    "return",
    sources=frozenset({State.SUBMITTED}),
    target=State.RETURNED,
    permission=Permission.RETURN,
    preconditions=(Precondition.SAME_DIGEST, Precondition.DRAFTS, Precondition.OPINION, Precondition.DUE_DATE),
    words=Words("退回", "退回后单位可以看到勾选的意见，逐条修改、答复后再次送审。", "已退回，单位可以看到提出的意见。"),
    look=Look("secondary", "arrow-return-left"),
    asks=(
        _DRAFTS,
        _DUE,
        FormField("reason", "附言（可不填）", FieldKind.TEXT, is_required=False),
        FormField("grade", "审核结论", FieldKind.CHOICE, choices=_GRADES_OF_RETURN),
    ),
)
APPROVE = Action(
    "approve",
    sources=frozenset({State.SUBMITTED}),
    target=State.APPROVED,
    permission=Permission.APPROVE,
    preconditions=(
        Precondition.SAME_DIGEST,
        Precondition.DRAFTS,
        Precondition.BINDING_ACCEPTED,
        Precondition.RECOMMENDED,
        Precondition.NO_ERRORS_NOW,
        Precondition.ERRORS_EXPLAINED,
        Precondition.PASSWORD,
    ),
    words=Words(
        "批复",
        "批复的就是下面摘要所指的内容，即第 {submission} 次送审的版本。谁批复预算，谁批复目标。",
        "已批复。",
    ),
    look=Look("primary", "check-lg", shows_findings=True),
    asks=(
        _DRAFTS,
        FormField("reason", "有错误仍然批复的理由", FieldKind.TEXT, only_for=Precondition.ERRORS_EXPLAINED),
        FormField("password", "你的密码", FieldKind.PASSWORD, only_for=Precondition.PASSWORD),
    ),
)
REOPEN = Action(
    "reopen",
    sources=frozenset({State.APPROVED}),
    target=State.RETURNED,
    permission=Permission.REOPEN,
    preconditions=(Precondition.REASON, Precondition.DUE_DATE),
    words=Words(
        "退回调整",
        "退回调整后单位可以修改并再次送审；原批复的版本在下次批复之前仍然有效。",
        "已退回调整；原批复的版本在下次批复之前仍然有效。",
    ),
    look=Look("secondary", "arrow-return-left"),
    asks=(_DUE, FormField("reason", "理由", FieldKind.TEXT)),
)

ACTIONS: Mapping[str, Action] = {action.name: action for action in (SUBMIT, WITHDRAW, RETURN, APPROVE, REOPEN)}
"""By name, in the order of buttons and tables."""


def is_lawful(actor: Actor, action: Action, facts: TableFacts) -> bool:
    """Whether state and permission allow `action`. Preconditions are checked when the action is carried out."""
    return facts.state in action.sources and may(actor, action.permission, facts)


def available_actions(actor: Actor, facts: TableFacts) -> tuple[Action, ...]:
    """The actions open to this actor now, in the order of ACTIONS."""
    return tuple(action for action in ACTIONS.values() if is_lawful(actor, action, facts))
