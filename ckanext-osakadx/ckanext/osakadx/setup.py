"""What a portal needs before its first visitor: tables, DataStore permissions, a sysadmin, organisations, groups.

Every step looks first and changes only what is missing or different, so that set-up can run at every start.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckan.cli.db import _get_pending_plugins as pending_tables
from ckan.cli.db import _run_migrations as upgrade_tables
from ckan.plugins import toolkit as tk
from osakadx import vocab

from ckanext.osakadx import queue

SYSADMIN = "admin"
_ROLES = {"admin": "管理者", "editor": "編集者", "member": "閲覧者"}


def portal(admin_password: str, datastore_owner_url: str) -> Iterator[str]:
    """Run every step; yields one Japanese line for each that changed something.

    Args:
        admin_password: password for the sysadmin `admin` when there is none yet; empty: make none.
        datastore_owner_url: SQLAlchemy URL with which DataStore permissions may be set; empty: leave them.
    """
    yield from tables()
    if datastore_owner_url:
        yield from datastore_permissions(datastore_owner_url)
    if admin_password:
        yield from sysadmin(admin_password)
    yield from organisations()
    yield from fields()


def tables() -> Iterator[str]:
    """Create or upgrade CKAN's tables and those of every enabled plugin."""
    before = model.repo.are_tables_created()
    upgrade_tables("")
    if not before:
        yield "データベースの表を作りました"
    for plugin, count in pending_tables().items():
        if count:
            upgrade_tables(plugin)
            yield f"{plugin} の表を用意しました"
    if queue.ensure_tables():
        yield "処理待ちの表を用意しました"
    if harvest_indexes():
        yield "収集の記録に索引を付けました"


def harvest_indexes() -> bool:
    """Give ckanext-harvest's records the indexes that its 1.6.3 names and does not make; True when they were missing.

    Without them every look at a record reads the whole table.
    """
    wanted = {"package": "package_id", "guid": "harvest_source_id, guid", "job": "harvest_job_id"}
    with model.meta.engine.begin() as connection:  # type: ignore[union-attr]
        if not connection.execute(sa.text("SELECT to_regclass('harvest_object')")).scalar():
            return False
        missing = [
            name
            for name in wanted
            if not connection.execute(sa.text(f"SELECT to_regclass('ix_osakadx_harvest_object_{name}')")).scalar()
        ]
        for name in missing:
            connection.execute(
                sa.text(f"CREATE INDEX ix_osakadx_harvest_object_{name} ON harvest_object ({wanted[name]})")
            )
    return bool(missing)


def datastore_permissions(owner_url: str) -> Iterator[str]:
    """Let the DataStore's read role read and nothing else, as CKAN's own script says."""
    from ckanext.datastore.cli import permissions_sql

    urls = {
        name: sa.engine.make_url(tk.config[key])
        for name, key in (
            ("main", "sqlalchemy.url"),
            ("write", "ckan.datastore.write_url"),
            ("read", "ckan.datastore.read_url"),
        )
    }
    engine = sa.create_engine(owner_url)
    with engine.connect() as connection:
        done = connection.execute(sa.text("SELECT to_regclass('public._table_metadata')")).scalar()
    if done:
        return
    script = permissions_sql(
        maindb=str(urls["main"].database),
        datastoredb=str(urls["write"].database),
        mainuser=str(urls["main"].username),
        writeuser=str(urls["write"].username),
        readuser=str(urls["read"].username),
    )
    # The script speaks to psql; its one meta command chooses the database, which the URL has done already.
    statements = "\n".join(line for line in script.splitlines() if not line.startswith("\\"))
    with engine.begin() as connection:
        connection.exec_driver_sql(statements.replace("%", "%%"))
    yield "DataStore の権限を整えました"


def sysadmin(password: str) -> Iterator[str]:
    """Create the first sysadmin when there is none."""
    if model.User.by_name(SYSADMIN):
        return
    tk.get_action("user_create")(
        site_user(),
        {"name": SYSADMIN, "email": "admin@localhost.localdomain", "password": password, "fullname": "管理者"},
    )
    user = model.User.by_name(SYSADMIN)
    user.sysadmin = True
    model.repo.commit()
    yield f"管理者 {SYSADMIN} を作りました"


def officer(name: str, mail: str, organization: str, role: str | None = None, password: str = "") -> str:
    """Give somebody an account and a role in an organization; says in Japanese what there is now.

    Args:
        name: of the user. mail: where mails to them go; an account that is there keeps its own.
        organization: its name, such as 271004.
        role: editor or admin; None: the one they have there, editor where they have none.
        password: of an account that is new; empty: one that nobody knows.

    Raises:
        ckan.plugins.toolkit.ValidationError: there is no such organization, the name or address is none, or the account
            was deleted.
    """
    group = model.Group.get(organization)
    if group is None or not group.is_organization or group.state != "active":
        said = f"公開団体「{organization}」がありません。団体コードを確かめてください。"
        raise tk.ValidationError({"organization": [said]})
    user = model.User.by_name(name)
    if user is not None and user.state == "deleted":
        raise tk.ValidationError({"name": [f"利用者「{name}」は削除されています。別の名前にしてください。"]})
    done = "は前からあります(メールアドレスは変えていません)" if user else "を作りました"
    if user is None:
        told = {"name": name, "email": mail, "password": password or secrets.token_urlsafe(32)}
        tk.get_action("user_create")(site_user(), told)
    role = role or authz.users_role_for_group_or_org(group.id, name) or "editor"
    tk.get_action("organization_member_create")(site_user(), {"id": group.id, "username": name, "role": role})
    return f"利用者 {name} {done}。{group.title}の{_ROLES.get(role, role)}です"


def organisations() -> Iterator[str]:
    """Create the organisations that are missing: the prefecture, its departments beneath it, the municipalities."""
    known = _group_names("organization")
    kana = {entry.code: entry.kana for entry in vocab.municipalities()}
    made = 0
    for publisher in vocab.publishers():
        if publisher.name in known:
            continue
        organisation = {
            "name": publisher.name,
            "title": publisher.title_ja,
            "groups": [{"name": publisher.parent}] if publisher.parent else [],
        }
        if _has_own_schema("organization"):
            organisation |= {
                "title_en": publisher.title_en,
                "url": publisher.website,
                "identifier": publisher.code,
                "kind": publisher.kind,
                "kana": kana.get(publisher.name, ""),
            }
        tk.get_action("organization_create")(site_user(), organisation)
        made += 1
    if made:
        yield f"公開団体を {made} 件用意しました"


def fields() -> Iterator[str]:
    """Create the groups that are missing: the 17 fields (分野)."""
    known = _group_names("group")
    missing = [theme for theme in vocab.themes() if theme.name not in known]
    for theme in missing:
        group = {"name": theme.name, "title": theme.label_ja}
        if _has_own_schema("group"):
            group |= {"identifier": theme.code, "title_en": theme.label_en}
        tk.get_action("group_create")(site_user(), group)
    if missing:
        yield f"分野を {len(missing)} 件用意しました"


def _group_names(kind: str) -> set[str]:
    return set(model.Session.scalars(sa.select(model.Group.name).where(model.Group.type == kind)))


def _has_own_schema(kind: str) -> bool:
    """Whether groups of this kind take the fields of schemas/<kind>.yaml."""
    return f"{kind}.yaml" in str(tk.config.get(f"scheming.{kind}_schemas", ""))


def site_user() -> dict[str, Any]:
    """A fresh context of CKAN's own site user."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"ignore_auth": True, "user": user["name"]}
