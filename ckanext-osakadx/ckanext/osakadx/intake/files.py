"""Brings the file of a resource onto the disk: from the catalog's own storage, or from where its publisher has it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import file_keeper
from ckan import model
from ckan import plugins as p
from ckan.lib import files, uploader
from ckan.plugins import toolkit as tk
from osakadx import links
from osakadx.errors import FetchError
from osakadx.fetch import Answer

from ckanext.osakadx import outgoing

UPLOAD = "upload"
MAX_SIZE = "ckanext.osakadx.intake.max_megabytes"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Arrival:
    """A file in hand, or the news that it is the one we know.

    Attributes:
        path: None when it is unchanged.
        facts: how it came, for the evidence: url, final, status, size, sha256, etag, modified, content_type, redirects.
        method: the same in a word or two.
    """

    path: Path | None
    facts: dict[str, Any]
    method: str


def subject(resource: model.Resource) -> str:
    """What is examined: the address, or ``upload`` for a file in the catalog's own storage."""
    return UPLOAD if resource.url_type == UPLOAD else (resource.url or "").strip()


def name_of(resource: model.Resource) -> str:
    """What the owner of a file calls it: the last part of its address."""
    return unquote(PurePosixPath(links.taken_apart(resource.url).path).name) or "file"


def is_file(resource: model.Resource) -> bool:
    """Whether there is a file at all: tables made in the DataStore itself have none."""
    return bool(resource.url) and resource.url_type not in tk.h.datastore_rw_resource_url_types()


def megabytes() -> int:
    """The largest file that is fetched."""
    return int(tk.config.get(MAX_SIZE) or 100)


def bring(resource: model.Resource, folder: Path, known: dict[str, Any]) -> Arrival:
    """Bring a file.

    Args:
        resource: whose file.
        folder: private, empty, gone afterwards.
        known: facts of the last arrival from the same place; empty: bring it in any case.

    Raises:
        FetchError: it did not come.
    """
    path = folder / "file"
    if resource.url_type == UPLOAD:
        return _from_storage(resource, path, known)
    answer = outgoing.fetcher(robots=_keeps_to_robots(resource.package_id)).download(
        resource.url, path, etag=known.get("etag", ""), modified=known.get("modified", ""), cap=megabytes() << 20
    )
    if answer.not_modified:
        return Arrival(None, {**known, **_way(answer)}, "GET 304")
    facts = {**_way(answer), "size": answer.size, "sha256": answer.sha256}
    facts |= {"etag": answer.etag, "modified": answer.modified, "content_type": answer.content_type}
    same = answer.sha256 == known.get("sha256")
    return Arrival(None if same else path, facts, "GET")


def _keeps_to_robots(package_id: str) -> bool:
    if not p.plugin_loaded("osakadx_harvest"):
        return True
    from ckanext.osakadx.harvest.state import keeps_to_robots  # only there when ckanext-harvest is

    return keeps_to_robots(package_id)


def setting_robots_aside(package_ids: Collection[str]) -> set[str]:
    """Those of many data sets whose files are asked for whatever their site's robots.txt says."""
    if not p.plugin_loaded("osakadx_harvest"):
        return set()
    from ckanext.osakadx.harvest.state import setting_robots_aside  # only there when ckanext-harvest is

    return setting_robots_aside(package_ids)


def _way(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "final": answer.url, "redirects": list(answer.redirects)}


def _from_storage(resource: model.Resource, path: Path, known: dict[str, Any]) -> Arrival:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as copy:
            for chunk in _stored(resource):
                copy.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    except (OSError, files.exc.FilesError) as error:
        raise FetchError(
            "アップロードされたファイルが保存先にありません。",
            where=resource.url, fix="もう一度アップロードしてください。", slug="not-found",
        ) from error  # fmt: skip
    facts = {"status": None, "final": "", "redirects": [], "size": size, "sha256": digest.hexdigest()}
    same = digest.hexdigest() == known.get("sha256")
    return Arrival(None if same else path, facts, "storage")


def _stored(resource: model.Resource) -> Iterable[bytes]:
    """The bytes of an uploaded file, from wherever this portal keeps them."""
    keeper = uploader.get_resource_uploader({"id": resource.id, "url": resource.url, "url_type": resource.url_type})
    location = keeper.get_path(resource.id)
    storage = getattr(keeper, "storage", None)
    if isinstance(storage, file_keeper.Storage):
        yield from storage.stream(files.FileData(files.Location(location)))
        return
    with Path(location).open("rb") as stored:
        yield from iter(lambda: stored.read(_CHUNK), b"")
