"""What stands in the fields of a simple form, and what is wrong with it."""

from __future__ import annotations

from flask import Flask

from portal.domain.errors import Invalid, Stale
from portal.web.form_state import FormState


def test_posted_texts_are_kept_as_typed_and_as_often() -> None:
    with Flask(__name__).test_request_context(method="POST", data={"name": " 甲 ", "roles": ["head", "admin"]}):
        form = FormState.posted()
    assert (form["name"], form["roles"], form.all("roles")) == (" 甲 ", "head", ["head", "admin"])
    assert (form["office"], form.all("office")) == ("", [])


def test_stored_text_is_one_and_stored_choices_are_several() -> None:
    form = FormState.of(name="甲", roles=(role for role in ("head", "admin")))
    assert (form["name"], form.all("name"), form.all("roles")) == ("甲", ["甲"], ["head", "admin"])
    assert (form.status, form.errors) == (200, {})


def test_refusal_stands_at_its_field_beside_what_was_typed() -> None:
    form = FormState.of(name="甲").refused(Invalid("太短。", "name"))
    assert (form["name"], form.error("name"), form.error("office"), form.status) == ("甲", "太短。", "", 422)


def test_refusal_without_a_field_stands_at_the_form() -> None:
    form = FormState.of(name="甲").refused(Stale("别人改过。"))
    assert (form["name"], form.errors, form.status) == ("甲", {"": "别人改过。"}, 409)
