"""Many changed data sets in a few statements, as `package_update` of CKAN would write each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ckan import model
from ckan import plugins as p
from ckan.lib import uploader
from ckan.plugins import toolkit as tk
from ckan.types import Context

from . import activities, hooks, schemas, stored
from .lookups import NAME, Lookups
from .prepared import Refused
from .schemas import copied
from .shown import Shown, shown

Dict = dict[str, Any]
ACTIONS = ("package_update", "package_show", "package_owner_org_update")
# What is saved in ways of its own, and written by CKAN's own action.
LONG_WAY = ("plugin_data", "relationships_as_subject", "relationships_as_object", "metadata_modified")
# What comes back as CKAN showed it is compared with what is there: the action leaves an equal one alone.
SHOWN = ("metadata_created", "num_resources", "isopen")
SHOWN_FILE = frozenset({"created", "position", "package_id"})
UPLOAD = ("upload", "clear_upload")


@dataclass(frozen=True)
class Updated:
    """A data set that was asked to be changed: its place in the batch, whether anything did, how CKAN shows it now."""

    position: int
    package_id: str
    changed: bool
    shown: Shown


@dataclass
class _Change:
    """One valid change: what is there, what was asked for with its uploads, and what validation made of it."""

    position: int
    package: model.Package
    context: Context
    asked: Dict
    uploads: list[Any]
    data: Dict
    changed: bool = False


def update(batch: Sequence[Dict], user: str, extra: Dict) -> tuple[list[Updated], list[int]]:
    """Write changed data sets in the present transaction, without committing it.

    Args:
        batch: what `package_update` takes, each with ``id`` and ``resources``; not changed.
        user: name of the user in whose name they are written.
        extra: for the context that hooks of other plugins are given.

    Returns:
        (what was written or found to be as it is, positions of those that have to go through `package_update` itself:
        not valid, not there, or unusual).

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database refused one of them; the transaction has to be rolled back.
    """
    if not batch or not hooks.usual(ACTIONS):
        return [], list(range(len(batch)))
    there = stored.Stored([package["id"] for package in batch if isinstance(package.get("id"), str)])
    known = Lookups(user, (), _groups(batch))
    valid, others = _validated(batch, there, known, extra)
    if valid:
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        there.expect_tags(tag for each in valid for tag in each.data.get("tags") or ())
        for each in valid:
            _save(each, there, known, now)
        stored.flush()
        _tell_plugins([each for each in valid if each.changed])
    return _told_all(valid, user), others


def _groups(batch: Sequence[Dict]) -> set[str]:
    """References to groups and organizations in a batch, wherever they are plain texts."""
    listed = [package.get("groups") for package in batch]
    named = [group.get("id") or group.get("name") for groups in listed if isinstance(groups, list) for group in groups
             if isinstance(group, dict)]  # fmt: skip
    owners = [package.get("owner_org") for package in batch]
    return {reference for reference in (*named, *owners) if isinstance(reference, str) and reference}


def update_one(package: Dict, user: str, extra: Dict) -> None:
    """Write one changed data set through `package_update` itself, without committing it.

    Args:
        package: as for `update`; it is changed.

    Raises:
        ckan.logic.ValidationError: it is not valid; the transaction was rolled back.
        ckan.logic.NotFound: it is not there.
    """
    context = Context({"user": user, "ignore_auth": True, "defer_commit": True, "use_cache": False, **extra})
    context["return_id_only"] = True
    original = tk.get_action("package_show")({"user": user, "ignore_auth": True}, {"id": package["id"]})
    context["original_package"] = original  # type: ignore[typeddict-unknown-key]
    left_alone = _is_as_shown(package, original)
    tk.get_action("package_update")(context, package)
    model.Session.flush()
    # CKAN's keeper of activities hears only of what the action commits itself.
    if not left_alone:
        activities.keep(activities.CHANGED, list(shown([package["id"]])), user)


def _is_as_shown(package: Dict, original: Dict) -> bool:
    """Whether `package_update` leaves a data set alone, as it was asked for just as CKAN shows it."""
    asked = {**package, "id": original["id"], "type": original["type"]}
    if not asked.get("metadata_modified"):
        asked["metadata_modified"] = original["metadata_modified"]
    return asked == original


# -- what is valid -----------------------------------------------------------------------------------------------------


def _validated(
    batch: Sequence[Dict], there: stored.Stored, known: Lookups, extra: Dict
) -> tuple[list[_Change], list[int]]:
    valid: list[_Change] = []
    others: list[int] = []
    taken: set[str] = set()
    for position, asked in enumerate(batch):
        package = there.packages.get(asked.get("id", ""))
        try:
            if package is None or package.id in taken:
                raise Refused
            taken.add(package.id)
            valid.append(_valid(position, asked, package, known, extra))
        except Refused:
            others.append(position)
    return valid, others


def _valid(position: int, asked: Dict, package: model.Package, known: Lookups, extra: Dict) -> _Change:
    if not _is_usual(asked, package):
        raise Refused
    asked = copied(asked)
    asked["type"] = package.type
    context = hooks.context(known.user.name if known.user else "", extra)
    context["package"] = package
    uploads = [_upload(resource) for resource in asked["resources"]]
    data = schemas.updated(asked, Context(context, **{NAME: known}))  # type: ignore[typeddict-item, misc]
    if any(key in data for key in LONG_WAY) or any("id" in tag for tag in data.get("tags") or ()):
        raise Refused
    return _Change(position, package, context, asked, uploads, data)


def _is_usual(asked: Dict, package: model.Package) -> bool:
    """Whether it is a change that is saved here: to the whole of a data set, its name kept, no file sent along."""
    resources = asked.get("resources")
    if not isinstance(resources, list) or not all(isinstance(resource, dict) for resource in resources):
        return False
    own = {resource.id for resource in package.resources_all}
    ids = [resource["id"] for resource in resources if resource.get("id")]
    return (
        asked.get("name") == package.name
        and not any(key in asked for key in (*LONG_WAY, *SHOWN))
        and len(set(map(str, ids))) == len(ids)
        and all(isinstance(id_, str) and id_ in own for id_ in ids)
        and not any(_is_unusual_file(resource) for resource in resources)
    )


def _is_unusual_file(resource: Mapping[str, Any]) -> bool:
    return any(key in resource for key in UPLOAD) or resource.keys() >= SHOWN_FILE


def _upload(resource: Dict) -> Any:
    """What looks after a resource's file; it also guesses the media type, which CKAN takes where none is given."""
    upload = uploader.get_resource_uploader(resource)
    if "mimetype" not in resource and hasattr(upload, "mimetype"):
        resource["mimetype"] = upload.mimetype
    if "url_type" in resource and hasattr(upload, "filesize"):
        resource["size"] = upload.filesize
    return upload


