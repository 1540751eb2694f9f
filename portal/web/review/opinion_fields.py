"""The fields of a draft opinion, in the form that raises it and in the form that revises it; what they post.

An address may fill them in: `rule` and `at` of a finding that becomes an opinion (转为意见), or `at` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from portal.domain import documents, forms, proposals
from portal.domain.documents import Document
from portal.domain.errors import Stale
from portal.domain.opinions import OpinionKind, kind_of_rule
from portal.domain.proposals import ProposedTexts
from portal.domain.rules import Finding, Severity
from portal.queries.review import OpinionLine
from portal.services.review.opinion_acts import Wording
from portal.web.review.notes import rule_name
from portal.web.table_page import TablePage

NEW = "new"
"""The prefix of the form that raises an opinion."""

_ROW = "row/"


@dataclass(frozen=True, slots=True)
class RowField:
    """A column in which a new row is proposed; name: of the form field."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class OpinionFields:
    """prefix: of the HTML ids; rule, rule_name: of the finding that it comes from.

    takes_*: what an opinion at this place can propose; everything while the place is still to be chosen.
    """

    prefix: str
    path: str
    binding: bool
    kind: str
    text: str
    rule: str
    rule_name: str
    proposed: ProposedTexts
    row: Sequence[RowField]
    takes_text: bool = True
    takes_row: bool = True
    takes_deletion: bool = True

    @property
    def is_proposing(self) -> bool:
        return bool(self.proposed.text or self.proposed.deletes or any(each.value for each in self.row))

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        return [(kind.value, kind.label) for kind in OpinionKind]


def blank(document: Document, findings: Iterable[Finding]) -> OpinionFields:
    """Fields of a new opinion, filled in from the finding or the place that the address names."""
    path, rule = request.args.get("at", ""), request.args.get("rule", "")
    found = next((each for each in findings if (each.rule, each.path) == (rule, path)), None)
    if found is None:
        known = path if forms.is_place(document, path) else ""
        return _fields(document, NEW, Wording(True, ""), known, "", ProposedTexts())
    corrected = found.correction.operations if found.correction else ()
    text = next((each.new for each in corrected if each.path == path), "")
    wording = Wording(found.severity is Severity.ERROR, found.message, kind_of_rule(rule))
    return _fields(document, NEW, wording, path, rule, ProposedTexts(text))


def of_draft(document: Document, line: OpinionLine) -> OpinionFields:
    wording = Wording(line.binding, line.text, line.kind or OpinionKind.OTHER)
    return _fields(document, f"draft-{line.id}", wording, line.path, line.rule, proposals.texts_of(line.proposed))


def typed(document: Document, prefix: str, path: str, rule: str) -> OpinionFields:
    """As posted, after a refusal."""
    form = request.form
    wording = Wording(form.get("binding") != "0", form.get("text", ""), form.get("kind", ""))
    return _fields(document, prefix, wording, path, rule, _posted_texts())


def wording(loaded: TablePage, path: str) -> Wording:
    """What the form posts. Raises Stale where it proposes changes to another text than it showed, Invalid."""
    form, texts = request.form, _posted_texts()
    operations = []
    if loaded.shown and (texts.text.strip() or texts.deletes or any(map(str.strip, texts.row.values()))):
        operations = proposals.made(loaded.shown.document, path, texts)
        if operations and form.get("digest") != loaded.shown.digest:
            raise Stale("原文已变，代拟改法对不上；请按现在的文字重新拟写。")
    kind = form.get("kind", OpinionKind.OTHER.value)
    return Wording(form.get("binding") == "1", form.get("text", ""), kind, operations)


def _posted_texts() -> ProposedTexts:
    form = request.form
    row = {name.removeprefix(_ROW): text for name, text in form.items() if name.startswith(_ROW)}
    return ProposedTexts(form.get("proposed", ""), row, form.get("delete_row") == "1")


def _fields(
    document: Document, prefix: str, wording: Wording, path: str, rule: str, proposed: ProposedTexts
) -> OpinionFields:
    is_new = prefix == NEW
    return OpinionFields(
        prefix,
        path,
        wording.binding,
        wording.kind,
        wording.text,
        rule,
        rule_name(rule) if rule else "",
        proposed,
        list(_row_fields(document, "" if is_new else path, proposed.row)),
        *((True, True, True) if is_new else _takes(document, path)),
    )


def _row_fields(document: Document, path: str, values: Mapping[str, str]) -> Iterable[RowField]:
    """The columns of the list at `path`, of every list for a place outside them."""
    form, several = forms.of(document), len(forms.of(document).lists) > 1
    wanted = path.partition("/")[0]
    for list_name, table in form.lists.items():
        if wanted in form.lists and wanted != list_name:
            continue
        names = dict.fromkeys(filter(None, map(table.field, table.columns)))
        for name in names:
            label = f"{form.label(list_name)}·{form.label(name)}" if several else form.label(name)
            yield RowField(f"{_ROW}{name}", label, values.get(name, ""))


def _takes(document: Document, path: str) -> tuple[bool, bool, bool]:
    """Whether an opinion at `path` can propose a text, a new row, and to delete the row."""
    cell = documents.split_cell(document.kind, path)
    in_list = path.partition("/")[0] in documents.ROW_LISTS[document.kind]
    is_field = path not in ("", *documents.GROUPS[document.kind]) and (cell is not None or not in_list)
    return is_field, in_list and cell is None, in_list and cell is None and "/" in path
