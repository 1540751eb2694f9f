"""Heads of tables that others made: captions, each with the cell beside or below it, and the form's fields for them.

Lists are read in `lists`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.domain.forms import captions
from portal.domain.forms.form import Form, Slot
from portal.domain.forms.patterns import Pattern, Placeholder
from portal.domain.forms.recognition import above
from portal.domain.forms.recognition.draft import Draft
from portal.domain.forms.recognition.index import GridIndex, Position, Vocabulary
from portal.domain.forms.sheets import GridCell


@dataclass(frozen=True, slots=True)
class Pair:
    """A caption and the cell of its value, which may be the same cell; `value` None if there is none. text: of the
    value.
    """

    caption: GridCell
    key: str
    value: GridCell | None
    text: str

    @property
    def is_inline(self) -> bool:
        return self.value is self.caption


@dataclass(frozen=True, slots=True)
class Target:
    """A place of a form: its slot, the captions that files may have for it, and whether its value stands further down
    beside its caption (资金用途 of the form of 2017).
    """

    slot: Slot
    paths: tuple[str, ...]
    keys: tuple[str, ...]
    down: int = 0


def pairs(index: GridIndex, words: Vocabulary, rows: Iterable[int]) -> list[Pair]:
    """The captions that start in these rows, each with its value."""
    found: list[Pair] = []
    taken: set[Position] = set()
    for row in rows:
        for cell in index.own(row):
            if cell.position in taken:
                continue
            if words.is_head(cell.text):
                value = _value(index, words, cell)
                found.append(Pair(cell, captions.key_without_unit(cell.text), value, value.text if value else ""))
                taken.update([value.position] if value else [])
            else:
                found += (Pair(cell, key, cell, text) for key, text in _within(words, cell.text))
    return found


def _within(words: Vocabulary, text: str) -> list[tuple[str, str]]:
    """Captions and values that share a cell: 实施单位：甲, 其他资金 20, 财政拨款80万元."""
    if len(text) > _LONGEST_INLINE:
        text, _, rest = text.partition("\n")
        own = captions.within(text, words.heads)
        return [*own[:-1], (own[-1][0], f"{own[-1][1]}\n{rest}".strip())] if own else []
    if own := captions.within(text, words.heads):
        return own
    amount = _AMOUNT.fullmatch(text.strip())
    key = captions.key_without_unit(amount[1]) if amount else ""
    return [(key, amount[2])] if amount and key in words.amounts else []


_LIST = "绩效指标"
"""The end of captions beside a whole list."""
_LONGEST_INLINE = 200
_AMOUNT = re.compile(r"(\D{2,30}?)[\s:：]*([0-9][0-9,]*(?:\.[0-9]+)?\s?(?:万元|元)?)")


def _value(index: GridIndex, words: Vocabulary, caption: GridCell) -> GridCell | None:
    """The cell to the right; below a caption with another caption, or nothing, to its right."""
    right = index.at.get((caption.row, caption.end_column))
    if not index.keeps_merges:
        right = next((cell for cell in index.own(caption.row) if cell.column >= caption.end_column), right)
    below = index.at.get((caption.end_row, caption.column))
    if below and not _is_below(index, words, caption, below):
        below = None
    if right and right.row == caption.row and not words.is_caption(right.text) and not _has_amount(words, right):
        if right.text.strip() or below is None or not below.text.strip():
            return right
        return below if _is_head_row(index, words, caption) else right
    if right and below is None and _may_be_value(index, words, caption, right):
        return right
    return below


def _may_be_value(index: GridIndex, words: Vocabulary, caption: GridCell, right: GridCell) -> bool:
    """Whether a text in the words of a caption is the value beside one: it ends its row and has no value of its own."""
    is_alike = words.is_caption(right.text) and right.rowspan == caption.rowspan
    return is_alike and right is index.row(right.row)[-1] and _value(index, words, right) is None


def _is_below(index: GridIndex, words: Vocabulary, caption: GridCell, below: GridCell) -> bool:
    """Whether a cell can be the value of the caption above it: it is none itself, and stands beside no other one."""
    key = captions.key_without_unit(below.text)
    if below.column != caption.column or words.is_caption(below.text) or _within(words, below.text):
        return False
    if key.endswith(_LIST):
        return False
    beside = [cell for cell in index.own(below.row) if cell.column < below.column][-1:]
    return not any(words.is_caption(cell.text) for cell in beside)


def _has_amount(words: Vocabulary, cell: GridCell) -> bool:
    """Whether a cell beside a caption over several amounts (项目资金) is one of them, with its own caption."""
    return any(key in words.amounts for key, _ in _within(words, cell.text))


def _is_head_row(index: GridIndex, words: Vocabulary, caption: GridCell) -> bool:
    """Whether a row consists of captions and blank cells, so that values stand below them."""
    own = list(index.own(caption.row))
    return len(own) > 1 and all(words.is_head(cell.text) for cell in own)


@lru_cache(maxsize=64)
def targets(form: Form) -> tuple[Target, ...]:
    """The places of a form outside its lists, and those of project code and name if it does not show them."""
    found = []
    slots = (*form.above, *(slot for section in form.sections for slot in form.slots(section)))
    for slot in slots:
        if slot.pattern is None:
            continue
        caption = form.anchors.get(slot.pattern.paths[-1], (None, slot))[0]
        is_own_group = caption is not None and (caption.group or len(_beside(form, caption)) > 1)
        names = [caption.caption] if caption else []
        if not is_own_group or len(slot.pattern.paths) > 1:
            names += [name for path in reversed(slot.pattern.paths) for name in form.names(path)]
        elif caption and slot.row > caption.row:
            names += captions.names(slot.pattern.paths[0])
        down = slot.row - caption.row if caption and caption.column != slot.column else 0
        found.append(Target(slot, slot.pattern.paths, _keys(names), down))
    for path in form.above_the_sheet:
        slot = Slot(0, 0, 1, 1, pattern=Pattern((Placeholder(path),)))
        found.append(Target(slot, (path,), _keys(form.names(path))))
    return tuple(found)


def _beside(form: Form, caption: Slot) -> set[Slot]:
    return {value for other, value in form.anchors.values() if other == caption}


def _keys(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(captions.key_without_unit(name) for name in names))


def place(form: Form, found: Sequence[Pair], index: GridIndex) -> dict[Target, Pair]:
    """The caption and value for each place of the form; a caption of the year is preferred to any other."""
    placed: dict[Target, Pair] = {}
    taken: set[int] = set()
    total: GridCell | None = None
    by_key: dict[str, list[Pair]] = {}
    for pair in found:
        by_key.setdefault(pair.key, []).append(pair)
    for target in targets(form):
        candidates = [pair for key in target.keys for pair in by_key.get(key, ()) if id(pair) not in taken]
        candidates = [pair for pair in (_further_down(pair, target, index) for pair in candidates) if pair.value]
        if not candidates:
            continue
        column = total.column if total and target.paths[0].startswith("budget/") else None
        best = min(candidates, key=lambda pair: (_rank(pair, target), column not in (None, pair.caption.column)))
        if target.paths == ("budget/total",):
            total = best.caption
        placed[target] = best
        taken |= {id(pair) for pair in by_key[best.key] if pair.caption is best.caption}
    return placed


def _further_down(pair: Pair, target: Target, index: GridIndex) -> Pair:
    """The pair with the value of a caption over several rows, if the form has it in a further row."""
    if not target.down or pair.key != target.keys[0]:
        return pair
    value = index.at.get((pair.caption.row + target.down, pair.caption.end_column))
    if value is None or target.down >= pair.caption.rowspan:
        return pair
    return Pair(pair.caption, pair.key, value, value.text)


def _rank(pair: Pair, target: Target) -> tuple[bool, bool, int]:
    """Smaller for captions of the year, then beside a text, then for the form's own caption and for likelier names."""
    return (not _is_annual(pair.key), not pair.text.strip(), target.keys.index(pair.key))


@lru_cache(maxsize=1_024)
def _is_annual(key: str) -> bool:
    return any(word in key for word in captions.words("other", "annual"))


def take(draft: Draft, placed: dict[Target, Pair], found: Sequence[Pair]) -> None:
    """Take the placed values; what stands beside a caption without a place is unplaced together with its caption."""
    own = {id(pair) for pair in placed.values()}
    left = {pair.caption.position for pair in found if pair.is_inline and pair.text and id(pair) not in own}
    for target, pair in placed.items():
        if pair.value is None or (pair.value.position in draft.used and not pair.is_inline):
            continue
        draft.used.add(pair.caption.position)
        draft.found += 1
        values = above.office(target.slot.pattern, pair.text) if target.slot.pattern else None
        if values:
            draft.take_values(values, pair.value)
        else:
            draft.take(target.slot, pair.value, pair.text)
    for pair in found:
        if pair.is_inline:
            continue
        draft.used.add(pair.caption.position)
        if pair.value and pair.value.position not in draft.used:
            draft.captions[pair.value.position] = pair.caption.text
    draft.used -= left


def filled(placed: dict[Target, Pair]) -> Iterator[Target]:
    return (target for target, pair in placed.items() if pair.text.strip())
