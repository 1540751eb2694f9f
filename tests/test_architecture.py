"""The house rules that an import or a route can break, told with what to do about it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from config import ROOT
from portal import create_app
from portal.domain.actions import ACTIONS
from portal.domain.opinions import BY_STEP, OPINION_ACTS, OpinionState
from portal.domain.permissions import Permission
from portal.domain.states import State
from tests.databases import settings

PORTAL = ROOT / "portal"
COMPUTING_LIBRARIES: frozenset[str] = frozenset({"rapidfuzz", "re2"})
"""Pure libraries that the domain may import; each needs a reason in the README's table."""
MAY_IMPORT = {
    "domain": {"domain"},
    "formats": {"domain", "formats"},
    "models": {"domain", "database", "extensions", "models"},
    "queries": {"domain", "models", "database", "queries"},
    "services": {"domain", "models", "database", "queries", "services", "storage"},
    "storage": {"storage"},
    "memory": set(),
    "jobs": {"domain", "formats", "database", "extensions", "memory", "queries", "services", "storage", "jobs"},
}


def modules(layer: str) -> Iterator[Path]:
    path = PORTAL / layer
    yield from [path.with_suffix(".py")] if path.with_suffix(".py").exists() else sorted(path.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write absolute imports"
            if node.module == "portal":
                yield from (f"portal.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_layers_import_only_what_is_below_them(layer: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(layer)
        for name in imports(path)
        if name.startswith("portal") and name.split(".")[1] not in MAY_IMPORT[layer]
    ]
    assert wrong == [], "move the code down, or hand the value in as an argument"


@pytest.mark.parametrize(
    ("layer", "forbidden"),
    [
        ("services", {"flask", "flask_login", "werkzeug", "jinja2"}),
        ("queries", {"flask", "flask_login", "werkzeug", "jinja2"}),
        ("storage", {"flask", "sqlalchemy", "werkzeug", "jinja2"}),
        ("formats", {"flask", "sqlalchemy", "werkzeug", "jinja2"}),
    ],
)
def test_inner_layers_know_neither_web_nor_what_is_beside_them(layer: str, forbidden: set[str]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(layer)
        for name in imports(path)
        if name.split(".")[0] in forbidden
    ]
    assert wrong == []


def test_domain_imports_the_standard_library_and_named_computing_libraries_only() -> None:
    allowed = set(sys.stdlib_module_names) | COMPUTING_LIBRARIES | {"portal"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("domain")
        for name in imports(path)
        if name.split(".")[0] not in allowed
    ]
    assert wrong == []


def python_files() -> list[Path]:
    return sorted(PORTAL.rglob("*.py"))


def test_workflow_alone_writes_a_state() -> None:
    """A state is set when a table is born, and by `workflow`; nowhere else."""
    setting = re.compile(r"\bstate=(?!=)|\.state = ")
    about_tables = re.compile(r"TargetTable")
    found = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if not about_tables.search(text):
            continue
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Assign) and any(
                isinstance(target, ast.Attribute) and target.attr == "state" and ast.unparse(target.value) == "table"
                for target in call.targets
            ):
                found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ("TargetTable", "values"):
                found += [
                    f"{path.relative_to(ROOT)}:{call.lineno}"
                    for keyword in call.keywords
                    if keyword.arg == "state" and setting.search(f"state={ast.unparse(keyword.value)}")
                ]
    assert [place.split(":")[0] for place in found] == [
        "portal/services/drafting/drafts.py",
        "portal/services/review/workflow.py",
    ]


def test_audit_alone_writes_entries_and_moves_the_head() -> None:
    writing = re.compile(r"(insert|update|delete)\((AuditEntry|AuditHead)\b|AuditEntry\(|AuditHead\(")
    found = {
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.parent.name != "models" and writing.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"portal/services/record/audit.py"}


def test_working_days_are_counted_in_the_calendar_that_knows_confirmed_notices() -> None:
    """`queries.calendar.current(session)`; the demo tells of days whose calendar is shipped."""
    found = {
        str(path.relative_to(ROOT))
        for path in python_files()
        if re.search(r"\bCALENDAR\b", path.read_text(encoding="utf-8")) and "demo" not in path.parts
    }
    assert found == {"portal/domain/calendar/__init__.py", "portal/queries/calendar.py"}


