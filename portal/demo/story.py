"""History of the demo: the ordinary services bring each table into a state worth showing.

Amounts and codes are those of the real document; texts change only where the office answers an opinion.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from portal import queries
from portal.database import local_today
from portal.demo import register
from portal.demo.accounts import LATER_YEAR, OFFICE, OTHER_OFFICE, YEAR
from portal.domain import actions, documents, proposals
from portal.domain.actions import Action, TransitionRequest
from portal.domain.calendar import CALENDAR
from portal.domain.conclusions import Dimension
from portal.domain.documents import Budget, Indicator, Kind, PostedForm, ProjectDocument, SpendingPlan
from portal.domain.opinions import Answer, OpinionKind
from portal.domain.permissions import Actor
from portal.domain.proposals import Edit, ProposedTexts
from portal.formats import text
from portal.models import TargetTable
from portal.services.drafting import carry_over, drafts, explanations, hand_ups
from portal.services.files import imports
from portal.services.review import claims, conclusions, dismissals, opinion_acts, workflow
from portal.services.review.wordings import Wording

SEED = Path(__file__).with_name("gucheng-2020.txt")
BINDING, ADVICE = True, False


@dataclass(frozen=True, slots=True)
class Story:
    """Shortcuts for actions of a person on the table at a position (0 = the department table)."""

    session: Session

    def actor(self, username: str) -> Actor:
        found = queries.session.account_named(self.session, username)
        assert found, username
        return found.actor

    def table(self, position: int, office: str = OFFICE) -> TargetTable:
        return self.session.scalars(
            select(TargetTable)
            .where(TargetTable.office_code == office, TargetTable.year == YEAR, TargetTable.position == position)
            .options(undefer(TargetTable.content))
            .execution_options(populate_existing=True)
        ).one()

    def row(self, position: int, number: int) -> str:
        """Path of an indicator; `number` counts from 1."""
        document = self.table(position).document
        assert isinstance(document, ProjectDocument)
        return f"indicators/{document.indicators[number - 1].id}"

    def rewrite(self, position: int, texts: Mapping[str, str]) -> None:
        """Save texts by path, as the drafter."""
        table = self.table(position)
        document = table.document
        for path, words in texts.items():
            document = documents.with_value(document, path, words)
        drafts.save(self.session, self.actor("drafter"), table.id, table.version, PostedForm.of(document))

    def move(
        self,
        position: int,
        action: Action,
        by: str,
        office: str = OFFICE,
        working_days: int = 0,
        reason: str = "",
        drafts: Collection[int] | None = None,
    ) -> None:
        table = self.table(position, office)
        due = CALENDAR.add(local_today(), working_days) if working_days else None
        enclosed = queries.enclosures.of_table(self.session, table).digest
        request = TransitionRequest(action, digest=table.digest, due=due, reason=reason, enclosed=enclosed)
        request = replace(request, drafts=None if drafts is None else frozenset(drafts))
        workflow.perform(self.session, self.actor(by), table.id, request)

    def opine(self, position: int, path: str, binding: bool, words: str, *, proposed: str = "", rule: str = "") -> int:
        """The kind is the one that the words begin with; proposed: another text for the place; rule: of the finding."""
        table = self.table(position)
        kind = next((kind for kind in OpinionKind if words.startswith(kind.label)), OpinionKind.OTHER)
        operations = proposals.made(table.document, path, ProposedTexts({path: Edit(proposed)}))
        wording = Wording(binding, words, kind, operations)
        reviewer = self.actor("reviewer")
        return opinion_acts.raise_opinion(self.session, reviewer, table.id, wording, path=path, rule=rule).id

    def dismiss(self, position: int, rule: str, path: str, reason: str) -> None:
        table, reviewer = self.table(position), self.actor("reviewer")
        dismissals.dismiss(self.session, reviewer, table.id, rule=rule, path=path, reason=reason)

    def answer(self, position: int, opinion: int, kind: Answer, words: str) -> None:
        opinion_acts.answer(
            self.session, self.actor("drafter"), self.table(position).id, opinion, kind=kind, text=words
        )

    def explain(self, position: int, rule: str, path: str, words: str) -> None:
        explanations.explain(
            self.session, self.actor("drafter"), self.table(position).id, rule=rule, path=path, text=words
        )

    def recommend(self, position: int, office: str = OFFICE) -> None:
        table = self.table(position, office)
        enclosed, every = queries.enclosures.of_table(self.session, table).digest, list(Dimension)
        conclusions.recommend(
            self.session, self.actor("reviewer"), table.id, digest=table.digest, enclosed=enclosed, dimensions=every
        )

    def claim(self, position: int) -> None:
        claims.claim(self.session, self.actor("reviewer"), self.table(position).id)


def perform_all(session: Session) -> None:
    """Perform all actions in chronological order. Tables 7 and 8 stay drafts."""
    story = Story(session)
    reading = text.read(SEED.read_bytes())
    imports.import_text(session, story.actor("drafter"), reading.text, OFFICE, YEAR)
    story.move(0, actions.SUBMIT, "head")
    _approved(story, 1)
    story.move(2, actions.SUBMIT, "head")
    _returned(story, 3)
    _second_round(story, 4)
    _reopened(story, 5)
    _under_review(story, 6)
    _handed_up(story)
    _other_office(story)
    _carried_over(story)
    register.keep(session, story.actor("approver"), story.actor("outsider"))


def _carried_over(story: Story) -> None:
    """Carry three tables over into a later year with another form; fill in the new fields of the first."""
    sources = [story.table(position).id for position in (1, 3, 4)]
    first, *_ = carry_over.carry_over_tables(story.session, story.actor("drafter"), sources, LATER_YEAR)
    document = first.document
    for path, words in (
        ("extra/supervisor_code", "610"),
        ("extra/supervisor_name", "山海关区街道管理中心"),
        ("budget/superior", "0.00"),
        ("budget/local", document.budget.fiscal if isinstance(document, ProjectDocument) else ""),
    ):
        document = documents.with_value(document, path, words)
    drafts.save(story.session, story.actor("drafter"), first.id, first.version, PostedForm.of(document))


def _approved(story: Story, position: int) -> None:
    """Approved, with an explanation that the bureau accepted and one advisory opinion for next year."""
    words = "聘用人数由上级按季度核定，年初报预算时尚未下达，故用途中不写人数。"
    story.explain(position, "W18", "purpose", words)
    story.move(position, actions.SUBMIT, "head")
    story.claim(position)
    words = "“各项工作落实率”没有说明是哪些工作，下一年度建议细化到具体事项。"
    advice = story.opine(position, f"{story.row(position, 3)}/level3", ADVICE, words, rule="W3")
    story.recommend(position)
    story.move(position, actions.APPROVE, "approver", drafts=[advice])


def _returned(story: Story, position: int) -> None:
    """Removes a duplicate goal line that blocks submission; returned with an opinion at every kind of place."""
    story.rewrite(position, {"goals": "1、按要求完成各项工作任务"})
    story.move(position, actions.SUBMIT, "head")
    story.claim(position)
    for path, binding, words, rule in (
        ("", ADVICE, "与项目相关性不够：资金用途是发放生活补贴，目标和指标应围绕补贴对象、标准和发放时间来写。", ""),
        ("goals", BINDING, "不够细化量化：“按要求完成各项工作任务”没有说明为多少人、按什么标准、何时发放补贴。", ""),
        ("purpose", ADVICE, "建议写明测算过程：人数×540元/人·月×12个月。98280元折合15.17人，请核对。", "W18"),
        (story.row(position, 1), BINDING, "建议拆分：“及时足额”是两个要求，请分别设时效指标和质量指标。", ""),
        (
            f"{story.row(position, 4)}/target_value",
            BINDING,
            "指标与指标值不匹配：满意度定为100%无法实现，请按问卷调查定合理的目标值。",
            "W10",
        ),
        ("indicators", BINDING, "建议增加产出指标：缺少数量指标，应有补贴发放人数。", "W1"),
    ):
        proposed = "≥90%" if path.endswith("target_value") else ""
        story.opine(position, path, binding, words, proposed=proposed, rule=rule)
    story.dismiss(position, "W14", "purpose", "文号写法下一年度统一规范，今年不为此退回。")
    reason = "请对照意见逐条修改，修改后再次送审。"
    story.move(position, actions.RETURN, "reviewer", working_days=10, reason=reason)


def _second_round(story: Story, position: int) -> None:
    """Returned, answered (changed, and kept with a reason) and submitted again; the bureau has not reacted yet."""
    story.move(position, actions.SUBMIT, "head")
    coverage = f"{story.row(position, 3)}/level3"
    words = "指标与指标值不匹配：“覆盖率”不是满意度，请改为居民满意度并说明如何调查。"
    about_coverage = story.opine(position, coverage, BINDING, words)
    words = "不够细化量化：请写明涉及几个社区、组织多少场次的服务活动。"
    about_goals = story.opine(position, "goals", BINDING, words)
    words = "“宣传开展率”是工作过程，建议改为能反映宣传效果的指标，如政策知晓率。"
    about_publicity = story.opine(position, story.row(position, 2), ADVICE, words)
    story.move(position, actions.RETURN, "reviewer", working_days=7)
    changed = {
        coverage: "辖区居民满意度",
        coverage.replace("level3", "description"): "通过问卷调查，对社区服务表示满意的居民占受访居民的比例",
        "goals": (
            "1、保障辖区社区正常运转，每个社区每季度至少组织1场便民服务活动。\n2、规范社区设置、健全社区配套组织。"
        ),
    }
    story.rewrite(position, changed)
    story.answer(position, about_coverage, Answer.CHANGED, "已改为“辖区居民满意度”，以年末问卷调查为准。")
    story.answer(position, about_goals, Answer.CHANGED, "已补充每季度服务活动的场次。")
    words = "社区工作经费主要用于日常宣传和运转，知晓率调查没有经费安排，今年先保留。"
    story.answer(position, about_publicity, Answer.KEPT, words)
    story.move(position, actions.SUBMIT, "head")


def _reopened(story: Story, position: int) -> None:
    """Approved, reopened, and being adjusted by the office; the approved revision stays in force."""
    story.move(position, actions.SUBMIT, "head")
    story.recommend(position)
    story.move(position, actions.APPROVE, "approver")
    reason = "区里统一调整社区工作人员的工资发放时间，请相应调整绩效目标，按原程序报批。"
    story.move(position, actions.REOPEN, "approver", working_days=14, reason=reason)
    goals = (
        "1、社区努力与辖区居民、相关部门协调，积极发挥管理及服务职能，完成各项辅助工作。\n"
        "2、每月15日前足额发放社区人员工资，足额缴纳社区人员保险。"
    )
    story.rewrite(position, {"goals": goals})


def _under_review(story: Story, position: int) -> None:
    """Submitted with an explanation of a warning; a draft opinion and a dismissed finding that only the bureau sees."""
    words = "补助人数由市级核定后随资金文件下达，提前下达时尚未明确，故用途中暂不写人数。"
    story.explain(position, "W18", "purpose", words)
    story.move(position, actions.SUBMIT, "head")
    story.claim(position)
    words = "一级指标类型错误：发放工资是产出，不是效果，请移到产出指标，另设能反映效果的指标。"
    story.opine(position, f"{story.row(position, 2)}/level3", BINDING, words, rule="W5")
    story.dismiss(position, "W14", f"{story.row(position, 1)}/basis", "文号写法下一年度统一规范，今年不为此退回。")


def _handed_up(story: Story) -> None:
    """One table waits for the head to submit it, another was handed back to the drafter."""
    drafter, adjusted, draft = story.actor("drafter"), story.table(5).id, story.table(7).id
    hand_ups.hand_up(story.session, drafter, adjusted, "工资发放时间已按区里的通知改为每月15日前，请看第二条目标。")
    hand_ups.hand_up(story.session, drafter, draft, "")
    hand_ups.hand_back(story.session, story.actor("head"), draft, "人数与编制册对不上，请先核对再提请。")


def _other_office(story: Story) -> None:
    """A sound table, recommended at once: it waits for the approver."""
    outsider = story.actor("outsider")
    table = drafts.create(story.session, outsider, Kind.PROJECT, OTHER_OFFICE, YEAR)
    blank = table.document
    assert isinstance(blank, ProjectDocument)
    drafts.save(story.session, outsider, table.id, table.version, PostedForm.of(_sanitation(blank)))
    story.move(1, actions.SUBMIT, "outsider", office=OTHER_OFFICE)
    story.recommend(1, office=OTHER_OFFICE)


def _sanitation(blank: ProjectDocument) -> ProjectDocument:
    """A table of good quality."""
    basis = "山政办〔2019〕26号"
    rows = (
        ("产出指标", "数量指标", "楼道清理数量", "全年清理杂物的楼道数量", "≥120个", basis),
        ("产出指标", "质量指标", "清理验收合格率", "验收合格的楼道占清理楼道的比例", "≥95%", basis),
        ("产出指标", "时效指标", "清理任务完成时间", "全部楼道清理完成的时间", "11月30日前", basis),
        ("产出指标", "成本指标", "楼道清理单价", "每个楼道的清理和清运费用", "≤300元/个", basis),
        ("效果指标", "生态效益指标", "卫生死角投诉件数", "全年居民对卫生死角的投诉件数", "≤10件", basis),
        ("满意度指标", "服务对象满意度指标", "居民对楼道环境的满意度", "年末问卷调查中满意的居民比例", "≥90%", basis),
    )
    return replace(
        blank,
        project_code="610-1301-JBN-HJW1",
        project_name="老旧小区楼道清理经费",
        budget=Budget("36000.00", "36000.00", ""),
        purpose="清理老旧小区楼道120个，每个楼道300元，共36000元，用于支付清理和垃圾清运费用。",
        spending_plan=SpendingPlan("10.00", "40.00", "80.00", "100.00"),
        goals="1、全年清理老旧小区楼道120个，11月底前完成并验收。\n2、减少卫生死角，改善居民居住环境。",
        indicators=tuple(Indicator(documents.new_row_id(), *row) for row in rows),
    )
