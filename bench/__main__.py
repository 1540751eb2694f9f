"""`python -m bench`: measure every database at every size, and print the figures beside their targets."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from bench import generator, inprocess, register, shapes
from bench.over_http import Measurement
from bench.report import Report, machine
from bench.server import PostgreSQL, serve
from bench.shapes import Shape
from bench.subjects import choose
from portal.extensions import db

DATABASES = ("sqlite", "postgresql")
SHAPES = (shapes.of_size(1_000), shapes.of_size(10_000), shapes.DISTRICT, shapes.PROVINCE)
GROWTH = 1.2
"""Highest ratio of the time of a save or a submission in the largest portal to its time in the smallest."""


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # exits through the context managers, which clean up
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    report, begun = Report(), time.monotonic()
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = None
        if "postgresql" in options.databases:
            server = PostgreSQL(folder)
            stack.callback(server.close)
            print(f"PostgreSQL: {server.settings()}")
        inprocess.files_and_rules(report, folder)
        register.measure(report, folder)
        for shape in options.shapes:
            for database in options.databases:
                try:
                    with _database(database, server, folder) as (url, instance):
                        _measure(report, database, shape, url, instance, options)
                except Exception:  # figures measured so far, and other databases, remain useful
                    print(f"{database} {shape.name}: not measured to its end", file=sys.stderr)
                    traceback.print_exc()
    _growth(report, options)
    print("\n".join(["", *report.table(), ""]))
    print(f"{len(report.missed())} targets missed; {time.monotonic() - begun:.0f} s in all.")
    if options.json:
        options.json.write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench BENCH_ARGS=…", description=__doc__)
    parser.add_argument("--shapes", type=_shapes, default=SHAPES, help="numbers of tables and names, 1000,district")
    parser.add_argument("--databases", type=_databases, default=DATABASES, help="sqlite,postgresql")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each run with 16 clients")
    parser.add_argument("--samples", type=int, default=100, help="for each figure with one client")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    return parser.parse_args(arguments)


def _shapes(words: str) -> tuple[Shape, ...]:
    return tuple(sorted((shapes.read(word) for word in words.split(",")), key=lambda shape: shape.size))


def _databases(words: str) -> tuple[str, ...]:
    chosen = tuple(words.split(","))
    if unknown := set(chosen) - set(DATABASES):
        raise argparse.ArgumentTypeError(f"no such database: {', '.join(unknown)}")
    return chosen


@contextmanager
def _database(database: str, server: PostgreSQL | None, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield URL and instance folder of an empty database; delete both after the block."""
    instance = folder / uuid4().hex
    instance.mkdir()
    try:
        if server is None or database == "sqlite":
            yield f"sqlite:///{instance / 'portal.db'}", instance
        else:
            url = server.create(instance.name)
            try:
                yield url, instance
            finally:
                server.drop(instance.name)
    finally:
        shutil.rmtree(instance)


def _measure(
    report: Report, database: str, shape: Shape, url: str, instance: Path, options: argparse.Namespace
) -> None:
    where = f"{database} {shape.name}"
    with inprocess.portal_on(url, instance) as app:
        begun = time.perf_counter()
        loaded = generator.load(db.engine, shape)
        seconds = time.perf_counter() - begun
        report.add(
            where, "loading, then ANALYZE", seconds, "s", remark=f"{loaded.offices} offices, {loaded.entries:,} entries"
        )
        print(f"{where}: loaded in {seconds:.0f} s, analyzed; measuring …", flush=True)
        subjects = choose(db.session(), options.samples + 1)
        inprocess.look_up(report, where, subjects)
        inprocess.attend(report, where, subjects)
        inprocess.count_statements(report, where, app, subjects)
    environment = {
        "DATABASE_URL": url,
        "INSTANCE": str(instance),
        "BENCH_ROWS": ",".join(map(str, subjects.first)),
    }
    with (
        serve("portal.front.server:app", environment, instance) as portal,
        serve("bench.bare:app", environment, instance) as bare,
    ):
        measurement = Measurement(report, database, shape.name, portal, bare, subjects)
        measurement.run(options.samples, options.seconds)
    with inprocess.portal_on(url, instance):
        inprocess.count_saves(report, where, measurement.written)
        inprocess.verify(report, where)


def _growth(report: Report, options: argparse.Namespace) -> None:
    """Report the ratio of times in the largest portal to the smallest; the bare page's shows machine noise."""
    least, most = options.shapes[0].name, options.shapes[-1].name
    if least == most:
        return
    for database in options.databases:
        grown = {}
        for what in ("bare page", "save", "submit"):
            small = report.find(f"{database} {least}", f"{what}, p50")
            large = report.find(f"{database} {most}", f"{what}, p50")
            if small and large:
                grown[what] = large / small
        remark = f"bare page {grown.pop('bare page', 1.0):.2f}"
        for what, ratio in grown.items():
            report.add(database, f"{what}, p50, {most} to {least}", ratio, "", most=GROWTH, remark=remark)


if __name__ == "__main__":
    main()
