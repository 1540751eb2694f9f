"""Fuzzer of the file readers: mutates small sound files and reads them (`make fuzz FUZZ_ARGS="10000 docx"`).

A reader may read a file or refuse it with one sentence. Anything else is a finding: its file is kept in `dist/fuzz/`
and belongs into the tests of that reader. A run is repeatable by its seed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import re
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

from portal.domain.errors import Refused
from portal.formats import excel, files, json_file, text, word
from tests.formats.layout_files import as_docx, as_html, as_xls, as_xlsx, drawing, grid
from tests.formats.raw_word import document, paragraph, paragraphs, run, table

KEPT = Path("dist/fuzz")
MOST_SECONDS = 5.0
SEED = Path(__file__).parent / "data" / "gucheng-2020.txt"

Mutation = Callable[[random.Random, bytes], bytes]


def sources() -> dict[str, list[bytes]]:
    """Sound files of each format."""
    seed = text.read(SEED.read_bytes()).text
    drawings = [drawing(name) for name in ("02", "06", "17")]
    pages = [as_html(each) for each in drawings]
    return {
        "docx": [_needed(as_docx(each)) for each in drawings] + [_needed(word.write(seed)), _office_document()],
        "xlsx": [_needed(each) for each in (*map(as_xlsx, drawings), excel.write(seed))],
        "xls": [as_xls(each) for each in drawings],
        "html": [*pages, pages[0].replace("古城街道办事处".encode(), pages[1])],
        "text": [SEED.read_bytes(), SEED.read_bytes().decode().encode("gb18030"), *map(_tabbed, drawings)],
        "json": [json_file.write(seed)],
    }


def _needed(data: bytes) -> bytes:
    """A package with the parts that are read, so that mutations hit these."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _zipped({name: archive.read(name) for name in archive.namelist() if _READ.search(name)})


_READ = re.compile(r"rels$|Types|document|numbering|notes|workbook|sheet|sharedStrings|xl/styles")


def _zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _office_document() -> bytes:
    """A Word file with a table in a cell, a control, changes, a text box, a numbered list and a footnote."""
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    special = {
        "@list": table("一级指标 | 二级指标 | 三级指标 | 指标值\n产出指标↓2 | 数量指标 | 甲 | 5个\n质量指标 | 乙 | 好"),
        "@goals": paragraph("清淤", numbered) + paragraph("加固", numbered),
        "@office": paragraph(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('水库所')}</w:sdtContent></w:sdt>"),
        "@name": paragraph(f'<w:ins w:id="1">{run("水库")}</w:ins><w:del w:id="2">{run("旧")}</w:del>'),
        "@box": paragraph(f"<w:r><w:pict><w:txbxContent>{paragraph('章')}</w:txbxContent></w:pict></w:r>"),
    }
    source = "项目名称 | @name | 实施单位 | @office\n资金总额 | 80 | 其他资金 | @box\n"
    source += "年度目标 | @goals→3\n绩效指标 | @list→3"
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1、"/></w:lvl>'
    numbering = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    notes = f'<w:footnote w:id="2">{paragraph("注")}</w:footnote>'
    body = table(source, lambda own: special.get(own) or paragraphs(own))
    return document(paragraph("绩效目标表"), body, parts={"numbering": numbering, "footnotes": notes})


def _tabbed(source: str) -> bytes:
    held = grid(source)
    places = {(cell.row, cell.column): cell.text for cell in held.cells}
    rows = ("\t".join(places.get((row, n), "") for n in range(held.width)) for row in range(held.height))
    return "\n".join(rows).encode()


def flip(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        changed[rng.randrange(len(changed))] = rng.choice((0, 255, rng.randrange(256)))
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def drop(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.choice((1, 4, 64, 1_000)) :]


def repeat(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.choice((1, 16, 200))]
    return data[:start] + piece * rng.choice((2, 3, 50)) + data[start:]


def swap_numbers(rng: random.Random, data: bytes) -> bytes:
    """Replace a digit run by a number that a reader may trust too much."""
    digits = [n for n, byte in enumerate(data) if 48 <= byte <= 57]
    if not digits:
        return data
    at = rng.choice(digits)
    return data[:at] + rng.choice((b"0", b"-1", b"65535", b"99999999", b"1e999")) + data[at + 1 :]


MUTATIONS: tuple[Mutation, ...] = (flip, cut, drop, repeat, swap_numbers)


def mutated(rng: random.Random, data: bytes) -> bytes:
    """A mutated file; of an archive, mostly one with a mutated part."""
    mutation = rng.choice(MUTATIONS)
    if not data.startswith(b"PK") or rng.random() < 0.3:
        return mutation(rng, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(parts))
    return _zipped(parts | {name: mutation(rng, parts[name])})


def fault_of(data: bytes, name: str) -> str:
    """What is wrong with reading these bytes; "" if they are read or refused in one sentence."""
    start = time.perf_counter()
    try:
        files.read(name, data)
    except Refused as refusal:
        if not refusal.message.endswith("。") or "\n" in refusal.message:
            return f"no sentence: {refusal.message}"
    except Exception:
        return traceback.format_exc()
    spent = time.perf_counter() - start
    return f"{spent:.1f} s" if spent > MOST_SECONDS else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=10_000, help="files per reader")
    parser.add_argument("readers", nargs="*", help="all readers if none is named")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    findings = 0
    for reader, seeds in sources().items():
        if asked.readers and reader not in asked.readers:
            continue
        rng = random.Random(f"{asked.seed} {reader}")
        seen: set[str] = set()
        for _ in range(asked.count):
            data = mutated(rng, rng.choice(seeds))
            fault = fault_of(data, "a.json" if reader == "json" else "a")
            key = fault.strip().rpartition("\n")[2]
            if fault and key not in seen:
                seen.add(key)
                KEPT.mkdir(parents=True, exist_ok=True)
                kept = KEPT / f"{reader}-{hashlib.sha256(data).hexdigest()[:12]}"
                kept.write_bytes(data)
                print(f"{kept}\n{fault}", flush=True)
        print(f"{reader}: {asked.count} files, {len(seen)} findings", flush=True)
        findings += len(seen)
    raise SystemExit(findings > 0)


if __name__ == "__main__":
    main()
