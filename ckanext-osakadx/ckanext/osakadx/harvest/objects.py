"""ckanext-harvest's part of a search document, with one question for a batch where its hook asks one for each.

Its hook puts the id of the harvest object, and the source's id and title, into the document. Without this, that would
be most of the SQL of a first harvest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan import plugins as p

from ckanext.harvest.model import HarvestObject, HarvestSource

# `_told` does what the hook of this one does; the hook of any other is called as it is.
_READ = "1.6.3"

Document = dict[str, Any]

_known: ContextVar[Mapping[str, dict[str, str]] | None] = ContextVar("osakadx_harvest_objects", default=None)


@contextmanager
def known(package_ids: Collection[str]) -> Iterator[None]:
    """Ask once for the harvest objects of many data sets; within it ckanext-harvest's hook knows them."""
    plugin = p.get_plugin("harvest") if p.plugin_loaded("harvest") else None
    if plugin is None or version("ckanext-harvest") != _READ:
        yield
        return
    if "before_dataset_index" not in vars(plugin):
        plugin.before_dataset_index = _knowing(plugin.before_dataset_index)
    token = _known.set(_current(package_ids))
    try:
        yield
    finally:
        _known.reset(token)


def _knowing(hook: Callable[[Document], Document]) -> Callable[[Document], Document]:
    def before_dataset_index(document: Document) -> Document:
        told = (_known.get() or {}).get(document["id"])
        return hook(document) if told is None else _told(document, told)

    return before_dataset_index


def _current(package_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Id of a data set → what its current harvest object puts into the document; nothing where there is none."""
    query = (
        sa.select(HarvestObject.package_id, HarvestObject.id, HarvestSource.id, HarvestSource.title)
        .join(HarvestSource, HarvestSource.id == HarvestObject.harvest_source_id)
        .where(HarvestObject.package_id.in_(list(package_ids)), HarvestObject.current.is_(True))
        .order_by(HarvestObject.import_finished)  # the last one stands
    )
    found: dict[str, dict[str, str]] = {package_id: {} for package_id in package_ids}
    for package_id, object_id, source_id, title in model.Session.execute(query):
        found[package_id] = {
            "harvest_object_id": object_id,
            "harvest_source_id": source_id,
            "harvest_source_title": title,
        }
    return found


def _told(document: Document, told: Mapping[str, str]) -> Document:
    if isinstance(document.get("status"), dict):
        document["status"] = json.dumps(document["status"])
    if told:
        for name in ("data_dict", "validated_data_dict"):
            package = json.loads(document[name])
            for key, value in told.items():
                _put(package, key, value)
            document[name] = json.dumps(package)
        for key, value in told.items():
            document.setdefault(key, value)
    return document


def _put(package: dict[str, Any], key: str, value: str) -> None:
    """Where the schema has a field of that name, into it; else among the extras."""
    if key in package:
        package[key] = value
        return
    package["extras"] = package.get("extras") or []
    there = next((extra for extra in package["extras"] if extra.get("key") == key), None)
    if there is None:
        package["extras"].append({"key": key, "value": value})
    else:
        there["value"] = value
