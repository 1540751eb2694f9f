"""What the README says is so: its generated tables are up to date, its variables, dependencies and names exist."""

from __future__ import annotations

import re
import tomllib

import pytest
from flask import Flask

from config import ROOT
from portal.domain import matrices
from scripts import readme
from tests.databases import on_sqlite

README = readme.README.read_text(encoding="utf-8")
OUTSIDE_CONFIG = {"PORT", "LISTEN", "WORKERS", "THREADS", "CHROMIUM"}
"""Variables that the Makefile reads, not config.py."""


def section(title: str) -> str:
    """The text below a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@on_sqlite
def test_readme_generated_tables_are_up_to_date(app: Flask) -> None:
    assert readme.fill(README, readme.sections(app)) == README, "run `make readme`"


def test_readme_generated_tables_have_a_row_for_everything() -> None:
    assert readme.actions().count("\n") == 1 + len(matrices.action_rows())
    assert readme.permissions().count("\n") == 1 + len(matrices.permission_rows())


def test_readme_section_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="<!-- gone -->"):
        readme.fill(README, {"gone": ""})


@on_sqlite
def test_readme_lists_the_portals_own_commands_only(app: Flask) -> None:
    commands = readme.commands(app)
    assert "| `flask years close YEAR` |" in commands
    assert "| `flask restore FILE [--force]` |" in commands
    assert "flask db" not in commands and "flask shell" not in commands


def test_readme_variables_are_those_that_config_reads() -> None:
    read = set(re.findall(r'env\.get\("([A-Z_]+)"', (ROOT / "config.py").read_text(encoding="utf-8")))
    told = set(re.findall(r"`([A-Z_]+)`", README.partition("| variable |")[2].partition("\n\n")[0]))
    assert told == read | OUTSIDE_CONFIG


def test_readme_has_a_reason_for_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgresql"]]
    reasons = section("Dependencies").lower()
    names = [re.split(r"[\[<>=~ ]", name)[0].lower() for name in wanted]
    assert [name for name in names if name not in reasons] == []


def test_readme_names_only_files_that_exist() -> None:
    links = re.findall(r"\]\(([\w./-]+)\)", README)
    named = links + re.findall(r"`((?:portal|tests|templates|scripts)/[\w./-]*)`", README)
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert len(named) > 10


def test_readme_glossary_identifiers_exist() -> None:
    names = {
        part
        for cell in re.findall(r"\| ([^|]*`[^|]*) \|\n", section("Glossary"))
        for name in re.findall(r"`([\w./]+)`", cell)
        for part in re.split(r"[./]", name)
    }
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "portal").rglob("*.py"))
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code)] == []
    assert len(names) > 40
