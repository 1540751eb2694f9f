"""The history of one generated table as rows: revisions, opinions, changes, entries of the audit log.

Each act writes the rows that the service of the same act would write. Nothing here accesses a database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from bench.rows import Cast, Person, Row, Rows, entry
from portal.domain import actions, audit_events, changes, documents, forms, opinions, serialization
from portal.domain.amounts import read_amount, to_fen
from portal.domain.audit_events import About, AuditEvent, event_of, event_of_opinion_act
from portal.domain.documents import Document, ProjectDocument
from portal.domain.opinions import Answer, OpinionAct, OpinionState
from portal.domain.rules import Finding, Severity, sentences, stored
from portal.domain.rules.sentences import hash_of
from portal.domain.states import State

DUE = date(2099, 12, 31)
LONG_ROWS, OPINIONS_A_ROUND = 30, 10
"""Of tables with a long history."""
_WORDS = (
    ("goals", "不够细化量化：请写明服务对象的数量、标准和完成时间。"),
    ("purpose", "请补充测算依据，单价与市场询价结果核对后再报。"),
    ("", "指标与资金用途的相关性不够，建议对照任务逐项设置指标。"),
    ("budget/total", "预算数与用途中的测算合计请再核对。"),
)


_FINDINGS = stored.dump(
    [
        Finding("W18", Severity.WARNING, "purpose", "资金用途没有写明数量、标准和对象。"),
        Finding("W21", Severity.WARNING, "goals", "绩效目标没有对应的指标。"),
    ]
)
"""Stored with each revision."""


class Life:
    """One table from its import on. Each method is an act of the services; `finish` adds the table's own row."""

    def __init__(self, rows: Rows, rng: Random, cast: Cast, document: Document, table: Row, full_log: bool) -> None:
        """table: year, office_code, errors, warnings, born. full_log: log the import cell by cell."""
        self.rows, self.rng, self.cast, self.document = rows, rng, cast, document
        self.table = table
        self.now: datetime = table.pop("born")
        self.id = next(rows.ids.setdefault("target_tables", count(1)))
        self.worked: dict[Person, datetime] = {}
        self.state, self.since = State.DRAFTED, self.now
        self.previous_state: State | None = None
        self.submission_count = self.return_count = self.version = 0
        self.due: date | None = None
        self.sent: Document | None = None
        self.in_force: int | None = None
        self.latest: int | None = None
        self.claimed_by: int | None = None
        self.opinions: list[Row] = []
        self._import(full_log)

    # --- the office's acts ---

    def _import(self, full_log: bool) -> None:
        self._write(self.document)
        if full_log:
            self._log(changes.between(documents.blank(self.document.kind), self.document))
        self._enter(audit_events.IMPORT, self.cast.drafter, version=1, digest=self.digest)

    def edit(self, paths: Sequence[str] = ()) -> None:
        """Change the texts at `paths`, by default the main text, in one save."""
        document = self.document
        operations: list[changes.Operation] = []
        for path in paths or (["purpose"] if isinstance(document, ProjectDocument) else ["overall"]):
            base = documents.value_at(document, path) or ""
            new = f"{base.partition('（')[0]}（第{self.version}次修改）"
            document = documents.with_value(document, path, new)
            operations.append(changes.Set(path, base, new))
        self._write(document)
        self._log(operations)
        count, digest = len(operations), self.digest
        self._enter(audit_events.EDIT, self.cast.drafter, version=self.version, operations=count, digest=digest)

    def submit(self) -> None:
        self.submission_count += 1
        head, round_ = self.cast.head, self.return_count + 1
        self.latest = self.rows.add(
            "revisions",
            table_id=self.id,
            number=self.submission_count,
            round=round_,
            kind=self.document.kind.value,
            digest=self.digest,
            submitted_by_id=head.id,
            submitted_by_name=head.name,
            submitted_at=self.now,
            content=self.content,
        )
        findings = {"revision_id": self.latest, "content": _FINDINGS}
        self.rows.tables.setdefault("revision_findings", []).append(findings)
        counts = [{"revision_id": self.latest, "rule": rule, "count": 1} for rule in ("W18", "W21")]
        self.rows.tables.setdefault("finding_counts", []).extend(counts)
        self.sent = self.document
        self.previous_state = self.state
        self._move(
            State.SUBMITTED,
            event_of(actions.SUBMIT),
            head,
            revision=self.submission_count,
            round=round_,
            digest=self.digest,
        )

    def answer(self) -> None:
        for opinion in self._in_state(OpinionState.RAISED):
            opinion |= {"state": OpinionState.ANSWERED.value, "answer": Answer.CHANGED.value}
            self._step(opinion, opinions.ANSWER, self.cast.drafter, "已按意见修改。", Answer.CHANGED)
            self._enter(
                event_of_opinion_act(opinions.ANSWER),
                self.cast.drafter,
                **_opinion_detail(opinion),
                answer="changed",
                reply="已按意见修改。",
            )

    # --- the bureau's acts ---

    def claim(self) -> None:
        self.claimed_by = self.cast.reviewer.id
        self._enter(audit_events.CLAIM, self.cast.reviewer)

    def opine(self, remarks: Iterable[tuple[str, str]]) -> None:
        """remarks: (path, text)."""
        reviewer = self.cast.reviewer
        for path, text in remarks:
            if path and not isinstance(self.document, ProjectDocument):
                path = "overall"
            opinion: Row = {
                "table_id": self.id,
                "year": self.table["year"],
                "revision_number": self.submission_count,
                "path": path,
                "place": forms.label(self.document, path),
                "quoted": (documents.value_at(self.document, path) or "") if path else "",
                "binding": self.rng.random() < 0.6,
                "text": text,
                "state": OpinionState.DRAFT.value,
                "answer": None,
                "author_id": reviewer.id,
                "author_name": reviewer.name,
                "at": self.now,
            }
            opinion["id"] = self.rows.add("opinions", **opinion)
            self.opinions.append(opinion)
            self.rows.tables["opinions"][-1] = opinion  # later acts change this row
            self._enter(event_of_opinion_act(opinions.DRAFT), reviewer, **_opinion_detail(opinion))

    def give_back(self) -> None:
        raised = self._publish()
        self.return_count += 1
        self.due = DUE
        detail = {"opinions": raised, "due": str(DUE), "reason": ""}
        self._move(
            State.RETURNED,
            event_of(actions.RETURN),
            self.cast.reviewer,
            revision=self.submission_count,
            digest=self.digest,
            **detail,
        )

    def accept(self) -> None:
        for opinion in self._in_state(OpinionState.ANSWERED):
            opinion["state"] = OpinionState.ACCEPTED.value
            self._step(opinion, opinions.ACCEPT, self.cast.reviewer, "", None)
            self._enter(event_of_opinion_act(opinions.ACCEPT), self.cast.reviewer, **_opinion_detail(opinion))

    def approve(self) -> None:
        self.accept()
        self.in_force, self.due = self.latest, None
        round_ = self.return_count + 1
        detail = {"revision": self.submission_count, "round": round_, "digest": self.digest, "opinions": 0}
        self._move(State.APPROVED, event_of(actions.APPROVE), self.cast.approver, **detail)

    def reopen(self) -> None:
        reason = "区里统一调整任务安排，请相应调整绩效目标。"
        self.return_count += 1
        self.due = DUE
        detail = {"revision": self.submission_count, "reason": reason, "due": str(DUE)}
        self._move(State.RETURNED, event_of(actions.REOPEN), self.cast.approver, **detail)

    # --- the table's own row ---

    def finish(self) -> None:
        columns = self._columns()
        submitted = columns if self.submission_count else {"project_code": "", "project_name": "", "total_fen": None}
        self.rows.tables.setdefault("target_tables", []).append(
            self.table
            | columns
            | {
                "id": self.id,
                "kind": self.document.kind.value,
                "state": self.state.value,
                "digest": self.digest,
                "version": self.version,
                "state_since": self.since,
                "saved_at": self.saved_at,
                "due_on": self.due,
                "submission_count": self.submission_count,
                "return_count": self.return_count,
                "previous_state": self.previous_state.value if self.previous_state else None,
                "in_force_id": self.in_force,
                "claimed_by_id": self.claimed_by,
                "submitted_code": submitted["project_code"],
                "submitted_name": submitted["project_name"],
                "submitted_total_fen": submitted["total_fen"],
                "submitted_errors": self.table["errors"] if self.submission_count else 0,
                "submitted_warnings": self.table["warnings"] if self.submission_count else 0,
                "created_by_id": self.cast.drafter.id,
                "content": self.content,
            }
        )
        if self.submission_count:
            self.rows.tables.setdefault("review_facts", []).append(self._review_facts())
        for person, at in self.worked.items():
            row = {"user_id": person.id, "table_id": self.id, "last_at": at}
            self.rows.tables.setdefault("participations", []).append(row)
        if self.sent:
            place = {"year": self.table["year"], "office_code": self.table["office_code"], "table_id": self.id}
            said = dict.fromkeys(sentence.key for sentence in sentences(self.sent))
            rows = [{"hash": hash_of(key), "key": key, **place} for key in said]
            self.rows.tables.setdefault("known_sentences", []).extend(rows)

    def _review_facts(self) -> Row:
        """What an examination could find; a resubmission changed something too."""
        again, chance = bool(self.return_count), self.rng.random
        asked = len(self.opinions) if again else 0
        return {
            "table_id": self.id,
            "opinions_asked": asked,
            "opinions_answered": asked,
            "unchanged_answers": int(again and chance() < 0.1),
            "other_changes": self.rng.randrange(3) if again else 0,
            "budget_changed": int(again and chance() < 0.1),
            "lowered_targets": int(again and chance() < 0.1),
            "errors": self.rng.choice((0, 0, 0, 1, 2)),
            "unexplained": self.rng.randrange(6),
            "copied": int(chance() < 0.05),
            "returned_last_year": int(chance() < 0.1),
            "as_proposed": int(again and chance() < 0.1),
        }

    def _columns(self) -> Row:
        if not isinstance(self.document, ProjectDocument):
            blank = dict.fromkeys(("total_fen", "fiscal_fen", "other_fen"))
            return {"position": 0, "project_code": "", "project_name": "", **blank}
        budget = self.document.budget
        return {
            "position": self.document.ordinal,
            "project_code": self.document.project_code,
            "project_name": self.document.project_name,
            "total_fen": to_fen(read_amount(budget.total)),
            "fiscal_fen": to_fen(read_amount(budget.fiscal)),
            "other_fen": to_fen(read_amount(budget.other)),
        }

    # --- rows that every act writes ---

    def _write(self, document: Document) -> None:
        self.document = document
        self.content = serialization.canonical(document)
        self.digest = serialization.digest(self.content)
        self.version += 1
        self.saved_at = self.now

    def _log(self, operations: list[changes.Operation]) -> None:
        drafter = self.cast.drafter
        for operation in operations:
            self.rows.add(
                "changes",
                table_id=self.id,
                version=self.version,
                operation=json.dumps(changes.to_plain(operation), ensure_ascii=False, sort_keys=True),
                actor_id=drafter.id,
                actor_name=drafter.name,
                at=self.now,
            )

    def _publish(self) -> int:
        drafts = self._in_state(OpinionState.DRAFT)
        for opinion in drafts:
            opinion["state"] = OpinionState.RAISED.value
            self._step(opinion, opinions.RAISE, self.cast.reviewer, opinion["text"], None)
        return len(drafts)

    def _in_state(self, state: OpinionState) -> list[Row]:
        return [opinion for opinion in self.opinions if opinion["state"] == state]

    def _step(self, opinion: Row, act: OpinionAct, person: Person, text: str, answer: Answer | None) -> None:
        self.rows.add(
            "opinion_events",
            opinion_id=opinion["id"],
            act=act.step,
            answer=answer and answer.value,
            text=text,
            actor_id=person.id,
            actor_name=person.name,
            at=self.now,
        )

    def _move(self, state: State, act: AuditEvent, person: Person, **detail: Any) -> None:
        self.state, self.since = state, self.now
        if state is not State.SUBMITTED:
            self.previous_state, self.claimed_by = None, None
        self._enter(act, person, **detail)

    def _enter(self, act: AuditEvent, person: Person, **detail: Any) -> None:
        name = self.document.project_name if isinstance(self.document, ProjectDocument) else ""
        title = f"{name}绩效目标表" if name else self.document.kind.label
        office = self.table["office_code"]
        name = f"{self.table['year']} 年 {office} {title}"
        self.rows.entries.append(entry(self.now, person, act, About.TABLE, str(self.id), name, detail, office))
        self.worked[person] = self.now
        self.now += timedelta(seconds=self.rng.randrange(60, 20_000))


