"""延期 on the web: asking on the page of a table, the bureau's list, refusals at their place."""

from __future__ import annotations

from flask import Flask

from portal.domain.calendar import CALENDAR
from tests.web.signing import signed_in_client
from tests.world import DEADLINE, OFFICE, YEAR, World

LATER = CALENDAR.add(DEADLINE, 3).isoformat()
PAGE = f"/extensions/{YEAR}"


def test_extension_is_asked_for_and_granted(app: Flask, world: World) -> None:
    table = f"/tables/{world.draft()}"
    head, approver = signed_in_client(app, "head"), signed_in_client(app, "approver")
    assert f'href="{table}/extension">申请延期' in head.get(table).text
    refused = head.post(f"{table}/extension", data={"reason": " "})
    assert (refused.status_code, "请写明为什么需要延期。" in refused.text) == (422, True)
    head.post(f"{table}/extension", data={"reason": "合同<还>没签。"})

    assert f"{YEAR} 年度 1 份申请" in approver.get("/").text
    page = approver.get(PAGE).text
    assert "合同&lt;还&gt;没签。" in page
    assert "还没有送审过的一张表" in page
    assert "办事处工作经费" not in page  # the bureau sees no title of a draft
    wrong = approver.post(f"{PAGE}/1", data={"decision": "grant", "due": "2020-01-01"})
    assert (wrong.status_code, "应当晚于今天" in wrong.text, 'value="2020-01-01"' in wrong.text) == (422, True, True)
    approver.post(f"{PAGE}/1", data={"decision": "grant", "due": LATER})

    assert LATER in head.get(table).text
    assert f"延到 {LATER}" in head.get(f"{table}/extension").text
    again = approver.post(f"{PAGE}/1", data={"decision": "decline", "answer": "不行。"})
    assert (again.status_code, "已由刘批复答复" in again.text) == (409, True)


def test_office_is_given_more_time(app: Flask, world: World) -> None:
    table_id = world.draft()
    reviewer = signed_in_client(app, "reviewer")
    assert '<option value="620001"' not in reviewer.get(PAGE).text
    refused = reviewer.post(PAGE, data={"office": OFFICE, "due": "", "reason": "系统停机。"})
    assert (refused.status_code, "请填写延到哪一天。" in refused.text, "系统停机。" in refused.text) == (
        422,
        True,
        True,
    )
    done = reviewer.post(PAGE, data={"office": OFFICE, "due": LATER, "reason": "系统停机。"}, follow_redirects=True)
    assert "1 张表的期限随之改变" in done.text
    assert str(world.table(table_id).due_on) == LATER


def test_several_offices_are_given_more_time_at_once(app: Flask, world: World) -> None:
    table_id = world.draft()
    approver, reviewer = signed_in_client(app, "approver"), signed_in_client(app, "reviewer")
    both = {"office": [OFFICE, "620001"], "due": LATER, "reason": "系统停机。"}

    page = approver.get(PAGE, query_string={"office": both["office"]}).text
    assert "给所选的 2 个单位延期" in page and page.count('type="checkbox"') == page.count(" checked") == 2
    assert reviewer.post(PAGE, data=both).status_code == 403
    refused = approver.post(PAGE, data=both | {"due": ""}).text
    assert "请填写延到哪一天。" in refused and refused.count(" checked") == 2
    assert world.table(table_id).due_on is None

    approver.post(PAGE, data=both)
    assert str(world.table(table_id).due_on) == LATER
    page = approver.get(PAGE).text
    assert page.count("系统停机。") == 2


def test_history_tells_how_late_a_submission_came(app: Flask, world: World) -> None:
    table_id = world.submitted()
    page = signed_in_client(app, "reviewer").get(f"/tables/{table_id}/history").text
    assert f"期限 {DEADLINE}，按期" in "".join(page.split("\n")).replace("      ", "")


def test_office_sees_its_reviewer_only_where_the_year_says_so(app: Flask, world: World) -> None:
    table_id = world.submitted()
    signed_in_client(app, "reviewer").post(f"/tables/{table_id}/claim")
    head, admin = signed_in_client(app, "head"), signed_in_client(app, "admin")
    assert "陈审核" not in head.get(f"/tables/{table_id}").text
    page = admin.get(f"/years/{YEAR}").text
    assert 'name="shows_reviewer"' in page
    fields = {
        "framework": "hebei-2017",
        "project_form": "hebei-2017",
        "department_form": "department-2017",
        "code_pattern": "NNN-NNNN-AAA-XXXX",
        "office_code_pattern": "NNNNNN",
        "deadline": str(DEADLINE),
        "after_deadline": "extension",
        "longest_due": "10",
        "shows_reviewer": "1",
        "recommendation": "never",
        "errors_at_approval": "reason",
        "claim_days": "5",
    }
    assert admin.post(f"/years/{YEAR}", data=fields).status_code == 303
    assert "，陈审核）" in head.get(f"/tables/{table_id}").text
    refused = admin.post(f"/years/{YEAR}", data=fields | {"longest_due": "一周"})
    assert (refused.status_code, "1 到 120 个工作日" in refused.text, 'value="一周"' in refused.text) == (
        422,
        True,
        True,
    )


def test_new_year_begins_with_all_settings_of_the_last(app: Flask, world: World) -> None:
    admin = signed_in_client(app, "admin")
    page = admin.get("/years/new").text
    assert f'value="{YEAR + 1}"' in page
    assert page.count(" checked") == 3  # the three rules that only warn
    assert "2100-12-31" in page
