"""Searching: who finds which texts, filters on both databases, and an index that follows the texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import undefer

from portal.domain import actions, full_text
from portal.domain.changes import Set
from portal.domain.documents import DepartmentDocument, value_at
from portal.domain.full_text import parse_query
from portal.domain.states import State
from portal.models import IndexedCopy, IndexedRevision, Revision, TargetTable
from portal.models.full_text import TERMS, IndexedText, unpack
from portal.queries.full_text import hits
from portal.services.administration import offices
from portal.services.administration.offices import OfficeForm
from portal.services.drafting import checks, drafts, field_saves, recycle_bin, voiding
from portal.services.library import full_text_fill
from tests.world import DUE, OFFICE, World, sound_project

SEES_COPY = ("drafter", "drafter2", "head", "above_drafter", "above_head", "everything")
SEES_REVISION = ("reviewer", "approver", "approver2", "auditor")
SEES_NOTHING = ("outsider", "below_drafter", "below_head", "other_reviewer", "admin")


def found(world: World, by: str, query: str) -> list[int]:
    return [hit.table_id for hit in hits(world.session, world.actor(by), parse_query(query)).found]


def found_by(world: World, query: str) -> set[str]:
    everybody = (*SEES_COPY, *SEES_REVISION, *SEES_NOTHING)
    return {by for by in everybody if found(world, by, query)}


# --- who finds what ------------------------------------------------------------------------------


def test_search_of_a_draft_finds_it_for_its_office_only(world: World) -> None:
    world.draft(replace(sound_project(), purpose="购置巡逻用电动自行车"))

    for query in ("自行", "电动自行车", "年度:2020", "状态:草拟", "金额:>1", "经"):
        assert found_by(world, query) == set(SEES_COPY), query


def test_search_of_a_submitted_table_finds_it_for_everybody_who_sees_it(world: World) -> None:
    table_id = world.submitted(replace(sound_project(), purpose="购置巡逻用电动自行车"))

    for query in ("自行", "巡逻 610-1301", "年度:2020", "金额:23000", "编码:610-1301", "单位:古城"):
        assert found_by(world, query) == {*SEES_COPY, *SEES_REVISION}, query
    assert found(world, "approver", "自行") == [table_id]
    assert found_by(world, "单位:南关 自行") == set()


def test_search_finds_changes_of_a_returned_table_for_its_office_only(world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "purpose", "改为购置三轮车若干")
    world.edit(table_id, "budget/total", "5.00")

    for query in ("三轮", "三轮车若", "金额:5.00", "名称:经费 三轮"):
        assert found_by(world, query) == set(SEES_COPY), query
    for query in ("员3", "外人员3人", "金额:23000"):
        # Somebody with both roles sees the working copy of this table, so not its revision.
        assert found_by(world, query) >= set(SEES_REVISION) and not found(world, "drafter", query), query
    assert "drafter" in found_by(world, "状态:退回")


def test_search_finds_no_opinion_no_note_and_no_recommendation_for_the_office(world: World) -> None:
    table_id = world.submitted()
    world.opinion(table_id)  # 目标不够细化量化

    assert found_by(world, "不够细化") == set()
    assert found_by(world, "状态:待审核") == {*SEES_COPY, *SEES_REVISION}
    table = world.table(table_id)
    table.is_recommended = True
    world.session.commit()
    assert found_by(world, "状态:待审核") == set(SEES_COPY)
    assert found_by(world, "状态:待批复") == set(SEES_REVISION)


def test_search_of_a_part_of_an_office_needs_all_words_and_all_filters(world: World) -> None:
    first = world.submitted(replace(sound_project(1, "610-1301-JBN-0001", "道路养护（一期）"), purpose="公用经费5万"))
    second = world.submitted(replace(sound_project(2, "610-1301-JBN-0002", "河道清淤"), purpose="公用用经经费5万"))
    department = world.draft(DepartmentDocument(overall="**公用**经费"))

    for query, wanted in (
        ("公用经费", [department, first]),
        ("公用", [department, second, first]),
        ("河 5万", [second]),
        ("（一期）", [first]),
        ("[一期] 编码:JBN-0001", [first]),
        ("名称:河道", [second]),
        ("名称:部门整体", [department]),
        ("金额:>=23000 公用", [second, first]),
        ("金额:>23000", []),
        ("年度:2019-2021 公用 状态:草拟、待审核", [department, second, first]),
        ("年度:2019 公用", []),
        ("状态:逾期", []),
        ("单位:610002 河道", [second]),
        ("单位:综合服务", []),
        ("规则:W18 公用", []),
    ):
        assert found(world, "drafter", query) == wanted, query


def test_search_by_rule_finds_what_the_last_check_found(world: World) -> None:
    table_id = world.draft(replace(sound_project(), purpose="支付工资。"))

    assert found(world, "drafter", "规则:W18") == [table_id]
    assert found(world, "drafter", "规则:用途不具体 工资") == [table_id]
    world.act(table_id, actions.SUBMIT, "head")
    assert found(world, "reviewer", "规则:W18") == [table_id]
    assert found(world, "drafter", "规则:W24") == []


def test_number_of_results_is_limited_to_the_newest(world: World) -> None:
    ids = [world.draft(sound_project(n, f"610-1301-JBN-{n:04d}", f"项目{n}号")) for n in range(1, 4)]
    actor = world.actor("drafter")

    for query in ("项目", "支付预算外", "年度:2020"):
        limited = hits(world.session, actor, parse_query(query), most=2)
        assert ([hit.table_id for hit in limited.found], limited.has_more) == (ids[:0:-1], True), query
        assert not hits(world.session, actor, parse_query(query), most=3).has_more


# --- the index follows the texts -----------------------------------------------------------------


def indexed(world: World, model: IndexedText) -> dict[int, tuple[str, set[str]]]:
    """The text and the terms of each table in an index."""
    name = TERMS[model]
    world.session.rollback()
    rows = world.session.execute(select(model.table_id, model.packed)).all()
    if world.session.connection().dialect.name == "sqlite":
        world.session.execute(text(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {name}, 'instance')"))
        terms = world.session.execute(text("SELECT doc, term FROM temp.words")).all()
        world.session.execute(text("DROP TABLE temp.words"))
    else:
        terms = world.session.execute(text(f"SELECT rowid, unnest(tsvector_to_array(terms)) FROM {name}")).all()
    by_table: dict[int, set[str]] = {}
    for table_id, term in terms:
        by_table.setdefault(table_id, set()).add(term)
    assert by_table.keys() == {row.table_id for row in rows}
    return {row.table_id: (unpack(row.packed), by_table[row.table_id]) for row in rows}


def worked_out(world: World, tables: Iterable[TargetTable | Revision]) -> dict[int, str]:
    codes = dict(world.session.execute(select(TargetTable.id, TargetTable.office_code)).all())
    ids = {each: each.id if isinstance(each, TargetTable) else each.table_id for each in tables}
    return {ids[each]: full_text.text_of(each.document, codes[ids[each]]) for each in tables}


def require_true_index(world: World) -> None:
    world.session.rollback()
    tables = world.session.scalars(select(TargetTable).options(undefer(TargetTable.content))).all()
    latest = (Revision.table_id == TargetTable.id) & (Revision.number == TargetTable.submission_count)
    revisions = world.session.scalars(select(Revision).join(TargetTable, latest).options(undefer(Revision.content)))
    for model, wanted in (
        (IndexedCopy, worked_out(world, tables)),
        (IndexedRevision, worked_out(world, revisions.all())),
    ):
        rules = dict(world.session.execute(select(model.table_id, model.rules)).all())
        by_id = {table.id: table for table in tables}
        assert indexed(world, model) == {
            table_id: (
                shown,
                set(full_text.terms_of_text(shown, by_id[table_id].year, OFFICE, rules[table_id].split())),
            )
            for table_id, shown in wanted.items()
        }


class Acts:
    """Random acts of an office and the bureau on a few tables."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random, self.count = world, Random(seed), 0

    def one(self) -> None:
        tables = self.world.session.scalars(select(TargetTable).order_by(TargetTable.id)).all()
        drafted = [table for table in tables if table.state == State.DRAFTED and not table.is_voided]
        chosen = self.random.choice(tables) if tables else None
        if chosen is None or (len(tables) < 3 and self.random.random() < 0.4):
            self.count += 1
            self.world.draft(sound_project(self.count, f"610-1301-JBN-{self.count:04d}", f"项目{self.count}号"))
        elif chosen.is_voided:
            return
        elif chosen.state == State.SUBMITTED:
            self.world.opinion(chosen.id)
            self.world.act(chosen.id, actions.RETURN, "reviewer", due=DUE)
        elif self.random.random() < 0.3:
            self._edit_by_field(chosen.id)
        elif self.random.random() < 0.3:
            self.world.edit(chosen.id, "goals", f"目标改成第{self.random.randrange(99)}个")
        elif chosen in drafted and not chosen.submission_count and self.random.random() < 0.4:
            drafts.discard(self.world.session, self.world.actor("drafter"), chosen.id)
            recycle_bin.restore(self.world.session, self.world.actor("drafter"), chosen.id)
        elif chosen in drafted:
            self.world.act(chosen.id, actions.SUBMIT, "head")
        else:
            voiding.void(self.world.session, self.world.actor("head"), chosen.id, "项目取消")

    def _edit_by_field(self, table_id: int) -> None:
        opened = self.world.opened(table_id)
        base = value_at(opened.document, "purpose") or ""
        change = Set("purpose", base, f"支付{self.random.randrange(999)}人工资")
        field_saves.apply(self.world.session, self.world.actor("drafter"), table_id, opened.version, [change])
        checks.check(self.world.session, self.world.actor("drafter"), table_id)


@pytest.mark.parametrize("seed", [1, 2])
def test_index_is_what_the_texts_say_after_any_acts(world: World, seed: int) -> None:
    acts = Acts(world, seed)
    for _ in range(14):
        acts.one()
    require_true_index(world)

    form = OfficeForm("秦皇岛市山海关区新城街道办事处", "610")
    world.draft(sound_project(90, "610-1301-JBN-0090", "改名以后"))
    offices.change_office(world.session, None, OFFICE, form)
    require_true_index(world)

    before = indexed(world, IndexedCopy), indexed(world, IndexedRevision)
    assert full_text_fill.rebuild(world.session) == len(before[0])
    assert (indexed(world, IndexedCopy), indexed(world, IndexedRevision)) == before


def test_discarded_draft_is_in_no_index(world: World) -> None:
    table_id = world.draft()
    drafts.discard(world.session, world.actor("drafter"), table_id)

    assert indexed(world, IndexedCopy) == {}
