"""What an old PC has to load: the edit page of a long table, and our own scripts."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from config import ROOT
from portal.formats.files import read
from tests.conftest import DATA
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

KIB = 1024


def test_edit_page_of_thirty_rows_stays_small(app: Flask, world: World) -> None:
    rows = sound_project().indicators
    thirty = tuple(replace(rows[n % len(rows)], id=f"row{n:05d}", level3=f"{rows[n % 4].level3}{n}") for n in range(30))
    table_id = world.draft(replace(sound_project(), indicators=thirty))
    page = signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit")
    assert page.text.count('data-row="row') == 30
    assert len(page.data) <= 200 * KIB


def test_edit_page_of_thirty_rows_as_bad_as_the_real_document_stays_small(app: Flask, world: World) -> None:
    """Its 27 rows have about a hundred findings; three of them stand here twice."""
    tables = read("gucheng-2020.txt", (DATA / "gucheng-2020.txt").read_bytes()).text.tables
    rows = [row for table in tables for row in table.indicators]
    thirty = tuple(replace(row, id=f"row{n:05d}") for n, row in enumerate([*rows, *rows][:30]))
    table_id = world.draft(replace(tables[0], indicators=thirty))
    page = signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit")
    assert page.text.count('data-row="row') == 30
    assert page.text.count('<li class="text" id="finding-') > 90
    assert len(page.data) <= 200 * KIB


def test_own_scripts_stay_small() -> None:
    """Unminified, all of them together, as every release ships them."""
    scripts = [path for path in (ROOT / "portal" / "static").rglob("*.js") if "vendor" not in path.parts]
    assert sum(path.stat().st_size for path in scripts) <= 40 * KIB
