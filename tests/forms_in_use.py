"""Test forms beside the shipped ones. A form is one file: `tests/data/forms/<id>.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from portal.domain.forms import Form, notation, shipped

FOLDER = Path(__file__).parent / "data" / "forms"


def form_of_file(id: str) -> Form:
    return notation.read(id, (FOLDER / f"{id}.toml").read_text(encoding="utf-8"))


@contextmanager
def shipping(*ids: str) -> Iterator[list[Form]]:
    """Ship the forms of these test files during the block."""
    added = [form_of_file(id) for id in ids]
    together = {**shipped._all(), **{form.id: form for form in added}}
    with mock.patch.object(shipped, "_all", return_value=together):
        yield added
