"""pytest plugin: writes which test runs which line of portal/ and how long each test takes.

`covering` loads it with `-p` and names the folder of the records in RECORDS. Each process writes a file of its
own there. Coverage starts here and not by its command, so that a line that runs in a test counts for that test.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

RECORDS = "MUTANTS_RECORDS"

_measured = coverage.Coverage(data_file=None, config_file=False, source=["portal"], messages=False)
_measured.start()
_seconds: dict[str, float] = {}
_failed: set[str] = set()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests on PostgreSQL that run on SQLite too: they run the same lines, and take longer."""
    collected = {item.nodeid for item in items}
    twins = {test for test in collected if "[postgresql" in test and _on_sqlite(test) in collected}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in twins])
    items[:] = [item for item in items if item.nodeid not in twins]


def _on_sqlite(test: str) -> str:
    return test.replace("[postgresql", "[sqlite")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    _measured.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        _measured.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration
    if not report.passed:
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    _measured.stop()
    data = _measured.get_data()
    root = Path.cwd()
    lines = {
        Path(file).relative_to(root).as_posix(): {
            number: [context for context in contexts if context]
            for number, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    passed = {test: seconds for test, seconds in _seconds.items() if test not in _failed}
    record = {"lines": lines, "seconds": passed}
    (Path(os.environ[RECORDS]) / f"{os.getpid()}.json").write_text(json.dumps(record), encoding="utf-8")
