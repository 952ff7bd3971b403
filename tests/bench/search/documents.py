"""Data sets as CKAN sends them to its index: CKAN's own flattening, with the database it asks left out."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any
from unittest import mock

from ckan.common import config
from ckan.lib.search.index import PackageSearchIndex

# What resource_create stores beside what a publisher fills in: the stored JSON is as large as a real one.
RESOURCE_DEFAULTS = {
    "package_id": None, "mimetype": "text/csv", "mimetype_inner": None, "hash": "", "size": 48213,
    "created": "2024-12-01T00:00:00.000000", "last_modified": "2024-12-01T00:00:00.000000", "metadata_modified": None,
    "cache_url": None, "cache_last_updated": None, "resource_type": None, "url_type": None, "license": "",
    "datastore_active": True, "datastore_contains_all_records_of_source_file": True,
}  # fmt: skip
PACKAGE_DEFAULTS = {
    "author_email": None, "maintainer_email": "", "creator_user_id": "5d0a1b0e-5f4c-4c52-9f0d-7c4c7c1b1b11",
    "isopen": True, "num_tags": 0, "num_resources": 1, "relationships_as_object": [], "relationships_as_subject": [],
    "extras": [],
    "license_title": "クリエイティブ・コモンズ 表示 4.0 国際", "license_url": "https://creativecommons.org/licenses/by/4.0/deed.ja",
    "identifier": "", "standard_edition": "", "contact": [{"name": "担当課", "telephone": "06-0000-0000", "email": ""}],
}  # fmt: skip


# Fields of schemas/dataset.yaml that CKAN does not know itself: it keeps them as extras, lists as JSON.
EXTRAS = ("frequency", "theme", "language", "identifier", "standard_edition", "contact")
SETTINGS = {
    "ckan.extra_resource_fields": [],
    "ckan.search.remove_deleted_packages": True,
    "ckan.search.solr_commit": False,
}


def stored(package: dict[str, Any]) -> dict[str, Any]:
    """A package as `package_show` would give it, with every key that CKAN adds."""
    resources = [{**RESOURCE_DEFAULTS, **resource, "package_id": package["id"]} for resource in package["resources"]]
    return {**PACKAGE_DEFAULTS, **package, "owner_org": package["organization"]["id"], "resources": resources}


def flatten(packages: Iterable[dict[str, Any]], site: str = "bench") -> list[dict[str, Any]]:
    """The documents that `PackageSearchIndex.index_package` would post, one for each package."""
    config.update(SETTINGS | {"ckan.site_id": site})
    posted: list[dict[str, Any]] = []
    index = PackageSearchIndex()
    with (
        mock.patch("ckan.lib.search.index.make_connection") as connection,
        mock.patch("ckan.model.Package.get", return_value=None),
    ):
        connection.return_value.add = lambda docs, commit: posted.extend(docs)
        for package in packages:
            whole = stored(package)
            flat = {key: value for key, value in whole.items() if key not in EXTRAS}
            extras = [{"key": key, "value": _as_extra(whole[key])} for key in EXTRAS if whole.get(key)]
            index.index_package({**copy.deepcopy(flat), "extras": extras, "with_custom_schema": whole})
    return [document | {"permission_labels": ["public"]} for document in posted]


def _as_extra(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
