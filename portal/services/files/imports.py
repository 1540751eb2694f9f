"""Import of a performance text (all documents of one file) into an office and year, in one transaction.

Reading the file belongs in `formats`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from portal import queries
from portal.domain import audit_events, changes, documents, forms
from portal.domain.documents import Document, PerformanceText, ProjectDocument
from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import Actor
from portal.domain.states import State
from portal.models import BudgetYear, Office, TargetTable
from portal.services.drafting import checks, drafts
from portal.services.record import audit
from portal.services.record.facts import Facts
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Number of tables by outcome."""

    created: int
    replaced: int
    unchanged: int


class Outcome(StrEnum):
    """What the import does with a document of the file. FIXED: its table is submitted or approved, so it is refused."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class PlannedImport:
    """number: position of the document in the file, 0 = the department part. table: the existing table, if any.

    left_out: label → text of the fields that the year's form does not have. converted: sentences on amounts that are
    written in the unit of that form.
    """

    number: int
    document: Document
    outcome: Outcome
    table: TargetTable | None
    left_out: Mapping[str, str]
    converted: Sequence[str] = ()


def plan(session: Session, actor: Actor, text: PerformanceText, office_code: str, year: int) -> list[PlannedImport]:
    """Preview `import_text`, document by document. Writes nothing. Raises Forbidden, Invalid."""
    budget_year = queries.administration.years.open_year(session, year)
    office = drafts.office_to_draft_for(session, actor, office_code)
    incoming = _documents(text, office)
    _refuse_other_offices(incoming, office)
    carried = [_in_form_of(budget_year, document) for document in incoming]
    told = [
        (left, forms.amounts_converted(document, forms.get(budget_year.form(document.kind))))
        for document, (_, left) in zip(_documents(text, office), carried, strict=True)
    ]
    pairs = _paired([document for document, _ in carried], _existing(session, office_code, year, lock=False))
    first = 1 if text.department is None else 0
    return [
        PlannedImport(n, document, _outcome(document, table), table, *about)
        for n, ((document, table), about) in enumerate(zip(pairs, told, strict=True), first)
    ]


def _outcome(document: Document, table: TargetTable | None) -> Outcome:
    if table is None:
        return Outcome.CREATED
    if _is_fixed(table):
        return Outcome.FIXED
    old = table.document
    return Outcome.REPLACED if changes.between(old, _with_known_ids(old, document)) else Outcome.UNCHANGED


def import_text(
    session: Session,
    actor: Actor,
    text: PerformanceText,
    office_code: str,
    year: int,
    *,
    replace_drafts: bool | Collection[int] = False,
    skip_others: bool = False,
    dry_run: bool = False,
) -> ImportResult:
    """Create or replace the drafts of one office and year from `text`, in one transaction.

    An existing table (same project code, or the department table) is replaced, as one step that can be undone, only if
    `replace_drafts` is True or contains its id; otherwise it is refused by name or, with `skip_others`, skipped.
    Submitted or approved tables to be replaced, and tables of another office, are refused. `dry_run` rolls everything
    back. Raises Forbidden, Invalid.
    """
    tally = {"created": 0, "replaced": 0, "unchanged": 0}
    try:
        with write(session):
            budget_year = queries.administration.years.open_year(session, year)
            office = drafts.office_to_draft_for(session, actor, office_code, lock=True)
            incoming = _documents(text, office)
            _refuse_other_offices(incoming, office)
            converted = [_in_form_of(budget_year, document)[0] for document in incoming]
            pairs = _paired(converted, _existing(session, office_code, year))
            if skip_others:
                pairs = [(d, table) for d, table in pairs if table is None or _is_wanted(table, replace_drafts)]
            _refuse_protected([table for _, table in pairs if table], replace_drafts)
            imported: list[int] = []
            for document, table in pairs:
                outcome, table_id = _import(session, actor, budget_year, office, document, table)
                tally[outcome] += 1
                imported.append(table_id)
            checks.recount_office(session, office_code, year, imported)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return ImportResult(**tally)


class _DryRun(Exception):
    """Rolls back the transaction of a dry run."""


def _documents(text: PerformanceText, office: Office) -> list[Document]:
    found: list[Document] = [] if text.department is None else [text.department]
    for position, table in enumerate(text.tables, 1):
        found.append(
            replace(
                table,
                ordinal=table.ordinal or position,
                office_code=table.office_code or office.code,
                office_name=table.office_name or office.name,
            )
        )
    return [documents.with_clean_lines(document) for document in found]


def _in_form_of(year: BudgetYear, document: Document) -> tuple[Document, dict[str, str]]:
    """The document in the year's form, and label → text of the fields that the form does not have."""
    return forms.convert(document, forms.get(year.form(document.kind)))


