"""Actions of harvest sources: try, create, change, switch, approve, list; and one record of a source."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.logic import validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict
from osakadx.errors import OsakadxError

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx import outgoing
from ckanext.osakadx.harvest import history, jobs, overview, sources, standing

from . import schema

MOST_RECORDS = 100


@validate(schema.source_preview)
def osakadx_harvest_preview(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Try a source: read its list within 30 seconds, show its first records and what a run would change. Saves nothing.

    Args:
        id (str): id or name of a source that exists; what else is given stands instead of what it has
        url (str): address of the list
        type (str): kind of the source, such as ``osakadx_ckan_api``
        organization (str): name or id of the organisation that receives the data sets
        license (str): for data sets that name none
        options (dict): what the kind wants to know
        allow_hosts (list): ``host:port`` to except from the address policy; sysadmins only
        records (int): how many records to show, 20 by default

    Returns:
        dict: ``listed``, ``files``, ``claimed``, ``skipped``, ``complete``, ``cut``, ``seconds``,
        ``expected_seconds``, ``requests``, ``bytes``; ``notices`` and ``counts`` of the list; ``plan`` and ``before``:
        what a run would change and what the catalog has; ``conflicts``: how many of what it would add stand in conflict
        with data sets from elsewhere; ``guard``: the verdict; ``records``: guid, title, action (``conflict`` too), data
        set, notices. ``error`` (slug, message, where, fix) instead where nothing could be listed.
    """
    existing = _existing(data_dict.get("id"))
    wanted = _completed(data_dict, existing)
    organization = _organization(wanted["organization"])
    wanted["organization"] = organization.name
    access = {"id": existing.id} if existing else {"owner_org": organization.id}
    tk.check_access("osakadx_harvest_preview", context, access)
    hosts = _hosts(context, data_dict)
    if existing and not hosts and _same_place(wanted, existing):
        # What a sysadmin excepted for one address is no key to others of that host.
        hosts = standing.exceptions(existing.id)
    source = HarvestSource(
        id=existing.id if existing else None, title=wanted.get("title") or wanted["url"], url=wanted["url"].strip(),
        type=wanted["type"], config=sources.config(wanted),
    )  # fmt: skip
    harvester: Any = jobs.harvester_of(source.type)
    if harvester is None:
        raise tk.ValidationError({"type": [tk._("Only our own kinds of sources can be previewed.")]})
    told = {"url": source.url, "source_type": source.type, "exists": existing is not None}
    try:
        records = min(data_dict["records"], MOST_RECORDS)
        return told | harvester.preview(source, hosts, records=records)
    except OsakadxError as error:
        return told | {"error": {"slug": error.slug, "message": error.message, "where": error.where, "fix": error.fix}}


@validate(schema.source_create)
def osakadx_harvest_source_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Create a source. It waits for the desk's approval unless the desk creates it.

    Args:
        name (str): in addresses; made of the publisher and the kind where none is given
        title (str), notes (str): for people
        url (str), type (str), organization (str), license (str), options (dict): as of ``osakadx_harvest_preview``
        schedule (str): minute, hour, day, month, weekday in Asia/Tokyo (``17 3 * * *``); without one, it runs when told
        guard (dict): ``fraction`` and ``small``, what counts as routine removals
        contact (str): mail address of whoever is told when a run is held or fails, once they have agreed
        enabled (bool): whether the calendar may run it, true by default
        allow_hosts (list): ``host:port`` to except from the address policy for it; sysadmins only

    Returns:
        dict: the source as in ``osakadx_harvest_source_list``
    """
    organization = _organization(data_dict["organization"])
    tk.check_access("harvest_source_create", context, {"owner_org": organization.id})
    data_dict = {**data_dict, "organization": organization.name}
    data_dict["name"] = data_dict.get("name") or _free_name(f"{organization.name}-{data_dict['type']}")
    hosts = _hosts(context, data_dict)
    _check(data_dict, hosts)
    created = tk.get_action("harvest_source_create")(_fresh(context), sources.package(data_dict))
    return _settle(context, created["id"], data_dict, hosts)


@validate(schema.source_update)
def osakadx_harvest_source_update(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Change a source; what is not given stays. A new address, kind or option needs approval again.

    Args:
        id (str): id or name of the source
        others: as of ``osakadx_harvest_source_create``

    Returns:
        dict: the source as in ``osakadx_harvest_source_list``
    """
    existing = _existing(data_dict["id"])
    tk.check_access("harvest_source_update", context, {"id": existing.id})
    wanted = _completed(data_dict, existing)
    wanted["organization"] = _organization(wanted["organization"]).name
    hosts = _hosts(context, data_dict) if "allow_hosts" in data_dict else None
    _check(wanted, standing.exceptions(existing.id) if hosts is None else hosts)
    tk.get_action("harvest_source_update")(_fresh(context), {**sources.package(wanted), "id": existing.id})
    return _settle(context, existing.id, data_dict, hosts)


