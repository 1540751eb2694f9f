"""What is missing of an action, a precondition or an opinion act is told at the start, with what to write."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal import create_app
from portal.domain import actions, opinions
from portal.domain.actions import ACTIONS, Action, Look, Precondition, Words
from portal.domain.audit_events import AUDIT_EVENTS, event_of
from portal.domain.opinions import OPINION_ACTS, OpinionWords
from portal.domain.permissions import PERMISSIONS, Permission
from portal.services.review.completeness import Incomplete, require_complete
from portal.services.review.effects import EFFECTS, Outcome
from portal.services.review.opinion_acts import HANDLERS
from portal.services.review.preconditions import CHECKS
from tests.databases import settings

SHELVE = replace(actions.WITHDRAW, name="shelve", words=Words("暂缓", "暂缓以后可以再审。", "已暂缓。"))


def add(monkeypatch: pytest.MonkeyPatch, action: Action, *but: object) -> None:
    """Enter `action` everywhere that it must be, but in these mappings."""
    parts: list[tuple[Any, object]] = [
        (ACTIONS, action),
        (AUDIT_EVENTS, event_of(action)),
        (EFFECTS, lambda *_: Outcome({}, {})),
    ]
    for mapping, value in parts:
        if not any(mapping is left_out for left_out in but):
            monkeypatch.setitem(mapping, action.name, value)


def test_specification_is_complete() -> None:
    require_complete()


def test_complete_action_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, SHELVE)
    require_complete()


def test_application_does_not_start_with_an_action_without_effect(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add(monkeypatch, SHELVE, EFFECTS)
    with pytest.raises(
        Incomplete, match="action 'shelve' must have an effect: a function in services/review/effects.py"
    ):
        create_app(settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))


def test_every_missing_part_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, replace(SHELVE, sources=frozenset()), EFFECTS, AUDIT_EVENTS)
    with pytest.raises(Incomplete) as told:
        require_complete()
    assert len(re.findall("^- action 'shelve' must", str(told.value), re.MULTILINE)) == 3


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"words": Words("暂缓", "", "已暂缓。")}, "have all its `words`"),
        ({"words": Words("暂缓", "暂缓至{due}。", "已暂缓。")}, "hold no names in its question but"),
        ({"look": Look("primary", "")}, "have its whole `look`"),
        ({"preconditions": (Precondition.REASON,)}, "ask for what its preconditions check"),
        ({"asks": (actions.FormField("mood", "心情", actions.FieldKind.TEXT),)}, "ask for what TransitionRequest has"),
    ],
    ids=["no question", "unknown name", "no icon", "reason not asked", "unknown field"],
)
def test_action_is_refused_for(monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], message: str) -> None:
    add(monkeypatch, replace(SHELVE, **changed))
    with pytest.raises(Incomplete, match=message):
        require_complete()


@pytest.mark.parametrize(
    ("mapping", "key", "message"),
    [
        (EFFECTS, "approve", "action 'approve' must have an effect"),
        (AUDIT_EVENTS, "approve", "action 'approve' must have an audit event"),
        (PERMISSIONS, Permission.APPROVE, "action 'approve' must have a rule for its permission"),
        (ACTIONS, "approve", "effect 'approve' belongs to no action"),
        (CHECKS, Precondition.OPINION, "precondition OPINION must have a check"),
        (AUDIT_EVENTS, "accept_opinion", "opinion act 'accept' must have an audit event"),
        (HANDLERS, "accept", "opinion act 'accept' must be carried out"),
        (PERMISSIONS, Permission.ACCEPT, "opinion act 'accept' must have a rule for its permission"),
    ],
)
def test_part_that_was_taken_away_is_missed(mapping: MutableMapping[object, object], key: object, message: str) -> None:
    whole = dict(mapping)
    del mapping[key]
    try:
        with pytest.raises(Incomplete, match=message):
            require_complete()
    finally:  # in the order that pages and the README show
        mapping.clear()
        mapping.update(whole)


def test_opinion_act_without_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wordless = replace(opinions.ACCEPT, words=OpinionWords(button="采纳", record="采纳"))
    monkeypatch.setitem(OPINION_ACTS, "accept", wordless)  # type: ignore[arg-type]
    with pytest.raises(Incomplete) as told:
        require_complete()
    assert "a sentence for a wrong state" in str(told.value) and "a word for its step" in str(told.value)


def test_opinion_act_without_a_route_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settle = replace(opinions.ACCEPT, name="settle")
    monkeypatch.setitem(OPINION_ACTS, "settle", settle)  # type: ignore[arg-type]
    monkeypatch.setitem(HANDLERS, "settle", lambda *_: None)  # type: ignore[arg-type]
    with pytest.raises(Incomplete, match="opinion act 'settle' must have a route"):
        create_app(settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))
