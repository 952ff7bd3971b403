"""Downloads: the table of a resource in clean forms, streamed from the DataStore.

/dataset/<id>/resource/<resource_id>/table-excel.csv   CSV with BOM, opens in Excel
/dataset/<id>/resource/<resource_id>/table.csv         CSV, UTF-8
/dataset/<id>/resource/<resource_id>/table.json        array of objects
/dataset/<id>/resource/<resource_id>/table.geojson     points, where the table has them
"""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import quote

from ckan.plugins import toolkit as tk
from flask import Blueprint, Response, request
from werkzeug.routing import BaseConverter

from . import downloads

FILES = {"csv-excel": "table-excel.csv", "csv": "table.csv", "json": "table.json", "geojson": "table.geojson"}

osakadx_intake = Blueprint("osakadx_intake", __name__)


class FormConverter(BaseConverter):
    """Between a form's name and the file name that stands for it in an address."""

    regex = r"table(?:-excel)?\.[a-z]+"

    def to_python(self, value: str) -> str:
        return next((form for form, name in FILES.items() if name == value), value)

    def to_url(self, value: str) -> str:
        return FILES[value]


@osakadx_intake.record
def register_converter(state: Any) -> None:
    """Teach the portal's routes the forms, before the route below is added."""
    state.app.url_map.converters["osakadx_form"] = FormConverter


@osakadx_intake.route("/dataset/<id>/resource/<resource_id>/<osakadx_form:ext>")
def download(id: str, resource_id: str, ext: str) -> Response:
    """Send the table of a resource in one of the forms."""
    try:
        resource = tk.get_action("resource_show")({}, {"id": resource_id})
        package = tk.get_action("package_show")({}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("Resource not found"))
    table = downloads.table(resource_id) if resource["package_id"] == package["id"] else None
    if table is None or not table.offers(ext):
        tk.abort(404, tk._("There is no table in this form."))
    name = resource.get("name") or package.get("title") or package["name"]
    response = Response(table.stream(ext), content_type=downloads.MEDIA_TYPES[ext])
    response.implicit_sequence_conversion = False  # or the whole table would be in memory for its length
    response.headers["Content-Disposition"] = disposition(name, FILES[ext])
    if table.version:
        response.set_etag(f"{table.version}-{ext}")
        response.last_modified = table.changed
    response.cache_control.no_cache = True
    return response.make_conditional(request)


def disposition(title: str, plain: str) -> str:
    """The header that names a download: in Japanese for those who understand it (RFC 6266, RFC 8187), plain for others.

    Args:
        title: what people call the file, with or without the ending of its original.
        plain: file name in ASCII; its ending is that of the download.
    """
    stem, _, ending = unicodedata.normalize("NFC", title).strip().rpartition(".")
    if not stem or len(ending) > 7 or not ending.isascii() or not ending.isalnum():
        stem = unicodedata.normalize("NFC", title).strip()
    safe = "".join("_" if sign in '\\/:*?"<>|' or unicodedata.category(sign)[0] == "C" else sign for sign in stem)
    name = f"{safe.strip(' .')[:100] or 'table'}.{plain.rpartition('.')[2]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