def _refuse_other_offices(incoming: Sequence[Document], office: Office) -> None:
    for table in incoming:
        if isinstance(table, ProjectDocument) and table.office_code != office.code:
            raise Forbidden(
                f"《{table.project_name or '未命名项目'}》的预算单位编码是 {table.office_code}，"
                f"不是 {office.code}；不能把别的单位的表导入本单位。"
            )


def _existing(session: Session, office_code: str, year: int, *, lock: bool = True) -> list[TargetTable]:
    statement = (
        select(TargetTable)
        .where(TargetTable.office_code == office_code, TargetTable.year == year)
        .options(undefer(TargetTable.content))
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement.with_for_update(key_share=True) if lock else statement))


def _paired(incoming: Sequence[Document], existing: Sequence[TargetTable]) -> list[tuple[Document, TargetTable | None]]:
    """Pair each document with the table that it replaces, every table at most once."""
    left = list(existing)
    pairs = []
    for document in incoming:
        table = next((table for table in left if _is_same(table, document)), None)
        if table:
            left.remove(table)
        pairs.append((document, table))
    return pairs


def _is_same(table: TargetTable, document: Document) -> bool:
    """The department table, or the project table with the same code; with the same name if neither has a code."""
    if table.kind != document.kind.value:
        return False
    if not isinstance(document, ProjectDocument):
        return True
    if document.project_code or table.project_code:
        return table.project_code == document.project_code[:64]
    return table.project_name == document.project_name[:200]


def _is_fixed(table: TargetTable) -> bool:
    return table.state in (State.SUBMITTED.value, State.APPROVED.value)


def _is_wanted(table: TargetTable, replace_drafts: bool | Collection[int]) -> bool:
    return replace_drafts if isinstance(replace_drafts, bool) else table.id in replace_drafts


def _refuse_protected(existing: Sequence[TargetTable], replace_drafts: bool | Collection[int]) -> None:
    fixed = [table for table in existing if _is_fixed(table)]
    if fixed:
        names = "、".join(f"《{table.title}》（{State(table.state).label}）" for table in fixed)
        raise Invalid(f"以下各表不在单位手中，不能被导入替换：{names}。")
    if unwanted := [table for table in existing if not _is_wanted(table, replace_drafts)]:
        names = "、".join(f"《{table.title}》" for table in unwanted)
        raise Invalid(f"以下各表已经存在：{names}。确要以文件替换草稿，请加 --replace。")


def _import(
    session: Session,
    actor: Actor,
    year: BudgetYear,
    office: Office,
    document: Document,
    table: TargetTable | None,
) -> tuple[str, int]:
    """Create or replace one table; return the outcome and its id."""
    if table is None:
        table, leaves = drafts.add(session, actor, year, office, document)
        _record(session, actor, table, leaves)
        return "created", table.id
    old = table.document
    new = _with_known_ids(old, document)
    operations = changes.between(old, new)
    if not operations:
        return "unchanged", table.id
    table.budget_year = year
    _record(session, actor, table, drafts.rewrite(session, actor, table, new, operations))
    return "replaced", table.id


def _record(session: Session, actor: Actor, table: TargetTable, leaves: Facts) -> None:
    audit.record(session, actor, audit_events.IMPORT, audit.object_of_table(table), leaves)


def _with_known_ids(old: Document, new: Document) -> Document:
    """`new` with the row ids of `old` for matching rows, so that opinions still point at their rows.

    Rows match, in order, if their identifying text is equal: level 3, else the first field (name, title). Other rows
    get new ids.
    """
    for list_name, row_type in documents.ROW_LISTS[new.kind].items():
        name = "level3" if list_name == "indicators" else documents.row_fields(row_type)[0]
        left = list(documents.rows(old, list_name))
        identified = []
        for row in documents.rows(new, list_name):
            known = next((r for r in left if getattr(r, name) == getattr(row, name)), None)
            if known:
                left.remove(known)
            identified.append(replace(row, id=known.id if known else documents.new_row_id()))
        new = documents.with_rows(new, list_name, identified)
    return new
