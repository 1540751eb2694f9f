"""Whether a sentence stands elsewhere: which tables count, what each person is told, and what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.domain import actions
from portal.domain.documents import DepartmentDocument, Duty, Kind, ProjectDocument
from portal.domain.rules import RuleContext
from portal.domain.rules.sentences import key_of
from portal.models import IndexedSentence, Office, TargetTable
from portal.queries.drafting.rule_context import rule_context
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from portal.services.drafting import drafts
from portal.services.library import known_sentences, refill
from tests.statement_counts import counted_queries
from tests.world import DUE, OFFICE, YEAR, World, sound_project

COPIED = "努力与相关部门协调积极发挥管理及服务职能完成各项辅助工作"
OWN = "全年为辖区一千二百户老旧小区居民更换照明灯具并定期检查维护"
KEY = key_of(COPIED)
OTHER_OFFICE = "620001"


def saying(goals: str, ordinal: int = 1, name: str = "社区工作经费") -> ProjectDocument:
    return replace(sound_project(ordinal, f"610-1301-JBN-AB{ordinal:02d}", name), goals=f"1、{goals}。")


def of_office(document: ProjectDocument, office: str) -> ProjectDocument:
    return replace(document, office_code=office, project_code=f"{office[:3]}{document.project_code[3:]}")


def submitted(world: World, document: ProjectDocument, by: str, office: str, year: int = YEAR) -> int:
    """Made, filled in and submitted by somebody who is drafter and head of the office."""
    table = drafts.create(world.session, world.actor(by), Kind.PROJECT, office, year)
    world.save(table.id, of_office(document, office), by)
    world.act(table.id, actions.SUBMIT, by)
    return table.id


def open_year(world: World, year: int) -> None:
    budget_years.open_year(
        world.session, None, year, YearForm("hebei-2017", r"\d{3}-\d{4}-[A-Z]{3}-[0-9A-Z]{4}", DUE, ["E6", "E9"])
    )


def found_by(world: World, who: str | None, table_id: int) -> RuleContext:
    world.session.rollback()
    table = world.session.get_one(TargetTable, table_id)
    world.session.refresh(table, ["content"])
    return rule_context(world.session, world.actor(who) if who else None, table, table.document)


# --- what counts ---------------------------------------------------------------------------------


def test_only_what_was_submitted_counts(world: World) -> None:
    own = world.draft(saying(COPIED))
    theirs = world.draft(of_office(saying(COPIED), OTHER_OFFICE), "outsider", OTHER_OFFICE)
    assert found_by(world, "drafter", own) == RuleContext()
    world.act(theirs, actions.SUBMIT, "outsider")
    assert found_by(world, "drafter", own) == RuleContext(elsewhere={KEY: "其他单位的表"})
    world.act(theirs, actions.WITHDRAW, "outsider")
    assert found_by(world, "drafter", own) == RuleContext(elsewhere={KEY: "其他单位的表"})


def test_another_submission_takes_the_place_of_the_one_before(world: World) -> None:
    own = world.draft(saying(COPIED))
    theirs = submitted(world, saying(COPIED), "outsider", OTHER_OFFICE)
    world.act(theirs, actions.WITHDRAW, "outsider")
    world.edit(theirs, "goals", f"1、{OWN}。", "outsider")
    world.act(theirs, actions.SUBMIT, "outsider")
    assert found_by(world, "drafter", own) == RuleContext()
    keys = set(world.session.scalars(select(IndexedSentence.key).where(IndexedSentence.table_id == theirs)))
    assert key_of(OWN) in keys
    assert KEY not in keys


def test_sentence_said_twice_is_indexed_once(world: World) -> None:
    twice = replace(saying(COPIED), purpose=f"支付3人工资。{COPIED}。")
    table_id = submitted(world, twice, "everything", OFFICE)
    count = select(func.count()).where(IndexedSentence.table_id == table_id, IndexedSentence.key == KEY)
    assert world.session.scalar(count) == 1


def test_own_office_and_years_long_ago_are_not_elsewhere(world: World) -> None:
    for year in (YEAR - 1, YEAR - 2):
        open_year(world, year)
    submitted(world, saying(COPIED, 2, "另一项目"), "everything", OFFICE)
    submitted(world, saying(COPIED), "outsider", OTHER_OFFICE, YEAR - 2)
    own = world.draft(saying(COPIED))
    assert found_by(world, "approver", own) == RuleContext()
    submitted(world, saying(COPIED), "outsider", OTHER_OFFICE, YEAR - 1)
    told = "秦皇岛市山海关区南关街道办事处 2019 年度《社区工作经费》"
    assert found_by(world, "approver", own) == RuleContext(elsewhere={KEY: told})


def test_short_sentences_are_not_looked_up_elsewhere(world: World) -> None:
    short = "按月发放社区人员工资"
    submitted(world, saying(short), "outsider", OTHER_OFFICE)
    assert found_by(world, "approver", world.draft(saying(short))) == RuleContext()


def test_last_year_is_told_by_table(world: World) -> None:
    open_year(world, YEAR - 1)
    submitted(world, saying(COPIED, name="社区经费"), "everything", OFFICE, YEAR - 1)
    department = drafts.create(world.session, world.actor("everything"), Kind.DEPARTMENT, OFFICE, YEAR - 1)
    duties = DepartmentDocument("总体目标：服务好辖区居民。", (Duty("duty1", "社区管理", OWN),))
    world.save(department.id, duties, "everything")
    world.session.execute(
        IndexedSentence.__table__.insert(),  # submitted: its other demands are not the matter here
        {"hash": 1, "year": YEAR - 1, "office_code": OFFICE, "table_id": department.id, "key": key_of(OWN)},
    )
    world.session.commit()
    last_year = found_by(world, "reviewer", world.draft(saying("另有目标"))).last_year
    assert last_year[KEY] == "表1“社区经费”"
    assert last_year[key_of(OWN)] == "部门整体绩效目标"


# --- what each person is told --------------------------------------------------------------------

THEIRS = "秦皇岛市山海关区南关街道办事处 2020 年度《社区工作经费》"


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("drafter", "其他单位的表"),
        ("head", "其他单位的表"),
        ("above_head", "其他单位的表"),
        ("reviewer", "其他单位的表"),
        ("other_reviewer", THEIRS),
        ("outsider", THEIRS),
        ("approver", THEIRS),
        ("auditor", THEIRS),
        (None, "其他单位的表"),
    ],
)
def test_another_offices_table_is_named_to_those_who_may_see_it(world: World, who: str | None, told: str) -> None:
    submitted(world, saying(COPIED), "outsider", OTHER_OFFICE)
    own = submitted(world, saying(COPIED), "everything", OFFICE)
    assert found_by(world, who, own).elsewhere == {KEY: told}


def test_table_that_may_be_seen_is_preferred(world: World) -> None:
    for n, (who, office) in enumerate((("below_drafter", "61000201"), ("outsider", OTHER_OFFICE)), 1):
        table = drafts.create(world.session, world.actor(who), Kind.PROJECT, office, YEAR)
        world.save(table.id, of_office(saying(COPIED, n), office), who)
        known_sentences.index_sentences(world.session, table, saying(COPIED))
        table.submitted_name = "社区工作经费"
        world.session.commit()
    below = world.session.get_one(Office, "61000201").name
    told = found_by(world, "drafter", world.draft(saying(COPIED))).elsewhere
    assert told == {KEY: f"{below} 2020 年度《社区工作经费》"}


# --- what it costs -------------------------------------------------------------------------------


def test_statements_do_not_grow_with_sentences_and_copies(world: World) -> None:
    many = "\n".join(f"{n}、为辖区第{n}个老旧小区居民更换照明灯具并定期检查维护。" for n in range(1, 150))
    own = world.draft(replace(saying(COPIED), goals=many))
    with counted_queries() as without:
        found_by(world, "approver", own)
    table_id = submitted(world, replace(saying(COPIED), goals=many), "outsider", OTHER_OFFICE)
    with counted_queries() as with_copies:
        found = found_by(world, "approver", own)
    assert len(found.elsewhere) == 149
    assert len(with_copies) == len(without)
    assert len([s for s in with_copies if "known_sentences" in s]) == 2
    assert world.session.get_one(TargetTable, table_id).submission_count == 1


# --- the index made anew -------------------------------------------------------------------------


def test_index_is_rebuilt_from_the_latest_revisions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refill, "BATCH_SIZE", 2)
    for n in range(1, 4):
        submitted(world, saying(COPIED, n, f"项目{n}"), "everything", OFFICE)
    world.draft(saying(OWN, 4, "草稿"))
    everything = select(IndexedSentence.hash, IndexedSentence.table_id, IndexedSentence.key).order_by(
        IndexedSentence.table_id, IndexedSentence.hash
    )
    before = world.session.execute(everything).all()
    world.session.execute(IndexedSentence.__table__.delete())
    world.session.commit()
    assert known_sentences.rebuild(world.session) == 3
    assert world.session.execute(everything).all() == before
    assert known_sentences.rebuild(world.session) == 3
    assert world.session.execute(everything).all() == before
