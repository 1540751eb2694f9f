"""Several people at work in any order, lawfully and not; what must hold after every single step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import prepare_engine
from portal.domain import actions, documents, serialization
from portal.domain.actions import ACTIONS, Action, TransitionRequest, is_lawful
from portal.domain.documents import Document, Indicator, PostedForm, ProjectDocument
from portal.domain.errors import Refused
from portal.models import AuditEntry, Opinion, OpinionEvent, RefusalCount, Revision, TargetTable
from portal.queries.tables import facts_of
from portal.services.drafting import change_log, drafts
from portal.services.files import exports
from portal.services.record import verification
from portal.services.review import claims, opinion_acts, workflow
from portal.services.review.wordings import Wording
from tests.databases import SQLite
from tests.world import DUE, OFFICE, YEAR, World, sound_project

PEOPLE = ("drafter", "drafter2", "head", "reviewer", "approver", "approver2", "everything", "outsider", "above_head")
GOALS = ("1、按月发放3人工资。", "1、每月10日前发放工资。\n2、按时缴纳保险。", "1、重复的行。\n1、重复的行。", "")
CELLS = ("goals", "purpose", "project_name", "budget/total", "indicators/aaaa/target_value")
PLACES = ("", "goals", "indicators", "indicators/bbbb", "nowhere")


class Life(RuleBasedStateMachine):
    """Acts at random; keeps of the world only what the invariants compare with."""

    sqlite: SQLite
    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.sqlite.fresh()
        self.session = Session(self.engine, expire_on_commit=False)
        self.world = World(self.session)
        self.tables: list[int] = []
        self.refused = 0
        self.approved: dict[int, str] = {}
        self.opinions: dict[int, tuple[str, str, bool]] = {}
        self.events: dict[int, tuple[str, str]] = {}
        self.revisions: dict[int, tuple[int, str]] = {}
        for _ in range(3):
            self._new_draft()
        self.entries = self._head()

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()

    def _new_draft(self) -> None:
        table = drafts.create(self.session, self.world.actor("drafter"), documents.Kind.PROJECT, OFFICE, YEAR)
        self.world.save(table.id, sound(table.id))
        self.tables.append(table.id)

    # --- acts ------------------------------------------------------------------------------------

    @rule(data=st.data())
    def somebody_does_their_work(self, data: st.DataObject) -> None:
        """An act that fits where the table is, by somebody whose work it is."""
        table_id = data.draw(st.sampled_from(self.tables), label="table")
        table = self._table(table_id)
        fitting = {
            None: ["new"],
            "drafted": ["hand in", "hand in", "edit", "rearrange", "discard"],
            "returned": ["hand in", "hand in", "edit", "rearrange", "answer"],
            "submitted": ["approve", "return", "judge", "raise", "claim", "withdraw", "take"],
            "approved": ["reopen", "take"],
        }[table and table.state]
        act = data.draw(st.sampled_from(fitting), label="act")
        office, bureau = ("drafter", "head", "everything"), ("reviewer", "approver", "approver2")
        whose = office if act in ("edit", "rearrange", "answer", "discard") else bureau
        by = data.draw(st.sampled_from(whose), label="by")
        match act:
            case "new":
                self._new_draft()
                self.tables.remove(table_id)
                self.entries += 2
            case "hand in":
                self._hand_in(table_id, by="head")
            case "approve":
                self._accept_everything(table_id, by)
                self._move(table_id, "approver2", actions.APPROVE)
            case "return":
                self._raise(table_id, by, "goals", binding=True)
                self._move(table_id, by, actions.RETURN)
            case "reopen":
                self._move(table_id, "approver2", actions.REOPEN)
            case "withdraw":
                self._move(table_id, "head", actions.WITHDRAW)
            case "claim":
                self._claim(table_id, "reviewer", release=bool(table and table.claimed_by_id))
            case _:
                self._try(data, act, table_id, by)

    @rule(data=st.data())
    def anybody_tries_anything(self, data: st.DataObject) -> None:
        table_id = data.draw(st.sampled_from(self.tables), label="table")
        act = data.draw(st.sampled_from([*self._ACTS, *ACTIONS.values()]), label="act")
        by = data.draw(st.sampled_from(PEOPLE), label="by")
        if isinstance(act, Action):
            self._move(table_id, by, act, stale=data.draw(st.booleans(), label="stale"))
        else:
            self._try(data, act, table_id, by)

    _ACTS = ("edit", "edit", "rearrange", "discard", "raise", "answer", "judge", "claim", "take")

    def _try(self, data: st.DataObject, act: str, table_id: int, by: str) -> None:
        draw, actor = data.draw, self.world.actor(by)
        opinions = self._opinions(table_id) or [0]
        match act:
            case "edit":
                self._edit(
                    table_id, by, draw(st.sampled_from(CELLS)), draw(st.sampled_from(GOALS)), draw(st.integers(0, 2))
                )
            case "rearrange":
                self._rearrange(table_id, by, draw(st.permutations(range(4))))
            case "discard":
                self._do(lambda: drafts.discard(self.session, actor, table_id))
            case "raise":
                self._raise(table_id, by, draw(st.sampled_from(PLACES)), binding=draw(st.booleans()))
            case "answer":
                opinion, kind = draw(st.sampled_from(opinions)), draw(st.sampled_from(["changed", "kept"]))
                self._opine(lambda: opinion_acts.answer(self.session, actor, table_id, opinion, kind=kind, text="因"))
            case "judge":
                opinion = draw(st.sampled_from(opinions))
                self._judge(table_id, by, opinion, draw(st.sampled_from(["accept", "again", "discard"])))
            case "claim":
                self._claim(table_id, by, release=draw(st.booleans()))
            case "take":
                self._do(lambda: exports.export_table(self.session, actor, table_id))

    def _move(self, table_id: int, by: str, action: Action, stale: bool = False) -> None:
        table, actor = self._table(table_id), self.world.actor(by)
        lawful = table is not None and is_lawful(actor, action, facts_of(self.session, actor, table))
        digest = "0" * 64 if stale or table is None else table.digest
        request = TransitionRequest(action, digest, DUE, "理由")
        if self._do(lambda: workflow.perform(self.session, actor, table_id, request), is_refusal_told=True) is None:
            return
        assert lawful
        if action is actions.APPROVE:
            self.approved[table_id] = self.world.table(table_id).content
        if action is actions.REOPEN:
            del self.approved[table_id]

    def _edit(self, table_id: int, by: str, path: str, text: str, behind: int) -> None:
        table = self._table(table_id)
        if table:
            opened = max(1, table.version - behind)
            form = change_log.version_of(self.session, table, opened)
            if documents.value_at(form, path) is not None:
                self._save(table_id, by, opened, documents.with_value(form, path, text))

    def _rearrange(self, table_id: int, by: str, order: Sequence[int]) -> None:
        """Rows in another order, the last of them replaced by a new one."""
        table = self._table(table_id)
        if table:
            rows = documents.rows(table.document, "indicators")
            moved = [rows[n] for n in order if n < len(rows)][:-1]
            fresh = Indicator(documents.new_row_id(), level3="新指标")
            form = documents.with_rows(table.document, "indicators", [*moved, fresh])
            self._save(table_id, by, table.version, form)

    def _save(self, table_id: int, by: str, opened: int, form: Document) -> None:
        actor = self.world.actor(by)
        saved = self._do(lambda: drafts.save(self.session, actor, table_id, opened, PostedForm.of(form)), owes=False)
        self.entries += isinstance(saved, drafts.FormSaveResult) and bool(saved.operations)

    def _hand_in(self, table_id: int, by: str) -> None:
        """What a diligent office does: mend the table, answer every opinion, submit."""
        self._save(table_id, by, self.world.table(table_id).version, sound(table_id))
        for opinion_id in self._opinions(table_id, "raised"):
            self._opine(
                lambda n=opinion_id: opinion_acts.answer(  # type: ignore[misc]
                    self.session, self.world.actor(by), table_id, n, kind="changed", text=""
                )
            )
        self._move(table_id, by, actions.SUBMIT)

    def _accept_everything(self, table_id: int, by: str) -> None:
        for opinion_id in self._opinions(table_id, "answered"):
            self._judge(table_id, by, opinion_id, "accept")
        for opinion_id in self._opinions(table_id, "draft"):
            self._judge(table_id, by, opinion_id, "discard")

    def _raise(self, table_id: int, by: str, path: str, binding: bool) -> None:
        actor = self.world.actor(by)
        self._opine(
            lambda: opinion_acts.raise_opinion(
                self.session, actor, table_id, Wording(binding, "目标不够细化。"), path=path
            )
        )

    def _judge(self, table_id: int, by: str, opinion_id: int, how: str) -> None:
        session, actor = self.session, self.world.actor(by)
        match how:
            case "accept":
                self._opine(lambda: opinion_acts.accept(session, actor, table_id, opinion_id))
            case "again":
                self._opine(lambda: opinion_acts.raise_again(session, actor, table_id, opinion_id, text="还不够。"))
            case "discard":
                self._opine(lambda: opinion_acts.discard_opinion(session, actor, table_id, opinion_id))

    def _claim(self, table_id: int, by: str, release: bool) -> None:
        before = self._table(table_id)
        holder = before and before.claimed_by_id
        act = claims.release if release else claims.claim
        self._do(lambda: act(self.session, self.world.actor(by), table_id), owes=False)
        after = self._table(table_id)
        self.entries += after is not None and after.claimed_by_id != holder

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def every_act_wrote_one_entry_and_entries_number_the_head(self) -> None:
        self.session.rollback()
        refusals = [
            entry.detail for entry in self.session.scalars(select(AuditEntry).where(AuditEntry.act == "refusal")).all()
        ]
        counted = self.session.scalar(select(func.coalesce(func.sum(RefusalCount.repeated), 0)))
        told = sum(int(detail.rpartition(":")[2].rstrip("}")) for detail in refusals)
        assert len(refusals) + (counted or 0) + told == self.refused
        assert self._head() == self.entries + len(refusals)
        assert self.session.scalar(select(func.count()).select_from(AuditEntry)) == self._head()

    @invariant()
    def approved_text_never_changes_without_reopening(self) -> None:
        self.session.rollback()
        for table_id, content in self.approved.items():
            table = self.world.table(table_id)
            in_force = self.session.get_one(Revision, table.in_force_id)
            self.session.refresh(in_force, ["content"])
            assert (table.state, table.content, in_force.content) == ("approved", content, content)

    @invariant()
    def approved_tables_are_those_that_were_approved(self) -> None:
        self.session.rollback()
        approved = self.session.scalars(select(TargetTable.id).where(TargetTable.state == "approved"))
        assert set(approved) == set(self.approved)

    @invariant()
    def nothing_that_was_said_or_submitted_disappears_or_changes(self) -> None:
        self.session.rollback()
        raised = select(Opinion.id, Opinion.path, Opinion.text, Opinion.binding).where(Opinion.state != "draft")
        found = {row.id: (row.path, row.text, row.binding) for row in self.session.execute(raised)}
        assert found.items() >= self.opinions.items()
        self.opinions = found
        events = self.session.execute(
            select(OpinionEvent.id, OpinionEvent.opinion_id, OpinionEvent.act, OpinionEvent.text).order_by(
                OpinionEvent.id
            )
        ).all()
        steps = {row.id: (row.act, row.text) for row in events}
        accepted: set[int] = set()
        for row in events:  # what is accepted stays so until it is raised again
            assert row.opinion_id not in accepted or row.act == "raised_again"
            (accepted.add if row.act == "accepted" else accepted.discard)(row.opinion_id)
        assert steps.items() >= self.events.items()
        self.events = steps
        revisions = self.session.execute(select(Revision.id, Revision.number, Revision.digest))
        frozen = {row.id: (row.number, row.digest) for row in revisions}
        assert frozen.items() >= self.revisions.items()
        self.revisions = frozen

    @invariant()
    def change_log_replays_to_every_draft(self) -> None:
        self.session.rollback()
        for table_id in self.session.scalars(select(TargetTable.id)).all():
            table = self.world.table(table_id)
            replayed = change_log.version_of(self.session, table, table.version)
            assert serialization.canonical(replayed) == table.content
            assert serialization.digest(table.content) == table.digest

    @invariant()
    def record_verifies(self) -> None:
        self.session.rollback()
        assert verification.verify(self.session).problems == []
        self.session.rollback()

    # --- help ------------------------------------------------------------------------------------

    def _do(self, act: Callable[[], object], owes: bool = True, is_refusal_told: bool = False) -> object | None:
        """What the act gives (True for nothing), counting the entry it owes; None where it was refused."""
        self.session.rollback()
        try:
            result = act()
        except Refused:
            self.refused += is_refusal_told
            return None
        self.entries += owes
        return True if result is None else result

    def _opine(self, act: Callable[[], object]) -> None:
        self._do(act, is_refusal_told=True)

    def _opinions(self, table_id: int, state: str = "") -> list[int]:
        wanted = select(Opinion.id).where(Opinion.table_id == table_id, Opinion.state.contains(state))
        return list(self.session.scalars(wanted.order_by(Opinion.id)))

    def _table(self, table_id: int) -> TargetTable | None:
        self.session.rollback()
        if self.session.scalar(select(TargetTable.id).where(TargetTable.id == table_id)) is None:
            return None
        return self.world.table(table_id)

    def _head(self) -> int:
        number = queries.record.head(self.session)[0]
        self.session.rollback()
        return number


def sound(table_id: int) -> ProjectDocument:
    return sound_project(table_id, f"610-1301-JBN-{table_id:04d}", f"第{table_id}号经费")


def test_life_of_tables_in_the_hands_of_several_people(sqlite: SQLite, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(sqlite.fresh())
    prepare_engine(engine)
    monkeypatch.setattr(Life, "sqlite", sqlite, raising=False)
    monkeypatch.setattr(Life, "engine", engine, raising=False)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=settings().max_examples // 3,
            stateful_step_count=30,
            database=None,
            phases=[Phase.generate],  # add Phase.shrink when hunting: it takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
