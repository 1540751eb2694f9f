"""The hash chain of audit entries: the hash of an entry, and verification of a sequence of entries.

Pure computation on plain values, so that an exported log can be verified without database or portal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.invisible import without_invisible

GENESIS = "0" * 64
BASELINE = "baseline"
"""The act of the entries that an upgrade writes about what earlier entries do not state."""
ALGORITHMS = ("sha256", "sm3")
HASHED = (
    "number",
    "at",
    "actor_id",
    "actor",
    "act",
    "object_kind",
    "object_id",
    "object_name",
    "detail",
    "algorithm",
    "previous",
)
"""The fields that the hash of an entry covers: all but the hash itself."""

_FIELDS = frozenset({*HASHED, "hash"})
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
"""Times are written in one way, so that their order as texts is their order in time."""
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Lower-case hex hash of an entry's HASHED fields as canonical JSON. Raises ValueError for an unknown algorithm."""
    if entry["algorithm"] not in ALGORITHMS:
        raise ValueError(f"unknown algorithm {entry['algorithm']!r}")
    text = _encode({name: entry[name] for name in HASHED})
    return hashlib.new(entry["algorithm"], text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Problem:
    """A defect at entry `number`; None if it is not at one entry."""

    number: int | None
    message: str


@dataclass(slots=True)
class Verification:
    """entries: number of entries read; head_*: number and hash of the last one; anchors: the anchors compared."""

    entries: int = 0
    head_number: int = 0
    head_hash: str = GENESIS
    anchors: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "entries": self.entries,
            "head": {"number": self.head_number, "hash": self.head_hash},
            "anchors": self.anchors,
            "problems": [{"number": p.number, "message": p.message} for p in self.problems],
        }


def parse_anchor(text: str) -> tuple[int, str]:
    """NUMBER:HASH of a head printed or kept elsewhere; the hash may be cut to 16 digits. Raises ValueError."""
    number, _, digits = without_invisible(text).strip().replace("：", ":").partition(":")
    digits = digits.lower()
    if (
        not number.isascii()
        or not number.isdigit()
        or not 16 <= len(digits) <= 64
        or set(digits) - set("0123456789abcdef")
    ):
        raise ValueError(text)
    return int(number), digits


def verify(entries: Iterable[Mapping[str, Any]], anchors: Iterable[tuple[int, str]] = ()) -> Verification:
    """Verify `entries` in their order and report every break. Raises nothing, whatever the entries hold.

    Each break is reported once: verification continues from the values in the broken entry.
    """
    result = Verification()
    expected: dict[int, list[str]] = {}
    for anchored, digits in anchors:
        result.anchors.append(f"{anchored}:{digits}")
        expected.setdefault(anchored, []).append(digits)
    number, previous, last_at = 0, GENESIS, ""
    backwards: dict[int, Problem] = {}
    for entry in entries:
        result.entries += 1
        number += 1
        if not is_entry(entry):
            result.problems.append(Problem(number, f"第 {number} 号的位置上不是一条完整的审计记录。"))
            previous = ""  # what follows a broken entry cannot be linked to it
            continue
        is_genuine = _check_entry(entry, number, previous, result)
        number, previous = entry["number"], entry["hash"]
        if not all(previous.startswith(digits) for digits in expected.pop(number, ())):
            result.problems.append(Problem(number, f"第 {number} 号的校验值与留存的不同。"))
        if is_genuine:
            if not _AT.fullmatch(entry["at"]):
                result.problems.append(Problem(number, f"第 {number} 号的时间不是系统的写法。"))
                continue
            if entry["at"] < last_at:
                backwards[number] = Problem(number, f"第 {number} 号的时间早于前一条。")
            last_at = entry["at"]
        for known in _known_backwards(entry):
            backwards.pop(known, None)
    for missing in sorted(expected):
        result.problems.append(Problem(missing, f"留存的第 {missing} 号在记录中不存在：记录可能被截断。"))
    result.problems += backwards.values()
    result.head_number, result.head_hash = number, previous
    return result


def _known_backwards(entry: Mapping[str, Any]) -> Sequence[int]:
    """Earlier entries whose time an upgrade found to run backwards: versions before it did not prevent that."""
    if entry["act"] != BASELINE or '"backwards"' not in entry["detail"]:
        return ()
    try:
        numbers = json.loads(entry["detail"])["backwards"]
        return [number for number in numbers if number < entry["number"]]
    except (ValueError, KeyError, TypeError):
        return ()


def is_entry(entry: Any) -> bool:
    """Whether a plain value has the fields of an entry and no others, and the right types in those `verify` reads."""
    return (
        isinstance(entry, Mapping)
        and entry.keys() == _FIELDS
        and type(entry["number"]) is int
        and all(isinstance(entry[name], str) for name in ("hash", "previous", "algorithm", "at", "act", "detail"))
    )


def _check_entry(entry: Mapping[str, Any], number: int, previous: str, result: Verification) -> bool:
    """Whether the content of the entry matches its hash; every defect is added to `result`."""
    own = entry["number"]
    if own != number:
        result.problems.append(Problem(own, f"编号不连续：应为第 {number} 号，实为第 {own} 号。"))
    elif previous and entry["previous"] != previous:
        result.problems.append(Problem(number, f"第 {number} 号与前一条接不上。"))
    try:
        genuine = bool(entry_hash(entry) == entry["hash"])
    except (ValueError, TypeError):
        genuine = False
    if not genuine:
        result.problems.append(Problem(own, f"第 {own} 号的内容与其校验值不符。"))
    return genuine
