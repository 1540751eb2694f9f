"""The digest on paper is the stored one of the text on it, so that `flask audit verify` and the log know it."""

from __future__ import annotations

from flask import Flask

from portal import queries
from tests.web.signing import signed_in_client
from tests.world import World


def test_printed_digest_is_that_of_the_text_each_side_sees(app: Flask, world: World) -> None:
    table_id = world.returned()
    submitted = queries.revisions.revision(world.session, table_id, 1).digest
    world.edit(table_id, "goals", "1、还没有送审的目标。")
    draft = world.table(table_id).digest
    assert draft != submitted

    for who, digest, other in (("head", draft, submitted), ("reviewer", submitted, draft)):
        page = signed_in_client(app, who).get(f"/tables/{table_id}/print").text
        assert f"内容摘要 {digest}" in page, who
        assert other not in page, who
        assert ('class="draft-mark"' in page, "第 1 次送审（第 1 轮）" in page) == (who == "head", who == "reviewer")
