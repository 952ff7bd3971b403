"""Many data sets as `package_show` gives them, in CKAN's default schema and in their own: what is indexed and kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import logic, model
from ckan import plugins as p
from ckan.types import Context

from . import dictized, schemas

Dict = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """One data set as `package_show_default_and_custom_schemas` returns it."""

    package: model.Package
    default: Dict
    own: Dict


def shown(package_ids: Collection[str]) -> Iterator[Shown]:
    """Yield data sets, those that do not exist left out; every hook of `package_show` is called for each.

    Args:
        package_ids: a batch; some hundred at most are held in memory.
    """
    found = model.Session.scalars(sa.select(model.Package).where(model.Package.id.in_(list(package_ids)))).all()
    context = fresh()
    for package, packed in dictized.packages(found, context):
        yield _shown(package, packed, fresh())


def _shown(package: model.Package, packed: Dict, context: Context) -> Shown:
    context["package"] = package
    for item in p.PluginImplementations(p.IPackageController):
        item.read(package)
    for item in p.PluginImplementations(p.IResourceController):
        for resource in packed["resources"]:
            item.before_resource_show(resource)
    default, own = schemas.shown(packed, context)
    logic.apply_after_dataset_show_plugins(context, own)
    return Shown(package, default, own)


def fresh() -> Context:
    """The context in which CKAN reads data sets for its index."""
    context = Context(ignore_auth=True, use_cache=False, validate=False)
    return logic._prepopulate_context(context)
