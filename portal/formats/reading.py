"""The result of every reader, and the exception of a file that cannot be read. Readers are in their own modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.domain.documents import PerformanceText
from portal.domain.errors import Refused
from portal.domain.forms.recognition import CaptionUse

if TYPE_CHECKING:
    from portal.formats.pieces import Piece


class Unreadable(Refused):
    """The file is not a readable document of this format; the message is one Chinese sentence."""


class Convertible(Unreadable):
    """A file for no reader, which LibreOffice can turn into one of the format `target`; `message` if it is not there.

    ending: of such files, without the dot. way_out: what the person can do instead, a clause.
    """

    def __init__(self, what: str, way_out: str, *, ending: str, target: str) -> None:
        super().__init__(f"{what}；{way_out}。")
        self.way_out, self.ending, self.target = way_out, ending, target


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Text of the source that belongs to no field. line: in a text file, from 1. place: in any other file, in words."""

    line: int
    text: str
    place: str = ""

    @property
    def where(self) -> str:
        return self.place or f"第 {self.line} 行"


@dataclass(frozen=True, slots=True)
class Reading:
    """converted: sentences on what the documents leave out or say otherwise than the file (amounts in another unit).

    captions: each caption of the file once, with what it was taken for; empty where all stand as their form has them.
    source: from what the documents were recognised, to recognise them again with captions corrected; empty for formats
    that name their fields.
    """

    text: PerformanceText
    unplaced: tuple[Unplaced, ...] = ()
    converted: tuple[str, ...] = ()
    captions: tuple[CaptionUse, ...] = ()
    source: tuple[Piece, ...] = ()
