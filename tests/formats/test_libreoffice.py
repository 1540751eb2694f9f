"""Files that no reader takes, read through the real LibreOffice; skipped where it is not installed.

The mechanism is tested without it in tests/jobs.
"""

from __future__ import annotations

import shutil
import socket
from threading import Thread

import pytest

from portal.domain.documents import without_ids
from portal.formats import files, libreoffice
from portal.formats.excel.compound import CompoundFile
from portal.formats.libreoffice import LibreOffice
from portal.formats.reading import Convertible, Unreadable
from tests.databases import DATA
from tests.domain.files import archive
from tests.formats.workbook_files import offline

SOFFICE = shutil.which("soffice") or ""
pytestmark = pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
convert = LibreOffice(SOFFICE).convert
ODT = "application/vnd.oasis.opendocument.text"
MANIFEST = f"""
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
  <manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT}"/>
  <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
LINKED = """
<office:document-content
    xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
    xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
    xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    xmlns:xlink="http://www.w3.org/1999/xlink">
  <office:body><office:text><text:p>
    <draw:frame text:anchor-type="as-char" svg:width="2cm" svg:height="2cm">
      <draw:image xlink:href="{}" xlink:type="simple"/>
    </draw:frame>
  </text:p></office:text></office:body>
</office:document-content>"""
"""An ODT text with a linked picture, which LibreOffice fetches unless its settings forbid it."""
REAL = files.read("gucheng.txt", (DATA / "gucheng-2020.txt").read_bytes())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The real document in formats that LibreOffice writes, by ending."""
    filters = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "odt": "odt:writer8"}
    docx = files.write("docx", REAL.text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(libreoffice, "_FILTERS", filters)
        return {ending: convert(docx, "docx", ending) for ending in filters}


def test_offline_copy_that_calc_has_saved_is_known_with_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "_FILTERS", {"xlsx": "xlsx:Calc MS Excel 2007 XML"})
    own = [table for table in (REAL.text.department, *REAL.text.tables) if table]
    try:
        saved = convert(offline(*own), "xlsx", "xlsx")
    except libreoffice.NotConverted:
        pytest.skip("LibreOffice Calc is not installed")
    copy = files.returned_copy(saved)
    assert copy is not None and len(copy.tables) == len(own)
    assert [(table.refusal, table.told) for table in copy.tables] == [("", [])] * len(own)
    assert files.read("绩效.xlsx", saved).text == REAL.text


@pytest.mark.parametrize("ending", ["doc", "rtf", "odt"])
def test_real_document_is_read_as_from_text(written: dict[str, bytes], ending: str) -> None:
    reading = files.read(f"绩效.{ending}", written[ending], convert=convert)
    assert reading.text.department
    assert REAL.text.department
    assert without_ids(reading.text.department) == without_ids(REAL.text.department)
    assert [*map(without_ids, reading.text.tables)] == [*map(without_ids, REAL.text.tables)]
    assert reading.unplaced == ()


def test_doc_under_another_name_is_a_doc(written: dict[str, bytes]) -> None:
    for name in ("绩效.wps", "绩效.docx", "绩效.txt"):
        with pytest.raises(Convertible) as told:
            files.read(name, written["doc"])
        assert told.value.ending == "doc"


def refusal_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        files.read("a.doc", data, convert=convert)
    return refusal.value.message


def test_damaged_doc_is_refused_with_the_way_round(written: dict[str, bytes]) -> None:
    doc = written["doc"]
    for damaged in (doc[: len(doc) // 2], doc[:-3_000]):
        assert "文件已损坏" in refusal_of(damaged)
    assert "可能已损坏；请用 Word 或 WPS 打开，选“另存为”" in refusal_of(doc[:3_000] + bytes(30_000) + doc[33_000:])
    assert "可能已损坏" in refusal_of(rb"{\rtf1 " + b"{" * 100_000)


def test_doc_with_a_password_is_refused_as_such(written: dict[str, bytes]) -> None:
    doc = bytearray(written["doc"])
    head = doc.index(CompoundFile(written["doc"]).stream("WordDocument")[:32])
    doc[head + 11] |= 0x01
    assert refusal_of(bytes(doc)) == "文件带有打开密码，请去掉密码后再导入。"


def test_what_a_document_links_to_is_not_fetched() -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_serve, args=(server, asked), daemon=True).start()
        link = f"http://127.0.0.1:{server.getsockname()[1]}/seen.png"
        parts = {"content.xml": LINKED.format(link).encode(), "META-INF/manifest.xml": MANIFEST.encode()}
        converted = convert(archive({"mimetype": ODT.encode(), **parts}), "odt", "docx")
    assert converted.startswith(b"PK")
    assert asked == []


def _serve(server: socket.socket, asked: list[bytes]) -> None:
    try:
        while True:
            with server.accept()[0] as connection:
                asked.append(connection.recv(100))
    except OSError:
        return  # the test is over
