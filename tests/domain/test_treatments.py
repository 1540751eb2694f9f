"""The numbers of the bureau's treatments of findings, in words."""

from __future__ import annotations

import pytest

from portal.domain.treatments import TreatmentCounts


def test_counts_add_up_a_treatment_that_is_counted_twice() -> None:
    assert TreatmentCounts.of([("explanations", 2), ("opinions", 1), ("explanations", 3)]) == TreatmentCounts(1, 5, 0)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (TreatmentCounts(31, 12, 2), "本年同样的提醒 31 次提了意见，12 次接受了说明，2 次不提"),
        (TreatmentCounts(0, 1, 0), "本年同样的提醒 1 次接受了说明"),
        (TreatmentCounts(), "本年同样的提醒还没有处理过"),
    ],
)
def test_counts_sentence_names_only_what_happened(counts: TreatmentCounts, sentence: str) -> None:
    assert counts.sentence == sentence
