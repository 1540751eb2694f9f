"""The bare Flask page that the queue is compared with: 50 rows as ORM objects, a Jinja table, no sign-in."""

from __future__ import annotations

import os

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import joinedload

import config
from portal.database import prepare_engine
from portal.extensions import Base
from portal.front import serve
from portal.models import TargetTable


def create_app() -> Flask:
    """Read the ids of the rows from the environment variable BENCH_ROWS, separated by commas."""
    wanted = [int(number) for number in os.environ["BENCH_ROWS"].split(",")]
    settings, db = config.load(), SQLAlchemy(model_class=Base)
    app = Flask("bench")
    own = ("SECRET_KEY", "THREADS", "MAX_CONTENT_LENGTH")
    app.config.from_mapping(
        {name: value for name, value in settings.items() if name in own or name.startswith("SQLALCHEMY")}
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)

    @app.get("/")
    def page() -> str:
        statement = (
            select(TargetTable)
            .where(TargetTable.id.in_(wanted))
            .order_by(TargetTable.office_code, TargetTable.position, TargetTable.id)
            .options(joinedload(TargetTable.office, innerjoin=True))
        )
        return render_template("bare.html", rows=db.session.scalars(statement).all())

    return app


app = serve(create_app()) if "BENCH_ROWS" in os.environ else None
