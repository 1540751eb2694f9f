"""What a copy says besides the documents: of which year and state each is, and who took the copy when.

Nothing of it is content: readers pass over it, and no digest covers it.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.offline import OfflineCopy


@dataclass(frozen=True, slots=True)
class DocumentState:
    """words: state, submission and round of one document. is_draft: its text is no submitted one (草拟)."""

    words: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Imprint:
    """anchor: head of the audit log. source: year and office. taken: who took the copy, when. "" leaves it out.

    states: of the documents in their order, the department's first; empty if nothing is known of them. offline: for
    a workbook that is to come back; only formats that can be returned write it.
    """

    anchor: str = ""
    source: str = ""
    taken: str = ""
    states: tuple[DocumentState, ...] = ()
    offline: OfflineCopy | None = None

    @property
    def summary(self) -> str:
        """What all documents are: of one its state, of several how many are drafts."""
        if len(self.states) == 1:
            return self.states[0].words
        drafts = sum(state.is_draft for state in self.states)
        return f"{len(self.states)} 张表，其中草拟 {drafts} 张" if drafts else ""
