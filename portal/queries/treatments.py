"""How the bureau treated findings in a budget year, counted from opinions, dismissals and explained findings.

What counts as which treatment: `domain.treatments`. Counts are of all offices, so that everybody of the bureau measures
by the same; tables, places and words are only those that the actor may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Row,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from portal.domain.opinions import ACCEPT, Answer, OpinionState
from portal.domain.permissions import Actor
from portal.domain.states import State
from portal.domain.treatments import Treatment, TreatmentCounts
from portal.models import (
    Conclusion,
    Dismissal,
    ExplainedFinding,
    Explanation,
    FindingCount,
    Office,
    Opinion,
    OpinionEvent,
    Revision,
    TargetTable,
)
from portal.queries.tables import visible

MOST_ITEMS = 200

_RAISED = and_(Opinion.rule.is_not(None), Opinion.state != OpinionState.DRAFT)
_KEPT = and_(Opinion.rule.is_not(None), Opinion.state == OpinionState.ACCEPTED, Opinion.answer == Answer.KEPT)
_SOURCES: Sequence[tuple[Treatment, Any, SQLColumnExpression[bool]]] = (
    (Treatment.RAISED, Opinion, _RAISED),
    (Treatment.EXPLAINED, Opinion, _KEPT),
    (Treatment.EXPLAINED, ExplainedFinding, ExplainedFinding.is_accepted),
    (Treatment.DISMISSED, Dismissal, true()),
)
"""(treatment, model, condition): each row of the model is one treatment."""


def counts(session: Session, year: int, rules: Sequence[str] | None = None) -> Mapping[str, TreatmentCounts]:
    """By rule, of these rules or of all; rules without a treatment are left out. One statement, from indexes alone."""
    if rules is not None and not rules:
        return {}
    statement = _COUNTING if rules is None else _COUNTING_RULES
    found: dict[str, list[tuple[str, int]]] = {}
    for rule, treatment, count in session.execute(statement, {"year": year, "rules": list(rules or ())}):
        found.setdefault(rule, []).append((treatment, count))
    return {rule: TreatmentCounts.of(counted) for rule, counted in found.items()}


def _counting(*, of_rules: bool) -> CompoundSelect[str, str, int]:
    parts = []
    for treatment, model, condition in _SOURCES:
        wanted = [model.year == bindparam("year"), condition]
        if of_rules:
            wanted.append(model.rule.in_(bindparam("rules", expanding=True)))
        parts.append(select(model.rule, literal(treatment.value), func.count()).where(*wanted).group_by(model.rule))
    return union_all(*parts)


# Every desk runs one of these. Built once, a statement is compiled once.
_COUNTING, _COUNTING_RULES = _counting(of_rules=False), _counting(of_rules=True)


def finding_counts(session: Session, year: int) -> Mapping[str, int]:
    """By rule: the findings on the latest submissions of the year, whatever the year's policy."""
    latest = and_(Revision.table_id == TargetTable.id, Revision.number == TargetTable.submission_count)
    found = session.execute(
        select(FindingCount.rule, func.sum(FindingCount.count))
        .join(Revision, Revision.id == FindingCount.revision_id)
        .join(TargetTable, latest)
        .where(TargetTable.year == year)
        .group_by(FindingCount.rule)
    )
    return {rule: int(count) for rule, count in found}


@dataclass(frozen=True, slots=True)
class OfficeTreatments:
    """code: "" for all offices together whose tables the actor may not see."""

    code: str
    name: str
    counts: TreatmentCounts


@dataclass(frozen=True, slots=True)
class PersonTreatments:
    """person_id 0: approved without anybody's recommendation."""

    person_id: int
    name: str
    counts: TreatmentCounts


def by_office(session: Session, actor: Actor, year: int, rule: str) -> list[OfficeTreatments]:
    """In the order of their codes, the others last."""
    treated = _treated(year, rule)
    code = case((visible(actor), TargetTable.office_code), else_="")
    rows = session.execute(
        select(code, func.max(Office.name), treated.c.treatment, func.count())
        .join(TargetTable, TargetTable.id == treated.c.table_id)
        .join(Office, Office.code == TargetTable.office_code)
        .group_by(code, treated.c.treatment)
        .order_by(code)
    ).all()
    names = {code: name for code, name, *_ in rows}
    found = [
        OfficeTreatments(code, names[code] if code else "", _counted(rows, code))
        for code in dict.fromkeys(row[0] for row in rows)
    ]
    return sorted(found, key=lambda each: (not each.code, each.code))


def by_reviewer(session: Session, year: int, rule: str) -> list[PersonTreatments]:
    """In the order of their names. For those who hold SEE_TREATMENTS_BY_REVIEWER."""
    treated = _treated(year, rule)
    rows = session.execute(
        select(treated.c.by_id, func.max(treated.c.by_name), treated.c.treatment, func.count())
        .group_by(treated.c.by_id, treated.c.treatment)
        .order_by(treated.c.by_id)
    ).all()
    names = {person: name for person, name, *_ in rows}
    found = [
        PersonTreatments(person or 0, names[person] or "", _counted(rows, person))
        for person in dict.fromkeys(row[0] for row in rows)
    ]
    return sorted(found, key=lambda each: (not each.person_id, each.name))


