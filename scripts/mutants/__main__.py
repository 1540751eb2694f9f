"""Takes a random sample of the changes, tries each, and prints those that no test noticed, with the share noticed."""

from __future__ import annotations

import difflib
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import click

import config
from scripts.mutants import workspace
from scripts.mutants.changes import Change, is_python, places
from scripts.mutants.covering import Covering, known

_LEFT_OUT = ("portal/static/vendor/", "portal/demo/", "portal/domain/rules/words/")
_SECONDS_TO_START = 300
_IMPORTED_THROUGH = 4
_FEW = 10
"""A line that fewer tests run may run once only: at import by the first test of a process, or in a cached function."""
_PATIENCE = 10
"""Times the recorded seconds of the tests; a change that makes them run longer is noticed."""


@dataclass(frozen=True, slots=True)
class Mutant:
    file: str
    source: bytes
    change: Change

    def diff(self) -> str:
        old, new = self.source.decode(), self.change.apply(self.source).decode()
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), self.file, self.file, n=1, lineterm="")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Trial:
    """failed: the test that noticed the change. tests: how many were tried."""

    mutant: Mutant
    is_noticed: bool
    failed: str
    tests: int


@click.command()
@click.option("--count", default=100, help="Number of changes.", show_default=True)
@click.option("--seed", default=1, help="Of the sample.", show_default=True)
@click.option("--under", default="portal", help="Folder or file whose changes are tried.", show_default=True)
@click.option("--jobs", default=2, help="Changes tried at once.", show_default=True)
@click.option("--seconds", default=120, help="Of tests for a change, as measured.", show_default=True)
@click.option("--measure", is_flag=True, help="Measure again which tests run which line.")
@click.option("--noticed", is_flag=True, help="Print also the changes that were noticed, and by which test.")
def main(count: int, seed: int, under: str, jobs: int, seconds: int, measure: bool, noticed: bool) -> None:
    """Make small faulty changes of portal/, one at a time, and print those that no test notices."""
    covering = known(measure=measure, jobs=jobs)
    trials = []
    for trial in _tried(sample(count, seed, under), covering, jobs, seconds):
        trials.append(trial)
        if noticed or not trial.is_noticed:
            _print(trial)
    _sum_up(trials, seed)


def sample(count: int, seed: int, under: str = "portal") -> list[Mutant]:
    """Changes at `count` places, every place as likely as any other; one change at each."""
    chance = random.Random(seed)
    found = [(path, source, changes) for path, source in _modules(under) for changes in places(source)]
    mutants: list[Mutant] = []
    for path, source, changes in chance.sample(found, len(found)):
        change = chance.choice(changes)
        if len(mutants) < count and is_python(change.apply(source)):
            mutants.append(Mutant(path, source, change))
    return mutants


def _modules(under: str) -> Iterator[tuple[str, bytes]]:
    start = config.ROOT / under
    for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
        name = path.relative_to(config.ROOT).as_posix()
        if not name.startswith(_LEFT_OUT):
            yield name, path.read_bytes()


def _tried(mutants: Sequence[Mutant], covering: Covering, jobs: int, seconds: int) -> Iterator[Trial]:
    with workspace.copies(jobs) as roots, ThreadPoolExecutor(jobs) as pool:
        free: SimpleQueue[Path] = SimpleQueue()
        for root in roots:
            free.put(root)

        def attempt(mutant: Mutant) -> Trial:
            root = free.get()
            try:
                return _attempt(root, mutant, covering, seconds)
            finally:
                free.put(root)

        yield from pool.map(attempt, mutants)


def _attempt(root: Path, mutant: Mutant, covering: Covering, seconds: int) -> Trial:
    tests = chosen(mutant, covering, seconds)
    if not tests:
        return Trial(mutant, False, "", 0)
    limit = _SECONDS_TO_START + _PATIENCE * sum(covering.seconds[test] for test in tests)
    outcome = _on_changed_code(root, mutant, tests, limit)
    while outcome.failed and not workspace.run(root, [outcome.failed], limit).is_passed:
        tests.remove(outcome.failed)  # it fails anyway, on this machine or since it was measured
        outcome = _on_changed_code(root, mutant, tests, limit)
    return Trial(mutant, not outcome.is_passed, outcome.failed, len(tests))


def _on_changed_code(root: Path, mutant: Mutant, tests: Sequence[str], limit: float) -> workspace.Outcome:
    path = root / mutant.file
    path.write_bytes(mutant.change.apply(mutant.source))
    try:
        return workspace.run(root, tests, limit)
    finally:
        path.write_bytes(mutant.source)


def chosen(mutant: Mutant, covering: Covering, seconds: float) -> list[str]:
    """Tests that run the changed lines, up to `seconds` in all: the fastest, and some from every module.

    For a line that runs at import, or that few tests run, also those that run the module, or else one that imports it,
    also through packages; and those that run no line at all.
    """
    found = covering.of_lines(mutant.file, mutant.change.lines)
    if len(found) >= _FEW:
        return _within(found, covering, seconds)
    files, of_module = [mutant.file], set[str]()
    for _ in range(_IMPORTED_THROUGH):
        of_module = of_module or covering.of_files(files)
        files = [importer for file in files for importer in covering.importers(file)]
    return _within(found | of_module | covering.of_no_line(), covering, seconds)


def _within(tests: Iterable[str], covering: Covering, seconds: float) -> list[str]:
    """The fastest tests for half of the time; then in turn the fastest test of each module, the second fastest, …"""
    by_speed = sorted(tests, key=lambda test: (covering.seconds[test], test))
    taken = _up_to(seconds / 2, by_speed, covering)
    by_module: dict[str, list[str]] = {}
    for test in by_speed:
        by_module.setdefault(test.partition("::")[0], []).append(test)
    ranked = sorted(
        (rank, covering.seconds[test], test) for same in by_module.values() for rank, test in enumerate(same)
    )
    chosen = {*taken}
    rest = [test for _, _, test in ranked if test not in chosen]
    taken += _up_to(seconds - sum(covering.seconds[test] for test in taken), rest, covering)
    return sorted(taken or by_speed[:1], key=lambda test: covering.seconds[test])


def _up_to(seconds: float, tests: Iterable[str], covering: Covering) -> list[str]:
    """The first of `tests` that take no longer than `seconds` together."""
    taken: list[str] = []
    for test in tests:
        seconds -= covering.seconds[test]
        if seconds < 0:
            break
        taken.append(test)
    return taken


def _print(trial: Trial) -> None:
    verdict = (
        f"noticed by {trial.failed or 'every test'}" if trial.is_noticed else f"not noticed by {trial.tests} tests"
    )
    click.echo(f"\n# {trial.mutant.change.kind}, {verdict}\n{trial.mutant.diff()}")


def _sum_up(trials: Sequence[Trial], seed: int) -> None:
    missed = [trial for trial in trials if not trial.is_noticed]
    click.echo(f"\nSeed {seed}: {len(trials) - len(missed)} of {len(trials)} changes were noticed.")
    layers = Counter("/".join(trial.mutant.file.split("/")[1:3]) for trial in missed)
    kinds = Counter(trial.mutant.change.kind for trial in missed)
    for title, counted in (("Not noticed by room", layers), ("Not noticed by kind", kinds)):
        click.echo(f"{title}: {', '.join(f'{name} {number}' for name, number in counted.most_common()) or 'none'}")


if __name__ == "__main__":
    main()
