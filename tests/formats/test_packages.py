"""Office packages: names of parts, relationships between them, limits."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from portal.formats import packages
from portal.formats.packages import Package, Relationship
from portal.formats.reading import Unreadable

RELS = (
    "<R><!-- a comment -->"
    '<r Id="a" Type="http://x/worksheet" Target="../a.xml"/>'
    '<r Id="b" Type="http://x/worksheet" Target="/xl/b.xml"/>'
    '<r Id="c" Type="http://x/hyperlink" Target="http://elsewhere/" TargetMode="External"/>'
    "<r/></R>"
)


def packed(*parts: tuple[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def test_part_is_found_whatever_the_case_and_slash_of_its_name() -> None:
    package = Package(packed(("/Word/Document.xml", "<a/>")))
    assert package.has("word/document.xml")
    assert package.read("word/document.XML") == b"<a/>"
    assert package.xml("Word/Document.xml").tag == "a"


def test_part_that_is_not_there_is_empty() -> None:
    package = Package(packed(("a", "")))
    assert (package.read("b"), package.xml("b"), package.main(), package.type_of("b")) == (b"", None, "", "")
    assert list(package.relationships("b")) == []
    assert not package.has_pictures


def test_first_of_two_parts_of_one_name_counts() -> None:
    assert Package(packed(("a", "first"), ("a", "second"))).read("a") == b"first"


def test_targets_are_resolved_from_the_folder_of_their_source_and_never_outside() -> None:
    package = Package(packed(("xl/sub/_rels/s.xml.rels", RELS), ("xl/media/1.png", "x")))
    assert list(package.relationships("xl/sub/s.xml")) == [
        Relationship("a", "worksheet", "xl/a.xml"),
        Relationship("b", "worksheet", "xl/b.xml"),
        Relationship("c", "hyperlink", ""),
        Relationship("", "", ""),
    ]
    assert package.has_pictures


def test_declared_macros_are_refused_also_in_utf16() -> None:
    for declared in ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "vbaProject"):
        for encoding in ("utf-8", "utf-16"):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                archive.writestr("[Content_Types].xml", declared.encode(encoding))
            with pytest.raises(Unreadable, match=packages.MACROS):
                Package(stream.getvalue())


@pytest.mark.parametrize(
    ("limit", "most", "is_refused"),
    [("MAX_PART", 9, True), ("MAX_PART", 10, False), ("MAX_TOTAL", 19, True), ("MAX_TOTAL", 20, False)],
)
def test_limits_of_parts_hold_to_the_byte(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int, is_refused: bool
) -> None:
    monkeypatch.setattr(packages, limit, most)
    package = Package(packed(("a", "x" * 10), ("b", "y" * 10)))
    if not is_refused:
        assert (package.read("a"), package.read("b")) == (b"x" * 10, b"y" * 10)
        return
    with pytest.raises(Unreadable, match=packages.BOMB):
        package.read("a"), package.read("b")


def test_limits_of_entries_and_marks_hold_to_the_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_ENTRIES", 2)
    assert Package(packed(("a", ""), ("b", ""))).has("a")
    with pytest.raises(Unreadable, match=packages.BOMB):
        Package(packed(("a", ""), ("b", ""), ("c", "")))
    monkeypatch.setattr(packages, "MAX_TAGS", 2)
    assert packages.parsed(b"<a></a>").tag == "a"
    with pytest.raises(Unreadable, match=packages.BOMB):
        packages.parsed(b"<a><b/></a>")