def unfinished(document: Document) -> Document:
    """Return an unfinished draft: the goals of a project are still blank."""
    return replace(document, goals="") if isinstance(document, ProjectDocument) else document


def lengthened(document: Document) -> Document:
    """Return a project with LONG_ROWS rows."""
    if not isinstance(document, ProjectDocument):
        return document
    rows = document.indicators
    more = (replace(rows[n % len(rows)], id=f"long{n:04}", level3=f"第{n}项任务") for n in range(len(rows), LONG_ROWS))
    return replace(document, indicators=(*rows, *more))


def _opinion_detail(opinion: Row) -> Row:
    return {"opinion": opinion["id"], **{name: opinion[name] for name in ("path", "place", "binding", "text")}}


def live(life: Life, state: State) -> None:
    """Bring `life` to `state` in one or two rounds."""
    chance = life.rng.random
    for _ in range(life.rng.choice((0, 0, 1, 2))):
        life.edit()
    if state is State.DRAFTED:
        return
    life.submit()
    second_round = chance() < 0.2
    if state is State.RETURNED and chance() < 0.1:
        life.approve()
        life.reopen()
        return
    if second_round or state is State.RETURNED:
        life.claim()
        life.opine(life.rng.sample(_WORDS, life.rng.choice((2, 3))))
        life.give_back()
        if second_round and state is not State.RETURNED:
            life.edit()
            life.answer()
            life.submit()
    if state is State.SUBMITTED and chance() < 0.15:
        life.claim()
    if state is State.APPROVED:
        life.approve()


def live_long(life: Life) -> None:
    """Submit `life` for the third time, after two rounds with OPINIONS_A_ROUND opinions each, on its rows."""
    assert isinstance(life.document, ProjectDocument)
    paths = [f"indicators/{row.id}/description" for row in life.document.indicators]
    for n in range(2):
        life.submit()
        life.accept()
        life.claim()
        asked = paths[n * OPINIONS_A_ROUND : (n + 1) * OPINIONS_A_ROUND]
        life.opine((path, "请写明统计的口径和数据来源。") for path in asked)
        life.give_back()
        life.edit(["purpose", *asked[1:]])
        life.answer()
    life.submit()
    life.claim()
