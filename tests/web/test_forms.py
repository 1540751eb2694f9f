"""Every field of every form on every page and in every file; a form that is one file and nothing else; old texts."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from flask import Flask

from portal.domain import documents, forms
from portal.domain.documents import ROW_LISTS, Document, Kind
from portal.domain.forms import Form
from portal.domain.rules import YearRules, check_table
from portal.models import BudgetYear
from portal.services.drafting import drafts
from tests.domain.form_documents import FORMS
from tests.forms_in_use import form_of_file, shipping
from tests.web.forms import fields_of, typed_paths
from tests.web.signing import signed_in_client
from tests.world import OFFICE, YEAR, World

OWN = form_of_file("banan-2022")
"""The form of the tests: one file, not shipped."""
EVERY_FORM = pytest.mark.parametrize("form", [*FORMS, OWN], ids=lambda form: form.id)


def filled(form: Form, document: Document) -> Document:
    """`document` with a text of its own, ending in its number, in every field that its form offers; two rows a list."""
    for name in form.lists:
        rows = [ROW_LISTS[form.kind][name](id=f"{name[:4]}{n}") for n in range(2)]
        document = documents.with_rows(document, name, rows)
    paths = [
        *(field for field in form.scalars if field not in documents.ASSIGNED_FIELDS),
        *(
            f"{name}/{row.id}/{field.partition('/')[2]}"
            for name in form.lists
            for row in documents.rows(document, name)
            for field in form.fields
            if field.startswith(f"{name}/")
        ),
    ]
    for number, path in enumerate(paths):
        document = documents.with_value(document, path, f"文字{number:03d}")
    return document


@pytest.fixture
def shipped_too() -> object:
    with shipping(OWN.id):
        yield


def begun(world: World, form: Form) -> int:
    """A draft in `form`, filled in by a whole-form save; its id."""
    year = world.session.get_one(BudgetYear, YEAR)
    setattr(year, "project_form" if form.kind is Kind.PROJECT else "department_form", form.id)
    world.session.commit()
    table = drafts.create(world.session, world.actor("drafter"), form.kind, OFFICE, YEAR)
    return table.id


@EVERY_FORM
@pytest.mark.usefixtures("shipped_too")
def test_every_field_of_a_form_reaches_every_page_and_file(app: Flask, world: World, form: Form) -> None:
    table_id = begun(world, form)
    opened = world.opened(table_id)
    wanted = filled(form, opened.document)
    client = signed_in_client(app, "drafter")
    assert client.post(f"/tables/{table_id}/edit", data=fields_of(wanted, opened.version)).status_code == 303
    assert world.table(table_id).document == wanted
    texts = [documents.value_at(wanted, path) for path in typed_paths(wanted)]
    assert len(texts) == len(set(texts)) > 5
    pages = {place: client.get(f"/tables/{table_id}{place}") for place in ("", "/edit", "/print")}
    files = {name: client.get(f"/tables/{table_id}/export/{name}").data for name in ("text", "json", "docx")}
    told = {place: html.unescape(page.text) for place, page in pages.items()}
    told |= {"text": files["text"].decode(), "json": files["json"].decode(), "docx": _words(files["docx"])}
    assert {(where, text) for where, words in told.items() for text in texts if text not in words} == set()


def _words(data: bytes) -> str:
    document = docx.Document(BytesIO(data))
    return "\n".join(element.text or "" for element in document.element.body.iter())


@EVERY_FORM
@pytest.mark.usefixtures("shipped_too")
def test_every_field_of_a_form_can_be_pointed_at_and_pasted_into(app: Flask, world: World, form: Form) -> None:
    table_id = begun(world, form)
    world.save(table_id, filled(form, world.table(table_id).document))
    document = world.table(table_id).document
    client, author = signed_in_client(app, "drafter"), world.actor("drafter").id
    for path in typed_paths(document):
        assert forms.is_place(document, path) and path in forms.places(document)
        assert re.search("[\u4e00-\u9fff]", forms.label(document, path)), path
    for name, table in form.lists.items():
        fields = list(dict.fromkeys(filter(None, map(table.field, table.columns))))
        heads = "\t".join(form.label(field) for field in fields)
        cells = "\t".join(f"粘贴{n}" for n in range(len(fields)))
        path = f"{name}/{documents.rows(document, name)[0].id}/{fields[0].partition('/')[2]}"
        pasted = client.post(
            f"/tables/{table_id}/paste", json={"author": author, "path": path, "text": f"{heads}\n{cells}"}
        )
        assert pasted.status_code == 200
        assert [each["new"] for each in pasted.json["operations"]] == [f"粘贴{n}" for n in range(len(fields))]


@EVERY_FORM
@pytest.mark.usefixtures("shipped_too")
def test_blank_mandatory_fields_are_told_in_the_words_of_the_form(form: Form) -> None:
    rules = YearRules.for_year(YEAR)
    row_lists = {name: [ROW_LISTS[form.kind][name](id=f"{name[:4]}0", extra=(("mark", "有"),))] for name in form.lists}
    document = documents.blank(form.kind, form.id)
    blank = {finding.path for finding in check_table(document, rules) if finding.rule == "E12"}
    assert blank == {
        field for field in form.mandatory if field.partition("/")[0] not in form.lists or field in form.lists
    }
    for name, rows in row_lists.items():
        document = documents.with_rows(document, name, rows)
    told = {finding.path: finding.message for finding in check_table(document, rules) if finding.rule == "E12"}
    for field in form.mandatory:
        if field in form.scalars:
            assert f"没有填写{form.label(field)}；{form.hint(field)}。" == told[field]


@EVERY_FORM
@pytest.mark.usefixtures("shipped_too")
def test_rules_speak_only_of_what_the_form_has(form: Form) -> None:
    document = filled(form, documents.blank(form.kind, form.id))
    for finding in check_table(document, YearRules.for_year(YEAR)):
        field = documents.field_of(form.kind, finding.path)
        parts = field.split("/")
        is_group = field in ("", *form.lists, *form.groups) or (parts[0] in form.lists and len(parts) == 2)
        assert is_group or form.has(field), (finding.rule, finding.path)


@pytest.mark.usefixtures("shipped_too")
def test_field_that_the_form_does_not_have_cannot_be_written(app: Flask, world: World) -> None:
    table_id = begun(world, forms.get("hebei-2021"))
    opened = world.opened(table_id)
    client = signed_in_client(app, "drafter")
    refused = client.post(f"/tables/{table_id}/edit", data=fields_of(opened.document, opened.version, purpose="买车"))
    assert refused.status_code == 422
    assert "这张表的表样没有“资金用途”这一栏。" in refused.text
    user = world.actor("drafter").id
    operation = {"op": "set", "path": "extra/anything", "base": "", "new": "甲"}
    body = {"version": opened.version, "operations": [operation], "author": user}
    answer = client.post(f"/tables/{table_id}/changes", json=body, headers={"Accept": "application/json"})
    assert answer.status_code == 200 and [each["path"] for each in answer.json["unfit"]] == ["extra/anything"]
    assert world.table(table_id).document == opened.document


def test_block_is_pasted_into_an_extra_column_too(app: Flask, world: World) -> None:
    table_id = begun(world, forms.get("sichuan-2023"))
    world.save(table_id, filled(forms.get("sichuan-2023"), world.table(table_id).document))
    client, author = signed_in_client(app, "drafter"), world.actor("drafter").id
    body = {"author": author, "path": "indicators/indi0/weight", "text": "40\t正向\n50\t反向"}
    pasted = client.post(f"/tables/{table_id}/paste", json=body)
    assert [(each["path"], each["new"]) for each in pasted.json["operations"]] == [
        *(("indicators/indi0/weight", "40"), ("indicators/indi0/extra/direction", "正向")),
        *(("indicators/indi1/weight", "50"), ("indicators/indi1/extra/direction", "反向")),
    ]
    body["path"] = "indicators/indi0/extra/direction"
    beyond = client.post(f"/tables/{table_id}/paste", json=body)
    assert [each["new"] for each in beyond.json["operations"]] == ["40", "50"]
    assert "右边超出表格的 1 列没有粘贴" in beyond.json["preview"]


def test_code_is_edited_above_a_sheet_that_does_not_show_it(app: Flask, world: World) -> None:
    table_id = begun(world, forms.get("hebei-2021"))
    opened = world.opened(table_id)
    client = signed_in_client(app, "drafter")
    page = client.get(f"/tables/{table_id}/edit").text
    above, _, sheet = page.partition('<table class="official')
    assert 'name="project_code"' in above and 'name="project_code"' not in sheet
    coded = replace(opened.document, project_code="610-1301-JBN-OTTA")  # type: ignore[type-var]
    client.post(f"/tables/{table_id}/edit", data=fields_of(coded, opened.version))
    assert world.table(table_id).project_code == "610-1301-JBN-OTTA"


def test_text_of_a_form_that_is_not_shipped_any_more_is_shown_and_kept(app: Flask, world: World) -> None:
    with shipping(OWN.id):
        table_id = begun(world, OWN)
        wanted = filled(OWN, world.table(table_id).document)
        world.save(table_id, wanted)
    client = signed_in_client(app, "drafter")
    for place in ("", "/edit", "/print", "/history", "/compare", "/export/text", "/export/docx", "/export/json"):
        assert client.get(f"/tables/{table_id}{place}").status_code == 200, place
    page = html.unescape(client.get(f"/tables/{table_id}").text)
    assert [path for path in typed_paths(wanted) if (documents.value_at(wanted, path) or "") not in page] == []
    assert world.table(table_id).document == wanted


def test_office_sees_what_had_no_place_when_a_table_was_carried_over(app: Flask, world: World) -> None:
    source = world.approved()
    admin = signed_in_client(app, "admin")
    form = {"year": "2024", "framework": "national-2021", "project_form": "hebei-2021", "deadline": "2099-01-01"}
    form |= {"department_form": "department-2017", "code_pattern": "NNN-NNNN-AAA-XXXX", "office_code_pattern": "NNNNNN"}
    form |= {"after_deadline": "late", "longest_due": "20", "claim_days": "5"}
    form |= {"recommendation": "never", "errors_at_approval": "reason"}
    assert admin.post("/years/new", data=form).status_code == 303
    client = signed_in_client(app, "drafter")
    begun_from = client.post("/tables/new/from", data={"year": "2024", "source": [str(source)]})
    page = html.unescape(client.get(begun_from.headers["Location"]).text)
    assert "本年度的表样没有下列栏目，原文没有沿用" in page
    assert '<dt>资金用途</dt><dd class="text">支付预算外人员3人全年工资。</dd>' in page


def test_json_of_a_table_names_its_form(app: Flask, world: World) -> None:
    table_id = begun(world, forms.get("sichuan-2023"))
    exported = json.loads(signed_in_client(app, "drafter").get(f"/tables/{table_id}/export/json").data)
    assert exported["tables"][0]["form"] == "sichuan-2023"
