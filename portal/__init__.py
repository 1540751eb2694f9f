"""The target-table portal: `create_app` builds the Flask app from its parts. No logic of the portal belongs here.

The parts are imported when it is called: the child processes of `portal.jobs` use few of them, and start in a third of
the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Create the application, configured from the environment or, in tests, from `settings`."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    import config as configuration
    from portal import cli, web
    from portal.database import prepare_engine
    from portal.extensions import csrf, db, login, migrate
    from portal.services.review.completeness import require_complete
    from portal.storage import AttachmentStore

    require_complete()
    app = Flask(
        "portal",
        root_path=str(configuration.ROOT / "portal"),
        template_folder=str(configuration.ROOT / "templates"),
    )
    app.config.from_mapping(settings or configuration.load())
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(configuration.ROOT / "migrations"))
    login.init_app(app)
    csrf.init_app(app)
    app.extensions["attachments"] = AttachmentStore(app.config["INSTANCE"] / "attachments")
    app.extensions["job_files"] = AttachmentStore(app.config["INSTANCE"] / "jobs")
    with app.app_context():
        prepare_engine(db.engine)
    web.init_app(app)
    cli.init_app(app)
    return app
