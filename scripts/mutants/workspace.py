"""A copy of the checkout in memory, and pytest running in it.

A copy holds what git tracks or would track. Bytecode is checked by the hash of its source, so that a change within the
same second, of the same length, is seen.
"""

from __future__ import annotations

import compileall
import importlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory

import config
from scripts.mutants import selector

_LINKED = (".venv", "node_modules")
_MEMORY = Path("/dev/shm")
_SECONDS_TO_STOP = 30
PASSED, FAILED, NO_TESTS = 0, 1, 5
_OWN = ("config", "portal", "scripts", "tests")
"""What a process must import from its copy."""
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(
    [
        *("pytest", "xdist", "hypothesis", "argon2", "docx", "lxml.html", "psycopg", "rapidfuzz", "re2"),
        *("flask", "flask_login", "flask_migrate", "flask_sqlalchemy", "flask_wtf", "sqlalchemy.orm"),
    ]
)
_OPTIONS = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")


@dataclass(frozen=True, slots=True)
class Outcome:
    """failed: the first test that failed; "" where all passed, or the code could not even be imported."""

    is_passed: bool
    failed: str = ""


@contextmanager
def copies(number: int) -> Iterator[list[Path]]:
    """Yield the roots of `number` equal copies, in memory where the system has such a folder."""
    with TemporaryDirectory(prefix="mutants-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None) as folder:
        roots = [Path(folder) / str(each) for each in range(number)]
        for root in roots:
            _copy(root)
        yield roots


def _copy(root: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=config.ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if name not in _LINKED and (config.ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(config.ROOT / name, root / name)
    for name in _LINKED:
        if (config.ROOT / name).exists():
            (root / name).symlink_to((config.ROOT / name).resolve())
    compileall.compile_dir(root / "portal", quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)


def pytest(root: Path, arguments: Sequence[str], environment: Mapping[str, str], seconds: float | None = None) -> int:
    """Run pytest in a copy and return its exit status; FAILED where it takes longer than `seconds`.

    The process is forked from one that has imported the libraries already, which takes as long as many tests. Its
    output is in a file beside the copy.
    """
    process = _FORKED.Process(target=_pytest, args=(root, list(arguments), dict(environment)))
    process.start()
    process.join(seconds)
    if process.is_alive():
        _stop(process)
        return FAILED
    return FAILED if process.exitcode is None else process.exitcode


def _pytest(root: Path, arguments: list[str], environment: Mapping[str, str]) -> None:
    os.chdir(root)
    os.setsid()
    os.environ.update(environment)
    sys.dont_write_bytecode = False  # whatever the caller's is: the copy is used again
    with root.with_suffix(".log").open("wb") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    sys.path[:] = [str(root), *(path for path in sys.path if path not in ("", str(config.ROOT)))]
    for name in [name for name in sys.modules if name.partition(".")[0] in _OWN]:
        del sys.modules[name]
    sys.exit(importlib.import_module("pytest").main([*_OPTIONS, *arguments]))


def _stop(process: BaseProcess) -> None:
    """Let pytest tear down, with the servers that it started; kill the rest of its session."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(_SECONDS_TO_STOP)
    if process.is_alive():
        os.killpg(process.pid, signal.SIGKILL)
        process.join()


def run(root: Path, tests: Sequence[str], seconds: float) -> Outcome:
    """Run `tests` in a copy, in their order, until one fails."""
    wanted = root.with_suffix(".tests")
    wanted.write_text("\n".join(tests), encoding="utf-8")
    modules = dict.fromkeys(test.partition("::")[0] for test in tests)
    arguments = ("-x", "-p", selector.__name__, *modules)
    status = pytest(root, arguments, {selector.WANTED: str(wanted)}, seconds)
    failed = wanted.with_suffix(".failed")
    return Outcome(status in (PASSED, NO_TESTS), failed.read_text(encoding="utf-8") if failed.exists() else "")