@validate(schema.source_switch)
def osakadx_harvest_source_switch(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Switch a source on or off for the calendar; one that waits runs from its approval on.

    Args:
        id (str): id or name of the source
        enabled (bool): on or off
    """
    source = _existing(data_dict["id"])
    tk.check_access("osakadx_harvest_source_switch", context, {"id": source.id})
    standing.switch(source, data_dict["enabled"])
    return _shown(source.id)


@validate(schema.source_approve)
def osakadx_harvest_source_approve(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Agree to a source as it is now, so that it may run. For sysadmins and the admins of the prefecture.

    Args:
        id (str): id or name of the source
        fingerprint (str): of what was looked at; refused where the source is another one by now
    """
    tk.check_access("osakadx_harvest_source_approve", context, data_dict)
    source = _existing(data_dict["id"])
    seen = data_dict.get("fingerprint")
    if seen and seen != standing.fingerprint(source.type, source.url, source.config):
        raise tk.ValidationError({"id": [tk._("The source was changed in the meantime. Look at it again.")]})
    standing.approve(source, str(context.get("user") or ""))
    return _shown(source.id)


@tk.side_effect_free
@validate(schema.source_list)
def osakadx_harvest_source_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List the sources: state, last run, next run, what is held, number of data sets, trend.

    Args:
        q (str): words of the title, name or address
        type (str), organization (str): only those
        state (str): active, stopped, waiting, held or paused
        id (str): only the source of this id
        limit (int): 1000 by default
        offset (int): sources to skip

    Returns:
        dict: ``count``; ``results``: of each source id, name, title, url, source_type, organization, state, schedule,
        next_run, last_run, held (id of the run that waits), paused (since when a person has paused it), datasets, trend
        (records listed by the last runs)
    """
    tk.check_access("osakadx_harvest_source_list", context, data_dict)
    found = overview.sources(
        user=str(context.get("user") or ""),
        everything=standing.may_decide(context),
        words=data_dict.get("q") or "",
        kind=data_dict.get("type") or "",
        organization=data_dict.get("organization") or "",
        state=data_dict.get("state") or "",
        source_id=data_dict.get("id") or "",
    )
    start = data_dict["offset"]
    return {"count": len(found), "results": found[start : start + data_dict["limit"]]}


@tk.side_effect_free
@validate(schema.record_show)
def osakadx_harvest_record_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show one record of a source: what the source sent, its data set, and its history with what changed.

    Args:
        source_id (str): id or name of the source
        guid (str): the record's ID at the source
    """
    source = _existing(data_dict["source_id"])
    tk.check_access("osakadx_harvest_record_show", context, {"source_id": source.id})
    found = history.of(source.id, data_dict["guid"])
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such record."))
    return {"source_id": source.id, **found}


def _existing(written: str | None) -> Any:
    if not written:
        return None
    package = model.Package.get(written)
    source = model.Session.get(HarvestSource, package.id) if package and package.state != "deleted" else None
    if source is None:
        raise tk.ObjectNotFound(tk._("There is no such harvest source."))
    return source


def _completed(data_dict: DataDict, existing: HarvestSource | None) -> dict[str, Any]:
    """What is given, and what the source has where nothing is given."""
    known = sources.described(existing) if existing else {}
    wanted = known | {key: value for key, value in data_dict.items() if key not in ("id", "records", "allow_hosts")}
    for key in ("url", "type", "organization"):
        if not wanted.get(key):
            raise tk.ValidationError({key: [tk._("Missing value")]})
    return wanted


def _same_place(wanted: DataDict, existing: HarvestSource) -> bool:
    asked = standing.fingerprint(wanted["type"], wanted["url"], sources.config(wanted))
    return asked == standing.fingerprint(existing.type, existing.url, sources.config(sources.described(existing)))


def _organization(written: str) -> model.Group:
    group = model.Group.get(written)
    if group is None or not group.is_organization or group.state != "active":
        raise tk.ValidationError({"organization": [tk._("There is no such organization.")]})
    return group


def _hosts(context: Context, data_dict: DataDict) -> frozenset[str]:
    """Exceptions of the address policy that are asked for, if a sysadmin asks."""
    hosts = frozenset(data_dict.get("allow_hosts") or ())
    if hosts:
        tk.check_access("sysadmin", context, {})
    return hosts


def _check(wanted: DataDict, hosts: frozenset[str]) -> None:
    """Refuse an address that may never be asked and options that the kind does not know, without asking anybody."""
    harvester: Any = jobs.harvester_of(wanted["type"])
    if harvester is None:
        return
    try:
        if not harvester.folders:
            outgoing.fetcher(hosts).policy.target(wanted["url"])
    except OsakadxError as error:
        raise tk.ValidationError({"url": [str(error)]}) from None
    source = HarvestSource(url=wanted["url"], type=wanted["type"], title=wanted.get("title") or wanted["url"])
    source.config = sources.config(wanted)
    try:
        harvester.check(source)
    except OsakadxError as error:
        field = "url" if error.slug.startswith("folder-") else "options"
        raise tk.ValidationError({field: [str(error)]}) from None


def _settle(context: Context, source_id: str, data_dict: DataDict, hosts: frozenset[str] | None) -> dict[str, Any]:
    source = model.Session.get(HarvestSource, source_id)
    if hosts is not None and (hosts or standing.exceptions(source_id)):
        tk.check_access("sysadmin", context, {})
        standing.allow(source, sorted(hosts))
    if data_dict.get("enabled") is not None:
        standing.switch(source, data_dict["enabled"])
    if data_dict.get("contact") is not None:
        standing.tell(source_id, data_dict["contact"])
    return _shown(source_id)


def _shown(source_id: str) -> dict[str, Any]:
    return overview.sources(everything=True, source_id=source_id)[0]


def _fresh(context: Context) -> Context:
    return {key: context[key] for key in ("user", "ignore_auth", "auth_user_obj") if key in context}  # type: ignore[return-value]


def _free_name(wished: str) -> str:
    base = wished.replace("osakadx_", "").replace("_", "-").lower()[:90]
    taken = {name for (name,) in model.Session.query(model.Package.name).filter(model.Package.name.like(f"{base}%"))}
    return next(
        name for number in range(1, 10_000) if (name := base + (f"-{number}" if number > 1 else "")) not in taken
    )
