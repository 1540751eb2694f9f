"""What the README says is so: its matrices, variables, commands and dependencies are those of the code."""

from __future__ import annotations

import re
import tomllib

from flask import Flask

from config import ROOT
from portal.domain import matrices
from portal.domain.permissions import Role

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return README.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0].strip()


def markdown_table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def test_life_matrix_is_the_one_of_the_code() -> None:
    rows = [[m.label, m.sources, m.target, m.who, "；".join(m.demands)] for m in matrices.moves()]
    assert section("transitions") == markdown_table(["操作", "从", "到", "谁", "要求"], rows)


def test_permission_matrix_is_the_one_of_the_code() -> None:
    head = ["可以", "何时", *(role.label for role in Role)]
    rows = [[right.label, right.when, *right.by_role] for right in matrices.rights()]
    assert section("permissions") == markdown_table(head, rows)


def test_every_variable_that_is_read_is_told_and_the_other_way_round() -> None:
    read = set(re.findall(r'env\.get\("([A-Z_]+)"', (ROOT / "config.py").read_text(encoding="utf-8")))
    told = set(re.findall(r"`([A-Z_]+)`", README.partition("| variable |")[2].partition("\n\n")[0]))
    assert told - {"PORT", "LISTEN", "WORKERS", "THREADS", "CHROMIUM"} == read


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgresql"]]
    reasons = README.partition("## Dependencies")[2].partition("\n## ")[0].lower()
    names = [re.split(r"[\[<>=~ ]", name)[0].lower() for name in wanted]
    assert [name for name in names if name not in reasons] == []


def test_every_command_of_the_readme_exists(app: Flask) -> None:
    told = re.findall(r"flask (\w+) ([\w|-]+)", README.partition("## Commands")[2].partition("\n## ")[0])
    missing = [
        f"{group} {name}"
        for group, names in told
        if group in app.cli.commands and hasattr(app.cli.commands[group], "commands")
        for name in names.split("|")
        if name not in app.cli.commands[group].commands  # type: ignore[attr-defined]
    ]
    assert missing == []
    assert {group for group, _ in told} >= {"tables", "audit", "users", "offices", "years", "demo"}


def test_identifiers_of_the_glossary_exist() -> None:
    glossary = README.partition("## Glossary")[2].partition("\n## ")[0]
    names = {
        part
        for cell in re.findall(r"\| ([^|]*`[^|]*) \|\n", glossary)
        for name in re.findall(r"`([\w./]+)`", cell)
        for part in re.split(r"[./]", name)
    }
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "portal").rglob("*.py"))
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code)] == []
    assert len(names) > 40
