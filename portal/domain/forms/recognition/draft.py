"""What recognition has found so far in one form: texts, rows, the cells they come from, sentences for the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from portal.domain.documents import Document, Row, blank, clean_text, with_rows, with_value
from portal.domain.forms import leftovers, units
from portal.domain.forms.form import Form, Slot
from portal.domain.forms.recognition.index import Position
from portal.domain.forms.sheets import GridCell

NewId = Callable[[str, int], str]
"""The id of the n-th row (1, 2, …) of a list."""


@dataclass(frozen=True, slots=True)
class CaptionUse:
    """A caption of a file, as it stands there, and what it was taken for.

    list_name: of a column, "" of a caption outside the lists. path: of the field, or one of `caption_uses.PARTS`; "" if
    nothing was read. sample: the first text under or beside the caption.
    """

    form_id: str
    list_name: str
    caption: str
    path: str
    sample: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document found in a grid. converted: sentences on amounts converted to the form's unit, and on what else the
    document says otherwise than the file, or leaves out. unplaced: cells with text that has no place in the form.
    captions: empty where all stand as the form has them.
    """

    form: Form
    document: Document
    converted: tuple[str, ...] = ()
    unplaced: tuple[GridCell, ...] = ()
    captions: tuple[CaptionUse, ...] = ()


@dataclass(slots=True)
class Draft:
    """texts: by path. used: positions of cells that are accounted for; values: those among them that are no captions.

    captions: of cells that have no place, the caption beside or above them. first: first row of the table, after title
    and line above.
    """

    form: Form
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    used: set[Position] = field(default_factory=set)
    values: set[Position] = field(default_factory=set)
    captions: dict[Position, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    first: int = 0
    found: int = 0
    has_title: bool = False
    uses: list[CaptionUse] = field(default_factory=list)
    leftovers: list[tuple[GridCell, GridCell | None]] = field(default_factory=list)
    """Label and value of texts that the form does not show (表样以外的内容)."""

    def use(self, cells: Iterable[GridCell]) -> None:
        self.used.update(cell.position for cell in cells)

    def take(self, slot: Slot, cell: GridCell, text: str) -> None:
        """Take the fields of a cell; a text that does not match the pattern goes whole into the last field."""
        if slot.pattern is None:
            return
        values = slot.pattern.read(text)
        self.take_values(values if values is not None else {slot.pattern.paths[-1]: text}, cell)

    def take_values(self, values: dict[str, str], cell: GridCell) -> None:
        self.used.add(cell.position)
        self.values.add(cell.position)
        self.texts.update(values)

    def finished(self, cells: Iterable[GridCell], unit: str, *, own_units: bool = False) -> Recognised:
        """The document, with amounts converted from `unit` (元, 万元, "" for none named) to the form's.

        own_units: a unit behind an amount is read too; a table of the portal keeps such a text as it is.
        """
        amounts, sentences = units.convert_amounts(self.form, self.texts, unit, own_units=own_units)
        document = blank(self.form.kind, self.form.id)
        for path, text in (self.texts | amounts).items():
            document = with_value(document, path, clean_text(text)) if text else document
        for name, rows in self.lists.items():
            document = with_rows(document, name, rows)
        for caption, value in self.leftovers:
            path = leftovers.path_of(self.form, document, caption.text, self.form.fields)
            if path and value:
                document = with_value(document, path, clean_text(value.text))
                self.use((caption, value))
        told = (*sentences, *self.told)
        return Recognised(self.form, document, told, tuple(self._unplaced(cells)), tuple(self.uses))

    def _unplaced(self, cells: Iterable[GridCell]) -> Iterable[GridCell]:
        for cell in cells:
            if cell.position in self.used or not cell.text.strip():
                continue
            caption = self.captions.get(cell.position)
            text = f"{' '.join(caption.split()).rstrip('：:')}：{cell.text}" if caption else cell.text
            yield GridCell(cell.row, cell.column, cell.rowspan, cell.colspan, text, cell.place)
