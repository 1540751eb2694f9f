"""What stands in the fields of an HTML form, typed or stored, and what is wrong with it.

The way of all simple forms: administration, library, password. Services say what is wrong, at a path that is the
field's name, so no rule stands here and no field is declared: labels and hints are the template's, which draws a field
by `macros/administration.html`. The official forms of documents go their own way (`editing`, `saving`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from flask import request

from portal.domain.errors import Invalid, Refused
from portal.web.errors import status_of


@dataclass(frozen=True, slots=True)
class FormState:
    """`errors`: the field's name, "" for the form as a whole, → one sentence. `status`: of the page that shows it."""

    texts: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @classmethod
    def posted(cls) -> FormState:
        return cls(request.form.to_dict(flat=False))

    @classmethod
    def of(cls, **texts: str | Iterable[str]) -> FormState:
        """What is stored: one text for a field, or those of the choices that are taken."""
        return cls({name: [value] if isinstance(value, str) else list(value) for name, value in texts.items()})

    def __getitem__(self, name: str) -> str:
        """The text of a field; "" where there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return self.texts.get(name, [])

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def refused(self, refusal: Refused) -> FormState:
        """The same with the refusal at its field."""
        path = refusal.path if isinstance(refusal, Invalid) else ""
        return replace(self, errors={path: refusal.message}, status=status_of(refusal))
