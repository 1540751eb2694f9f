"""`python -m bench.hostile`: how long other requests take while something tries to stop the portal.

The server is the Makefile's command, without a proxy in front. Each trouble of `troubles.TROUBLES` lasts for a while;
meanwhile people read pages, each over a new connection, and with some troubles others save forms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

from bench import generator, inprocess, shapes
from bench.client import Unexpected, Visitor, largest_form, quantile
from bench.generator import PASSWORD
from bench.report import Report
from bench.server import PostgreSQL, makefile_command, serve
from bench.subjects import REVIEWER, Subject, Subjects, choose
from bench.troubles import TROUBLES, Place, small_disk
from portal.extensions import db

OTHERS_P95 = 1.0
LONGEST_WRITE = 10.0
_READERS, _WRITERS = 4, 10
_PAUSES = 0.3, 1.0
"""Seconds between two requests of one person: of those who read, of those who save."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--troubles", default=",".join(TROUBLES), help=f"of {', '.join(TROUBLES)}")
    parser.add_argument("--size", type=int, default=1_000, help="number of tables")
    options = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hostile-")))
        disk = stack.enter_context(small_disk(folder / "disk"))
        for database in options.databases.split(","):
            instance = disk / database
            instance.mkdir(mode=0o777)
            if database == "postgresql":
                server = PostgreSQL(instance)
                stack.callback(server.close)
                url = server.create("hostile")
            else:
                url = f"sqlite:///{instance / 'portal.db'}"
            _measure(report, database, Place(url, instance, disk), options)
    print("\n".join(["", *report.table(), "", f"{len(report.missed())} targets missed."]))


def _measure(report: Report, database: str, place: Place, options: argparse.Namespace) -> None:
    with inprocess.portal_on(place.url, place.instance):
        generator.load(db.engine, shapes.of_size(options.size))
        subjects = choose(db.session(), 20)
    environment = {"DATABASE_URL": place.url, "INSTANCE": str(place.instance)}
    with serve(makefile_command(0)[-1], environment, place.instance) as served:
        place.port = served.port
        crowd = Crowd(report, database, served.port, subjects)
        for name in options.troubles.split(","):
            if name not in TROUBLES:
                print(f"{name}: not possible here, or not known", file=sys.stderr)
                continue
            print(f"{database}: {name} …", file=sys.stderr, flush=True)
            trouble = TROUBLES[name]
            with crowd.at_work(name, writing=trouble.writing):
                trouble.run(place, subjects.saved[0])
        for memory in served.memory()[-1:]:
            report.add(database, "largest worker afterwards", memory.resident, "MiB")
        begun = time.monotonic()
    report.add(database, "stop of the server", time.monotonic() - begun, "s", most=2.0)


class Crowd:
    """The other people: they read pages, and some save forms, until the trouble is over."""

    def __init__(self, report: Report, where: str, port: int, subjects: Subjects) -> None:
        self.report, self.where, self.port = report, where, port
        self.readers = [self._signed_in(REVIEWER) for _ in range(_READERS)]
        self.writers = [(self._signed_in(subject.drafter), subject) for subject in _spread(subjects.saved, _WRITERS)]
        self.paths = ["/", *(f"/tables/{subject.id}" for subject in subjects.shown[:20])]
        for visitor in self.readers:
            for path in self.paths[:3]:
                visitor.get(path)

    def _signed_in(self, username: str) -> Visitor:
        visitor = Visitor(self.port)
        visitor.sign_in(username, PASSWORD)
        return visitor

    def at_work(self, name: str, *, writing: bool) -> Work:
        return Work(self, name, writing)


class Work:
    """Context manager: the crowd works inside the block, and its waits are reported at the end."""

    def __init__(self, crowd: Crowd, name: str, writing: bool) -> None:
        self.crowd, self.name = crowd, name
        self._over = threading.Event()
        self._reads: list[float] = []
        self._writes: list[float] = []
        self._answers: Counter[int] = Counter()
        self._threads = [threading.Thread(target=self._read, args=(visitor,)) for visitor in crowd.readers]
        if writing:
            self._threads += [threading.Thread(target=self._write, args=writer) for writer in crowd.writers]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        report, where = self.crowd.report, self.crowd.where
        p95, remark = quantile(self._reads, 0.95), f"{len(self._reads)} pages, longest {max(self._reads):.1f} s"
        report.add(where, f"{self.name}: others, p95", p95, "s", most=OTHERS_P95, remark=remark)
        if self._writes:
            remark = ", ".join(f"{status}: {count}" for status, count in sorted(self._answers.items()))
            report.add(where, f"{self.name}: longest save", max(self._writes), "s", most=LONGEST_WRITE, remark=remark)

    def _read(self, visitor: Visitor) -> None:
        number = 0
        while not self._over.wait(_PAUSES[0]):
            path, number = self.crowd.paths[number % len(self.crowd.paths)], number + 1
            self._reads.append(_ask(visitor, visitor.request(path))[1])

    def _write(self, visitor: Visitor, subject: Subject) -> None:
        path = f"/tables/{subject.id}/edit"
        form = dict(largest_form(visitor.get(path).text))
        while not self._over.wait(_PAUSES[1]):
            body = {**form, "goals": f"1、{time.monotonic()}", "version": form["version"]}
            status, seconds = _ask(visitor, visitor.request(path, urlencode(body).encode()))
            self._writes.append(seconds)
            self._answers[status] += 1
            with suppress(Unexpected):  # the page fails too
                if status == 303:
                    form = dict(largest_form(visitor.get(path).text))


def _ask(visitor: Visitor, request: bytes) -> tuple[int, float]:
    """Status and seconds of an answer over a new connection; status 0 if there is none within the client's patience."""
    visitor.closed = True
    begun = time.monotonic()
    try:
        status = visitor.ask(request, status=None).status
    except (OSError, Unexpected):
        status = 0
    return status, time.monotonic() - begun


def _spread(subjects: Sequence[Subject], count: int) -> list[Subject]:
    return [subjects[number % len(subjects)] for number in range(count)]


if __name__ == "__main__":
    main()
