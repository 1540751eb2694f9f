"""Recognition by captions: tables that others made, in any layout, read in the form that has most places for them.

Tables exactly as the portal writes them are read in `strict`.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Sequence
from dataclasses import dataclass

from portal.domain.amounts import WAN
from portal.domain.documents import Kind
from portal.domain.forms import captions, units
from portal.domain.forms.form import Form
from portal.domain.forms.recognition import above, caption_uses, heads, lists, titles
from portal.domain.forms.recognition.draft import Draft, NewId
from portal.domain.forms.recognition.heads import Pair
from portal.domain.forms.recognition.index import GridIndex, Position, Vocabulary
from portal.domain.forms.recognition.lists import ListHead
from portal.domain.forms.recognition.rows import ListReader, body_rows, running_text
from portal.domain.forms.sheets import GridCell

MIN_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the captions of a grid say, whatever the form. list_heads: the annual ones. others: rows of long-term lists.

    first: the first row with a caption. repeated: rows of heads that a page break repeats.
    """

    index: GridIndex
    words: Vocabulary
    pairs: Sequence[Pair]
    list_heads: Sequence[tuple[ListHead, Sequence[int]]]
    others: Sequence[tuple[ListHead, Sequence[int]]]
    first: int
    repeated: Sequence[int]
    unit: str
    is_whole_office: bool


def see(index: GridIndex, words: Vocabulary) -> Sighting:
    """Find the captions of a table."""
    own: list[tuple[ListHead, Sequence[int]]] = []
    others: list[tuple[ListHead, Sequence[int]]] = []
    taken: set[int] = set()
    body: set[int] = set()
    repeated: list[int] = []
    found = lists.find(index, words)
    for n, head in enumerate(found):
        end = found[n + 1].row if n + 1 < len(found) else index.height
        rows = list(body_rows(index, words, head, end))
        long_term = [row for row in rows if lists.is_long_term(running_text(index, head, row))]
        annual = [row for row in rows if row not in long_term]
        is_long_term = head.is_long_term and len(found) > 1
        if long_term or is_long_term:
            others.append((head, rows if is_long_term else long_term))
        if not is_long_term and own and head.repeats(own[-1][0]):
            repeated += range(head.row, head.body)
            own[-1] = (own[-1][0], [*own[-1][1], *annual])
        elif not is_long_term:
            own.append((head, annual))
        taken.update(rows, range(head.row, head.body))
        body.update(rows)
    free = [row for row in range(index.first, index.height) if row not in taken]
    pairs = heads.pairs(index, words, free)
    starts = [pair.caption.row for pair in pairs] + [head.row for head in found]
    first = min(starts, default=index.height)
    title = any(titles.is_whole_office(cell.text) for cell in index.cells if cell.row < first)
    return Sighting(index, words, pairs, own, others, first, repeated, _unit(index, pairs, body), title)


def best(sighting: Sighting, forms: Sequence[Form]) -> Form | None:
    """The form that has most places for what the table says; of equal ones that with the same unit, then the first."""
    layout = (tuple(forms), _layout(sighting))
    if layout not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[layout] = _best(sighting, forms)
    return _KNOWN[layout]


_KNOWN: dict[Hashable, Form | None] = {}
"""The form of each layout seen so far: the sheets of a workbook repeat theirs."""
_MOST_KNOWN = 200


def _layout(sighting: Sighting) -> Hashable:
    """All that `_score` looks at: captions with their places, which cells of the head are filled, columns, the unit."""
    rows = {pair.caption.row for pair in sighting.pairs}
    filled = (cell.position for cell in sighting.index.cells if cell.row in rows and cell.text.strip())
    pairs = ((pair.key, pair.caption.rowspan, pair.caption.end_column, *_ends(pair)) for pair in sighting.pairs)
    columns = ((head.name, *((c.column, c.key, c.outer) for c in head.columns)) for head, _ in sighting.list_heads)
    return (tuple(filled), tuple(pairs), tuple(columns), sighting.unit, sighting.is_whole_office)


def _ends(pair: Pair) -> tuple[Position, Position | None, bool]:
    return (pair.caption.position, pair.value.position if pair.value else None, bool(pair.text.strip()))


