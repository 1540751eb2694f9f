"""People and offices of the tests, and helpers that bring a table to a state in one call.

Offices: 610 is the parent of 610002, which is the parent of 61000201; 620001 is separate. Usernames tell the role.
Only what tests of several folders share belongs here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today
from portal.domain import actions, changes, documents
from portal.domain.actions import Action, TransitionRequest
from portal.domain.calendar import CALENDAR
from portal.domain.documents import Budget, Document, Indicator, Kind, PostedForm, ProjectDocument, SpendingPlan
from portal.domain.offices import OfficeRow
from portal.domain.permissions import Actor, TableFacts
from portal.domain.stand_ins import in_capacity_of
from portal.models import AuditEntry, StandIn, TargetTable
from portal.services.administration import budget_years, office_imports, people
from portal.services.administration.accounts import PersonForm
from portal.services.drafting import drafts
from portal.services.review import opinion_acts, workflow
from portal.services.review.wordings import Wording
from portal.services.session import stand_ins
from portal.services.session.stand_ins import StandInForm

PASSWORD = "jiaoshi-2020-cs"
YEAR = 2020
OFFICE = "610002"
DEADLINE = date(2099, 12, 31)
"""Of the year: no test comes too late."""
DUE = CALENDAR.add(local_today(), 5)
"""Of a return."""

OFFICES = (
    ("610", "山海关区街道管理中心", ""),
    ("610002", "秦皇岛市山海关区古城街道办事处", "610"),
    ("61000201", "古城街道综合服务中心", "610002"),
    ("620001", "秦皇岛市山海关区南关街道办事处", ""),
)
PEOPLE: dict[str, PersonForm] = {
    "drafter": PersonForm("王经办", ["drafter"], OFFICE),
    "drafter2": PersonForm("周经办", ["drafter"], OFFICE),
    "head": PersonForm("李主任", ["head"], OFFICE),
    "above_drafter": PersonForm("上级经办", ["drafter"], "610"),
    "above_head": PersonForm("上级主任", ["head"], "610"),
    "below_drafter": PersonForm("下级经办", ["drafter"], "61000201"),
    "below_head": PersonForm("下级主任", ["head"], "61000201"),
    "outsider": PersonForm("赵外人", ["drafter", "head"], "620001"),
    "reviewer": PersonForm("陈审核", ["reviewer"], "", [OFFICE]),
    "other_reviewer": PersonForm("孙审核", ["reviewer"], "", ["620001"]),
    "approver": PersonForm("刘批复", ["approver"]),
    "approver2": PersonForm("吴批复", ["approver"]),
    "admin": PersonForm("管理员", ["admin"]),
    "auditor": PersonForm("审计员", ["auditor"]),
    "everything": PersonForm("一人多职", ["drafter", "head", "reviewer", "approver"], OFFICE, [OFFICE]),
}


def populate(session: Session) -> None:
    """Create offices, people and one budget year, in the template that the database of each test is copied from."""
    office_imports.import_offices(session, None, [OfficeRow(*row) for row in OFFICES])
    year = budget_years.YearForm(
        framework="hebei-2017",
        code_pattern=r"^\d{3}-\d{4}-[A-Z]{3}-[0-9A-Z]{4}$",
        deadline=DEADLINE,
        only_warn=["E6", "E9", "E10"],
        recommendation="never",
    )
    budget_years.open_year(session, None, YEAR, year)
    for username, form in PEOPLE.items():
        people.add_user(session, None, username, form, password=PASSWORD)


def sound_project(ordinal: int = 1, code: str = "610-1301-JBN-OTTA", name: str = "办事处工作经费") -> ProjectDocument:
    """Return a project table without findings."""
    return ProjectDocument(
        ordinal=ordinal,
        office_code=OFFICE,
        office_name="秦皇岛市山海关区古城街道办事处",
        project_code=code,
        project_name=name,
        budget=Budget("23000.00", "23000.00", ""),
        purpose="支付预算外人员3人全年工资。",
        spending_plan=SpendingPlan("25.00", "60.00", "90.00", "100.00"),
        goals="1、按月足额发放预算外人员工资。\n2、按时缴纳预算外人员保险。",
        indicators=(
            Indicator(
                "aaaa", "产出指标", "数量指标", "发放工资人数", "全年发放工资的人数", "≥3人", "冀财资〔2017〕674号"
            ),
            Indicator(
                "bbbb",
                "产出指标",
                "时效指标",
                "工资发放及时率",
                "按时发放工资的月数占比",
                "≥95%",
                "冀财资〔2017〕674号",
            ),
            Indicator(
                "cccc", "效果指标", "社会效益指标", "居民诉求办结率", "办结的诉求占比", "≥90%", "冀财资〔2017〕674号"
            ),
            Indicator(
                "dddd",
                "满意度指标",
                "服务对象满意度指标",
                "居民满意度",
                "问卷调查满意比例",
                "≥90%",
                "冀财资〔2017〕674号",
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    document: Document
    version: int


@dataclass(frozen=True, slots=True)
class World:
    session: Session

    def actor(self, username: str) -> Actor:
        found = queries.session.account_named(self.session, username)
        assert found, username
        return found.actor

    def stand_in(self, stand_in: str, person: str, days: int = 9) -> StandIn:
        """Let `stand_in` stand in for `person` from today on, appointed by the person."""
        today, me = local_today(), self.actor(person)
        form = StandInForm(me.id, self.actor(stand_in).id, today, today + timedelta(days), "外出培训")
        return stand_ins.appoint(self.session, me, form)

    def acting(self, stand_in: str, person: str) -> Actor:
        """`stand_in` in the capacity of `person`, as appointed by `stand_in` before."""
        own, other = self.actor(stand_in), self.actor(person)
        line = next(
            line
            for line in queries.stand_ins.current_of(self.session, own.id, local_today())
            if line.row.person_id == other.id
        )
        return in_capacity_of(other, own, line.row.id, line.row.ends_on)

    def table(self, table_id: int) -> TargetTable:
        """Return the row with its present values in the database."""
        self.session.rollback()
        table = self.session.get(TargetTable, table_id, populate_existing=True)
        assert table
        self.session.refresh(table, ["content"])
        return table

    def opened(self, table_id: int) -> Opened:
        """Return document and version as an opened form holds them: later changes do not affect them."""
        table = self.table(table_id)
        return Opened(table.document, table.version)

    def history(self, table_id: int, by: str = "head") -> list[str]:
        """The names of the main acts that a person sees, the latest first."""
        _, facts = queries.tables.table_with_facts(self.session, self.actor(by), table_id)
        return [entry.act for entry in queries.tables.history(self.session, self.actor(by), table_id, facts)]

    def draft(self, document: Document | None = None, by: str = "drafter", office: str = OFFICE) -> int:
        """Create a draft with `document`, by default a sound project table; return its id."""
        wanted = sound_project() if document is None else document
        table = drafts.create(self.session, self.actor(by), Kind(wanted.kind), office, YEAR)
        self.save(table.id, wanted, by)
        return table.id

    def save(self, table_id: int, document: Document, by: str = "drafter") -> drafts.FormSaveResult:
        version = self.table(table_id).version
        return drafts.save(self.session, self.actor(by), table_id, version, PostedForm.of(document))

    def edit(self, table_id: int, path: str, text: str, by: str = "drafter") -> drafts.FormSaveResult:
        return self.save(table_id, documents.with_value(self.table(table_id).document, path, text), by)

    def act(self, table_id: int, action: Action, by: str, **particulars: object) -> TargetTable:
        """Perform `action` with the present digests of the table, as from a page that is up to date."""
        table = self.table(table_id)
        enclosed = queries.enclosures.of_table(self.session, table)
        asked = TransitionRequest(action, digest=table.digest, enclosed=enclosed.digest)
        return workflow.perform(self.session, self.actor(by), table_id, replace(asked, **particulars))  # type: ignore[arg-type]

    def opinion(self, table_id: int, by: str = "reviewer", path: str = "goals", binding: bool = True) -> int:
        opinion = opinion_acts.raise_opinion(
            self.session, self.actor(by), table_id, Wording(binding, "目标不够细化量化。"), path=path
        )
        return opinion.id

    def submitted(self, document: Document | None = None) -> int:
        table_id = self.draft(document)
        self.act(table_id, actions.SUBMIT, "head")
        return table_id

    def returned(self) -> int:
        """Return the id of a returned table with one binding opinion on the goals."""
        table_id = self.submitted()
        self.opinion(table_id)
        self.act(table_id, actions.RETURN, "reviewer", due=DUE)
        return table_id

    def approved(self, document: Document | None = None) -> int:
        table_id = self.submitted(document)
        self.act(table_id, actions.APPROVE, "approver")
        return table_id

    def facts(self, table_id: int, actor: Actor) -> TableFacts:
        return queries.tables.facts_of(self.session, actor, self.table(table_id))


def told(entry: AuditEntry) -> dict[str, Any]:
    """The detail of an entry, without the facts that it states for verification."""
    return {key: value for key, value in json.loads(entry.detail).items() if key not in ("facts", "rows")}


def replayed(operations: Sequence[changes.Operation], kind: Kind) -> Document:
    return changes.apply(documents.blank(kind), operations)
