"""Actions of the intake: what was found in a file, and look again."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.logic import validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

from ckanext.osakadx.intake import evidence, jobs

from . import schema


@tk.side_effect_free
@validate(schema.reading_show)
def osakadx_intake_reading_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return what was found at a file: how it answers, what is in it, what was loaded into the DataStore.

    Args:
        id (str): id of the resource

    Returns:
        dict: ``link`` (verdict: ok, moved, gone, refused, html or unknown; reason, status, size, sha256, strikes …),
        ``reading`` (as ``osakadx read --json``: format, encoding, tables, findings with cell addresses …) and ``table``
        (sheet, rows, columns, places of latitude and longitude from 0, findings); each with ``method``, ``checked``
        and ``changed``, or null where it was not examined
    """
    tk.check_access("osakadx_intake_reading_show", context, data_dict)
    found = {kind: row.as_dict() for kind, row in evidence.of(data_dict["id"]).items()}
    return {"id": data_dict["id"], **{kind: found.get(kind) for kind in ("link", "reading", "table")}}


@validate(schema.examine)
def osakadx_intake_examine(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Have a file looked at now.

    Args:
        id (str): id of the resource
        force (bool): read and load it again even when it has not changed

    Returns:
        dict: ``queued``, false when it is waiting already
    """
    tk.check_access("osakadx_intake_examine", context, data_dict)
    resource = model.Resource.get(data_dict["id"])
    if resource is None:
        raise tk.ObjectNotFound(tk._("Resource not found"))
    return {"queued": jobs.put(resource.id, resource.url or "", force=data_dict["force"], priority=jobs.AT_ONCE)}
