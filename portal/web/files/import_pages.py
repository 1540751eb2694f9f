"""The pages of an import: all documents of the file, one of them cell by cell, the captions of the file.

They show what the import would write, or has written. The acts are in `imports`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for

from portal import queries
from portal.domain import documents, forms
from portal.domain.amounts import format_yuan, to_fen
from portal.domain.differences import compare
from portal.domain.documents import DepartmentDocument, PerformanceText, ProjectDocument
from portal.domain.errors import NotVisible
from portal.domain.forms.recognition import CaptionUse, caption_uses
from portal.domain.forms.recognition.caption_uses import Choice
from portal.domain.rules import Finding, Severity, check_text
from portal.domain.states import State
from portal.extensions import db
from portal.formats import json_file
from portal.services.files import imports
from portal.services.files.imports import ImportedTable, Outcome, PlannedImport
from portal.web.files.kept_imports import KeptImport
from portal.web.guards import actor
from portal.web.rendering import Link, render
from portal.web.review import notes

_UNPLACED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A document of the file: its identity, counts of findings, and what the import does with it.

    outcome: of `Outcome`. url: of its page in the preview; table_url: of the table that there is.
    """

    number: int
    ordinal: int
    title: str
    code: str
    amount: str
    size: str
    errors: int
    warnings: int
    outcome: str
    state: str
    is_chosen: bool
    url: str
    table_url: str


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """A caption of the file, the field that it was taken for, and the fields that it can be assigned to."""

    caption: str
    path: str
    sample: str
    choices: Sequence[Choice]


# --- all documents -----------------------------------------------------------------------------------


def overview(
    kept: KeptImport,
    status: int = 200,
    *,
    refusal: str = "",
    chosen: Collection[int] | None = None,
    assigned: Mapping[str, str] | None = None,
) -> Response:
    """chosen: numbers of the documents that the person ticked; None: those that replace nothing.

    assigned: caption → path as posted, where that was refused.
    """
    plan = _plan(kept)
    counts = Counter((finding.table, finding.severity) for finding in _findings(kept, plan))
    lines = [_line(kept, planned, counts, chosen) for planned in plan]
    unplaced = kept.reading.unplaced
    return render(
        "files/import.html",
        status,
        kept=kept,
        seen=seen(kept, plan),
        lines=lines,
        indicators=sum(len(each.document.indicators) for each in plan if isinstance(each.document, ProjectDocument)),
        total=format_yuan(sum(_fen(planned) for planned in plan)),
        errors=sum(line.errors for line in lines),
        warnings=sum(line.warnings for line in lines),
        tally=Counter(line.outcome for line in lines),
        refusal=refusal,
        captions=_caption_lines(kept, assigned or {}) if kept.reading.source else [],
        unplaced=unplaced[:_UNPLACED_SHOWN],
        unplaced_more=max(0, len(unplaced) - _UNPLACED_SHOWN),
        converted=[*kept.reading.converted, *_converted(plan)],
        left_out=[(documents.title(each.document), each.left_out) for each in plan if each.left_out],
    )


def seen(kept: KeptImport, plan: Iterable[PlannedImport]) -> str:
    """Digest of what the page shows: the documents of the file, and the version of each table that is there."""
    there = [(each.table.id, each.table.version, each.table.state) for each in plan if each.table]
    shown = json.dumps([json_file.to_plain(kept.reading.text), there])
    return hashlib.sha256(shown.encode()).hexdigest()


def _plan(kept: KeptImport) -> list[PlannedImport]:
    return imports.plan(db.session(), actor(), kept.reading.text, actor().office or "", kept.year)


def _findings(kept: KeptImport, plan: Sequence[PlannedImport]) -> Sequence[Finding]:
    """The findings in the documents as they will be stored; `table` of a finding is the number of its document."""
    rules = queries.tables.year_rules(queries.administration.years.open_year(db.session(), kept.year))
    department = next((each.document for each in plan if isinstance(each.document, DepartmentDocument)), None)
    projects = tuple(each.document for each in plan if isinstance(each.document, ProjectDocument))
    return check_text(PerformanceText(department, projects), rules)


def _fen(planned: PlannedImport) -> int:
    document = planned.document
    if not isinstance(document, ProjectDocument):
        return 0
    return to_fen(forms.yuan(document, "budget/total")) or 0


