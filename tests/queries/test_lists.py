"""What the lists show to somebody who drafts at one office and reviews another; pages, filters, counts and years."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain import actions
from portal.domain.documents import DepartmentDocument
from portal.domain.permissions import Actor, Permission, may
from portal.domain.states import State
from portal.queries import list_statements, lists
from portal.queries.lists import Filters
from portal.services.administration import people
from portal.services.administration.accounts import PersonForm
from tests.world import DUE, OFFICE, PASSWORD, YEAR, World, sound_project

OTHER_OFFICE = "620001"
WORKING_NAME, WORKING_TOTAL = "改名后的经费", 100


@pytest.fixture
def both(world: World) -> Actor:
    """Somebody who drafts at OTHER_OFFICE and reviews OFFICE."""
    form = PersonForm("外单位兼审", ["drafter", "reviewer"], OTHER_OFFICE, [OFFICE])
    people.add_user(world.session, None, "both", form, password=PASSWORD)
    return world.actor("both")


def returned_and_renamed(world: World, ordinal: int, by: tuple[str, str], office: str) -> int:
    """Return a table whose working copy has another name and total than its submitted revision."""
    document = sound_project(ordinal, f"{office[:3]}-1301-JBN-{ordinal:04d}", f"第{ordinal}号工作经费")
    table_id = world.draft(document, by[0], office)
    world.act(table_id, actions.SUBMIT, by[1])
    world.opinion(table_id, by="approver", binding=False)
    world.act(table_id, actions.RETURN, "approver", due=DUE)
    world.edit(table_id, "project_name", WORKING_NAME, by[0])
    world.edit(table_id, "budget/total", "1.00", by[0])
    return table_id


def test_list_shows_working_copies_of_the_own_office_and_revisions_of_the_reviewed_one(
    world: World, both: Actor
) -> None:
    own = returned_and_renamed(world, 1, ("outsider", "outsider"), OTHER_OFFICE)
    reviewed = returned_and_renamed(world, 2, ("drafter", "head"), OFFICE)
    own_draft = world.draft(sound_project(3, "620-1301-JBN-0003", "本单位草稿"), "outsider", OTHER_OFFICE)
    drafted_there = world.draft(sound_project(4, "610-1301-JBN-0004", "对方草稿"))

    rows = lists.listing(world.session, both, Filters(YEAR)).rows

    assert [(row.id, row.name, row.total_fen) for row in rows] == [
        (reviewed, "第2号工作经费", 2_300_000),
        (own, WORKING_NAME, WORKING_TOTAL),
        (own_draft, "本单位草稿", 2_300_000),
    ]
    for table_id in (own, reviewed, own_draft, drafted_there):
        listed = table_id in {row.id for row in rows}
        assert may(both, Permission.SEE, world.facts(table_id, both)) is listed
    found = [row.id for row in lists.listing(world.session, both, Filters(YEAR, text="改名后")).rows]
    assert found == [own]
    found = [row.id for row in lists.listing(world.session, both, Filters(YEAR, text="第2号")).rows]
    assert found == [reviewed]
    assert lists.offices_listed(world.session, both) == [
        (OFFICE, "秦皇岛市山海关区古城街道办事处"),
        ("61000201", "古城街道综合服务中心"),
        (OTHER_OFFICE, "秦皇岛市山海关区南关街道办事处"),
    ]


def test_lists_are_empty_for_somebody_who_sees_no_table(world: World) -> None:
    world.submitted()
    admin = world.actor("admin")
    assert lists.listing(world.session, admin, Filters(YEAR)) == lists.Page((), None, None)
    assert lists.counts(world.session, admin, YEAR) == dict.fromkeys([*(state.value for state in State), "mine"], 0)
    assert lists.latest_year(world.session, admin) is None
    assert lists.offices_listed(world.session, admin) == []


def test_list_pages_forwards_and_backwards_without_gap_or_repetition(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_statements, "PAGE", 2)
    list_statements.listing.cache_clear()
    drafter = world.actor("drafter")
    ids = [world.draft(replace(sound_project(n), project_code=f"610-1301-JBN-000{n}")) for n in range(1, 6)]
    pages, cursor = [], None
    try:
        for _ in range(3):
            page = lists.listing(world.session, drafter, Filters(YEAR), cursor)
            pages.append([row.id for row in page.rows])
            cursor = page.after
        assert (pages, cursor) == ([ids[:2], ids[2:4], ids[4:]], None)

        page = lists.listing(world.session, drafter, Filters(YEAR), page.before)
        assert ([row.id for row in page.rows], bool(page.after)) == (ids[2:4], True)
        page = lists.listing(world.session, drafter, Filters(YEAR), page.before)
        assert ([row.id for row in page.rows], page.before) == (ids[:2], None)
    finally:
        list_statements.listing.cache_clear()


def test_list_filters_by_office_state_text_and_own_work(world: World) -> None:
    mine = world.draft(sound_project(1, "610-1301-JBN-0001", "甲_项目"))
    submitted = world.submitted(sound_project(2, "610-1301-JBN-0002", "乙%项目"))
    theirs = world.draft(sound_project(3, "610-1301-JBN-0003", "丙/项目"), by="drafter2")
    drafter = world.actor("drafter")
    expected = {
        Filters(YEAR): [mine, submitted, theirs],
        Filters(YEAR - 1): [],
        Filters(YEAR, office=OFFICE): [mine, submitted, theirs],
        Filters(YEAR, office="610"): [],
        Filters(YEAR, state=State.SUBMITTED): [submitted],
        Filters(YEAR, text="_"): [mine],
        Filters(YEAR, text="%"): [submitted],
        Filters(YEAR, text="/"): [theirs],
        Filters(YEAR, text="jbn-0003"): [theirs],
        Filters(YEAR, mine=True): [mine, submitted],
    }
    found = {filters: [row.id for row in lists.listing(world.session, drafter, filters).rows] for filters in expected}
    assert found == expected
    counted = lists.counts(world.session, drafter, YEAR)
    assert counted == {"drafted": 2, "submitted": 1, "returned": 0, "approved": 0, "mine": 2}


SPECIAL = "".join(chr(code) for code in range(0x21, 0x7F))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "２０２０年（二期）道路—维修〔ＡＢ〕",
            ["2020年(二期)", "维修 道路", "道路-维修", "ab", "[AB]", "２０２０　ab jbn-0001"],
        ),
        ("2020年(二期)道路－维修[ab]", ["２０２０年（二期）", "道路–维修", "〔ａｂ〕", "【AB】", "２０２０\u200b年"]),
        (SPECIAL, [SPECIAL, *SPECIAL, "[", "]", "\\"]),
    ],
)
def test_search_finds_words_in_any_order_width_and_case(world: World, name: str, found: list[str]) -> None:
    table_id = world.draft(sound_project(1, "610-1301-JBN-0001", name))
    drafter = world.actor("drafter")
    for text in found:
        rows = lists.listing(world.session, drafter, Filters(YEAR, text=text)).rows
        assert [row.id for row in rows] == [table_id], text
    for text in ("二期 三期", "道路维修", "2020年二期", "^道"):
        assert not lists.listing(world.session, drafter, Filters(YEAR, text=text)).rows, text


def test_search_finds_department_tables_by_their_common_name(world: World) -> None:
    table_id = world.draft(DepartmentDocument(overall="总体目标。"))
    world.draft()
    for text, found in (("部门 整体", [table_id]), ("整体绩效", [table_id]), ("部门 经费", [])):
        rows = lists.listing(world.session, world.actor("drafter"), Filters(YEAR, text=text)).rows
        assert [row.id for row in rows] == found


def test_latest_year_is_that_of_a_table_whose_text_the_actor_may_see(world: World) -> None:
    world.draft()
    office, bureau = world.actor("drafter"), world.actor("approver")
    assert (lists.latest_year(world.session, office), lists.latest_year(world.session, bureau)) == (YEAR, None)
    world.submitted(sound_project(2, "610-1301-JBN-0002", "第二个项目"))
    assert lists.latest_year(world.session, bureau) == YEAR
