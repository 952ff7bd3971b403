"""Whether a source may run: what the desk approved is what it is now, and somebody switched it on.

A source made or changed by people who are not the desk waits (承認待ち). What was approved is kept as a fingerprint of
the source's kind, address and options, so that whatever way an edit takes, a source that is another one does not run.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context
from osakadx.errors import OsakadxError

from ckanext.harvest.model import HarvestSource

from .calendar import settings
from .model import Standing, now

ACTIVE, STOPPED, WAITING = "active", "stopped", "waiting"
# May change without another approval; a contact stood in configurations of before, and is in no fingerprint.
FREE = ("schedule", "license", "contact")


def fingerprint(kind: str, url: str, config: str | None) -> str:
    """SHA-256 of what an approval is about: kind, address, who receives the data sets, options, limits of the guard."""
    read, written = settings(config), (config or "").strip()
    told: Any = {key: value for key, value in read.items() if key not in FREE}
    if not read and written not in ("", "{}"):
        told = written  # of another extension's kind, in a form of its own
    canonical = json.dumps([kind, url.strip(), told], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def of(source_id: str) -> Standing | None:
    """What is stored; None for a source that no hook of ours has seen, which counts as not approved."""
    return model.Session.get(Standing, source_id)


def state(source: HarvestSource, standing: Standing | None) -> str:
    """active, stopped or waiting (for the desk)."""
    if standing is None or standing.approved != fingerprint(source.type, source.url, source.config):
        return WAITING
    return ACTIVE if standing.enabled and _package_is_there(source.id) else STOPPED


def _package_is_there(source_id: str) -> bool:
    package = model.Session.get(model.Package, source_id)
    return package is not None and package.state == "active"


def is_approved(source: HarvestSource) -> bool:
    """Whether the desk has agreed to the source as it is now."""
    return state(source, of(source.id)) != WAITING


def is_due(source: HarvestSource) -> bool:
    """Whether the calendar may ask for runs of it."""
    return state(source, of(source.id)) == ACTIVE


def check(source: HarvestSource) -> None:
    """Refuse a source that waits for the desk.

    Raises:
        OsakadxError: it does.
    """
    if not is_approved(source):
        raise OsakadxError(
            f"収集元「{source.title or source.url}」は承認を待っているため、実行しません。",
            fix="窓口(大阪府の管理者)が収集元のページで承認すると実行できます。", slug="source-waiting",
        )  # fmt: skip


def exceptions(source_id: str) -> frozenset[str]:
    """``host:port`` that a sysadmin has excepted from the address policy for this source."""
    standing = of(source_id)
    return frozenset(standing.allow_hosts if standing else ())


def contact(source_id: str) -> str:
    """The mail address of whoever is told of a source's held and failed runs; empty where there is none."""
    standing = of(source_id)
    return standing.contact if standing else ""


def saved(context: Context, package: dict[str, Any]) -> None:
    """A source was created or changed (in the transaction that does it): approve it, or let it wait.

    Args:
        package: as CKAN's hooks give it, with id, url, source_type and config.
    """
    kind, url, config = package.get("source_type"), package.get("url"), package.get("config")
    source = model.Session.get(HarvestSource, package["id"])
    mark = fingerprint(
        kind or (source.type if source else ""),
        url or (source.url if source else ""),
        config if config is not None or source is None else source.config,
    )
    standing = of(package["id"])
    if standing is None:
        standing = Standing(source_id=package["id"], approved="", enabled=True)
        model.Session.add(standing)
    if standing.approved != mark:
        who = str(context.get("user") or "")
        if may_decide(context):
            standing.approved, standing.decided_by, standing.decided = mark, who, now()
        else:
            standing.asked_by, standing.asked, standing.approved = who, now(), ""
        if not _may(context, "sysadmin"):
            standing.allow_hosts = []  # were granted for another address
    if source is not None and not (standing.approved and standing.enabled):
        source.active = False
    model.Session.flush()


def may_decide(context: Context) -> bool:
    """Whether whoever acts is the desk."""
    return _may(context, "osakadx_harvest_source_approve")


def _may(context: Context, action: str) -> bool:
    asked = {key: context[key] for key in ("user", "ignore_auth", "auth_user_obj") if key in context}
    try:
        tk.check_access(action, asked, {})
    except tk.NotAuthorized:
        return False
    return True


def approve(source: HarvestSource, who: str) -> Standing:
    """The desk agrees to a source as it is now."""
    standing = of(source.id) or Standing(source_id=source.id, enabled=True)
    standing.approved = fingerprint(source.type, source.url, source.config)
    standing.decided_by, standing.decided = who, now()
    model.Session.add(standing)
    model.Session.flush()
    source.active = standing.enabled
    model.Session.commit()
    return standing


def switch(source: HarvestSource, enabled: bool) -> Standing:
    """Switch a source on or off; one that waits runs from its approval on."""
    standing = of(source.id) or Standing(source_id=source.id, approved="")
    standing.enabled = enabled
    model.Session.add(standing)
    model.Session.flush()
    source.active = enabled and is_approved(source)
    model.Session.commit()
    return standing


def allow(source: HarvestSource, hosts: list[str]) -> Standing:
    """Except ``host:port`` from the address policy for this source. The caller has made sure that a sysadmin asks."""
    standing = of(source.id) or Standing(source_id=source.id, approved="", enabled=True)
    standing.allow_hosts = sorted(set(hosts))
    model.Session.add(standing)
    model.Session.commit()
    return standing


def tell(source_id: str, contact: str) -> None:
    """From now on, tell this mail address of a source's held and failed runs; empty: nobody beside the publisher."""
    standing = of(source_id) or Standing(source_id=source_id, approved="", enabled=True)
    standing.contact = contact
    model.Session.add(standing)
    model.Session.commit()


@sa.event.listens_for(HarvestSource, "before_insert")
@sa.event.listens_for(HarvestSource, "before_update")
def _never_active_while_waiting(_mapper: Any, connection: Any, source: HarvestSource) -> None:
    """ckanext-harvest makes each source active that is created or edited; not one that waits or was stopped."""
    if not source.active:
        return
    query = sa.select(Standing.approved, Standing.enabled).where(Standing.source_id == source.id)
    row = connection.execute(query).first()
    if row is not None:
        mark = fingerprint(source.type, source.url, source.config)
        source.active = bool(row.enabled and row.approved == mark)
