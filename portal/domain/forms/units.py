"""The unit that a file names for its amounts, and conversion of amounts to the unit of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.domain.amounts import read_amount, write_amount
from portal.domain.documents import GROUPS, Kind
from portal.domain.forms.form import Form

_UNIT = re.compile(r"(?:单位[:：]?|[(（])(?:人民币)?([万千亿]?元)")
_AMOUNT = re.compile(r"([^元]+?)\s*(万元|元)")


def named_unit(text: str) -> str:
    """元, 千元, 万元 or 亿元 where a caption names it (单位：万元, 资金总额（元）), else ""."""
    found = _UNIT.search("".join(text.split()))
    return found[1] if found else ""


def amounts() -> tuple[str, ...]:
    """The paths of the amounts of a project."""
    return tuple(f"budget/{name}" for name in GROUPS[Kind.PROJECT]["budget"].__slots__)


def convert_amounts(
    form: Form, texts: Mapping[str, str], unit: str, *, own_units: bool = False
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The amounts among `texts` (by path) that are not in the form's unit, converted; and a sentence on each.

    own_units: read the unit that an amount itself names (12.5万元), which counts for it instead of `unit`. Texts that
    are no amounts are left out, for the rules to report.
    """
    found: dict[str, str] = {}
    sentences: list[str] = []
    for path in amounts():
        number, own = _with_unit(texts.get(path, "")) if own_units else (texts.get(path, ""), "")
        yuan = read_amount(number, own or unit) if own or unit not in ("", form.unit) else None
        if yuan is None:
            continue
        found[path] = number if own == form.unit else write_amount(yuan, form.unit)
        if own != form.unit:
            sentences.append(f"{form.label(path)}：{number} {own or unit} 换算为 {found[path]} {form.unit}")
    return found, tuple(sentences)


def _with_unit(text: str) -> tuple[str, str]:
    """An amount and the unit behind it, "" if there is none."""
    parts = _AMOUNT.fullmatch(text.strip())
    return (parts[1], parts[2]) if parts else (text, "")
