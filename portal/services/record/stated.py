"""What the entries of the audit log state about objects and rows, collected while the chain is verified.

Reads entries only. `comparison` compares with the rows of the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from portal.domain import actions, audit_events
from portal.domain.actions import ACTIONS
from portal.domain.audit_events import About
from portal.domain.chain import Problem
from portal.services.record.facts import STEP, STEPS_UNTIL, next_steps

_NO_WORK = frozenset(event.name for event in audit_events.NO_WORK)
_TEXT_WRITTEN = frozenset(event.name for event in (audit_events.CREATE, audit_events.IMPORT, audit_events.EDIT))


@dataclass(frozen=True, slots=True)
class Submission:
    """What the entry `number` states of a revision: digests of its text and of its enclosures ("" = none)."""

    number: int
    digest: str
    enclosed: str


@dataclass(slots=True)
class Stated:
    """The latest statement about each object and row; numbers are those of the entries.

    own: (about, id) → fact → (value, number). gone: deleted objects → number. rows: kind → key → (digest, number).
    submissions: by table and number of the revision. approvals: table → (digest of the approved text, number).
    steps: table → (digest of all its saves, number). until: table → (version, digest, number) of its baseline.
    workers: (account, table) → number of the latest act of the account on the table. first_baseline: number, if any.
    problems: entries that contradict those before: an act that started from another text or state than the last stated.
    """

    own: dict[tuple[str, str], dict[str, tuple[Any, int]]] = field(default_factory=dict)
    gone: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: dict[str, dict[str, tuple[str | None, int]]] = field(default_factory=dict)
    submissions: dict[tuple[int, int], Submission] = field(default_factory=dict)
    approvals: dict[int, tuple[str, int]] = field(default_factory=dict)
    steps: dict[int, tuple[str, int]] = field(default_factory=dict)
    until: dict[int, tuple[int, str, int]] = field(default_factory=dict)
    workers: dict[tuple[int, int], int] = field(default_factory=dict)
    first_baseline: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def collecting(self, entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the entries unchanged and collect what they state."""
        for entry in entries:
            # An unreadable entry was altered; `chain.verify` reports it as damaged.
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                self._collect(entry)
            yield entry

    def _collect(self, entry: Mapping[str, Any]) -> None:
        about, id, act, number = entry["object_kind"], entry["object_id"], entry["act"], entry["number"]
        if about == About.TABLE.value and entry["actor_id"] is not None and act not in _NO_WORK:
            self.workers[entry["actor_id"], int(id)] = number
        text = entry["detail"]
        if about == About.TABLE.value and '"principal"' in text and act not in _NO_WORK:
            self.workers[json.loads(text)["principal"]["id"], int(id)] = number
        if act == audit_events.DISCARD.name:  # earlier versions did not state that the table is gone
            self._delete(about, id, number)
        if '"facts"' in text or '"rows"' in text or '"digest"' in text:
            detail = json.loads(text)
            self._collect_texts(id, act, number, detail)
            if "facts" in detail:
                self._collect_own(about, id, act, number, detail["facts"])
            for kind, key, digest in detail.get("rows", ()):
                self._collect_row(kind, key, digest, number)

    def _delete(self, about: str, id: str, number: int) -> None:
        self.own.pop((about, id), None)
        self.gone[about, id] = number

    def _collect_texts(self, id: str, act: str, number: int, detail: Mapping[str, Any]) -> None:
        """Digests as entries of all versions state them."""
        if act == actions.SUBMIT.name:
            submission = Submission(number, detail["digest"], detail.get("enclosed", ""))
            self.submissions[int(id), detail["revision"]] = submission
            self._require_text(id, number, detail["digest"])
            self.own.setdefault((About.TABLE.value, id), {})["digest"] = (detail["digest"], number)
        elif act == actions.APPROVE.name:
            self.approvals[int(id)] = (detail["digest"], number)
        elif act in _TEXT_WRITTEN and "digest" in detail:
            self.own.setdefault((About.TABLE.value, id), {})["digest"] = (detail["digest"], number)

    def _collect_own(self, about: str, id: str, act: str, number: int, facts: Mapping[str, Any]) -> None:
        if facts.get("gone"):
            self._delete(about, id, number)
            return
        self.gone.pop((about, id), None)
        known = self.own.setdefault((about, id), {})
        if act == audit_events.BASELINE.name:
            self.first_baseline = self.first_baseline or number
            if about == About.TABLE.value:
                self._require_text(id, number, facts["digest"])
        if "base" in facts:
            self._require_text(id, number, facts["base"])
        if act in ACTIONS and "state" in known and known["state"][0] not in ACTIONS[act].sources:
            message = f"编号 {id} 的表在第 {number} 号办理时的状态与第 {known['state'][1]} 号记载的不同。"
            self.problems.append(Problem(number, message))
        known.update((name, (value, number)) for name, value in facts.items() if name != "base")

    def _require_text(self, id: str, number: int, digest: str) -> None:
        """The act `number` started from the text with this digest, which the entries before must have stated."""
        said, before = self.own.get((About.TABLE.value, id), {}).get("digest", (digest, 0))
        if said != digest:
            message = f"编号 {id} 的表在第 {number} 号办理时的内容与第 {before} 号记载的不同。"
            self.problems.append(Problem(number, message))

    def _collect_row(self, kind: str, key: str, digest: str | None, number: int) -> None:
        if kind not in (STEP, STEPS_UNTIL):
            self.rows.setdefault(kind, {})[key] = (digest, number)
            return
        table_id, version = map(int, key.split("/"))
        if kind == STEPS_UNTIL:
            self.until[table_id] = (version, digest or "", number)
            self.steps[table_id] = (digest or "", number)
        else:
            before, _ = self.steps.get(table_id, ("", 0))
            self.steps[table_id] = (next_steps(before, digest or ""), number)
