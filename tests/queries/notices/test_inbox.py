"""What a person reads of a notice: as much as the person may see now, whatever it was when it was written."""

from __future__ import annotations

from sqlalchemy import delete

from portal import queries
from portal.domain.notices import NOTICES
from portal.models import Assignment
from portal.queries.notices.inbox import GONE, Tab, Told
from portal.services.notices import reading
from tests.world import DUE, World


def inbox(world: World, username: str, tab: Tab = Tab.UNREAD) -> list[Told]:
    me = world.actor(username)
    return queries.notices.inbox.inbox(world.session, me, me.id, tab)


def test_notice_says_who_did_what_what_is_asked_and_by_when(world: World) -> None:
    world.returned()
    (told,) = inbox(world, "drafter", Tab.ACT)
    assert told.words == "陈审核退回了《办事处工作经费绩效目标表》"
    assert (told.wanted, told.due) == (NOTICES["return"].wanted, DUE)


def test_bureau_reads_the_submitted_title_the_office_the_one_in_the_working_copy(world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "project_name", "改过的名称")
    assert "改过的名称" in inbox(world, "drafter")[0].words
    assert "办事处工作经费" in inbox(world, "reviewer", Tab.ALL)[0].words


def test_who_lost_the_office_reads_nothing_of_it(world: World) -> None:
    world.submitted()
    assert "办事处工作经费" in inbox(world, "reviewer")[0].words
    world.session.execute(delete(Assignment).where(Assignment.user_id == world.actor("reviewer").id))
    world.session.commit()
    (told,) = inbox(world, "reviewer")
    assert (told.words, told.wanted, told.remark, told.office, told.table_id) == (GONE, "", "", "", None)


def test_counts_agree_with_the_lists_and_settled_or_read_notices_leave_them(world: World) -> None:
    world.returned()
    me = world.actor("drafter")
    for expected in ((2, 1, 1), (0, 0, 0)):
        counts = queries.notices.inbox.unread_counts(world.session, me.id)
        assert tuple(counts[tab] for tab in (Tab.UNREAD, Tab.ACT, Tab.KNOW)) == expected
        assert all(len(inbox(world, "drafter", tab)) == count for tab, count in counts.items())
        found = queries.session.account_named(world.session, "drafter")
        assert found and found.unread_notices == expected[0]
        assert reading.mark_read(world.session, me, through=10_000) == expected[0]
    assert len(inbox(world, "drafter", Tab.ALL)) == 2
    assert [told.is_settled for told in inbox(world, "reviewer", Tab.ALL)] == [True]
