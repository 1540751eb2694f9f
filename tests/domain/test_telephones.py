"""Telephone numbers."""

from __future__ import annotations

import pytest

from portal.domain.errors import Invalid
from portal.domain.telephones import telephone


@pytest.mark.parametrize(("typed", "kept"), [
    ("", ""),
    (" \u200b ", ""),
    ("0335-5051234", "0335-5051234"),
    ("（０３３５）5051234转802", "(0335)5051234转802"),
    ("0335—5051234\n13800000000", "0335-5051234、13800000000"),
    ("5051234、5051235", "5051234、5051235"),
])  # fmt: skip
def test_telephone_is_kept_on_one_line_in_plain_characters(typed: str, kept: str) -> None:
    assert telephone(typed) == kept


@pytest.mark.parametrize("typed", ["问王经办", "12", "1" * 41, "a@b.cn", "<b>123</b>", "=1+122", "-", "0" * 14])
def test_telephone_that_is_none_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        telephone(typed)
    assert refusal.value.path == "phone"
