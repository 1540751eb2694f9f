"""The life of one table of the district, from its import to its fate: one function for each fate.

A life is a generator: it yields the time of its next act and acts when it is resumed, with the clock at that time.
`telling` resumes the lives of all tables in order of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session, undefer

from portal import queries
from portal.database import LOCAL, local_today
from portal.demo.district import flaws
from portal.demo.district.offices import Cast
from portal.demo.district.plans import Fate, Plan
from portal.domain import actions, documents
from portal.domain.actions import Action, TransitionRequest
from portal.domain.calendar import CALENDAR
from portal.domain.conclusions import Dimension
from portal.domain.documents import PostedForm, ProjectDocument
from portal.domain.opinions import Answer, OpinionKind
from portal.domain.permissions import Actor
from portal.models import TargetTable
from portal.services.drafting import drafts, explanations, voiding
from portal.services.review import claims, conclusions, opinion_acts, workflow
from portal.services.review.wordings import Wording

Times = Iterator[datetime]


@dataclass(slots=True)
class Clock:
    """The working days of the story, and the time of the last act. day: position in `days`."""

    days: Sequence[datetime]
    rng: Random
    day: int = 0
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.days[self.day]

    def later(self, least: int, most: int) -> datetime:
        """`least` to `most` working days later, but not after the last day."""
        self.day = min(self.day + self.rng.randint(least, most), len(self.days) - 1)
        within = self.days[self.day] + timedelta(minutes=self.rng.randrange(400))
        self.at = max(within, self.at + timedelta(minutes=self.rng.randrange(3, 9)))
        return self.at


def working_days(count: int) -> list[datetime]:
    """Half past eight on each of the last `count` working days before today."""
    on, found = local_today(), list[datetime]()
    while len(found) < count:
        on -= timedelta(days=1)
        if CALENDAR.is_working_day(on):
            found.append(datetime.combine(on, time(8, 30), LOCAL))
    return found[::-1]


@dataclass(slots=True)
class Life:
    """A table and the people who act on it. opinions: id → the flaw it names, None for a general one."""

    session: Session
    clock: Clock
    rng: Random
    cast: Cast
    plan: Plan
    table_id: int
    opinions: dict[int, flaws.Flaw | None] = field(default_factory=dict)

    def table(self) -> TargetTable:
        return self.session.get_one(
            TargetTable, self.table_id, options=[undefer(TargetTable.content)], populate_existing=True
        )

    # --- the office ---

    def move(self, action: Action, by: Actor, working_days: int = 0, reason: str = "") -> None:
        table = self.table()
        due = CALENDAR.add(local_today(), working_days) if working_days else None
        enclosed = queries.enclosures.of_table(self.session, table).digest
        request = TransitionRequest(action, table.digest, due, reason, enclosed)
        workflow.perform(self.session, by, self.table_id, request)

    def submit(self) -> None:
        self.move(actions.SUBMIT, self.cast.head)

    def correct(self, corrected: Sequence[flaws.Flaw]) -> None:
        """Bring the sound text back where these flaws are."""
        table, sound = self.table(), self.plan.sound
        document = table.document
        assert isinstance(sound, ProjectDocument)
        for flaw in corrected:
            path = flaw.path(sound)
            document = documents.with_value(document, path, documents.value_at(sound, path) or "")
        drafts.save(self.session, self.cast.drafter, self.table_id, table.version, PostedForm.of(document))

    def answer(self) -> None:
        """Correct what was criticised, and answer each opinion; one in five of the general ones keeps the text."""
        self.correct([flaw for flaw in self.opinions.values() if flaw])
        for opinion, flaw in self.opinions.items():
            kept = flaw is None and self.rng.random() < 0.2
            kind, text = (Answer.KEPT, flaws.KEPT) if kept else (Answer.CHANGED, flaw.answer if flaw else flaws.ANSWER)
            opinion_acts.answer(self.session, self.cast.drafter, self.table_id, opinion, kind=kind, text=text)

    def explain(self) -> None:
        """Explain the warning about the purpose, if there is one."""
        if any(flaw.field == "purpose" for flaw in self.plan.flaws):
            text = "任务数量由区里统一下达，通知下达前尚不能写明。"
            explanations.explain(self.session, self.cast.drafter, self.table_id, rule="W18", path="purpose", text=text)

    # --- the bureau ---

    def criticise(self) -> None:
        """Claim the table and draft opinions: on its flaws, and a general one."""
        claims.claim(self.session, self.cast.reviewer, self.table_id)
        self.opinions = {}
        about, sound = self.plan.about, self.plan.sound
        assert about
        assert isinstance(sound, ProjectDocument)
        for flaw in self.plan.flaws:
            self._opine(flaw.path(sound), flaw.binding, flaw.said(about.theme), flaw)
        path, binding, text = self.rng.choice(flaws.GENERAL)
        self._opine(path, binding, text.format(thing=about.theme.thing, work=about.theme.work), None)

    def _opine(self, path: str, binding: bool, text: str, flaw: flaws.Flaw | None) -> None:
        kind = next((each for each in OpinionKind if text.startswith(each.label)), OpinionKind.NOT_QUANTIFIED)
        wording = Wording(binding, text, kind)
        opinion = opinion_acts.raise_opinion(self.session, self.cast.reviewer, self.table_id, wording, path=path)
        self.opinions[opinion.id] = flaw

    def give_back(self) -> None:
        reason = self.rng.choice(("", "请对照意见逐条修改，修改后再次送审。"))
        self.move(actions.RETURN, self.cast.reviewer, working_days=self.rng.randint(3, 8), reason=reason)

    def insist(self) -> None:
        """Raise the first opinion again, accept the others."""
        first, *others = self.opinions
        for opinion in others:
            opinion_acts.accept(self.session, self.cast.reviewer, self.table_id, opinion)
        words = "改后仍看不出具体任务，请写明数量和完成时间。"
        opinion_acts.raise_again(self.session, self.cast.reviewer, self.table_id, first, text=words)

    def recommend(self) -> None:
        """Accept all answers, and recommend the text for approval."""
        for opinion in self.opinions:
            opinion_acts.accept(self.session, self.cast.reviewer, self.table_id, opinion)
        table = self.table()
        conclusions.recommend(
            self.session,
            self.cast.reviewer,
            self.table_id,
            digest=table.digest,
            enclosed=queries.enclosures.of_table(self.session, table).digest,
            dimensions=list(Dimension),
        )

    def approve(self) -> None:
        self.move(actions.APPROVE, self.cast.approver)


# --- fates ---------------------------------------------------------------------------------------


def _draft(life: Life) -> Times:
    yield life.clock.later(1, 20)
    if life.plan.fate is Fate.DRAFTED and life.plan.flaws:
        life.correct(life.plan.flaws[:1])


def _first_submission(life: Life) -> Times:
    yield life.clock.later(1, 14)
    life.explain()
    yield life.clock.later(0, 6)
    life.submit()


def _withdrawn(life: Life) -> Times:
    yield from _first_submission(life)
    yield life.clock.later(0, 0)
    life.move(actions.WITHDRAW, life.cast.head)


def _under_review(life: Life) -> Times:
    yield from _first_submission(life)
    yield life.clock.later(1, 4)
    life.criticise()


def _returned(life: Life) -> Times:
    yield life.clock.later(1, 12)
    life.submit()
    yield life.clock.later(1, 4)
    life.criticise()
    yield life.clock.later(0, 1)
    life.give_back()


def _second_round(life: Life) -> Times:
    yield from _returned(life)
    yield life.clock.later(1, 7)
    life.answer()
    yield life.clock.later(0, 2)
    life.submit()


def _returned_again(life: Life) -> Times:
    yield from _second_round(life)
    yield life.clock.later(1, 3)
    life.insist()
    yield life.clock.later(0, 1)
    life.give_back()


def _to_approve(life: Life) -> Times:
    """Recommended, some of them in the second round."""
    yield from _second_round(life) if life.plan.flaws else _first_submission(life)
    yield life.clock.later(1, 4)
    life.recommend()


def _approved(life: Life) -> Times:
    yield from _first_submission(life)
    yield life.clock.later(1, 4)
    life.recommend()
    yield life.clock.later(0, 3)
    life.approve()


def _approved_in_second_round(life: Life) -> Times:
    yield from _second_round(life)
    yield life.clock.later(1, 3)
    life.recommend()
    yield life.clock.later(0, 2)
    life.approve()


def _in_adjustment(life: Life) -> Times:
    yield from _approved(life)
    yield life.clock.later(2, 6)
    reason = "区里调整年度任务，请相应调整绩效目标，按原程序报批。"
    life.move(actions.REOPEN, life.cast.approver, working_days=10, reason=reason)


def _voided(life: Life) -> Times:
    yield from _withdrawn(life)
    yield life.clock.later(1, 3)
    voiding.void(life.session, life.cast.head, life.table_id, "区里调整预算，此项目下一年度不再安排。")


FATES: Mapping[Fate, Callable[[Life], Times]] = {
    Fate.DRAFTED: _draft,
    Fate.UNFINISHED: _draft,
    Fate.WITHDRAWN: _withdrawn,
    Fate.SUBMITTED: _first_submission,
    Fate.UNDER_REVIEW: _under_review,
    Fate.SECOND_ROUND: _second_round,
    Fate.RETURNED: _returned,
    Fate.RETURNED_AGAIN: _returned_again,
    Fate.TO_APPROVE: _to_approve,
    Fate.APPROVED: _approved,
    Fate.APPROVED_IN_SECOND_ROUND: _approved_in_second_round,
    Fate.IN_ADJUSTMENT: _in_adjustment,
    Fate.VOIDED: _voided,
}
