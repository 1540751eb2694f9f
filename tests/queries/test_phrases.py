"""Phrases of the composer: texts of raised opinions, by kind and rule, within reach of whoever writes."""

from __future__ import annotations

from portal import queries
from portal.domain import actions
from portal.domain.opinions import OpinionKind
from portal.queries.phrases import Phrase
from portal.services.review import opinion_acts
from portal.services.review.wordings import Wording
from tests.world import DUE, YEAR, World

KIND = OpinionKind.NOT_QUANTIFIED


def test_phrases_are_raised_texts_of_the_rule_then_of_the_kind_the_most_used_first(world: World) -> None:
    table_id = world.submitted()
    reviewer = world.actor("reviewer")

    def draft(text: str, kind: OpinionKind = KIND, rule: str = "") -> None:
        wording = Wording(False, text, kind)
        opinion_acts.raise_opinion(world.session, reviewer, table_id, wording, path="goals", rule=rule)

    for text in ("请量化。", "写明人数。", "请量化。"):
        draft(text)
    draft("写明标准。", OpinionKind.OTHER, "W18")
    draft("别的类别。", OpinionKind.OTHER)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    world.act(table_id, actions.SUBMIT, "head")
    draft("还是草稿。")

    def phrases(username: str, rule: str = "") -> list[Phrase]:
        actor = world.actor(username)
        return list(queries.phrases.phrases(world.session, actor, YEAR, kind=KIND.value, rule=rule))

    of_kind = [Phrase("请量化。", 2), Phrase("写明人数。", 1)]
    assert phrases("reviewer") == of_kind
    assert phrases("reviewer", "W18") == [Phrase("写明标准。", 1), *of_kind]
    assert phrases("other_reviewer") == []
