"""Bad input of the bureau: one clear sentence, what was typed is still there, nothing changed, recorded as refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.database import local_today
from portal.domain import actions
from portal.models import AuditEntry, Opinion, TargetTable
from tests.web.signing import signed_in_client
from tests.world import DUE, World, sound_project

GONE = "0" * 64
TYPED = "这句话已经打了很久。"


def draft(**fields: str) -> dict[str, str]:
    return {"path": "goals", "binding": "1", "kind": "other", "text": TYPED} | fields


CASES: Mapping[str, tuple[str, str, Mapping[str, Any], int, str]] = {
    # name: who, address, fields, status, sentence
    "no opinion": ("reviewer", "return", {"drafts": []}, 422, "退回要附至少一条意见"),
    "due in the past": ("reviewer", "return", {"due": "2020-01-02"}, 422, "再次送审的期限不能早于今天。"),
    "due on a Saturday": ("reviewer", "return", {"due": "saturday"}, 422, "不是工作日，其后第一个工作日是"),
    "due in a century": ("reviewer", "return", {"due": "2126-01-07"}, 422, "再次送审的期限最远到"),
    "due that is no date": ("reviewer", "return", {"due": "下周五"}, 422, "请填写再次送审的期限。"),
    "text that is gone": ("approver", "approve", {"digest": GONE}, 409, "你打开页面之后表的内容有了变化"),
    "row that is not there": ("reviewer", "opinions", draft(path="indicators/zzzz"), 422, "表中没有这个位置"),
    "proposal for an assigned field": (
        "reviewer",
        "opinions",
        draft(path="office_name", **{"edit/office_name": "别的单位", "base/office_name": "古城街道办事处"}),
        409,
        "原文已变",
    ),
    "proposal elsewhere": (
        "reviewer",
        "opinions",
        draft(**{"edit/purpose": "新的用途", "base/purpose": sound_project().purpose}),
        422,
        "代拟改法只能改意见所指的地方。",
    ),
    "stale base": ("reviewer", "opinions", draft(**{"edit/goals": "新的", "base/goals": "以前的"}), 409, "原文已变"),
    "opinion of another table": ("reviewer", "opinions/{other}/accept", {}, 404, "没有这条意见。"),
    "draft of another table": ("reviewer", "opinions/{other}/revise", draft(), 404, "没有这条意见。"),
    "drafts of another table": ("reviewer", "return", {"drafts": ["{other}"]}, 409, "不是这张表的草稿"),
    "three dimensions": ("reviewer", "recommend", {"dimensions": ["complete"], "note": TYPED}, 422, "不能建议批复"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_told_in_a_sentence_and_changes_nothing(app: Flask, world: World, case: str) -> None:
    who, address, fields, status, sentence = CASES[case]
    table_id = world.submitted()
    own = world.opinion(table_id, binding=False)
    other = world.opinion(world.submitted(sound_project(2, "610-1301-JBN-ABI7", "车辆保险费")))
    before = everything(world)

    posted = {"digest": world.table(table_id).digest, "due": str(DUE), "drafts": [str(own)]} | fields
    posted = {name: filled(value, world, other) for name, value in posted.items()}
    url = f"/tables/{table_id}/{address.format(other=other)}"
    answer = signed_in_client(app, who).post(url, data=posted)

    assert answer.status_code == status and sentence in answer.text
    assert TYPED not in fields.values() or status == 404 or TYPED in answer.text
    assert everything(world) == before
    assert sentence in json.loads(latest_entry(world).detail)["reason"]


def test_decision_sent_twice_is_told_and_recorded_once_refused(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client, posted = signed_in_client(app, "approver"), {"digest": world.table(table_id).digest}
    assert client.post(f"/tables/{table_id}/approve", data=posted).status_code == 303
    again = client.post(f"/tables/{table_id}/approve", data=posted)
    assert again.status_code == 409 and "这张表已由刘批复（approver）批复，现在的状态是“已批复”" in again.text
    assert latest_entry(world).act == "refusal" and world.table(table_id).submission_count == 1


def filled(value: Any, world: World, other: int) -> Any:
    if isinstance(value, list):
        return [each.format(other=other) for each in value]
    if value != "saturday":
        return value
    days = (local_today().fromordinal(local_today().toordinal() + n) for n in range(1, 8))
    return next(str(day) for day in days if day.weekday() == 5)


def everything(world: World) -> list[Any]:
    world.session.rollback()
    tables = world.session.execute(select(TargetTable.state, TargetTable.version, TargetTable.claimed_by_id))
    return [tables.all(), world.session.execute(select(Opinion.id, Opinion.state, Opinion.text)).all()]


def latest_entry(world: World) -> AuditEntry:
    world.session.rollback()
    return world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


MEANWHILE: Mapping[str, Mapping[str, str]] = {
    "opinions": draft(**{"edit/goals": "代拟的目标", "base/goals": sound_project().goals}),
    "opinions/{own}/accept": {},
    "opinions/{own}/again": {"text": TYPED},
    "recommend": {"note": TYPED},
    "return": {"reason": TYPED, "due": "2027-03-01"},
}


@pytest.mark.parametrize("address", MEANWHILE)
def test_table_decided_meanwhile_shows_its_state_and_what_was_typed(app: Flask, world: World, address: str) -> None:
    table_id = world.submitted()
    own, digest = world.opinion(table_id), world.table(table_id).digest
    world.act(table_id, actions.RETURN, "approver", due=DUE, drafts=frozenset({own}))

    typed = MEANWHILE[address]
    url = f"/tables/{table_id}/{address.format(own=own)}"
    answer = signed_in_client(app, "reviewer").post(url, data={"digest": digest} | typed)

    assert answer.status_code == 409 and "已退回" in answer.text
    assert "请按最新情况重新操作" in answer.text or "这条意见还没有答复" in answer.text
    shown = [typed[name] for name in typed if name not in ("path", "binding", "kind", "base/goals")]
    assert all(text in answer.text for text in shown)
