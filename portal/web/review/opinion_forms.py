"""Forms below each opinion on the page of a table: one for each act that the viewer may perform now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from portal.domain import opinions
from portal.domain.opinions import Answer, OpinionAct, OpinionState, available_opinion_acts
from portal.queries.review import OpinionLine
from portal.web.review.answers import AnswerChoice, answer_choices
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class OpinionForm:
    """summary: the label that unfolds a form with fields. text_label: "" where the form has no text field."""

    name: str
    url: str
    label: str
    style: str
    icon: str
    summary: str
    is_open: bool
    choices: Sequence[AnswerChoice]
    text_label: str
    text: str


def opinion_forms(
    loaded: TablePage, lines: Sequence[OpinionLine], errors: Mapping[str, str], typed: Mapping[str, str]
) -> dict[int, list[OpinionForm]]:
    """Forms by opinion id. Unfolded: the first unanswered opinion, and a refused form with the typed text."""
    waiting = next((line.id for line in lines if line.state is OpinionState.RAISED), None)
    found = {}
    for line in lines:
        refused = typed if f"opinion-{line.id}" in errors else None
        acts = available_opinion_acts(loaded.actor, line.state, loaded.facts)
        found[line.id] = [_form(loaded, line, act, line.id == waiting, refused) for act in acts]
    return found


def _form(
    loaded: TablePage, line: OpinionLine, act: OpinionAct, is_waiting: bool, refused: Mapping[str, str] | None
) -> OpinionForm:
    words = act.words
    answers = act is opinions.ANSWER
    typed = refused or {}
    return OpinionForm(
        name=act.name,
        url=url_for(f"opinions.{act.name}", table_id=loaded.table.id, opinion_id=line.id),
        label=words.button,
        style=act.look.style,
        icon=act.look.icon,
        summary=f"修改{words.button}" if line.state is act.target else words.button,
        is_open=refused is not None or (answers and is_waiting),
        choices=answer_choices("，理由如下", typed.get("answer", Answer.CHANGED)) if answers else (),
        text_label=words.text,
        text=typed.get("text", ""),
    )