def test_views_never_commit_nor_write() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sorted((PORTAL / "web").rglob("*.py"))
        for word in ("commit(", ".add(", ".delete(", ".flush(", "insert(", "with write(")
        if word in re.sub(r"(?:rows|found)\.insert\(|calendar\.add\(", "", path.read_text(encoding="utf-8"))
        and not (word == ".add(" and path.name == "table.py")
    ]
    assert wrong == []


def test_every_module_says_why_it_exists() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_route_names_a_permission(tmp_path: Path) -> None:
    app = create_app(settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))
    unnamed = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not isinstance(getattr(app.view_functions[rule.endpoint], "permission", None), Permission | str)
    ]
    assert unnamed == [], "decorate the view with @needs(Permission.…), @signed_in or @public"


def test_only_the_sign_in_form_is_public(tmp_path: Path) -> None:
    app = create_app(settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))
    public = {
        endpoint for endpoint, view in app.view_functions.items() if getattr(view, "permission", None) == "public"
    }
    assert public == {"signing_in.sign_in_form", "signing_in.sign_in"}


def test_templates_hold_no_inline_script_style_or_eval() -> None:
    forbidden = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|hx-on|\son[a-z]+=\"|js:|javascript:", re.IGNORECASE)
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (found := forbidden.search(path.read_text(encoding="utf-8")))
    ]
    assert wrong == [], "the Content-Security-Policy refuses it: put it into portal.css or a script of its own"


def test_rows_of_every_list_have_a_header() -> None:
    table = re.compile(r'<table class="list.*?</table>', re.DOTALL)
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()[:40]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for found in table.finditer(path.read_text(encoding="utf-8"))
        if 'scope="row"' not in found.group()
    ]
    assert wrong == []


def test_templates_compare_neither_states_nor_actions() -> None:
    """A template that asks for a state decides: give it a boolean, words, or a list of what can be done."""
    names = {*State, *ACTIONS, *OpinionState, *OPINION_ACTS}
    words = "|".join(sorted(names))
    comparing = re.compile(rf"""(==|!=|\bin\b|equalto["'],)\s*\(?["']({words})["']|\bstate\s*(==|!=|in\b)""")
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (found := comparing.search(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_states_of_opinions_are_written_nowhere_but_in_the_domain() -> None:
    exempt = (PORTAL / "domain" / "opinions.py", PORTAL / "database.py")  # the latter: SQL of the triggers
    literal = re.compile(rf"""["']({"|".join({*OpinionState, *BY_STEP, "kept"})})["']""")
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for folder in (PORTAL, ROOT / "templates")
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")])
        if path not in exempt and (found := literal.search(path.read_text(encoding="utf-8")))
    ]
    assert wrong == [], "use OpinionState, Answer or OPINION_ACTS of domain/opinions.py"


def test_templates_neither_query_nor_mark_text_as_safe() -> None:
    forbidden = re.compile(r"\|\s*safe\b|session\.|\.query\b|autoescape false")
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (found := forbidden.search(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_nothing_names_a_package_registry() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "--index-url", "--find-links /")
    files = [
        ROOT / name for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml", "Makefile", "README.md")
    ]
    found = [f"{path.name}: {host}" for path in files for host in hosts if host in path.read_text(encoding="utf-8")]
    assert found == []


def test_test_modules_are_never_imported() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in imports(path)
        if name.startswith("tests.") and ".test_" in name
    ]
    assert wrong == [], "move what both need into a helper module"


def test_no_test_waits_for_time_or_sets_a_deadline_of_its_own() -> None:
    waits = re.compile(r"\btime\.(?:sleep|time|perf_counter|monotonic)\(|\bsettings\([^)]*\bdeadline=")
    wrong = [
        f"{path.relative_to(ROOT)} has {found[0]}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if (found := waits.search(path.read_text(encoding="utf-8"))) and path.name != Path(__file__).name
    ]
    assert wrong == [], (
        "the machine may be busy: wait for the event itself, set the clock, use the profile of conftest.py"
    )
    assert hypothesis_settings().deadline is None
