"""Import of a performance text (all documents of one file) into an office and year, in one transaction.

Reading the file belongs in `formats`.
"""

from __future__ import annotations

from collections import Counter
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


class Outcome(StrEnum):
    """What the import does with a document of the file. FIXED: its table is submitted or approved, so it is refused."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """What the import did with one document of the file, and the version of its table afterwards."""

    number: int
    table_id: int
    outcome: Outcome
    version: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The documents that were imported, unchanged ones included."""

    tables: Sequence[ImportedTable]

    @property
    def counts(self) -> dict[str, int]:
        """Number of documents by outcome."""
        tally = Counter(table.outcome for table in self.tables)
        return {outcome.value: tally[outcome] for outcome in (Outcome.CREATED, Outcome.REPLACED, Outcome.UNCHANGED)}


@dataclass(frozen=True, slots=True)
class PlannedImport:
    """number: position of the document in the file, 0 = the department part. table: the existing table, if any.

    document: as it will be stored, with the row ids of the existing table.

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
    return [
        _planned(n, document, table, *about)
        for n, ((document, table), about) in enumerate(zip(pairs, told, strict=True), _first_number(text))
    ]


def _first_number(text: PerformanceText) -> int:
    return 1 if text.department is None else 0


def _planned(
    number: int,
    document: Document,
    table: TargetTable | None,
    left_out: Mapping[str, str],
    converted: Sequence[str],
) -> PlannedImport:
    if table is None:
        return PlannedImport(number, document, Outcome.CREATED, None, left_out, converted)
    new = _with_known_ids(table.document, document)
    outcome = Outcome.REPLACED if changes.between(table.document, new) else Outcome.UNCHANGED
    return PlannedImport(number, new, Outcome.FIXED if _is_fixed(table) else outcome, table, left_out, converted)


def import_text(
    session: Session,
    actor: Actor,
    text: PerformanceText,
    office_code: str,
    year: int,
    *,
    replace_drafts: bool | Collection[int] = False,
    only: Collection[int] | None = None,
    dry_run: bool = False,
) -> ImportResult:
    """Create or replace the drafts of one office and year from `text`, in one transaction.

    only: numbers of the documents to import (see `PlannedImport`); None: all.

    An existing table (same project code, or the department table) is replaced, as one step that can be undone, only if
    `replace_drafts` is True or contains its id; otherwise it is refused by name.
    Submitted or approved tables to be replaced, and tables of another office, are refused. `dry_run` rolls everything
    back. Raises Forbidden, Invalid.
    """
    done: list[ImportedTable] = []
    try:
        with write(session):
            budget_year = queries.administration.years.open_year(session, year)
            office = drafts.office_to_draft_for(session, actor, office_code, lock=True)
            incoming = _documents(text, office)
            _refuse_other_offices(incoming, office)
            converted = [_in_form_of(budget_year, document)[0] for document in incoming]
            pairs = _paired(converted, _existing(session, office_code, year))
            wanted = [
                (number, document, table)
                for number, (document, table) in enumerate(pairs, _first_number(text))
                if only is None or number in only
            ]
            _refuse_protected([table for _, _, table in wanted if table], replace_drafts)
            for number, document, table in wanted:
                outcome, made = _import(session, actor, budget_year, office, document, table)
                done.append(ImportedTable(number, made.id, outcome, made.version))
            checks.recount_office(session, office_code, year, [table.table_id for table in done])
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return ImportResult(done)


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
        .where(TargetTable.office_code == office_code, TargetTable.year == year, queries.tables.not_voided())
        .order_by(TargetTable.position, TargetTable.id)
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
) -> tuple[Outcome, TargetTable]:
    """Create or replace one table."""
    if table is None:
        table, leaves = drafts.add(session, actor, year, office, document)
        _record(session, actor, table, leaves)
        return Outcome.CREATED, table
    old = table.document
    new = _with_known_ids(old, document)
    operations = changes.between(old, new)
    if not operations:
        return Outcome.UNCHANGED, table
    table.budget_year = year
    _record(session, actor, table, drafts.rewrite(session, actor, table, new, operations))
    return Outcome.REPLACED, table


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
