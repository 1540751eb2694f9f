"""Forms below each opinion on the page of a table: one for each act that the viewer may perform now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from portal.domain import opinions
from portal.domain.opinions import Answer, OpinionAct, OpinionState, available_opinion_acts
from portal.queries.review import OpinionLine
from portal.web.review import answers, opinion_fields
from portal.web.review.answers import AnswerChoice, answer_choices
from portal.web.review.opinion_fields import OpinionFields
from portal.web.review.queue_address import queue_args
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class OpinionForm:
    """summary: the label that unfolds a form with fields. text_label: "" where the form has no text field.

    fields: of a draft that is revised, instead of a single text.
    """

    name: str
    url: str
    label: str
    style: str
    icon: str
    key: str
    summary: str
    is_open: bool
    choices: Sequence[AnswerChoice]
    text_label: str
    text: str
    fields: OpinionFields | None = None


def opinion_forms(
    loaded: TablePage, lines: Sequence[OpinionLine], errors: Mapping[str, str], typed: Mapping[str, str]
) -> dict[int, list[OpinionForm]]:
    """Forms by opinion id. Unfolded: the first unanswered opinion, and a refused form with the typed text."""
    waiting = next((line.id for line in lines if line.state is OpinionState.RAISED), None)
    found = {}
    for line in lines:
        refused = typed if f"opinion-{line.id}" in errors else None
        fits = loaded.shown is not None and answers.fits(loaded.shown.document, line)
        acts = available_opinion_acts(loaded.actor, line.state, loaded.facts, line.author_id, has_proposal=fits)
        found[line.id] = [_form(loaded, line, act, line.id == waiting, refused) for act in acts]
    return found


def _form(
    loaded: TablePage, line: OpinionLine, act: OpinionAct, is_waiting: bool, refused: Mapping[str, str] | None
) -> OpinionForm:
    words = act.words
    is_answer = act is opinions.ANSWER
    typed = refused or {}
    return OpinionForm(
        name=act.name,
        url=url_for(
            f"opinions.{act.name}",
            table_id=loaded.table.id,
            opinion_id=line.id,
            **queue_args(),  # type: ignore[arg-type]
        ),
        label=words.button,
        style=act.look.style,
        icon=act.look.icon,
        key=act.look.key,
        summary=f"修改{words.button}" if is_answer and line.state is act.target else words.button,
        is_open=refused is not None or (is_answer and is_waiting),
        choices=answer_choices("，理由如下", typed.get("answer", Answer.CHANGED)) if is_answer else (),
        text_label=words.text,
        text=typed.get("text", ""),
        fields=_fields(loaded, line, refused is not None) if act is opinions.REVISE else None,
    )


def _fields(loaded: TablePage, line: OpinionLine, is_refused: bool) -> OpinionFields | None:
    if loaded.shown is None:
        return None
    document = loaded.shown.document
    if is_refused:
        return opinion_fields.typed(document, f"draft-{line.id}", line.path, line.rule)
    return opinion_fields.of_draft(document, line)
