"""通知邮件: what the mail server took and what it did not, for the administrator."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app

from portal import queries
from portal.database import local_today
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.web.guards import needs
from portal.web.rendering import render

bp = Blueprint("mail", __name__)


@bp.get("/notices/mail")
@needs(Permission.MANAGE)
def mail() -> Response:
    session, mail = db.session(), queries.notices.mail
    since = local_today() - timedelta(days=mail.DAYS)
    return render(
        "notices/mail.html",
        sends_mail=bool(current_app.config["MAIL_SERVER"]),
        days=mail.by_day(session, since),
        failed=mail.failed(session, since),
        shown=mail.DAYS,
    )
