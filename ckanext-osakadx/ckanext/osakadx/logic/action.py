"""CKAN's own lists without what is no data set: ckanext-harvest keeps each source as a package of type ``harvest``.

Searches, feeds and the catalog's RDF leave sources out already; these actions read the tables themselves.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckan.logic import schema, validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict

SOURCE = "harvest"


@tk.side_effect_free
@validate(schema.default_pagination_schema)
def package_list(context: Context, data_dict: DataDict) -> list[str]:
    """Return the names of the site's public data sets; harvest sources are none (`osakadx_harvest_source_list`).

    Args:
        limit (int): at most so many
        offset (int): names to skip
    """
    tk.check_access("package_list", context, data_dict)
    name = model.Package.id if context.get("api_version") == 2 else model.Package.name
    public = (model.Package.state == "active", model.Package.private.is_(False), model.Package.type != SOURCE)
    query = sa.select(name).where(*public).order_by(name).offset(data_dict.get("offset"))
    return list(model.Session.scalars(query.limit(data_dict.get("limit") or None)))


@tk.side_effect_free
@tk.chained_action
def member_list(original: Any, context: Context, data_dict: DataDict) -> list[tuple[str, str, str]]:
    """As CKAN's, without harvest sources, and without private data sets for those outside the organisation."""
    found = original(context, data_dict)
    packages = [row[0] for row in found if row[1] == "package"]
    known = sa.select(model.Package.id, model.Package.type, model.Package.private).where(model.Package.id.in_(packages))
    inside = context.get("ignore_auth") or authz.has_user_permission_for_group_or_org(
        data_dict["id"], context.get("user"), "read"
    )
    hidden = {row.id for row in model.Session.execute(known) if row.type == SOURCE or (row.private and not inside)}
    return [row for row in found if row[0] not in hidden]


@tk.side_effect_free
@tk.chained_action
def package_autocomplete(original: Any, context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """As CKAN's, without harvest sources."""
    found = original(context, data_dict)
    names = [entry["name"] for entry in found]
    query = sa.select(model.Package.name).where(model.Package.name.in_(names), model.Package.type == SOURCE)
    sources = set(model.Session.scalars(query))
    return [entry for entry in found if entry["name"] not in sources]
