"""pytest plugin: runs the tests that a file names, in its order, and writes the name of the first that fails to it.

`workspace` loads it with `-p` and names the file in WANTED. A test that a change of the code takes away is left out.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

WANTED = "MUTANTS_WANTED"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    order = {test: number for number, test in enumerate(_file().read_text(encoding="utf-8").splitlines())}
    wanted = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in order])
    items[:] = wanted


def pytest_sessionstart() -> None:
    _result().write_text("", encoding="utf-8")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _result().write_text(report.nodeid, encoding="utf-8")


def _file() -> Path:
    return Path(os.environ[WANTED])


def _result() -> Path:
    return _file().with_suffix(".failed")
