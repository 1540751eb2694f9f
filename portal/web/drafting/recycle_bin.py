"""回收站: the discarded drafts of the office, and restoring one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import Permission, grants_held
from portal.extensions import db
from portal.services.drafting import recycle_bin
from portal.services.drafting.recycle_bin import RestoredDraft
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("recycle_bin", __name__)


@bp.get("/recycle-bin")
@needs(Permission.RESTORE_DRAFT)
def discarded() -> Response:
    return _page()


@bp.post("/recycle-bin/<int:table_id>/restore")
@needs(Permission.RESTORE_DRAFT)
def restore(table_id: int) -> Response | AnyResponse:
    try:
        restored = recycle_bin.restore(db.session(), actor(), table_id)
    except Invalid as refusal:
        return _page(422, refusal.message)
    flash(f"《{restored.table.title}》已恢复。", "success")
    for sentence in _conflicts(restored):
        flash(sentence, "warning")
    return redirect(url_for("table.show", table_id=table_id), 303)


def _page(status: int = 200, refusal: str = "") -> Response:
    if not grants_held(actor(), Permission.RESTORE_DRAFT):
        raise Forbidden("你的角色不填报绩效目标表，没有回收站。")
    drafts = queries.drafting.recycle_bin.discarded(db.session(), actor())
    return render("drafting/recycle_bin.html", status, drafts=drafts, refusal=refusal)


def _conflicts(restored: RestoredDraft) -> list[str]:
    sentences = []
    if restored.same_code:
        sentences.append(f"《{restored.same_code}》已经用了同样的项目编码，送审之前请改正其中一张。")
    if restored.renumbered:
        sentences.append("原来的序号已由别的表使用，这张表排到了最后。")
    return sentences
