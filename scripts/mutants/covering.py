"""Which tests run a line of portal/, from one run of all tests but the browser's, kept in .mutants/ of the checkout.

A later run measures again only modules of tests that are new or changed, and moves what is known to where the lines of
portal/ stand now. `python -m scripts.mutants --measure` measures everything again.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import config
from scripts.mutants import recorder, workspace

_CACHE = config.ROOT / ".mutants" / "covering.json"
_LEFT_OUT = "tests/browser/"  # a server of its own runs what these tests cover


@dataclass(frozen=True, slots=True)
class Covering:
    """lines: file → line number → tests. seconds: by test. sources, modules: texts of portal/, digests of tests."""

    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)

    def of_lines(self, file: str, lines: Iterable[int]) -> set[str]:
        """Tests that run one of `lines`; what runs at import runs in no test."""
        by_line = self.lines.get(file, {})
        return {test for line in lines for test in by_line.get(line, ()) if test in self.seconds}

    def of_files(self, files: Iterable[str]) -> set[str]:
        return {test for file in files for test in self.of_lines(file, self.lines.get(file, ()))}

    def of_no_line(self) -> set[str]:
        """Tests that run no line of portal/: they look at what its modules hold once they are imported."""
        running = {test for by_line in self.lines.values() for tests in by_line.values() for test in tests}
        return self.seconds.keys() - running

    def importers(self, file: str) -> list[str]:
        """Files of portal/ that import `file` by its module's name."""
        package, _, name = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".").rpartition(".")
        imports = re.compile(
            rf"^(?:from {package}\.{name}\b|import {package}\.{name}\b|from {package} import .*\b{name}\b)"
        )
        return [path for path, lines in self.sources.items() if any(imports.match(line) for line in lines)]


def known(*, measure: bool, jobs: int) -> Covering:
    """The present covering; measures what is missing and writes the cache."""
    old = Covering() if measure or not _CACHE.exists() else _read(_CACHE)
    modules = _modules()
    changed = [module for module, digest in modules.items() if old.modules.get(module) != digest]
    kept = {module for module in old.modules if old.modules[module] == modules.get(module)}
    found = Covering({}, {}, _sources(), modules)
    _move(old, found, kept)
    if changed:
        print(f"Measuring {len(changed)} of {len(modules)} modules of tests …", flush=True)
        for record in _measured(changed, jobs):
            _add(found, record)
    _write(_CACHE, found)
    return found


def _modules() -> dict[str, str]:
    paths = sorted((config.ROOT / "tests").rglob("test_*.py"))
    names = {path: path.relative_to(config.ROOT).as_posix() for path in paths}
    return {n: sha256(path.read_bytes()).hexdigest() for path, n in names.items() if not n.startswith(_LEFT_OUT)}


def _sources() -> dict[str, list[str]]:
    paths = (config.ROOT / "portal").rglob("*.py")
    return {p.relative_to(config.ROOT).as_posix(): p.read_text(encoding="utf-8").split("\n") for p in paths}


def _measured(modules: Sequence[str], jobs: int) -> Iterator[Mapping[str, Mapping[str, object]]]:
    with workspace.copies(1) as (root,), TemporaryDirectory() as records:
        workers = ("-n", str(jobs)) if jobs > 1 else ()
        arguments = ("-p", recorder.__name__, *workers, *modules)
        workspace.pytest(root, arguments, {recorder.RECORDS: records})
        for path in Path(records).iterdir():
            yield json.loads(path.read_text(encoding="utf-8"))


def _add(found: Covering, record: Mapping[str, Mapping[str, object]]) -> None:
    for file, by_line in record["lines"].items():
        known_lines = found.lines.setdefault(file, {})
        for line, tests in by_line.items():  # type: ignore[attr-defined]
            if tests:
                known_lines.setdefault(int(line), set()).update(tests)
    found.seconds.update(record["seconds"])  # type: ignore[arg-type]


def _move(old: Covering, found: Covering, modules: set[str]) -> None:
    """Add to `found` what `old` knows of `modules`, at the lines where their texts stand now."""
    found.seconds.update({test: s for test, s in old.seconds.items() if test.partition("::")[0] in modules})
    for file in found.sources.keys() & old.lines.keys():
        places = _places(old.sources[file], found.sources[file])
        moved: dict[int, set[str]] = defaultdict(set)
        for line, tests in old.lines[file].items():
            if line in places:
                moved[places[line]] = {test for test in tests if test in found.seconds}
        found.lines[file] = {line: tests for line, tests in moved.items() if tests}


def _places(old: list[str], new: list[str]) -> dict[int, int]:
    """Line number in `old` → in `new`; a changed line counts as the line that replaces it."""
    places = {}
    for _, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for line in range(start, end):
            if new_end > new_start:
                places[line + 1] = min(new_start + line - start, new_end - 1) + 1
    return places


def _read(path: Path) -> Covering:
    stored = json.loads(path.read_text(encoding="utf-8"))
    tests: list[str] = stored["tests"]
    lines = {
        file: {int(line): {tests[number] for number in numbers} for line, numbers in by_line.items()}
        for file, by_line in stored["lines"].items()
    }
    return Covering(lines, stored["seconds"], stored["sources"], stored["modules"])


def _write(path: Path, covering: Covering) -> None:
    """Tests are stored once and named by their number."""
    numbers = {test: number for number, test in enumerate(covering.seconds)}
    lines = {
        file: {line: sorted(numbers[test] for test in tests if test in numbers) for line, tests in by_line.items()}
        for file, by_line in covering.lines.items()
    }
    stored = {
        "tests": list(numbers),
        "lines": lines,
        "seconds": covering.seconds,
        "sources": covering.sources,
        "modules": covering.modules,
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
