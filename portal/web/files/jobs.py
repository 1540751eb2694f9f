"""任务: the page of long work, for its owner: how far it is, cancelling it, and where its result is.

Queuing work belongs to the page that asks for it; `read_later` does it for the upload of a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, current_app, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import attachments
from portal.domain.jobs import JobState
from portal.extensions import db
from portal.jobs import kinds, reading, watcher
from portal.models import Job
from portal.services.files import jobs
from portal.web.acts import result_key
from portal.web.guards import actor, signed_in
from portal.web.rendering import page_or_fragment, render

bp = Blueprint("jobs", __name__)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """endpoint: shows the outcome kept under `key`. label: says of a job that there is one."""

    endpoint: str
    label: str


RESULTS: Mapping[str, ResultPage] = {kinds.READING.name: ResultPage("imports.preview", "已读完")}
"""By kind."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """name: of the file. total: steps, 0 where nobody knows. result_url: "" unless there is a result."""

    id: int
    name: str
    state: str
    is_open: bool
    is_cancelled: bool
    sentence: str
    done: int
    total: int
    error: str
    result_url: str
    created_at: datetime
    expires_at: datetime


@bp.get("/jobs/<int:job_id>")
@signed_in
def show(job_id: int) -> Response | AnyResponse:
    session = db.session()
    job = queries.jobs.own(session, actor(), job_id)
    line = _line(job, queries.jobs.ahead_count(session, job))

    def page() -> Response:
        return render("files/job.html", fragment="files/_job.html", job=line)

    def news() -> Response:
        """For the open page, which asks every few seconds: on to the result as soon as there is one."""
        return Response(headers={"HX-Redirect": line.result_url}) if line.result_url else page()

    return page_or_fragment(page, news)


@bp.post("/jobs/<int:job_id>/cancel")
@signed_in
def cancel(job_id: int) -> AnyResponse:
    job = jobs.cancel(db.session(), actor(), job_id)
    watcher.wake(current_app)
    if job.state != JobState.CANCELLED:
        flash("已经结束，没有可取消的。", "warning")
    return redirect(url_for(".show", job_id=job_id), 303)


def read_later(name: str, data: bytes, form: str, year: int) -> AnyResponse:
    """Queue the reading of an uploaded file. form: the id of the likeliest form. Raises Invalid."""
    name = attachments.safe_name(name)
    job_id = jobs.enqueue(
        db.session(),
        actor(),
        current_app.extensions["job_files"],
        kinds.READING.name,
        name,
        data,
        arguments=reading.arguments(name, form, year),
        result_key=result_key(),
    )
    watcher.wake(current_app)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def recent_lines() -> Sequence[JobLine]:
    """The viewer's jobs of the last day."""
    return [_line(job) for job in queries.jobs.recent(db.session(), actor())]


def _line(job: Job, ahead: int = 0) -> JobLine:
    state, result = JobState(job.state), RESULTS[job.kind]
    is_done = state is JobState.DONE
    return JobLine(
        id=job.id,
        name=job.name,
        state=result.label if is_done else state.label,
        is_open=state.is_open,
        is_cancelled=state is JobState.CANCELLED,
        sentence=job.sentence or (f"前面还有 {ahead} 个文件，轮到时自动开始" if ahead else "马上开始"),
        done=job.done,
        total=job.total,
        error=job.error,
        result_url=url_for(result.endpoint, key=job.result_key) if is_done else "",
        created_at=job.created_at,
        expires_at=job.expires_at,
    )
