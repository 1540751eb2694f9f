"""The faulty changes that `scripts.mutants` makes: which there are, what is left out, which tests are tried."""

from __future__ import annotations

import pytest

from scripts.mutants.__main__ import Mutant, chosen, sample
from scripts.mutants.changes import Change, is_python, places
from scripts.mutants.covering import Covering, _places


def changed(source: str) -> list[tuple[str, str]]:
    """(kind, changed text) of every change that is Python."""
    encoded = source.encode()
    found = [(each.kind, each.apply(encoded)) for changes in places(encoded) for each in changes]
    return [(kind, text.decode()) for kind, text in found if is_python(text)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", [("comparison", "a <= b")]),
        ("a is not b", [("comparison", "a is b")]),
        ("甲 in 乙", [("comparison", "甲 not in 乙")]),
        ("a == 'x'", [("comparison", "a != 'x'"), ("string", "a == 'x?'")]),
        ("a and b", [("and/or", "a or b"), ("condition dropped", "((b))"), ("condition dropped", "((a))")]),
        ("not a", [("not removed", "(a)")]),
        ("a + b", [("operator", "a - b")]),
        ("a[1:]", [("constant", "a[2:]"), ("constant", "a[0:]")]),
        ("f(a, b=c)", [("argument dropped", "f(a)"), ("statement dropped", "pass")]),
        ("x = any(a)", [("function", "x = all(a)")]),
        ("x = clean(a)", [("call dropped", "x = (a)")]),
        ("x = a.strip()", [("call dropped", "x = a")]),
        ("x = q.where(a).limit(b)", [("call dropped", "x = q.where(a)"), ("call dropped", "x = q.limit(b)")]),
        ("x = {a, b}", [("element dropped", "x = {b}"), ("element dropped", "x = {a}")]),
        ("x = b if a else c", [("condition inverted", "x = b if (not a) else c")]),
        ("x = [a for a in b if c]", [("filter dropped", "x = [a for a in b if True]")]),
        ("raise E", [("statement dropped", "pass")]),
        ("a.b = c", [("statement dropped", "pass")]),
        ("a += b", [("statement dropped", "pass")]),
        ("def f():\n    return a", [("return value", "def f():\n    return None")]),
        ("def f():\n    return a is b", [("return value", "def f():\n    return (not (a is b))")]),
        ("@guard\ndef f(): ...", [("decorator dropped", "# dropped\ndef f(): ...")]),
    ],
)
def test_changes_of_each_kind(source: str, expected: list[tuple[str, str]]) -> None:
    found = changed(source)
    assert [change for change in expected if change not in found] == []


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring with 1 and 2."""',
        "def f(a: int | None) -> int | None: ...",
        "if TYPE_CHECKING:\n    import a",
        "def __repr__(self):\n    return a + 1",
        "x = f'{a + 1}'",
        "x = '表中没有这个位置'",
        "logger.info(a + 1)",
        "@dataclass(frozen=True)\nclass A: ...",
        "raise NotImplementedError",
        "assert a == 1",
    ],
)
def test_what_no_test_should_notice_is_left_as_it_is(source: str) -> None:
    assert changed(source) == []


def test_sample_is_the_same_for_a_seed() -> None:
    under = "portal/services/review"
    mutants = sample(30, seed=1, under=under)
    assert mutants == sample(30, seed=1, under=under) != sample(30, seed=2, under=under)
    assert len({(mutant.file, mutant.change) for mutant in mutants}) == 30
    assert {mutant.file.rpartition("/")[0] for mutant in mutants} == {under}


def test_word_lists_and_the_demo_are_spared() -> None:
    assert sample(10, seed=1, under="portal/demo") == sample(10, seed=1, under="portal/domain/rules/words") == []


def _mutant(line: int) -> Mutant:
    return Mutant("portal/a.py", b"", Change("constant", 0, 0, "", range(line, line + 1)))


def _covering() -> Covering:
    lines = {
        "portal/a.py": {2: {"tests/m.py::slow", "tests/n.py::quick"}},
        "portal/b.py": {5: {"tests/o.py::other"}},
    }
    seconds = {"tests/m.py::slow": 3.0, "tests/n.py::quick": 1.0, "tests/o.py::other": 1.0}
    return Covering(lines, seconds, {"portal/b.py": ["from portal import a"]}, {})


def test_fastest_tests_of_the_line_come_first_within_the_time() -> None:
    assert chosen(_mutant(2), _covering(), 10) == ["tests/n.py::quick", "tests/m.py::slow"]
    assert chosen(_mutant(2), _covering(), 2) == ["tests/n.py::quick"]


def test_half_of_the_time_is_for_the_fastest_tests_the_rest_for_some_of_every_module() -> None:
    quick = {f"tests/quick.py::{n}": 1.0 + n / 100 for n in range(8)}
    slow = {f"tests/slow.py::{n}": 2.0 for n in range(8)}
    covering = Covering({"portal/a.py": {2: {*quick, *slow}}}, quick | slow)
    assert chosen(_mutant(2), covering, 10) == [*list(quick)[:4], "tests/slow.py::0", "tests/slow.py::1"]


def test_line_that_runs_at_import_is_tried_with_the_tests_of_its_module_or_of_its_importers() -> None:
    covering = _covering()
    assert chosen(_mutant(9), covering, 10) == ["tests/n.py::quick", "tests/m.py::slow"]
    covering.lines["portal/c.py"] = covering.lines.pop("portal/a.py")
    assert chosen(_mutant(9), covering, 10) == ["tests/o.py::other"]


def test_line_that_few_tests_run_is_tried_with_all_of_its_module() -> None:
    covering = _covering()
    others = {f"tests/p.py::{n}" for n in range(10)}
    covering.lines["portal/a.py"][7] = others
    covering.seconds.update(dict.fromkeys(others, 0.1))
    assert set(chosen(_mutant(2), covering, 10)) == {"tests/n.py::quick", "tests/m.py::slow", *others}
    assert set(chosen(_mutant(7), covering, 10)) == others


def test_line_that_runs_at_import_is_tried_also_with_tests_that_run_no_line() -> None:
    covering = _covering()
    covering.seconds["tests/p.py::of_a_constant"] = 0.5
    assert chosen(_mutant(9), covering, 10) == ["tests/p.py::of_a_constant", "tests/n.py::quick", "tests/m.py::slow"]
    covering.lines["portal/a.py"][2] |= {f"tests/p.py::{n}" for n in range(10)}
    covering.seconds.update({f"tests/p.py::{n}": 0.1 for n in range(10)})
    assert "tests/p.py::of_a_constant" not in chosen(_mutant(2), covering, 10)


def test_lines_known_of_an_older_text_are_found_where_they_stand_now() -> None:
    old, new = ["a", "b", "c", "d"], ["new", "a", "B", "d"]
    assert _places(old, new) == {1: 2, 2: 3, 3: 3, 4: 4}
