"""State of an HTML form: values of its fields, typed or stored, and errors.

All simple forms use it, in every room. It declares no fields and has no validation: services
raise Invalid with the field's name as path, and templates hold labels and hints and draw a field by
`macros/administration.html`. The official forms of documents do not use it, see `web/drafting/edit.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flask import request

from portal.domain.errors import Invalid, Refused
from portal.web.errors import status_of


@dataclass(frozen=True, slots=True)
class FormState:
    """`errors`: one sentence by field name, "" for the whole form. `status`: HTTP status of the page."""

    texts: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @classmethod
    def posted(cls) -> FormState:
        return cls(request.form.to_dict(flat=False))

    @classmethod
    def of(cls, **texts: str | Iterable[str]) -> FormState:
        """From stored values: one text per field, or the selected choices."""
        return cls({name: [value] if isinstance(value, str) else list(value) for name, value in texts.items()})

    def with_texts(self, **texts: str) -> FormState:
        """A copy with other texts in these fields."""
        return replace(self, texts={**self.texts, **{name: [text] for name, text in texts.items()}})

    def __getitem__(self, name: str) -> str:
        """The first text of a field; "" without one."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return self.texts.get(name, [])

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def refused(self, refusal: Refused) -> FormState:
        """A copy with the refusal as the only error, at its field."""
        path = refusal.path if isinstance(refusal, Invalid) else ""
        return replace(self, errors={path: refusal.message}, status=status_of(refusal))
