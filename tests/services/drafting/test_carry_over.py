"""Beginning tables from others of one's own office: who may, what is taken, what stays marked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from portal import queries
from portal.domain import actions, documents
from portal.domain.documents import DepartmentDocument, Duty, ProjectDocument
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused
from portal.formats import text as text_format
from portal.models import AuditEntry, Origin, TargetTable
from portal.services.administration import budget_years
from portal.services.drafting import checks, confirming, drafts, ordering
from portal.services.files import imports
from portal.services.record import verification
from tests.databases import DATA
from tests.services.next_year import NEXT, open_next, start
from tests.world import DUE, OFFICE, YEAR, World, sound_project, told

SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")
DEPARTMENT = DepartmentDocument("2020年总体目标", (Duty("duty1", "职责", "目标"),))


def unchanged_paths(world: World, table_id: int) -> frozenset[str]:
    return queries.drafting.origins.unchanged_paths(world.session, world.table(table_id))


def test_tables_of_last_year_begin_new_drafts_with_their_origins_and_one_entry_each(world: World) -> None:
    open_next(world)
    first, second, department = world.draft(), world.draft(SECOND), world.draft(DEPARTMENT)
    started = start(world, second, department, first)
    tables = [world.table(table_id) for table_id in started]
    assert [(t.year, t.state, t.version, t.position) for t in tables] == [
        (NEXT, "drafted", 1, 0), (NEXT, "drafted", 1, 1), (NEXT, "drafted", 1, 2)
    ]  # fmt: skip
    assert [t.document for t in tables] == [
        replace(DEPARTMENT, overall="2021年总体目标"), sound_project(), SECOND
    ]  # fmt: skip
    origins = world.session.execute(
        select(Origin.table_id, Origin.source_id, Origin.source_year, Origin.source_title).order_by(Origin.table_id)
    ).all()
    titles = ("部门整体绩效目标", "办事处工作经费绩效目标表", "另一项目绩效目标表")
    sources = (department, first, second)
    assert origins == [(t, s, YEAR, name) for t, s, name in zip(started, sources, titles, strict=True)]
    for table in tables:
        entries = world.session.scalars(
            select(AuditEntry).where(AuditEntry.object_kind == "table", AuditEntry.object_id == str(table.id))
        ).all()
        origin = queries.drafting.origins.of_table(world.session, table.id)
        assert origin
        assert [(e.act, told(e)) for e in entries] == [("create", {"source": origin.source_id, "source_year": YEAR})]
    assert verification.verify(world.session).problems == []


def test_carried_over_text_is_no_copy_for_the_rules(world: World) -> None:
    open_next(world)
    goals = "1、按月发放社区工作人员报酬，全年不拖欠。\n2、居民来办事有人接待、有人办理。\n3、社区队伍保持稳定不流失。"
    (table_id,) = start(world, world.submitted(replace(sound_project(), goals=goals)))

    def rules() -> set[str]:
        return {each.rule for each in checks.check(world.session, world.actor("drafter"), table_id).findings}

    assert "W7" not in rules()
    world.session.execute(delete(Origin))  # the same text, typed
    world.session.commit()
    assert "W7" in rules()


def test_ticked_places_are_no_longer_to_be_checked_until_their_text_changes(world: World) -> None:
    open_next(world)
    (table_id,) = start(world, world.draft())

    def to_check() -> frozenset[str]:
        return queries.drafting.origins.carried_over_places(world.session, world.table(table_id)).to_check

    def confirm(*paths: str, is_right: bool = True, by: str = "drafter") -> None:
        confirming.confirm(world.session, world.actor(by), table_id, paths, is_right=is_right)

    before = to_check()
    confirm("goals", "indicators/aaaa")
    assert before - to_check() == {"goals", *(path for path in before if path.startswith("indicators/aaaa/"))}
    world.edit(table_id, "goals", "1、新的目标。")
    assert "goals" not in to_check()
    with pytest.raises(Invalid, match="不需要核对"):
        confirm("goals")
    confirm("indicators/aaaa/basis", is_right=False)
    assert "indicators/aaaa/basis" in to_check()
    with pytest.raises(NotVisible):
        confirm("purpose", by="outsider")
    acts = world.session.scalars(select(AuditEntry.act).order_by(AuditEntry.number.desc()).limit(4)).all()
    assert acts.count("confirm") == 1 and acts.count("unconfirm") == 1
    assert verification.verify(world.session).problems == []


def test_revision_in_force_is_taken_else_the_latest_else_the_working_copy(world: World) -> None:
    open_next(world)
    in_force = world.approved()
    world.act(in_force, actions.REOPEN, "approver", reason="调整", due=DUE)
    world.edit(in_force, "goals", "1、调整中的目标。")
    returned = world.submitted(SECOND)
    world.opinion(returned)
    world.act(returned, actions.RETURN, "reviewer", due=DUE)
    world.edit(returned, "goals", "1、修改中的目标。")
    drafted = world.draft(sound_project(3, "610-1301-JBN-0003", "第三项目"))
    world.edit(drafted, "goals", "1、草稿的目标。")
    goals = [world.table(table_id).document for table_id in start(world, in_force, returned, drafted)]
    assert [g.goals for g in goals if isinstance(g, ProjectDocument)] == [
        sound_project().goals, SECOND.goals, "1、草稿的目标。"
    ]  # fmt: skip


def test_another_table_of_the_same_year_is_a_copy_without_its_code(world: World) -> None:
    source = world.draft()
    (copy,) = start(world, source, year=YEAR)
    expected = replace(sound_project(), ordinal=2, project_code="", project_name="办事处工作经费（副本）")
    assert world.table(copy).document == expected


def test_table_taken_over_once_is_not_taken_over_again_unless_it_was_discarded(world: World) -> None:
    open_next(world)
    source = world.draft()
    (table_id,) = start(world, source)
    with pytest.raises(Invalid) as refusal:
        start(world, source)
    assert refusal.value.message == "以下各表已经沿用到 2021 年度：《办事处工作经费绩效目标表》。"
    drafts.discard(world.session, world.actor("drafter"), table_id)
    assert len(start(world, source)) == 1


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ("outsider", NotVisible),
        ("below_head", NotVisible),
        ("other_reviewer", Forbidden),
        ("above_head", Forbidden),
        ("reviewer", Forbidden),
        ("approver", Forbidden),
        ("auditor", Forbidden),
        ("admin", Forbidden),
    ],
)
def test_nobody_takes_over_a_table_of_another_office(world: World, by: str, refusal: type[Refused]) -> None:
    open_next(world)
    source = world.approved()
    with pytest.raises(refusal):
        start(world, source, by=by)
    assert world.session.scalar(select(func.count()).select_from(Origin)) == 0


def test_one_source_that_is_refused_keeps_all_out(world: World) -> None:
    open_next(world)
    source = world.draft()
    other = drafts.create(world.session, world.actor("outsider"), documents.Kind.PROJECT, "620001", YEAR).id
    with pytest.raises(NotVisible):
        start(world, source, other)
    with pytest.raises(NotVisible):
        start(world, source, 999_999)
    counts = [world.session.scalar(select(func.count()).select_from(model)) for model in (TargetTable, Origin)]
    assert counts == [2, 0]


def test_closed_unknown_or_earlier_year_and_no_source_are_refused(world: World) -> None:
    open_next(world)
    source = world.draft()
    with pytest.raises(Invalid, match="请勾选"):
        start(world)
    with pytest.raises(Invalid, match="没有 2022 年度"):
        start(world, source, year=2022)
    (later,) = start(world, source)
    with pytest.raises(Invalid, match="2021 年度的表不能沿用到 2020 年度"):
        start(world, later, year=YEAR)
    budget_years.close_year(world.session, None, NEXT)
    with pytest.raises(Invalid, match="2021 年度已关闭"):
        start(world, world.draft(SECOND))


def test_second_department_table_of_a_year_is_refused_and_nothing_else_comes_in(world: World) -> None:
    open_next(world)
    department, project = world.draft(DEPARTMENT), world.draft()
    drafts.create(world.session, world.actor("drafter"), documents.Kind.DEPARTMENT, OFFICE, NEXT)
    with pytest.raises(Invalid, match="已有部门整体绩效目标"):
        start(world, department, project)
    assert world.session.scalar(select(func.count()).select_from(Origin)) == 0


# --- what is offered, what is marked -------------------------------------------------------------


def test_sources_tell_what_the_new_year_has_of_them_already(world: World) -> None:
    open_next(world)
    first, second, third = world.draft(), world.draft(SECOND), world.draft(sound_project(3, "610-1301-JBN-0003", "三"))
    (begun,) = start(world, first)
    text = documents.PerformanceText(None, (replace(SECOND, goals="来自文件"),))
    imports.import_text(world.session, world.actor("drafter"), text, OFFICE, NEXT)
    me = world.actor("drafter")
    found = queries.drafting.origins.sources(world.session, me, YEAR, NEXT)
    alike = next(
        s.id for s in queries.drafting.origins.sources(world.session, me, NEXT, NEXT) if s.code == SECOND.project_code
    )
    assert [(s.id, s.successor_id, s.carried_over) for s in found] == [
        (first, begun, True), (second, alike, False), (third, None, False)
    ]  # fmt: skip
    assert queries.drafting.origins.years_before(world.session, me, NEXT) == [YEAR]
    for username in ("outsider", "above_head", "reviewer", "auditor", "admin"):
        assert queries.drafting.origins.sources(world.session, world.actor(username), YEAR, NEXT) == []
        assert queries.drafting.origins.years_before(world.session, world.actor(username), NEXT) == []


def test_what_is_changed_is_no_longer_marked_and_what_is_changed_back_is(world: World) -> None:
    open_next(world)
    (table_id,) = start(world, world.draft())
    document = world.table(table_id).document
    everything = frozenset(
        path for path, text in documents.texts(document).items() if text and path not in documents.ASSIGNED_FIELDS
    )
    assert unchanged_paths(world, table_id) == everything
    world.edit(table_id, "goals", "1、新目标。")
    world.edit(table_id, "indicators/bbbb/target_value", "")
    assert unchanged_paths(world, table_id) == everything - {"goals", "indicators/bbbb/target_value"}
    world.edit(table_id, "goals", documents.value_at(document, "goals") or "")
    assert unchanged_paths(world, table_id) == everything - {"indicators/bbbb/target_value"}


def test_table_that_was_begun_from_no_other_has_no_marks(world: World) -> None:
    assert unchanged_paths(world, world.draft()) == frozenset()
    text = documents.PerformanceText(None, (SECOND,))
    imports.import_text(world.session, world.actor("drafter"), text, OFFICE, YEAR)
    (imported,) = world.session.scalars(select(TargetTable.id).where(TargetTable.position == 2)).all()
    assert unchanged_paths(world, imported) == frozenset()


def test_real_document_is_taken_over_into_the_next_year(world: World) -> None:
    open_next(world, framework="national-2021")
    text = text_format.read((DATA / "gucheng-2020.txt").read_bytes()).text
    imports.import_text(world.session, world.actor("drafter"), text, OFFICE, YEAR)
    me = world.actor("drafter")
    sources = [source.id for source in queries.drafting.origins.sources(world.session, me, YEAR, NEXT)]
    tables = [world.table(table_id) for table_id in start(world, *sources)]
    assert [t.position for t in tables] == list(range(9))
    before = [documents.texts(document) for document in (text.department, *text.tables) if document]
    after = [documents.texts(table.document) for table in tables]
    changed = [
        (path.rpartition("/")[2], old[path], words)
        for old, new in zip(before, after, strict=True)
        for path, words in new.items()
        if old[path] != words
    ]
    effect = ("level1", "效果指标", "效益指标")
    assert changed == [
        *[effect] * 5,
        ("project_name", "提前下达2020年市级社区干部生活补助资金", "提前下达2021年市级社区干部生活补助资金"),
        effect,
        effect,
        (
            "purpose",
            "古城综合服务中心人员2020年度人员经费，包括工资及各类保险。",
            "古城综合服务中心人员2021年度人员经费，包括工资及各类保险。",
        ),
        effect,
        effect,
    ]
    assert sum(len(unchanged_paths(world, table.id)) for table in tables) == 271


def test_sources_stand_in_the_order_of_their_tables(world: World) -> None:
    ids = [world.draft(sound_project(n, f"610-1301-JBN-000{n}", f"项目{n}")) for n in (1, 2, 3)]
    ordering.renumber(world.session, world.actor("drafter"), YEAR, {ids[2]: 1})
    found = queries.drafting.origins.sources(world.session, world.actor("drafter"), YEAR, NEXT)
    assert [source.id for source in found] == [ids[2], ids[0], ids[1]]
