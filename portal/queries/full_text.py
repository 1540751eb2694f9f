"""Searching the texts that an actor may see: working copies or latest revisions, whichever, never both of a table.

The index finds candidates by their terms; texts that may not hold a word are compared again. Everything is bounded, so
that no search is slow: at most MOST tables are found, of at most _MOST_COMPARED candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    column,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.orm import Session

from portal.database import local_today
from portal.domain import full_text, searching
from portal.domain.documents import Document, Kind
from portal.domain.full_text import (
    AmountRange,
    CodeText,
    NameText,
    OfficeText,
    RuleIds,
    SearchQuery,
    StandingChoice,
    YearRange,
)
from portal.domain.permissions import Actor, Permission, grants_held
from portal.domain.serialization import load
from portal.domain.states import State
from portal.models import BudgetYear, IndexedCopy, IndexedRevision, TargetTable, Voiding
from portal.models.full_text import TERMS, IndexedText, unpack
from portal.queries.lists import offices_listed
from portal.queries.register import standings
from portal.queries.searching import contains_all
from portal.queries.tables import Reach, submitted_texts, visible
from portal.queries.terms import has_terms

MOST = 200
"""Tables that a search finds; more are only said to be there."""
_MOST_COMPARED = 2_000
_CHUNK = 250
_MOST_OFFICES = 60
"""Offices that are asked of the index; more are a condition on the table."""


@dataclass(frozen=True, slots=True)
class Hit:
    """is_copy: found in the working copy, else in the latest revision."""

    table_id: int
    is_copy: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """The newest tables first. has_more: there are, or may be, others."""

    found: Sequence[Hit]
    has_more: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """One of the two indexes, as far as the actor may see its texts. offices: None = every office.

    may_see: condition on the table. columns: the columns derived from the text.
    """

    model: IndexedText
    offices: frozenset[str] | None
    may_see: ColumnElement[bool]
    columns: Mapping[str, Any]


_OF_COPY = {"name": TargetTable.project_name, "code": TargetTable.project_code, "fen": TargetTable.total_fen}
_OF_REVISION = {
    "name": TargetTable.submitted_name,
    "code": TargetTable.submitted_code,
    "fen": TargetTable.submitted_total_fen,
}


def hits(session: Session, actor: Actor, query: SearchQuery, most: int = MOST) -> Hits:
    """At most `most` tables."""
    sources = [_narrowed(session, actor, source, query) for source in _sources(actor)]
    found: list[Hit] = []
    has_more = False
    for source in sources:
        if source.offices is None or source.offices:
            ids, is_cut = _found(session, source, query, most)
            found += [Hit(table_id, source.model is IndexedCopy) for table_id in ids]
            has_more = has_more or is_cut
    found.sort(key=lambda hit: -hit.table_id)
    return Hits(found[:most], has_more or len(found) > most)


def documents(session: Session, found: Sequence[Hit]) -> dict[int, Document]:
    """The text in which each table was found. For tables that the actor may see."""
    copies = [hit.table_id for hit in found if hit.is_copy]
    sent = [hit.table_id for hit in found if not hit.is_copy]
    texts = dict(submitted_texts(session, sent)) if sent else {}
    if copies:
        columns = (TargetTable.id, TargetTable.kind, TargetTable.content)
        for row in session.execute(select(*columns).where(TargetTable.id.in_(copies))):
            texts[row.id] = load(Kind(row.kind), row.content)
    return texts


# --- what the actor may see ----------------------------------------------------------------------


def _sources(actor: Actor) -> Iterator[_Source]:
    copies = Reach.of(actor, Permission.SEE_WORKING_COPY)
    sees_copies = bool(grants_held(actor, Permission.SEE_WORKING_COPY))
    if sees_copies:
        may_see = visible(actor, Permission.SEE_WORKING_COPY)
        yield _Source(IndexedCopy, _offices(copies), may_see, _OF_COPY)
    if grants_held(actor, Permission.SEE) and Reach.of(actor, Permission.SEE) != copies:
        not_as_copy = not_(visible(actor, Permission.SEE_WORKING_COPY)) if sees_copies else true()
        may_see = and_(visible(actor), not_as_copy, TargetTable.submission_count > 0)
        yield _Source(IndexedRevision, _offices(Reach.of(actor, Permission.SEE)), may_see, _OF_REVISION)


def _offices(reach: Reach) -> frozenset[str] | None:
    if reach.outright is None or reach.once_submitted is None:
        return None
    return reach.outright | reach.once_submitted


def _narrowed(session: Session, actor: Actor, source: _Source, query: SearchQuery) -> _Source:
    """The source with the offices of the filter 单位 only."""
    wanted = [each.condition.text for each in query.filters if isinstance(each.condition, OfficeText)]
    if not wanted:
        return source
    listed = offices_listed(session, actor)
    codes = frozenset(
        code
        for code, name in listed
        if all(code.startswith(text) or searching.finds(searching.words(text), f"{code} {name}") for text in wanted)
    )
    return replace(source, offices=codes if source.offices is None else codes & source.offices)


# --- candidates ----------------------------------------------------------------------------------


def _found(session: Session, source: _Source, query: SearchQuery, most: int) -> tuple[list[int], bool]:
    """Ids of the tables, the newest first, and whether there may be more."""
    compared = [word for word in query.words if not full_text.is_exact(word)]
    if not compared:
        ids = list(session.scalars(_candidates(source, query).limit(most + 1)))
        return ids[:most], len(ids) > most
    found: list[int] = []
    before, count = 0, 0
    while len(found) <= most and count < _MOST_COMPARED:
        rows = session.execute(_candidates(source, query, before, with_text=True).limit(_CHUNK)).all()
        found += [row.id for row in rows if full_text.holds(unpack(row.packed), query.words)]
        count += len(rows)
        if len(rows) < _CHUNK:
            return found[:most], len(found) > most
        before = rows[-1].id
    return found[:most], True


def _candidates(source: _Source, query: SearchQuery, before: int = 0, *, with_text: bool = False) -> Select[Any]:
    """Tables that have all terms and satisfy all filters, the newest first. before: only ids below it."""
    terms: list[tuple[str, ...]] = [(term,) for word in query.words for term in full_text.terms_of_word(word)]
    if source.offices is not None and len(source.offices) <= _MOST_OFFICES:
        terms.append(tuple(full_text.unit_term(code) for code in sorted(source.offices)))
    terms += [group for each in query.filters for group in _terms_of_filter(each.condition)]
    # Without terms, the whole year may be read: an expression keeps the database on its narrow indexes.
    key: ColumnElement[int] = TargetTable.id + 0
    statement: Select[Any] = select(TargetTable.id).where(source.may_see, *_conditions(source, query))
    if terms:
        indexed = table(TERMS[source.model], column("rowid", Integer))
        key = indexed.c.rowid
        # Read in the order of the index, so that a common word costs no more than a rare one.
        statement = statement.select_from(indexed).join(TargetTable, TargetTable.id == key)
        statement = statement.where(has_terms(TERMS[source.model], terms))
    if with_text:
        rows = source.model.plain()
        statement = statement.add_columns(rows.c.packed).join(rows, rows.c.table_id == TargetTable.id)
    if before:
        statement = statement.where(key < before)
    return statement.order_by(key.desc())


def _terms_of_filter(condition: object) -> Iterator[tuple[str, ...]]:
    """Groups of terms, one of each of which a table has."""
    match condition:
        case YearRange(first, last) if last - first < _MOST_OFFICES:
            yield tuple(full_text.year_term(year) for year in range(first, last + 1))
        case RuleIds(ids):
            yield tuple(full_text.rule_term(rule) for rule in ids)
        case NameText(text) | CodeText(text):
            yield from ((term,) for word in searching.words(text) for term in full_text.terms_of_word(word))


def _conditions(source: _Source, query: SearchQuery) -> Iterator[ColumnElement[bool]]:
    if source.offices is not None and len(source.offices) > _MOST_OFFICES:
        yield TargetTable.office_code.in_(sorted(source.offices))
    for each in query.filters:
        match each.condition:
            case YearRange(first, last):
                yield TargetTable.year.between(first, last)
            case AmountRange(least, most):
                yield and_(
                    source.columns["fen"].is_not(None),
                    true() if least is None else source.columns["fen"] >= least,
                    true() if most is None else source.columns["fen"] <= most,
                )
            case StandingChoice():
                yield _stands_at(source, each.condition)
            case CodeText(text):
                yield contains_all(source.columns["code"], text)
            case NameText(text):
                yield _is_named(source, text)


def _is_named(source: _Source, text: str) -> ColumnElement[bool]:
    named = contains_all(source.columns["name"], text)
    is_department = searching.finds(searching.words(text), Kind.DEPARTMENT.label)
    return or_(named, TargetTable.kind == Kind.DEPARTMENT.value) if is_department else named


def _stands_at(source: _Source, choice: StandingChoice) -> ColumnElement[bool]:
    voided = exists().where(Voiding.table_id == TargetTable.id)
    facts = {
        "state": TargetTable.state,
        "in_force": TargetTable.in_force_id.is_not(None),
        # The office hears of a recommendation with the decision.
        "recommended": TargetTable.is_recommended if source.model is IndexedRevision else false(),
        "voided": voided,
        "exempt": false(),
    }
    found: list[ColumnElement[bool]] = []
    if choice.standings:
        found.append(standings.case_of(facts).in_(sorted(each.value for each in choice.standings)))
    if choice.overdue:
        deadline = select(BudgetYear.deadline).where(BudgetYear.year == TargetTable.year).scalar_subquery()
        due = func.coalesce(TargetTable.due_on, deadline)
        drafted = and_(TargetTable.state == State.DRAFTED.value, due < local_today())
        returned = and_(TargetTable.state == State.RETURNED.value, TargetTable.due_on < local_today())
        found.append(and_(or_(drafted, returned), not_(voided)))
    return or_(*found)
