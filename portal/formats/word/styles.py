"""Page, fonts, styles, header and footer of the document. Its content is in `writer`."""

from __future__ import annotations

from typing import Any, cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from portal.domain.imprint import Imprint
from portal.formats.word.elements import Element, element, field, paragraph, run, tab

SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
TEXT_WIDTH = 9_638
"""Width between the margins in twips: A4 minus 2 cm on each side."""
TEXT_HEIGHT = 13_720
"""Height between the margins in twips."""
TABLE_POINTS = 10
STANDING = "Standing"
"""Id and name of the style of lines that say what a copy is; readers pass over them."""
_GREY = "A6A6A6"


def apply(document: Document) -> None:
    """Set page and styles of an empty document."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.3)
    section.header_distance = section.footer_distance = Cm(1.2)
    _base(document)
    _style(document, "Title", 22, HEI, after=6, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Subtitle", 14, SONG, after=18, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Heading 1", 18, HEI, after=10, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Heading 2", 15, HEI, before=8, after=6)
    _style(document, "Heading 3", 12, HEI, before=8, after=4)
    _style(document, "Contents Title", 15, HEI, before=6, after=8, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Text", 12, SONG, line=1.5, indent=24)
    _style(document, "Above Table", TABLE_POINTS, SONG, after=2, tab=TEXT_WIDTH)
    _style(document, "Section Caption", 14, HEI, before=2, after=6, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, STANDING, 9, SONG, after=4, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Imprint", 9, SONG, tab=TEXT_WIDTH)
    _style(document, "Cell", TABLE_POINTS, SONG)
    _style(document, "Cell Caption", TABLE_POINTS, SONG, align=WD_ALIGN_PARAGRAPH.CENTER)
    for level, left in ((1, 0), (2, 12)):
        contents = _style(document, f"toc {level}", 12, SONG, line=1.3, left=left)
        contents.paragraph_format.tab_stops.add_tab_stop(
            Pt(TEXT_WIDTH / 20), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )


def _base(document: Document) -> None:
    normal = cast(ParagraphStyle, document.styles["Normal"])
    _font(normal, 12, SONG)
    normal.paragraph_format.space_after = Pt(0)
    language = normal.element.get_or_add_rPr()
    language.append(element("w:lang", val="en-US", eastAsia="zh-CN"))


def _style(
    document: Document,
    name: str,
    points: float,
    font: str,
    *,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
    indent: float = 0,
    left: float = 0,
    tab: int = 0,
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> ParagraphStyle:
    known = {style.name for style in document.styles}
    if name in known:
        style = cast(ParagraphStyle, document.styles[name])
        _plain(style)
    else:
        style = cast(ParagraphStyle, document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = document.styles["Normal"]
    _font(style, points, font)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), line
    shape.first_line_indent, shape.left_indent = Pt(indent), Pt(left)
    shape.alignment = align
    if tab:
        shape.tab_stops.add_tab_stop(Pt(tab / 20), WD_TAB_ALIGNMENT.RIGHT)
    return style


def _font(style: ParagraphStyle, points: float, font: str) -> None:
    style.font.name, style.font.size = LATIN, Pt(points)
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.bold = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)


def _plain(style: ParagraphStyle) -> None:
    """Remove borders, spacing and colours that the title styles of python-docx's template have."""
    for container, names in (
        (style.element.pPr, ("pBdr", "contextualSpacing")),
        (style.element.rPr, ("spacing", "kern", "i", "iCs", "color")),
    ):
        for name in names:
            for child in container.findall(qn(f"w:{name}")) if container is not None else ():
                container.remove(child)


def header(section: Section, imprint: Imprint, *, is_draft: bool) -> None:
    """Write where the text comes from and what it is, for drafts with 草拟 in large grey letters."""
    body = _emptied(section.header)
    body.append(paragraph("Imprint", run(imprint.source), tab(), run(imprint.taken)))
    if imprint.summary or is_draft:
        body.append(paragraph("Imprint", run(imprint.summary), *([tab(), _draft_mark()] if is_draft else [])))


def _draft_mark() -> Element:
    mark = run("草　拟")
    mark.insert(0, element("w:rPr", element("w:b"), element("w:color", val=_GREY), element("w:sz", val=44)))
    return mark


def footer(document: Document, anchor: str) -> None:
    """Write the page number, and the head of the audit log if `anchor` is given."""
    body = _emptied(document.sections[0].footer)
    body.append(
        paragraph("CellCaption", run("第 "), *field("PAGE", "1"), run(" 页　共 "), *field("NUMPAGES", "1"), run(" 页"))
    )
    if anchor:
        body.append(paragraph("CellCaption", run(f"审计记录：{' '.join(anchor.split())}")))


def _emptied(place: Any) -> Any:
    """The element of a header or footer of its own, without content."""
    place.is_linked_to_previous = False
    body = place._element
    for child in list(body):
        body.remove(child)
    return body
