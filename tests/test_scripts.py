"""The portal's own scripts: their unit tests in Node.js where it is there, and what their tools may not bring along."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from config import ROOT

OLDEST_NODE = 18
"""The first with a test runner of its own."""
TESTS = sorted((ROOT / "tests" / "scripts").glob("*.test.js"))


def node() -> str | None:
    """Node.js, if there is one that can run the tests."""
    path = shutil.which("node")
    if path is None:
        return None
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    return path if int(version.removeprefix("v").split(".")[0]) >= OLDEST_NODE else None


NODE = node()


@pytest.mark.skipif(NODE is None, reason=f"the unit tests of portal/static need Node.js {OLDEST_NODE} or later")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_scripts_in_node(path: Path) -> None:
    run = subprocess.run([str(NODE), "--test", str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr


def test_lock_of_script_tools_names_no_registry() -> None:
    """Only digests, so that any registry or mirror serves; .npmrc keeps npm from writing where a package came from."""
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in lock
    assert [line for line in lock.splitlines() if '"resolved"' in line or "registry" in line] == []


def test_versions_of_script_tools_are_exact() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert [version for version in package["devDependencies"].values() if not version[0].isdigit()] == []
