"""Files of a watched folder on their way into the portal's storage.

A file is read twice at most: where its size and time are those of the last time, not at all; where its bytes are, it is
not stored again. Storing goes through CKAN's uploader, so that any storage of the site works. A resource belongs to a
path inside the folder: a changed file keeps the resource, its id and the links to it.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import uploader
from ckan.plugins import toolkit as tk
from osakadx.errors import OsakadxError
from sqlalchemy.dialects.postgresql import insert
from werkzeug.datastructures import FileStorage

from ckanext.osakadx.harvesters import folder_files, shares

from .model import StoredFile

log = logging.getLogger(__name__)

FOLDERS = "ckanext.osakadx.harvest.folders"
_CHUNK = 1 << 20
_SHOWN = ("url", "url_type", "last_modified", "mimetype", "size")
Dict = dict[str, Any]


class FolderFileError(OsakadxError):
    """A file of a folder that cannot be taken now; the record waits for the next run or for a person."""

    slug = "file-unreadable"


@dataclass(frozen=True)
class Listed:
    """A file as the listing saw it: its path as text, its address inside the folder, its size and time."""

    path: str
    address: str
    size: int
    changed: str

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Share:
    """A folder on this machine, and what the addresses of its files begin with."""

    root: Path
    prefix: str

    def listed(self, record: Mapping[str, Any]) -> dict[str, Listed]:
        """Address → file, of a stored record."""
        found: dict[str, Listed] = {}
        for file in record.get("files") or ():
            url = str(file.get("file_download_url") or "")
            if url.startswith(self.prefix):
                inside = url.removeprefix(self.prefix)
                size, changed = int(file["file_size"]), str(file["file_modified"])
                found[url] = Listed(folder_files.plain(inside), inside, size, changed)
        return found


@dataclass(frozen=True)
class FolderFiles:
    """The files of one data set, and where they lie."""

    share: Share
    files: Mapping[str, Listed]


def folders() -> frozenset[str]:
    """The folders that the operator has opened, as ``name=/path``; no path of theirs leaves this machine."""
    found, wrong = shares.named(tk.config.get(FOLDERS) or ())
    if wrong:
        log.warning("%s: %s", FOLDERS, " ".join(wrong))
    return found


def check() -> None:
    """Refuse to begin where the site keeps no files.

    Raises:
        OsakadxError: it does not.
    """
    if not tk.h.uploads_enabled("resource"):
        raise OsakadxError(
            "このサイトにはファイルの置き場所がないため、フォルダーのファイルを取り込めません。",
            fix="サーバーの管理者に、ckan.storage_path か ckan.files の保存先を設定するよう頼んでください。",
            slug="uploads-disabled",
        )  # fmt: skip


@contextmanager
def taken(package: Dict, package_id: str | None, own: FolderFiles) -> Iterator[Taken]:
    """Take the files of a data set as far as they are new.

    Args:
        package: what `package_create` takes; resources with the addresses of the listing.
        package_id: of the data set, where it is there already.

    Raises:
        FolderFileError: one of them is too large, is being written, or cannot be read.
    """
    known = _known(package_id) if package_id else {}
    with tempfile.TemporaryDirectory(prefix="osakadx-folder-") as folder:
        resources: list[Dict] = []
        arrivals: list[_Arrival | None] = []
        try:
            for resource in package.get("resources") or ():
                file = own.files.get(resource["url"])
                if file is None:  # such as a page in the web
                    resources.append(dict(resource))
                    arrivals.append(None)
                    continue
                before = known.get(file.path)
                arrival = _arrival(own.share, file, before, Path(folder) / str(len(arrivals)))
                arrivals.append(arrival)
                resources.append(
                    resource | arrival.shown(package["name"]) | ({"id": before.resource_id} if before else {})
                )
            yield Taken({**package, "resources": resources}, arrivals)
        finally:
            for arrival in arrivals:
                if arrival and arrival.stream:
                    arrival.stream.close()


@dataclass
class Taken:
    """A data set whose files are in hand.

    Attributes:
        package: as `package_create` and `package_update` take it.
    """

    package: Dict
    arrivals: list[_Arrival | None]

    def store(self, package_id: str) -> None:
        """Store the new files of the data set that was just written, in the present transaction."""
        table = model.Resource
        query = sa.select(table.id).where(table.package_id == package_id, table.state == model.State.ACTIVE)
        ids = list(model.Session.scalars(query.order_by(table.position)))
        kept: list[Dict] = []
        for resource_id, arrival in zip(ids, self.arrivals, strict=True):
            if arrival is not None:
                arrival.store(resource_id)
                kept.append(arrival.row(resource_id, package_id))
        gone = sa.delete(StoredFile).where(StoredFile.package_id == package_id)
        model.Session.execute(gone.where(StoredFile.resource_id.not_in([row["resource_id"] for row in kept])))
        if kept:
            statement = insert(StoredFile.__table__)
            values = {name: statement.excluded[name] for name in kept[0] if name != "resource_id"}
            model.Session.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=values), kept)


@dataclass
class _Arrival:
    """One file: as it is stored already, or with its bytes in hand."""

    file: Listed
    sha256: str
    facts: Dict = field(default_factory=dict)
    stream: IO[bytes] | None = None
    keeper: Any = None

    def shown(self, dataset: str) -> Dict:
        """What the resource says of it."""
        if self.stream is None:
            return self.facts
        asked: Dict = {"upload": FileStorage(self.stream, filename=_file_name(self.file.name, dataset))}
        self.keeper = uploader.get_resource_uploader(asked)
        asked.pop("upload", None)
        mimetype = getattr(self.keeper, "mimetype", None)
        told = {"url_type": "upload", **asked, "size": self.file.size, "mimetype": mimetype}
        self.facts = {key: told[key] for key in _SHOWN if told.get(key) is not None}
        return self.facts

    def store(self, resource_id: str) -> None:
        if self.keeper is None:
            return
        try:
            self.keeper.upload(resource_id, uploader.get_max_resource_size())
        except OSError as error:
            raise FolderFileError(
                f"「{self.file.name}」を、ポータルの保存先に書けませんでした({error.strerror})。",
                fix="サーバーの管理者に、保存先の空き容量と権限を確かめるよう頼んでください。次の実行でもう一度試します。",
                slug="storage-failed",
            ) from error  # fmt: skip

    def row(self, resource_id: str, package_id: str) -> Dict:
        stored = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in self.facts.items()}
        return {
            "resource_id": resource_id, "package_id": package_id, "path": self.file.path, "size": self.file.size,
            "changed": self.file.changed, "sha256": self.sha256, "stored": stored,
        }  # fmt: skip


def _known(package_id: str) -> dict[str, StoredFile]:
    """Path → what is stored, of the files whose resources are there."""
    query = sa.select(StoredFile).join(model.Resource, model.Resource.id == StoredFile.resource_id)
    query = query.where(StoredFile.package_id == package_id, model.Resource.state == model.State.ACTIVE)
    return {row.path: row for row in model.Session.scalars(query, execution_options={"populate_existing": True})}


def _arrival(share: Share, file: Listed, before: StoredFile | None, copy: Path) -> _Arrival:
    if before is not None and (before.size, before.changed) == (file.size, file.changed):
        return _Arrival(file, before.sha256, dict(before.stored))
    _check_size(file)
    digest = _copied(share, file, copy)
    if before is not None and before.sha256 == digest:
        return _Arrival(file, digest, dict(before.stored))
    return _Arrival(file, digest, stream=copy.open("rb"))


def _check_size(file: Listed) -> None:
    most = int(uploader.get_max_resource_size() or 0)
    if file.size > most << 20:
        raise FolderFileError(
            f"「{file.name}」は{file.size / (1 << 20):,.1f} MBで、置ける大きさ({most:,} MB)を超えています。",
            fix="ファイルを分けるか、サーバーの管理者に ckan.max_resource_size を見直すよう頼んでください。",
            slug="file-too-large",
        )  # fmt: skip


def _copied(share: Share, file: Listed, copy: Path) -> str:
    """Copy a file, and return its SHA-256 (hex); refused where it is not, or not any more, what was listed."""
    digest = hashlib.sha256()
    try:
        with folder_files.opened(share.root, file.address) as original, copy.open("wb") as written:
            same = _is(file, original)
            left = file.size
            while same and left >= 0 and (chunk := original.read(_CHUNK)):
                left -= len(chunk)
                digest.update(chunk)
                written.write(chunk)
            same = same and left == 0 and _is(file, original)
    except OSError as error:
        if error.errno == errno.ENOSPC:  # the share is only read
            raise FolderFileError(
                f"「{file.name}」を写す一時的な場所に、空きがありません。",
                fix="サーバーの管理者に、空きを増やすよう頼んでください。次の実行でもう一度試します。",
                slug="storage-failed",
            ) from error
        raise FolderFileError(
            f"「{file.name}」を開けません({error.strerror or 'ファイルではありません'})。",
            fix="共有フォルダーがつながっているか、読む権限があるか確かめてください。次の実行でもう一度試します。",
        ) from error  # fmt: skip
    if not same:
        raise FolderFileError(
            f"「{file.name}」は、集めている間に書き換えられました。",
            fix="次の実行で集めます。",
            slug="file-being-written",
        )
    return digest.hexdigest()


def _is(file: Listed, original: IO[bytes]) -> bool:
    now = os.fstat(original.fileno())
    return (now.st_size, folder_files.moment(now.st_mtime)) == (file.size, file.changed)


def _file_name(name: str, dataset: str) -> str:
    """The name a download gets: CKAN keeps ASCII letters only, so a Japanese name gives way to the data set's."""
    return name if Path(name).stem.isascii() and re.search("[A-Za-z0-9]", name) else dataset + Path(name).suffix
