"""Fuzzer of the file readers: mutates small sound files and reads them (`make fuzz FUZZ_ARGS="10000 docx"`).

A reader may read a file or refuse it with one sentence. Anything else is a finding: its file is kept in `dist/fuzz/`
and belongs into the tests of that reader. A run is repeatable by its seed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

from portal.domain.errors import Refused
from portal.formats import files, json_file, text, word
from tests.formats.layout_files import as_docx, as_html, as_xls, as_xlsx, drawing

KEPT = Path("dist/fuzz")
MOST_SECONDS = 5.0
SEED = Path(__file__).parent / "data" / "gucheng-2020.txt"

Mutation = Callable[[random.Random, bytes], bytes]


def sources() -> dict[str, list[bytes]]:
    """Sound files of each format."""
    seed = text.read(SEED.read_bytes()).text
    drawings = [drawing(name) for name in ("02", "06", "17")]
    return {
        "docx": [as_docx(each) for each in drawings] + [word.write(seed)],
        "xlsx": [as_xlsx(each) for each in drawings],
        "xls": [as_xls(each) for each in drawings],
        "html": [as_html(each) for each in drawings],
        "text": [SEED.read_bytes(), SEED.read_bytes().decode().encode("gb18030")],
        "json": [json_file.write(seed)],
    }


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
    name = rng.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    parts[name] = mutation(rng, parts[name])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return stream.getvalue()


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
                print(f"{kept}\n{fault}")
        print(f"{reader}: {asked.count} files, {len(seen)} findings")
        findings += len(seen)
    raise SystemExit(findings > 0)


if __name__ == "__main__":
    main()
