"""Exports: print views and files of one table or of all tables of an office."""

from __future__ import annotations

from flask import Blueprint, Response, abort, url_for

from portal.domain.permissions import Permission
from portal.extensions import db
from portal.formats import files
from portal.services.files import exports
from portal.services.files.exports import Export
from portal.web.acts import gives_out
from portal.web.downloads import download
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("exports", __name__)


@bp.get("/tables/<int:table_id>/print")
@gives_out
@needs(Permission.EXPORT)
def print_table(table_id: int) -> Response:
    taken = exports.export_table(db.session(), actor(), table_id, printed=True)
    return _print_page(taken, url_for("table.show", table_id=table_id))


@bp.get("/offices/<code>/<int:year>/print")
@gives_out
@needs(Permission.EXPORT)
def print_office(code: str, year: int) -> Response:
    taken = exports.export_office(db.session(), actor(), code, year, printed=True)
    return _print_page(taken, url_for("tables.tables", year=year, office=code))


@bp.get("/tables/<int:table_id>/export/<format>")
@gives_out
@needs(Permission.EXPORT)
def export_table(table_id: int, format: str) -> Response:
    return _file(exports.export_table(db.session(), actor(), table_id, format=_known(format)), format)


@bp.get("/offices/<code>/<int:year>/export/<format>")
@gives_out
@needs(Permission.EXPORT)
def export_office(code: str, year: int, format: str) -> Response:
    return _file(exports.export_office(db.session(), actor(), code, year, format=_known(format)), format)


def _known(format: str) -> str:
    """`format` if it can be written; else 404, before the export is entered in the audit log."""
    return format if format in files.WRITERS else abort(404)


def _print_page(taken: Export, back_url: str) -> Response:
    return render("files/print.html", layout="print", taken=taken, back_url=back_url)


def _file(taken: Export, format: str) -> Response:
    chosen = files.FORMATS[format]
    data = files.write(format, taken.text, taken.imprint)
    return download(data, f"{taken.title}{chosen.ending}", chosen.media_type)
