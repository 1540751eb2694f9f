"""What an offline copy says of its tables: version, digest, open opinions. Its return is in `workbook_returns`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal import queries
from portal.domain.documents import Document
from portal.domain.offline import OfflineCopy, OfflineTable, Remark
from portal.domain.opinions import ANSWER, Answer
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.serialization import canonical, digest
from portal.domain.states import State
from portal.models import BudgetYear, Office, Opinion, TargetTable


def take(
    session: Session, actor: Actor | None, year: int, office: Office, tables: Sequence[TargetTable]
) -> OfflineCopy | None:
    """The offline copy of these tables; None for whoever does not draft for the office, and for a closed year.

    tables: with their contents, in the order of the documents.
    """
    if actor is None or not office.active or not may(actor, Permission.CREATE, TableFacts(office.code)):
        return None
    budget_year = session.get(BudgetYear, year)
    if budget_year is None or not budget_year.is_open:
        return None
    held = [table.id for table in tables if is_held(table)]
    opinions = queries.review.open_opinions(session, held)
    framework = queries.tables.year_rules(budget_year).framework
    found = (_table(table, opinions.get(table.id, ())) for table in tables)
    return OfflineCopy(office.code, year, framework, tuple(found))


def is_held(table: TargetTable) -> bool:
    """Whether the table is in the office's hands."""
    return table.state in (State.DRAFTED.value, State.RETURNED.value)


def digest_of(document: Document) -> str:
    """The digest by which a returned table is held against the change log."""
    return digest(canonical(document))


def _table(table: TargetTable, opinions: Sequence[Opinion]) -> OfflineTable:
    refusal = "" if is_held(table) else f"这张表{State(table.state).label}，"
    remarks = tuple(Remark(each.path, each.text, each.binding, _answer(each)) for each in opinions)
    return OfflineTable(table.id, table.version, digest_of(table.document), refusal, remarks)


def _answer(opinion: Opinion) -> str:
    last = opinion.events[-1] if opinion.events else None
    if last is None or last.act != ANSWER.step or last.answer is None:
        return "还没有答复"
    return f"已答复：{Answer(last.answer).lead}{last.text}"
