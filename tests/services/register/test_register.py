"""The register: importing, keeping by hand, exempting, starting, registering and merging, 本年无项目, voiding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal import queries
from portal.domain import actions, audit_events
from portal.domain.documents import Document
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused, Stale
from portal.domain.register import EntryRow, Standing
from portal.domain.rosters import SheetRows
from portal.domain.states import State
from portal.formats import rosters
from portal.models import AuditEntry, RegisterEntry
from portal.queries.lists import Filters
from portal.services.drafting import drafts, voiding
from portal.services.files import exports
from portal.services.files import imports as files
from portal.services.record import verification
from portal.services.register import entries, exemptions, imports, no_projects, starting, unannounced
from portal.services.register.entries import EntryForm
from tests.statement_counts import counted_queries
from tests.world import DUE, OFFICE, YEAR, World, sound_project, told

CODE, OTHER_CODE = "610-1301-JBN-OTTA", "610-1301-JBN-OTTB"
ROWS = (EntryRow(OFFICE, CODE, "工作经费", 2_300_000), EntryRow(OFFICE, OTHER_CODE, "社区经费", 100_000, is_key=True))


def imported(world: World, *rows: EntryRow) -> list[RegisterEntry]:
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows or ROWS)
    return world.session.query(RegisterEntry).order_by(RegisterEntry.code).all()


def standing(world: World, entry: RegisterEntry, by: str = "approver") -> Standing:
    world.session.rollback()
    return queries.register.entries.line(world.session, world.actor(by), entry.id)[2]


def latest(world: World) -> AuditEntry:
    return world.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()  # type: ignore[return-value]


def sound(world: World) -> bool:
    return verification.verify(world.session).problems == []


# --- importing -----------------------------------------------------------------------------------


def test_import_writes_new_and_changed_entries_and_keeps_those_that_are_gone(world: World) -> None:
    first, second = imported(world)
    rows = (replace(ROWS[0], amount_fen=2_400_000), EntryRow(OFFICE, "610-1301-JBN-OTTC", "新项目", 5))

    plan = imports.plan(world.session, world.actor("approver"), YEAR, rows)
    done = imports.import_rows(world.session, world.actor("approver"), YEAR, rows)

    assert [change.words for change in plan.changed] == [[("金额", "23,000.00", "24,000.00")]]
    assert [row.code for row in plan.new] == ["610-1301-JBN-OTTC"]
    assert [row.code for row in plan.gone] == [OTHER_CODE]
    assert (done.added, done.changed, done.removed) == (1, 1, 0)
    assert told(latest(world)) == {"added_count": 1, "changed_count": 1, "removed_count": 0}
    assert (first.amount_fen, second.name) == (2_400_000, "社区经费")
    assert sound(world)


def test_import_removes_what_is_gone_only_when_asked_and_of_the_offices_it_names(world: World) -> None:
    imported(world, *ROWS, EntryRow("620001", CODE, "别的单位", 1))

    done = imports.import_rows(world.session, world.actor("approver"), YEAR, ROWS[:1], remove_gone=True)

    assert done.removed == 1
    assert {(entry.office_code, entry.code) for entry in world.session.query(RegisterEntry)} == {
        (OFFICE, CODE),
        ("620001", CODE),
    }
    assert sound(world)


def test_import_of_the_same_list_again_changes_nothing_and_enters_nothing(world: World) -> None:
    imported(world)
    before = latest(world).number

    assert imports.import_rows(world.session, world.actor("approver"), YEAR, ROWS).added == 0
    assert latest(world).number == before


def test_import_after_the_register_changed_since_the_preview_is_refused(world: World) -> None:
    plan = imports.plan(world.session, world.actor("approver"), YEAR, ROWS)
    imported(world, ROWS[0])

    with pytest.raises(Stale):
        imports.import_rows(world.session, world.actor("approver"), YEAR, ROWS, seen=plan.digest)
    assert world.session.query(RegisterEntry).count() == 1


@pytest.mark.parametrize("by", ["drafter", "head", "admin", "auditor", "other_reviewer"])
def test_import_by_somebody_who_does_not_keep_the_office_is_refused(world: World, by: str) -> None:
    with pytest.raises(Forbidden):
        imports.import_rows(world.session, world.actor(by), YEAR, ROWS)
    assert world.session.query(RegisterEntry).count() == 0


def test_reviewer_imports_for_assigned_offices_and_is_told_the_rows_of_others(world: World) -> None:
    sheet = pasted((OFFICE, CODE), ("620001", CODE))

    reading = imports.read(world.session, world.actor("reviewer"), YEAR, sheet)

    assert [error.text for error in reading.errors] == ["第 3 行：单位 620001 不是你分管的单位。"]
    assert imports.import_rows(world.session, world.actor("reviewer"), YEAR, ROWS).added == 2


def pasted(*keys: tuple[str, str]) -> list[SheetRows]:
    lines = ["单位编码\t项目编码\t项目名称\t金额", *(f"{office}\t{code}\t甲\t1" for office, code in keys)]
    return rosters.read_text("\n".join(lines))


# --- kept by hand --------------------------------------------------------------------------------


def test_entry_is_added_changed_and_removed_by_hand(world: World) -> None:
    session, approver = world.session, world.actor("approver")
    entry = entries.add_entry(session, approver, YEAR, EntryForm(OFFICE, " 610-1 ", "项\n目", "1,234.50", is_key=True))
    assert (entry.code, entry.name, entry.amount_fen, entry.is_key) == ("610-1", "项目", 123_450, True)

    entries.change_entry(session, approver, entry.id, EntryForm("", "610-2", "改名", "5"))
    assert (entry.code, entry.amount_fen, entry.is_key) == ("610-2", 500, False)
    assert sound(world)

    entries.remove_entry(session, approver, entry.id)
    assert session.query(RegisterEntry).count() == 0
    assert sound(world)


@pytest.mark.parametrize(
    ("field", "text", "path"),
    [
        *(("code", "", "code"), ("code", CODE, "code"), ("name", " ", "name"), ("amount", "", "amount")),
        *(("amount", "五万", "amount"), ("office", "999", "office")),
    ],
)
def test_entry_with_a_faulty_field_is_refused_at_the_field(world: World, field: str, text: str, path: str) -> None:
    imported(world)
    form = replace(EntryForm(OFFICE, "610-9", "项目", "5"), **{field: text})

    with pytest.raises(Invalid) as refusal:
        entries.add_entry(world.session, world.actor("approver"), YEAR, form)
    assert refusal.value.path == path


# --- exemptions ----------------------------------------------------------------------------------


def test_exemption_is_given_with_a_reason_and_taken_back(world: World) -> None:
    entry, _ = imported(world)

    exemptions.exempt(world.session, world.actor("reviewer"), entry.id, "并入其他项目。")
    assert standing(world, entry) is Standing.EXEMPT
    assert (entry.exempt_reason, entry.exempt_by_name) == ("并入其他项目。", "陈审核")
    assert latest(world).act == audit_events.EXEMPT.name

    exemptions.end(world.session, world.actor("approver"), entry.id)
    assert standing(world, entry) is Standing.NOT_BEGUN
    assert sound(world)


def test_exemption_without_a_reason_twice_or_of_a_submitted_table_is_refused(world: World) -> None:
    entry, other = imported(world)
    with pytest.raises(Invalid):
        exemptions.exempt(world.session, world.actor("approver"), entry.id, "  ")
    exemptions.exempt(world.session, world.actor("approver"), other.id, "理由")
    with pytest.raises(Stale):
        exemptions.exempt(world.session, world.actor("approver"), other.id, "理由")
    world.submitted()
    with pytest.raises(Stale, match="待审核"):
        exemptions.exempt(world.session, world.actor("approver"), entry.id, "理由")


@pytest.mark.parametrize("by", ["drafter", "head", "auditor"])
def test_exemption_by_somebody_who_only_sees_the_register_is_refused(world: World, by: str) -> None:
    entry, _ = imported(world)
    with pytest.raises(Forbidden):
        exemptions.exempt(world.session, world.actor(by), entry.id, "理由")


@pytest.mark.parametrize("by", ["outsider", "other_reviewer", "admin"])
def test_entry_of_an_office_out_of_reach_is_not_visible(world: World, by: str) -> None:
    entry, _ = imported(world)
    with pytest.raises(NotVisible):
        exemptions.exempt(world.session, world.actor(by), entry.id, "理由")


# --- starting ------------------------------------------------------------------------------------


def test_table_started_from_an_entry_is_filled_with_what_the_entry_knows(world: World) -> None:
    entry, _ = imported(world)

    table = starting.start(world.session, world.actor("drafter"), entry.id)

    document = world.table(table.id).document
    assert (document.project_code, document.project_name, document.budget.total) == (CODE, "工作经费", "23000.00")  # type: ignore[union-attr]
    assert standing(world, entry) is Standing.DRAFTED
    with pytest.raises(Stale, match="草拟"):
        starting.start(world.session, world.actor("head"), entry.id)
    assert sound(world)


@pytest.mark.parametrize("by", ["reviewer", "approver", "above_head"])
def test_table_is_started_only_by_the_office_itself(world: World, by: str) -> None:
    entry, _ = imported(world)
    with pytest.raises(Forbidden):
        starting.start(world.session, world.actor(by), entry.id)


def test_bureau_sees_of_a_draft_only_that_it_was_begun(world: World) -> None:
    entry, _ = imported(world)
    table = starting.start(world.session, world.actor("drafter"), entry.id)

    _, row, _ = queries.register.entries.line(world.session, world.actor("reviewer"), entry.id)

    assert row.saved_at is not None
    assert (row.submitted_code, row.submitted_total_fen) == ("", None)
    with pytest.raises(NotVisible):
        queries.tables.table_with_facts(world.session, world.actor("reviewer"), table.id)


# --- tables that nobody announced ----------------------------------------------------------------


def test_table_without_an_entry_is_registered_as_it_was_submitted(world: World) -> None:
    table_id = world.submitted()
    approver = world.actor("approver")
    assert queries.register.unannounced.count(world.session, approver, YEAR) == 1

    entry = unannounced.register_table(world.session, approver, table_id)

    assert (entry.code, entry.name, entry.amount_fen) == (CODE, "办事处工作经费", 2_300_000)
    assert standing(world, entry) is Standing.UNDER_REVIEW
    assert queries.register.unannounced.count(world.session, approver, YEAR) == 0
    with pytest.raises(Stale):
        unannounced.register_table(world.session, approver, table_id)
    assert sound(world)


def test_table_is_merged_into_an_entry_of_another_code_and_taken_out_again(world: World) -> None:
    _, other = imported(world, ROWS[1], EntryRow(OFFICE, "610-9", "别的", 1))
    table_id, approver = world.submitted(), world.actor("approver")

    unannounced.merge(world.session, approver, table_id, other.id)
    assert standing(world, other) is Standing.UNDER_REVIEW
    assert queries.register.unannounced.count(world.session, approver, YEAR) == 0

    unannounced.unmerge(world.session, approver, other.id)
    assert standing(world, other) is Standing.NOT_BEGUN
    assert queries.register.unannounced.count(world.session, approver, YEAR) == 1
    assert sound(world)


def test_merging_into_an_entry_that_has_a_table_or_is_elsewhere_is_refused(world: World) -> None:
    taken, elsewhere = imported(world, ROWS[1], EntryRow("620001", "610-9", "别的单位", 1))
    world.draft(sound_project(2, OTHER_CODE, "社区经费"))
    table_id = world.submitted()
    for entry, refusal in ((taken, Stale), (elsewhere, Invalid)):
        with pytest.raises(refusal):
            unannounced.merge(world.session, world.actor("approver"), table_id, entry.id)


def test_draft_that_nobody_announced_is_not_listed(world: World) -> None:
    world.draft()
    for by in ("approver", "drafter"):
        assert queries.register.unannounced.count(world.session, world.actor(by), YEAR) == 0


# --- 本年无项目 ----------------------------------------------------------------------------------


def test_head_confirms_that_there_is_no_project_and_takes_it_back(world: World) -> None:
    session, head, auditor = world.session, world.actor("head"), world.actor("auditor")

    no_projects.confirm(session, head, YEAR)
    assert queries.register.offices.without_projects_count(session, auditor, YEAR) == 1
    with pytest.raises(Stale):
        no_projects.confirm(session, head, YEAR)
    assert sound(world)

    no_projects.retract(session, head, YEAR)
    assert queries.register.offices.without_projects_count(session, auditor, YEAR) == 0
    assert sound(world)


def test_confirmation_is_refused_while_the_office_owes_or_works(world: World) -> None:
    table_id = world.draft()
    with pytest.raises(Invalid, match="1 张项目表"):
        no_projects.confirm(world.session, world.actor("head"), YEAR)
    drafts.discard(world.session, world.actor("drafter"), table_id)
    imported(world)
    with pytest.raises(Invalid, match="2 个项目"):
        no_projects.confirm(world.session, world.actor("head"), YEAR)
    with pytest.raises(Forbidden):
        no_projects.confirm(world.session, world.actor("drafter"), YEAR)


def test_confirmation_counts_no_longer_once_something_is_owed(world: World) -> None:
    no_projects.confirm(world.session, world.actor("head"), YEAR)
    imported(world)
    assert queries.register.offices.without_projects_count(world.session, world.actor("approver"), YEAR) == 0


# --- voiding -------------------------------------------------------------------------------------


def withdrawn(world: World, document: Document | None = None) -> int:
    table_id = world.submitted(document)
    world.act(table_id, actions.WITHDRAW, "head")
    return table_id


def test_voided_table_keeps_everything_and_frees_its_code(world: World) -> None:
    entry, _ = imported(world)
    table_id = world.returned()

    voiding.void(world.session, world.actor("head"), table_id, "项目取消。")

    assert standing(world, entry) is Standing.VOIDED
    table, facts = queries.tables.table_with_facts(world.session, world.actor("reviewer"), table_id)
    assert facts.voided
    assert queries.tables.visible_text(world.session, world.actor("reviewer"), table, facts) is not None
    assert len(queries.review.opinions(world.session, world.actor("reviewer"), table, facts)) == 1
    again = starting.start(world.session, world.actor("drafter"), entry.id)
    world.save(again.id, sound_project(2))
    world.act(again.id, actions.SUBMIT, "head")
    assert standing(world, entry) is Standing.UNDER_REVIEW
    assert sound(world)


def test_voided_table_stands_in_no_list_of_work_and_nobody_works_on_it(world: World) -> None:
    table_id = withdrawn(world)
    voiding.void(world.session, world.actor("head"), table_id, "项目取消。")
    head = world.actor("head")

    assert queries.lists.counts(world.session, head, YEAR)[State.DRAFTED] == 0
    assert len(queries.lists.listing(world.session, head, Filters(YEAR, state=State.DRAFTED)).rows) == 0
    assert [row.is_voided for row in queries.lists.listing(world.session, head, Filters(YEAR)).rows] == [True]
    for attempt in (
        lambda: world.act(table_id, actions.SUBMIT, "head"),
        lambda: world.edit(table_id, "goals", "改"),
        lambda: voiding.void(world.session, head, table_id, "再次"),
    ):
        with pytest.raises(Refused):
            attempt()


def test_file_with_the_code_of_a_voided_table_makes_a_new_table(world: World) -> None:
    table_id = withdrawn(world)
    text = queries.drafting.other_tables.others(world.session, None, world.table(world.draft(sound_project(9, "x"))))
    voiding.void(world.session, world.actor("head"), table_id, "项目取消。")

    plan = files.plan(world.session, world.actor("drafter"), text, OFFICE, YEAR)

    assert [planned.table for planned in plan] == [None]


@pytest.mark.parametrize("by", ["drafter", "above_head", "reviewer", "approver"])
def test_voiding_by_anybody_but_the_head_is_refused(world: World, by: str) -> None:
    table_id = world.returned()
    with pytest.raises(Refused):
        voiding.void(world.session, world.actor(by), table_id, "理由")


def test_voiding_a_draft_a_submitted_or_an_approved_table_is_refused(world: World) -> None:
    head = world.actor("head")
    with pytest.raises(Forbidden, match="删除"):
        voiding.void(world.session, head, world.draft(sound_project(1, name="一号经费")), "理由")
    with pytest.raises(Stale, match="财政局手中"):
        voiding.void(world.session, head, world.submitted(sound_project(2, OTHER_CODE, "二号经费")), "理由")
    reopened = world.approved(sound_project(3, "610-1301-JBN-OTTC", "三号经费"))
    world.act(reopened, actions.REOPEN, "approver", due=DUE, reason="调整")
    with pytest.raises(Forbidden, match="批复过"):
        voiding.void(world.session, head, reopened, "理由")
    with pytest.raises(Invalid):
        voiding.void(world.session, head, withdrawn(world, sound_project(4, "610-1301-JBN-OTTD", "四号经费")), "  ")


def test_printed_copy_of_a_voided_table_says_so(world: World) -> None:
    table_id = withdrawn(world)
    voiding.void(world.session, world.actor("head"), table_id, "项目取消。")

    for by in ("head", "reviewer"):
        export = exports.export_table(world.session, world.actor(by), table_id, printed=True)
        assert [each.state.words for each in export.documents] == ["已作废"]


def test_import_takes_as_many_statements_for_a_thousand_entries_as_for_one(world: World) -> None:
    imported(world, ROWS[0])
    counts = []
    for size in (1, 1_000):
        rows = [EntryRow(OFFICE, f"610-{size}-{n}", "项目", n) for n in range(size)]
        with counted_queries() as statements:
            imports.import_rows(world.session, world.actor("approver"), YEAR, rows)
        counts.append(len(statements))

    assert counts[1] - counts[0] <= 10  # rows are inserted in batches