def _converted(plan: Iterable[PlannedImport]) -> Iterator[str]:
    """The amounts that the import writes in the unit of the year's form."""
    for planned in plan:
        yield from (f"《{documents.title(planned.document)}》{sentence}" for sentence in planned.converted)


def _line(
    kept: KeptImport,
    planned: PlannedImport,
    counts: Mapping[tuple[int, Severity], int],
    chosen: Collection[int] | None,
) -> PlanLine:
    document, table = planned.document, planned.table
    if isinstance(document, ProjectDocument):
        ordinal, code, amount = document.ordinal, document.project_code, _amount(document)
        size = f"{len(document.indicators)} 条指标"
    else:
        ordinal, code, amount, size = 0, "", "", f"{len(document.duties)} 项职责"
    made = _made(kept, planned.number)
    table_id = made.table_id if made else table.id if table else None
    return PlanLine(
        planned.number,
        ordinal,
        documents.title(document),
        code,
        amount,
        size,
        errors=counts.get((planned.number, Severity.ERROR), 0),
        warnings=counts.get((planned.number, Severity.WARNING), 0),
        outcome=(made.outcome if made else planned.outcome).value,
        state=State(table.state).label if table else "",
        is_chosen=planned.outcome is Outcome.CREATED if chosen is None else planned.number in chosen,
        url=url_for("imports.document", key=kept.key, number=planned.number),
        table_url=url_for("table.show", table_id=table_id) if table_id else "",
    )


def _made(kept: KeptImport, number: int) -> ImportedTable | None:
    return next((each for each in kept.made or () if each.number == number), None)


def _amount(document: ProjectDocument) -> str:
    """In yuan, as the column says, whatever the unit of the form; a text that is no amount as it is."""
    yuan = forms.yuan(document, "budget/total")
    return document.budget.total if yuan is None else format_yuan(to_fen(yuan))


# --- the captions of the file --------------------------------------------------------------------------


def _caption_lines(kept: KeptImport, assigned: Mapping[str, str]) -> list[CaptionLine]:
    """Captions without a field first."""
    lines = [
        CaptionLine(use.caption, assigned.get(use.caption, use.path), use.sample, choices)
        for use, choices in caption_choices(kept)
    ]
    return sorted(lines, key=lambda line: line.path != "")


def caption_choices(kept: KeptImport) -> list[tuple[CaptionUse, list[Choice]]]:
    """Each caption with the fields of the year's form, and with its own field if only the form of the file has that."""
    year = queries.administration.years.open_year(db.session(), kept.year)
    found = []
    for use in kept.reading.captions:
        own = forms.get(use.form_id)
        choices = caption_uses.choices(forms.get(year.form(own.kind)), use.list_name)
        if use.path not in {choice.path for choice in choices}:
            choices += [each for each in caption_uses.choices(own, use.list_name) if each.path == use.path]
        found.append((use, choices))
    return found


# --- one document ------------------------------------------------------------------------------------


def document_page(kept: KeptImport, number: int) -> Response:
    """Raises NotVisible where the file has no such document."""
    plan = _plan(kept)
    planned = next((each for each in plan if each.number == number), None)
    if planned is None:
        raise NotVisible("文件里没有这张表。")
    findings = [finding for finding in _findings(kept, plan) if finding.table == number]
    counts = Counter((finding.table, finding.severity) for finding in findings)
    changes = compare(planned.table.document, planned.document) if planned.table and kept.made is None else []
    return render(
        "files/import_document.html",
        kept=kept,
        line=_line(kept, planned, counts, None),
        document=planned.document,
        changes=changes,
        notes=notes.by_place(planned.document, findings),
        findings=notes.finding_groups(planned.document, findings),
        converted=planned.converted,
        left_out=planned.left_out,
        **_neighbours(kept, [each.number for each in plan], number),
    )


def _neighbours(kept: KeptImport, numbers: Sequence[int], number: int) -> dict[str, Any]:
    """The place of the document in the file, and links to the one before and after it."""
    at = numbers.index(number)

    def link(n: int, label: str) -> Link | None:
        is_there = 0 <= n < len(numbers)
        return Link(url_for("imports.document", key=kept.key, number=numbers[n]), label) if is_there else None

    return {
        "position": at + 1,
        "count": len(numbers),
        "previous": link(at - 1, "上一张"),
        "next": link(at + 1, "下一张"),
    }
