"""不提: the bureau puts aside a finding of the submitted text, with a reason, and takes that back.

Neither changes the state, nor is the office ever told. When a dismissal lapses: `models.Dismissal`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import audit_events, enclosures, forms
from portal.domain.documents import checked_text
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Actor, Permission
from portal.models import Dismissal, TargetTable, User
from portal.services.drafting import checks
from portal.services.record import audit
from portal.services.record.facts import of_deleted, of_rows
from portal.services.review import claims
from portal.services.review.workflow import permitted_table
from portal.services.transaction import write

MAX_REASON = 200
"""Characters. Short, since colleagues read it beside the finding."""


def dismiss(session: Session, actor: Actor, table_id: int, *, rule: str, path: str, reason: str) -> None:
    """Record that no opinion is raised about the finding of `rule` at `path`, and why.

    Raises NotVisible, Forbidden, Stale (no such finding on the submitted text), Invalid (no reason, too long).
    """
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.RAISE)
        words = checked_text(reason)
        if not words:
            raise Invalid("不提要写明理由。", "reason")
        if len(words) > MAX_REASON:
            raise Invalid(f"不提的理由最多 {MAX_REASON} 个字，请写得简短些。", "reason")
        _require_finding(session, actor, table, rule, path)
        dismissal = session.merge(
            Dismissal(
                table_id=table.id,
                rule=rule,
                path=path,
                year=table.year,
                revision_number=table.submission_count,
                place=forms.label(table.document, path),
                subject=enclosures.subject(table.document, path),
                reason=words,
                author_id=actor.id,
                author_name=actor.signature,
                at=now(),
            )
        )
        session.flush()
        leaves = of_rows(dismissal) | claims.renew(session, actor, table)
        detail = _detail(dismissal) | {"revision": table.submission_count, "reason": words}
        audit.record(session, actor, audit_events.DISMISS_FINDING, audit.object_of_table(table), leaves, **detail)


def restore(session: Session, actor: Actor, table_id: int, *, rule: str, path: str) -> None:
    """Take a dismissal back, one's own or a colleague's. Raises NotVisible, Forbidden, Stale where there is none."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.RAISE)
        dismissal = session.get(Dismissal, (table.id, rule, path))
        if dismissal is None:
            raise Stale("这条提醒没有标为不提，或者已经撤回。")
        detail, said_by = _detail(dismissal), session.get_one(User, dismissal.author_id)
        session.delete(dismissal)
        session.flush()
        leaves = of_deleted(Dismissal, table.id, rule, path) | claims.renew(session, actor, table)
        detail |= {"from": f"{said_by.name}（{said_by.username}）"}
        audit.record(session, actor, audit_events.RESTORE_FINDING, audit.object_of_table(table), leaves, **detail)


def _require_finding(session: Session, actor: Actor, table: TargetTable, rule: str, path: str) -> None:
    stored = queries.revisions.findings_of_revision(session, table.id, table.submission_count)
    found = checks.findings_on_revision(session, actor, table, table.document, stored)
    if (rule, path) not in {(each.rule, each.path) for each in found}:
        raise Stale("送审的内容里没有这条检查结果；请按最新的检查结果办理。")


def _detail(dismissal: Dismissal) -> dict[str, object]:
    return {"rule": dismissal.rule, "path": dismissal.path, "place": dismissal.place}
