"""How findings of the same rule were treated in a year: the sentence at a finding on the desk, and the pages behind it.

Numbers are of all offices; the tables that they lead to are those that the viewer may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from portal import queries
from portal.domain.documents import Kind
from portal.domain.errors import NotVisible
from portal.domain.permissions import Permission, may
from portal.domain.rules import RULES, Finding
from portal.domain.treatments import Treatment, TreatmentCounts
from portal.extensions import db
from portal.queries.treatments import MOST_ITEMS, TreatedItem
from portal.web.budget_years import budget_year
from portal.web.filters import moment
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review.notes import anchor
from portal.web.table_page import TablePage
from portal.web.tabs import Tab

bp = Blueprint("treatments", __name__)


@dataclass(frozen=True, slots=True)
class TreatedRule:
    """At a finding: how findings of its rule were treated this year, with the page that shows which."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Number:
    """A count that leads to what it counts; url: "" where nothing is counted or nobody may see it."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """Of a rule, an office or a reviewer. note: small, beside the name. found: findings, None where not counted.

    numbers: in the order of Treatment.
    """

    name: str
    note: str
    url: str
    numbers: Sequence[Number]
    found: int | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    treatment: str
    office: str
    name: str
    url: str
    place: str
    text: str
    by: str
    at: str


def of_findings(loaded: TablePage, findings: Iterable[Finding]) -> Mapping[str, TreatedRule]:
    """By rule of these findings; none for whoever may not see treatments."""
    if not may(loaded.actor, Permission.SEE_TREATMENTS):
        return {}
    year, rules = loaded.table.year, sorted({each.rule for each in findings})
    counts = queries.treatments.counts(db.session(), year, rules)
    sentences = {rule: counts.get(rule, TreatmentCounts()).sentence for rule in rules}
    return {rule: TreatedRule(sentences[rule], url_for("treatments.rule", year=year, rule=rule)) for rule in rules}


@bp.get("/treatments/<int:year>")
@needs(Permission.SEE_TREATMENTS)
def year(year: int) -> Response:
    session, shown_year = db.session(), budget_year(year)
    counts, found = queries.treatments.counts(session, year), queries.treatments.finding_counts(session, year)
    rules = queries.tables.year_rules(shown_year)
    shown = [rule for rule in RULES if rule.id in counts or (rule.id in found and rules.applies(rule))]
    shown.sort(key=lambda rule: -found.get(rule.id, 0))
    return render(
        "review/treatments.html",
        year=year,
        years=[each.year for each in queries.administration.years.all_years(session)],
        heads=[each.label for each in Treatment],
        rows=[
            TreatmentRow(
                rule.name,
                rule.id,
                url_for(".rule", year=year, rule=rule.id),
                _numbers(year, rule.id, counts.get(rule.id, TreatmentCounts())),
                found.get(rule.id, 0),
            )
            for rule in shown
        ],
    )


@bp.get("/treatments/<int:year>/<rule>")
@needs(Permission.SEE_TREATMENTS)
def rule(year: int, rule: str) -> Response:
    session, me = db.session(), actor()
    budget_year(year)
    found = next((each for each in RULES if each.id == rule), None)
    if found is None:
        raise NotVisible("没有这条检查规则。")
    asked, office = request.args.get("treatment", ""), request.args.get("office", "")
    treatment = Treatment(asked) if asked in set(Treatment) else None
    sees_reviewers = may(me, Permission.SEE_TREATMENTS_BY_REVIEWER)
    person = request.args.get("reviewer", type=int) if sees_reviewers else None
    counts = queries.treatments.counts(session, year, [rule]).get(rule, TreatmentCounts())
    items = queries.treatments.items(session, me, year, rule, treatment=treatment, office=office, person=person)
    return render(
        "review/treatments_of_rule.html",
        year=year,
        rule=found,
        sentence=counts.sentence,
        heads=[each.label for each in Treatment],
        offices=_office_rows(year, rule),
        reviewers=_reviewer_rows(year, rule) if sees_reviewers else [],
        tabs=_tabs(year, rule, treatment, counts),
        items=[_item(each) for each in items],
        is_narrowed=bool(office) or person is not None,
        most=MOST_ITEMS,
        whole=counts.of_treatment(treatment) if treatment else sum(map(counts.of_treatment, Treatment)),
    )


def _office_rows(year: int, rule: str) -> list[TreatmentRow]:
    return [
        TreatmentRow(
            each.name or "其他单位",
            each.code or "不由你审核",
            "",
            _numbers(year, rule, each.counts, office=each.code) if each.code else _plain(each.counts),
        )
        for each in queries.treatments.by_office(db.session(), actor(), year, rule)
    ]


def _reviewer_rows(year: int, rule: str) -> list[TreatmentRow]:
    return [
        TreatmentRow(each.name or "没有人建议批复", "", "", _numbers(year, rule, each.counts, reviewer=each.person_id))
        for each in queries.treatments.by_reviewer(db.session(), year, rule)
    ]


def _numbers(year: int, rule: str, counts: TreatmentCounts, **narrowed: str | int) -> list[Number]:
    found = []
    for treatment in Treatment:
        count = counts.of_treatment(treatment)
        url = url_for(".rule", year=year, rule=rule, treatment=treatment, _anchor="items", **narrowed)  # type: ignore[arg-type]
        found.append(Number(count, url if count else ""))
    return found


def _plain(counts: TreatmentCounts) -> list[Number]:
    return [Number(counts.of_treatment(each), "") for each in Treatment]


def _tabs(year: int, rule: str, chosen: Treatment | None, counts: TreatmentCounts) -> list[Tab]:
    whole = sum(map(counts.of_treatment, Treatment))
    found = [Tab("全部", url_for(".rule", year=year, rule=rule, _anchor="items"), str(whole), chosen is None)]
    for each in Treatment:
        url = url_for(".rule", year=year, rule=rule, treatment=each, _anchor="items")
        found.append(Tab(each.label, url, str(counts.of_treatment(each)), chosen is each))
    return found


def _item(item: TreatedItem) -> ItemView:
    is_department = item.kind == Kind.DEPARTMENT
    return ItemView(
        item.treatment.label,
        f"{item.office_code} {item.office_name}",
        Kind.DEPARTMENT.label if is_department else f"{item.ordinal}、{item.name or '（未命名）'}",
        url_for("table.show", table_id=item.table_id, _anchor=anchor(item.path)),
        item.place,
        item.text,
        item.by,
        moment(item.at),
    )
