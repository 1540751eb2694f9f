"""The fields of a draft opinion, in the form that raises it and in the form that revises it; what they post.

An address may fill them in: `rule` and `at` of a finding that becomes an opinion (转为意见), or `at` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import request

from portal.domain import documents, forms, proposals
from portal.domain.changes import Operation, Set
from portal.domain.documents import Document
from portal.domain.opinions import OpinionKind, kind_of_rule
from portal.domain.proposals import Edit, ProposedTexts
from portal.domain.rules import Finding, Severity
from portal.queries.review import OpinionLine
from portal.services.review.wordings import TypedProposal, Wording
from portal.web.review.notes import rule_name

NEW = "new"
"""The prefix of the form that raises an opinion."""

_ROW, _EDIT, _BASE = "row/", "edit/", "base/"
"""Beginnings of names of form fields; the path follows."""


@dataclass(frozen=True, slots=True)
class RowField:
    """A column in which a new row is proposed; name: of the form field."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class EditField:
    """A text that can be proposed instead of the field's own, `base`. name, base_name: of the form fields."""

    name: str
    base_name: str
    label: str
    value: str
    base: str


@dataclass(frozen=True, slots=True)
class OpinionFields:
    """prefix: of the HTML ids; rule, rule_name: of the finding that it comes from; said: its words.

    edits: the texts at the place; none while the place is still to be chosen, then `text` is for the one that is
    chosen. takes_*: what an opinion at this place can propose; everything while the place is still to be chosen.
    """

    prefix: str
    path: str
    binding: bool
    kind: str
    text: str
    rule: str
    rule_name: str
    proposed: ProposedTexts
    edits: Sequence[EditField]
    row: Sequence[RowField]
    takes_text: bool = True
    takes_row: bool = True
    takes_deletion: bool = True
    said: str = ""

    @property
    def is_proposing(self) -> bool:
        is_edited = any(each.value != each.base for each in self.edits) or bool(self.proposed_text)
        return is_edited or self.proposed.deletes or any(each.value for each in self.row)

    @property
    def proposed_text(self) -> str:
        """For the place that is still to be chosen."""
        changed = (each.text for each in self.proposed.edits.values() if each.text != each.base)
        return "" if self.edits else next(changed, "")

    @property
    def takes_proposal(self) -> bool:
        return bool(self.edits) or self.takes_text or self.takes_row

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        return [(kind.value, kind.label) for kind in OpinionKind]


def blank(document: Document, findings: Iterable[Finding]) -> OpinionFields:
    """Fields of a new opinion, filled in from the finding or the place that the address names."""
    path, rule = request.args.get("at", ""), request.args.get("rule", "")
    is_placed = "at" in request.args
    found = next((each for each in findings if (each.rule, each.path) == (rule, path)), None)
    if found is None:
        is_known = forms.is_place(document, path)
        form = _Form(NEW, path if is_known else "", is_placed and is_known)
        return _fields(document, form, Wording(True, ""), ProposedTexts())
    corrected = found.correction.operations if found.correction else ()
    wording = Wording(found.severity is Severity.ERROR, found.message, kind_of_rule(rule))
    fields = _fields(document, _Form(NEW, path, is_placed, rule), wording, proposals.texts_of(_at(path, corrected)))
    return replace(fields, said=found.message)


def _at(path: str, operations: Iterable[Operation]) -> list[Operation]:
    return [each for each in operations if isinstance(each, Set) and f"{each.path}/".startswith(f"{path}/")]


def of_draft(document: Document, line: OpinionLine) -> OpinionFields:
    wording = Wording(line.binding, line.text, line.kind or OpinionKind.OTHER)
    form = _Form(f"draft-{line.id}", line.path, True, line.rule)
    return _fields(document, form, wording, proposals.texts_of(line.proposed))


def typed(document: Document, prefix: str, path: str, rule: str) -> OpinionFields:
    """As posted, after a refusal."""
    form = request.form
    wording = Wording(form.get("binding") != "0", form.get("text", ""), form.get("kind", ""))
    texts = _posted_texts(path)
    at_place = [each for each in form if each.startswith(_EDIT)]
    is_placed = prefix != NEW or (bool(at_place) and all(f"{each}/".startswith(f"{_EDIT}{path}/") for each in at_place))
    return _fields(document, _Form(prefix, path, is_placed, rule), wording, texts)


def wording(path: str) -> Wording:
    """What the form posts."""
    form = request.form
    proposed = TypedProposal(_posted_texts(path), form.get("digest", ""))
    kind = form.get("kind", OpinionKind.OTHER.value)
    return Wording(form.get("binding") == "1", form.get("text", ""), kind, proposed)


def _posted_texts(path: str) -> ProposedTexts:
    form = request.form
    row = {name.removeprefix(_ROW): text for name, text in form.items() if name.startswith(_ROW)}
    edits = {
        name.removeprefix(_EDIT): Edit(text, form.get(f"{_BASE}{name.removeprefix(_EDIT)}"))
        for name, text in form.items()
        if name.startswith(_EDIT)
    }
    if form.get("proposed", "").strip():
        edits[path] = Edit(form["proposed"])
    return ProposedTexts(edits, row, form.get("delete_row") == "1")


@dataclass(frozen=True, slots=True)
class _Form:
    """is_placed: the place is known, so that the form asks for nothing that it cannot take."""

    prefix: str
    path: str
    is_placed: bool
    rule: str = ""


def _fields(document: Document, form: _Form, wording: Wording, proposed: ProposedTexts) -> OpinionFields:
    takes_row, takes_deletion = _takes(document, form.path) if form.is_placed else (True, True)
    return OpinionFields(
        prefix=form.prefix,
        path=form.path,
        binding=wording.binding,
        kind=wording.kind,
        text=wording.text,
        rule=form.rule,
        rule_name=rule_name(form.rule) if form.rule else "",
        proposed=proposed,
        edits=list(_edit_fields(document, form.path, proposed.edits)) if form.is_placed else [],
        row=list(_row_fields(document, form.path, proposed.row)) if takes_row else [],
        takes_text=not form.is_placed,
        takes_row=takes_row,
        takes_deletion=takes_deletion,
    )


def _edit_fields(document: Document, place: str, edits: Mapping[str, Edit]) -> Iterable[EditField]:
    form, paths = forms.of(document), proposals.edited_fields(document, place)
    for path in paths:
        own = documents.value_at(document, path) or ""
        value = edits[path].text if path in edits else own
        label = "改为" if paths == [place] else form.label(documents.field_of(document.kind, path))
        yield EditField(f"{_EDIT}{path}", f"{_BASE}{path}", label, value, own)


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


def _takes(document: Document, path: str) -> tuple[bool, bool]:
    """Whether an opinion at `path` can propose a new row, and to delete the row."""
    cell = documents.split_cell(document.kind, path)
    in_list = path.partition("/")[0] in documents.ROW_LISTS[document.kind] and cell is None
    return in_list, in_list and "/" in path
