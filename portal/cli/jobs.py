"""`flask jobs`: long work, run here instead of in the web workers, and listed for the operator."""

from __future__ import annotations

import signal
from types import FrameType

import click
from flask import current_app

from portal import queries
from portal.cli.commands import Commands
from portal.database import LOCAL
from portal.domain.jobs import JobState
from portal.extensions import db
from portal.jobs.kinds import KINDS
from portal.jobs.watcher import Watcher

jobs = Commands("jobs", help="后台任务：读取旧版 Word 文件、很大的文件。")


@jobs.command("run")
@click.option("--once", is_flag=True, help="办完现有的任务就结束")
def run(once: bool) -> None:
    """办理后台任务，直到按 Ctrl-C；服务运行时不需要，服务自己会办理。"""
    watcher = Watcher(current_app._get_current_object())  # type: ignore[attr-defined]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if not once:
            watcher.run()
        while watcher.run_one():
            pass
    except KeyboardInterrupt:
        click.echo("已停止；没有办完的任务留给下一个。", err=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@jobs.command("list")
def list_() -> None:
    """列出一天以内的任务，最近的在前。"""
    for job, username in queries.jobs.latest(db.session()):
        kind, state = KINDS.get(job.kind), JobState(job.state)
        words = [
            str(job.id),
            job.created_at.astimezone(LOCAL).strftime("%m-%d %H:%M:%S"),
            kind.label if kind else job.kind,
            f"{state.label}（第 {job.tries} 次）" if state is JobState.RUNNING else state.label,
            username,
            job.name,
            job.error or (job.sentence if state.is_open else ""),
        ]
        click.echo("\t".join(words).rstrip())