def _has_a_say(upload: Any) -> bool:
    """Whether a resource without a file of its own matters to what looks after files; to CKAN's own it does not."""
    return type(upload).__module__ != uploader.__name__ or bool(upload.filename or upload.clear)


# -- what is written ---------------------------------------------------------------------------------------------------


def _save(change: _Change, there: stored.Stored, known: Lookups, now: datetime) -> None:
    """Change the objects of the session as `package_dict_save` and `package_owner_org_update` do."""
    package, data = change.package, change.data
    fields = stored.save_fields(package, data)
    resources = stored.save_resources(package, data["resources"])
    tags = there.save_tags(package, data.get("tags") or ())
    groups = there.save_groups(package, data.get("groups"), known)
    change.changed = fields or resources or tags or groups
    if change.changed:
        package.metadata_modified = now
        there.save_owner(package, known)


def _tell_plugins(changes: Sequence[_Change]) -> None:
    """Call the hooks of other plugins, each data set in its turn, as `package_update` does."""
    size = uploader.get_max_resource_size()
    for change in changes:
        for resource, upload, saved in zip(
            change.asked["resources"], change.uploads, change.package.resources, strict=True
        ):
            resource["id"] = saved.id
            if _has_a_say(upload):
                upload.upload(saved.id, size)
        for item in p.PluginImplementations(p.IPackageController):
            item.edit(change.package)
            item.after_dataset_update(change.context, change.data)
    model.Session.flush()


def _told_all(valid: Sequence[_Change], user: str) -> list[Updated]:
    """Keep the activities, send CKAN's signal, and return what was asked for as CKAN shows it.

    CKAN calls everything changed that it has saved, also where it found nothing to change.
    """
    seen = {each.package.id: each for each in shown([change.package.id for change in valid])} if valid else {}
    activities.keep(activities.CHANGED, [seen[change.package.id] for change in valid], user)
    for change in valid:
        change.context["changed_entities"] = {"packages": {change.package.id}}
    hooks.succeeded("package_update", [(change.context, change.asked, change.package.id) for change in valid])
    return [Updated(each.position, each.package.id, each.changed, seen[each.package.id]) for each in valid]