def _best(sighting: Sighting, forms: Sequence[Form]) -> Form | None:
    kinds = [form for form in forms if form.kind is _kind(sighting)]
    scored = [(_score(sighting, form), form) for form in kinds]
    score, form = max(scored, key=lambda each: each[0], default=((0, 0, 0.0), None))
    least = 1 if sighting.is_whole_office else MIN_FIELDS
    return form if score[0] >= least else None


def _kind(sighting: Sighting) -> Kind:
    """A list of indicators is a project's, unless the title names the whole office."""
    if sighting.is_whole_office:
        return Kind.DEPARTMENT
    names = {head.name for head, _ in sighting.list_heads}
    return Kind.DEPARTMENT if names and "indicators" not in names else Kind.PROJECT


def _score(sighting: Sighting, form: Form) -> tuple[int, int, float]:
    placed = heads.place(form, sighting.pairs, sighting.index)
    columns = sum(len(lists.assign(head, form).fields) for head, _ in sighting.list_heads[:1])
    filled = len(list(heads.filled(placed)))
    own = sum(target.keys[:1] == (pair.key,) for target, pair in placed.items())
    blank = len(placed) - filled
    return (filled + columns + bool(blank), int(sighting.unit in ("", form.unit)), own / max(len(form.fields), 1))


def read(sighting: Sighting, form: Form, new_id: NewId) -> Draft:
    """The document in `form`."""
    draft = Draft(form, first=sighting.first)
    for head, rows in sighting.list_heads:
        assigned = lists.assign(head, form)
        reader = ListReader(sighting.index, sighting.words, draft, head, assigned, new_id)
        if head.name in form.lists:
            reader.read(rows)
            draft.uses += caption_uses.of_list(sighting.index, form, head, assigned, rows)
        else:
            reader.leave(rows)
            draft.told.append(f"{form.kind.label}的表样没有绩效指标，{len(rows)} 行没有读入。")
    placed = heads.place(form, sighting.pairs, sighting.index)
    heads.take(draft, placed, sighting.pairs)
    draft.uses += caption_uses.of_heads(form, placed, sighting.pairs)
    for row in sighting.repeated:
        draft.use(sighting.index.row(row))
    for head, rows in sighting.others:
        draft.told.append(f"中长期（实施期）的绩效指标有 {len(rows)} 行，没有读入，只读入了年度指标。")
        for row in range(head.row, head.body):
            draft.use(sighting.index.row(row))
    _use_running_captions(sighting, draft)
    above.read(sighting.index, draft)
    draft.uses += caption_uses.of_unknown(sighting.index, draft)
    if form.unit == WAN and not sighting.unit and any(draft.texts.get(path) for path in units.amounts()):
        draft.told.append(f"文件没有写明金额单位，金额按表样以{WAN}为单位读入，请核对。")
    return draft


def _use_running_captions(sighting: Sighting, draft: Draft) -> None:
    """Captions beside a whole list (绩效指标, 年度绩效指标) say nothing of their own."""
    for head, rows in (*sighting.list_heads, *sighting.others):
        first = head.columns[0].column if head.columns else 0
        for row in (head.row, *rows):
            draft.use(cell for cell in sighting.index.row(row) if cell.column < first and "指标" in cell.text)


def _unit(index: GridIndex, pairs: Sequence[Pair], body: Container[int]) -> str:
    """The unit that the file names, in a cell of its own (单位：万元) or in brackets in a caption of the funds.

    body: rows of lists, whose texts may name the unit of a measure.
    """
    values = {pair.value.position for pair in pairs if pair.value and not pair.is_inline}
    return _first_unit(cell for cell in index.cells if cell.position not in values and cell.row not in body)


def unit_above(index: GridIndex, draft: Draft) -> str:
    """The unit above a table whose captions are all the form's own: no other cell can name another unit."""
    above_table = (cell for cell in index.cells if cell.row < draft.first and cell.position not in draft.values)
    return _first_unit(above_table)


def _first_unit(cells: Iterable[GridCell]) -> str:
    short = (cell.text for cell in cells if len("".join(cell.text.split())) <= captions.LONGEST)
    return next((unit for text in short if (unit := units.named_unit(text))), "")
