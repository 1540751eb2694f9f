"""NOTICES: who is told of which event of the record, and in which words.

Somebody has to act, or should know; nobody is told of what they did themselves. `services.notices` writes the notices,
`queries.notices` finds the people of a circle. Days of reminders are here too; which tables are due belongs in queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain import audit_events
from portal.domain.actions import APPROVE, REOPEN, RETURN, SUBMIT, WITHDRAW, Action
from portal.domain.audit_events import AuditEvent, event_of
from portal.domain.calendar.working_days import Calendar


class Circle(StrEnum):
    """People by their relation to what an event is about.

    REVIEW: whom the submitted table awaits, as `domain.attention` says. SUCCESSOR, PREDECESSOR: named by the act
    itself: who takes something over, and from whom.
    """

    OFFICE = "office"
    DRAFTERS = "drafters"
    HEADS = "heads"
    REVIEW = "review"
    REVIEWERS = "reviewers"
    APPROVERS = "approvers"
    SUCCESSOR = "successor"
    PREDECESSOR = "predecessor"


NAMED = frozenset({Circle.SUCCESSOR, Circle.PREDECESSOR})


class Topic(StrEnum):
    """What people can choose not to be told of, as far as they need not act."""

    SUBMISSIONS = "submissions"
    DECISIONS = "decisions"
    APPLICATIONS = "applications"
    WORK = "work"
    REGISTER = "register"

    @property
    def label(self) -> str:
        return _TOPICS[self]


_TOPICS = {
    Topic.SUBMISSIONS: "送审、取消送审、作废",
    Topic.DECISIONS: "批复，别人办理的退回和退回调整",
    Topic.APPLICATIONS: "延期、调整的申请和答复",
    Topic.WORK: "认领的变动、代办",
    Topic.REGISTER: "免报",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """act, know: the circles that have to act, and those that should know; who is in both has to act.

    words: with {who}, {title} and {office}; of a reminder also {count} and {due}. wanted: what those who act are asked
    to do. settles: events whose notices to act are settled by this one, on the same table. has_due: the act sets a
    date.
    """

    topic: Topic
    words: str
    act: tuple[Circle, ...] = ()
    know: tuple[Circle, ...] = ()
    wanted: str = ""
    settles: tuple[str, ...] = ()
    has_due: bool = False


def _names(*events: AuditEvent | Action) -> tuple[str, ...]:
    return tuple(event.name for event in events)


_BY_REVIEW = _names(
    SUBMIT, audit_events.RECOMMEND, audit_events.RETRACT_RECOMMENDATION, audit_events.MOVE_CLAIM, audit_events.END_CLAIM
)
"""Events that ask the bureau for a review or a decision."""
_BY_OFFICE = _names(RETURN, REOPEN)

_TABLE_NOTICES: Mapping[AuditEvent, Notice] = {
    audit_events.HAND_UP: Notice(
        Topic.SUBMISSIONS,
        "{who}提请送审{title}",
        act=(Circle.HEADS,),
        wanted="请送审或者退给经办人",
        settles=_names(audit_events.HAND_BACK),
    ),
    audit_events.HAND_BACK: Notice(
        Topic.SUBMISSIONS,
        "{who}把{title}退给经办人",
        act=(Circle.DRAFTERS,),
        wanted="请修改后再提请",
        settles=_names(audit_events.HAND_UP),
    ),
    event_of(SUBMIT): Notice(
        Topic.SUBMISSIONS,
        "{who}送审了{title}",
        act=(Circle.REVIEW,),
        know=(Circle.OFFICE,),
        wanted="请审核",
        settles=(*_BY_OFFICE, *_names(audit_events.HAND_UP, audit_events.HAND_BACK)),
    ),
    event_of(WITHDRAW): Notice(
        Topic.SUBMISSIONS, "{who}取消送审{title}", know=(Circle.REVIEW, Circle.OFFICE), settles=_BY_REVIEW
    ),
    event_of(RETURN): Notice(
        Topic.DECISIONS,
        "{who}退回了{title}",
        act=(Circle.OFFICE,),
        know=(Circle.REVIEWERS,),
        wanted="请修改后再送审",
        has_due=True,
        settles=_BY_REVIEW,
    ),
    event_of(APPROVE): Notice(Topic.DECISIONS, "{who}批复了{title}", know=(Circle.OFFICE,), settles=_BY_REVIEW),
    event_of(REOPEN): Notice(
        Topic.DECISIONS,
        "{who}把{title}退回调整",
        act=(Circle.OFFICE,),
        know=(Circle.REVIEWERS,),
        wanted="请调整后再送审",
        has_due=True,
        settles=_names(audit_events.ASK_ADJUSTMENT),
    ),
    audit_events.VOID: Notice(
        Topic.SUBMISSIONS, "{who}作废了{title}", know=(Circle.REVIEWERS, Circle.OFFICE), settles=_BY_OFFICE
    ),
    audit_events.RECOMMEND: Notice(
        Topic.DECISIONS, "{who}建议批复{title}", act=(Circle.APPROVERS,), wanted="请批复", settles=_BY_REVIEW
    ),
    audit_events.RETRACT_RECOMMENDATION: Notice(
        Topic.DECISIONS,
        "{who}撤回了对{title}的建议批复",
        act=(Circle.REVIEW,),
        know=(Circle.APPROVERS,),
        wanted="请审核",
        settles=_BY_REVIEW,
    ),
    audit_events.ASK_ADJUSTMENT: Notice(
        Topic.APPLICATIONS,
        "{who}申请调整{title}",
        act=(Circle.APPROVERS,),
        know=(Circle.OFFICE,),
        wanted="请答复申请",
    ),
    audit_events.DECLINE_ADJUSTMENT: Notice(
        Topic.APPLICATIONS,
        "{who}不同意调整{title}",
        know=(Circle.OFFICE,),
        settles=_names(audit_events.ASK_ADJUSTMENT),
    ),
    audit_events.ASK_EXTENSION: Notice(
        Topic.APPLICATIONS,
        "{who}为{title}申请延期",
        act=(Circle.REVIEWERS, Circle.APPROVERS),
        know=(Circle.OFFICE,),
        wanted="请答复申请",
    ),
    audit_events.EXTEND: Notice(
        Topic.APPLICATIONS,
        "{who}给{title}延期",
        know=(Circle.OFFICE,),
        settles=_names(audit_events.ASK_EXTENSION),
        has_due=True,
    ),
    audit_events.DECLINE_EXTENSION: Notice(
        Topic.APPLICATIONS,
        "{who}不同意给{title}延期",
        know=(Circle.OFFICE,),
        settles=_names(audit_events.ASK_EXTENSION),
    ),
    audit_events.TAKE_OVER: Notice(Topic.WORK, "{who}接手审核你认领的{title}", know=(Circle.PREDECESSOR,)),
    audit_events.MOVE_CLAIM: Notice(
        Topic.WORK,
        "{who}把{title}的审核移交了",
        act=(Circle.SUCCESSOR,),
        know=(Circle.PREDECESSOR,),
        wanted="请接着审核",
    ),
    audit_events.END_CLAIM: Notice(
        Topic.WORK, "{who}结束了{title}的认领", act=(Circle.REVIEW,), know=(Circle.PREDECESSOR,), wanted="请审核"
    ),
}

NOTICES: Mapping[str, Notice] = {
    **{event.name: notice for event, notice in _TABLE_NOTICES.items()},
    audit_events.EXEMPT.name: Notice(Topic.REGISTER, "{who}准予{office}一个应报项目免报", know=(Circle.OFFICE,)),
    audit_events.END_EXEMPTION.name: Notice(
        Topic.REGISTER, "{who}撤销了{office}一个应报项目的免报", act=(Circle.OFFICE,), wanted="请填报"
    ),
    audit_events.APPOINT_STAND_IN.name: Notice(
        Topic.WORK,
        "{who}指定了代办",
        act=(Circle.SUCCESSOR,),
        know=(Circle.PREDECESSOR,),
        wanted="到时请以他的身份办理",
    ),
    audit_events.END_STAND_IN.name: Notice(Topic.WORK, "{who}结束了代办", know=(Circle.SUCCESSOR, Circle.PREDECESSOR)),
    audit_events.REMIND.name: Notice(
        Topic.SUBMISSIONS, "{who}催报：{office}还有 {count} 张表没有送审", act=(Circle.OFFICE,), wanted="请尽快送审"
    ),
    audit_events.REMIND_OF_DUE.name: Notice(
        Topic.SUBMISSIONS, "{office}还有 {count} 张表没有送审，{due}", act=(Circle.OFFICE,), wanted="请按期送审"
    ),
}
"""By the name of the event."""

TELLS_NOBODY = frozenset({audit_events.CREATE.name, audit_events.IMPORT.name})
"""Events in the history of a table of which nobody is told: the office begins its own work."""


# --- reminders of due dates -------------------------------------------------------------------------------

BEFORE = (3, 1)
"""Working days before a due date on which the office is reminded."""
AFTER = 5
"""After it, on the first working day and then every so many."""


def stage(calendar: Calendar, today: date, due: date) -> int | None:
    """The latest reminder that is due today: working days left, or negative, working days late. None: not yet one.

    The same stage holds until the next one comes, so that a day on which nothing was sent is made up for.
    """
    left = calendar.count(today, due)
    if left >= 0:
        return min((days for days in BEFORE if left <= days), default=None)
    return -(1 + (-left - 1) // AFTER * AFTER)


def due_words(days: int, due: date) -> str:
    """days: as `stage` says."""
    when = f"{due.month}月{due.day}日"
    if days < 0:
        return f"{when}到期，已经逾期"
    return f"{when}到期，还有 {days} 个工作日"
