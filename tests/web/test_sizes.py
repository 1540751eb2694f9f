"""What an old PC has to load: the edit page of a long table, and its scripts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient

from portal.formats.files import read
from tests.databases import DATA
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
    assert page.text.count("data-correct") > 30  # each shows the text that will stand there
    assert len(page.data) <= 212 * KIB
    assert len(gzip.compress(page.data)) <= 24 * KIB


def test_scripts_of_the_edit_page_stay_small_to_transfer(app: Flask, world: World) -> None:
    """Our own, each compressed by itself as it is fetched: those that the page names, and what they import."""
    client = signed_in_client(app, "drafter")
    page = client.get(f"/tables/{world.draft(sound_project())}/edit")
    scripts = fetch_modules(client, re.findall(r'<script type="module" src="([^"]+)"', page.text))
    names = {url.rsplit("/", 1)[1] for url in scripts}
    assert {"page.js", "outbox.js", "operations.js", "autogrow.js"} <= names
    assert sum(len(gzip.compress(script)) for script in scripts.values()) <= 40 * KIB


def fetch_modules(client: FlaskClient, urls: Sequence[str]) -> dict[str, bytes]:
    """Modules by their address, with all that they import."""
    found: dict[str, bytes] = {}
    waiting = list(urls)
    while waiting:
        url = waiting.pop()
        if url in found:
            continue
        answer = client.get(url, buffered=True)
        assert answer.status_code == 200, url
        found[url] = answer.data
        waiting += [urljoin(url, name) for name in re.findall(r'(?:from|import) "(\.[^"]+)"', answer.text)]
    return found