def _counted(rows: Sequence[Row[*tuple[Any, ...]]], key: Any) -> TreatmentCounts:
    return TreatmentCounts.of((treatment, count) for of, _, treatment, count in rows if of == key)


@dataclass(frozen=True, slots=True)
class TreatedItem:
    """text: the opinion, the reason of a dismissal, or the explanation that was accepted, as far as it can be told."""

    treatment: Treatment
    table_id: int
    office_code: str
    office_name: str
    ordinal: int
    kind: str
    name: str
    path: str
    place: str
    text: str
    by: str
    at: datetime


def items(
    session: Session,
    actor: Actor,
    year: int,
    rule: str,
    *,
    treatment: Treatment | None = None,
    office: str = "",
    person: int | None = None,
) -> list[TreatedItem]:
    """What is counted, of tables that the actor may see, the latest first, at most MOST_ITEMS.

    person: as in PersonTreatments; only for those who hold SEE_TREATMENTS_BY_REVIEWER.
    """
    treated = _treated(year, rule)
    conditions = (
        (treatment, treated.c.treatment == treatment),
        (office, TargetTable.office_code == office),
        (person is not None, func.coalesce(treated.c.by_id, 0) == person),
    )
    rows = session.execute(
        select(treated, TargetTable, Office.name)
        .join(TargetTable, TargetTable.id == treated.c.table_id)
        .join(Office, Office.code == TargetTable.office_code)
        .where(visible(actor), *(condition for is_set, condition in conditions if is_set))
        .order_by(treated.c.at.desc(), treated.c.table_id, treated.c.path)
        .limit(MOST_ITEMS)
    )
    return [_item(row) for row in rows]


def _item(row: Any) -> TreatedItem:
    table = row.TargetTable
    return TreatedItem(
        Treatment(row.treatment),
        table.id,
        table.office_code,
        row.name,
        table.position,
        table.kind,
        table.submitted_name,
        row.path,
        row.place,
        row.text or "",
        row.by_name or "",
        row.at,
    )


def _treated(year: int, rule: str) -> Subquery:
    """One row a treatment: treatment, table_id, path, place, text, by_id, by_name, at."""
    raised = _columns(Treatment.RAISED, Opinion, Opinion.text, Opinion.author_id, Opinion.author_name, Opinion.at)
    dismissed = _columns(
        *(Treatment.DISMISSED, Dismissal, Dismissal.reason),
        *(Dismissal.author_id, Dismissal.author_name, Dismissal.at),
    )
    parts: Sequence[tuple[Any, Select[*tuple[Any, ...]]]] = (
        (Opinion, raised.where(_RAISED)),
        (Opinion, _kept()),
        (ExplainedFinding, _accepted()),
        (Dismissal, dismissed),
    )
    return union_all(*(part.where(model.year == year, model.rule == rule) for model, part in parts)).subquery()


def _columns(
    treatment: Treatment, model: Any, text: Any, by_id: Any, by_name: Any, at: Any
) -> Select[*tuple[Any, ...]]:
    return select(
        literal(treatment.value).label("treatment"),
        model.table_id.label("table_id"),
        model.path.label("path"),
        model.place.label("place"),
        text.label("text"),
        by_id.label("by_id"),
        by_name.label("by_name"),
        at.label("at"),
    )


def _kept() -> Select[*tuple[Any, ...]]:
    """Answers “kept” that were accepted, by whoever accepted them last."""
    accepted, later = OpinionEvent, OpinionEvent.__table__.alias()
    is_last = ~select(later.c.id).where(later.c.opinion_id == accepted.opinion_id, later.c.id > accepted.id).exists()
    return (
        _columns(Treatment.EXPLAINED, Opinion, Opinion.text, accepted.actor_id, accepted.actor_name, accepted.at)
        .join(accepted, and_(accepted.opinion_id == Opinion.id, accepted.act == ACCEPT.step, is_last))
        .where(_KEPT)
    )


def _accepted() -> Select[*tuple[Any, ...]]:
    """Accepted explanations, by whoever recommended the text. Their words only while the office cannot change them."""
    is_approved = TargetTable.state == State.APPROVED.value
    found = ExplainedFinding
    said = and_(
        Explanation.table_id == found.table_id,
        Explanation.rule == found.rule,
        Explanation.path == found.path,
        is_approved,
    )
    concluded = and_(Conclusion.table_id == found.table_id, Conclusion.revision_number == TargetTable.submission_count)
    at = TargetTable.state_since
    return (
        _columns(Treatment.EXPLAINED, found, Explanation.text, Conclusion.author_id, Conclusion.author_name, at)
        .join(TargetTable, TargetTable.id == found.table_id)
        .outerjoin(Explanation, said)
        .outerjoin(Conclusion, concluded)
        .where(found.is_accepted)
    )
