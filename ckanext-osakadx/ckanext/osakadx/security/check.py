"""The start-up self-check: each unsafe setting stops the portal with one clear sentence, before its first visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ckan.plugins import toolkit as tk

from . import csrf, mail

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHORTEST_SECRET = 20  # characters


@dataclass(frozen=True)
class Problem:
    """One unsafe setting: stable slug, what is wrong, how to mend it (Japanese)."""

    slug: str
    message: str
    fix: str


Check = Callable[[Mapping[str, Any]], bool]

# Options whose value is unsafe; the words go into the message.
MUST_BE: Mapping[str, tuple[str, bool, str]] = {
    "debug-off": ("debug", False, "エラー画面から内部情報と操作盤が見えます"),
    "no-cookie-api": ("ckan.auth.enable_cookie_auth_in_api", False, "他のサイトから利用者の権限で API を呼ばれます"),
    "no-sql-search": ("ckan.datastore.sqlsearch.enabled", False, "DataStore に SQL を直接送れます"),
    "private-users": ("ckan.auth.public_user_details", False, "職員の氏名が誰からも見えます"),
    "no-user-organizations": ("ckan.auth.user_create_organizations", False, "誰でも公開団体を作れます"),
    "no-user-groups": ("ckan.auth.user_create_groups", False, "誰でも分野を作れます"),
    "no-web-registration": ("ckan.auth.create_user_via_web", False, "誰でも利用者登録ができます"),
    "no-api-registration": ("ckan.auth.create_user_via_api", False, "誰でも API で利用者登録ができます"),
    "csrf-on": ("WTF_CSRF_ENABLED", True, "利用者が知らないうちに操作させられます"),
}
# Plugins that ask whatever address somebody has written, past the guard of `osakadx.fetch`: seen in their sources
# 2026-11. Harvesters of other extensions do so too; all of them are called `…_harvester`.
UNGUARDED = frozenset({"archiver", "datapusher", "resource_proxy", "xloader"})


def problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Everything unsafe in a configuration.

    Args:
        config: CKAN's configuration, typed values.
    """
    for slug, (option, wanted, danger) in MUST_BE.items():
        # An option of a plugin that is not enabled is text, not yet a value.
        if option in config and tk.asbool(config[option]) != wanted:
            yield Problem(slug, f"{option} = {config[option]} では、{danger}。", f"{option} = {str(wanted).lower()}")
    yield from _secrets(config)
    yield from _https(config)
    yield from _fetching(config)
    yield from _gaps()
    if config.get("ckan.datastore.write_url") and config["ckan.datastore.write_url"] == config.get(
        "ckan.datastore.read_url"
    ):
        yield Problem(
            "datastore-users-differ",
            "DataStore を読む利用者と書く利用者が同じです。",
            "ckan.datastore.read_url に読み取り専用の利用者を書いてください。",
        )


def _secrets(config: Mapping[str, Any]) -> Iterator[Problem]:
    for option in ("SECRET_KEY", "api_token.jwt.encode.secret"):
        if len(str(config.get(option) or "").removeprefix("string:")) < SHORTEST_SECRET:
            yield Problem(
                "secrets-long",
                f"{option} がないか短すぎます。",
                f"{option} に推測できない {SHORTEST_SECRET} 文字以上を書いてください。",
            )


def _https(config: Mapping[str, Any]) -> Iterator[Problem]:
    site = urlsplit(str(config.get("ckan.site_url") or ""))
    if site.scheme != "https" and site.hostname not in LOOPBACK:
        yield Problem("https", f"ckan.site_url = {site.geturl()} は https ではありません。", "TLS を付けてください。")
    elif site.scheme == "https":
        for option in ("SESSION_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE"):
            if not tk.asbool(config.get(option)):
                yield Problem("secure-cookies", f"{option} がオフです。", f"{option} = true")
    for option in ("SESSION_COOKIE_SAMESITE", "REMEMBER_COOKIE_SAMESITE"):
        if config.get(option) not in ("Lax", "Strict"):
            yield Problem("same-site-cookies", f"{option} がオフです。", f"{option} = Lax")


def _fetching(config: Mapping[str, Any]) -> Iterator[Problem]:
    for plugin in tk.aslist(config.get("ckan.plugins")):
        if plugin in UNGUARDED or plugin.endswith("_harvester"):
            yield Problem(
                "guarded-fetching",
                f"プラグイン {plugin} は、書かれたアドレスを確かめずに取得するため、組織内のサーバーにも届きます。",
                f"ckan.plugins から {plugin} を外してください。収集と取得は osakadx のプラグインがします。",
            )


def _gaps() -> Iterator[Problem]:
    update = "このプラグインを更新してください。"
    if not csrf.is_guarded():
        yield Problem(
            "csrf-guarded", "CKAN 2.12.0 の CSRF の穴をふさげていません。", "このプラグインを更新してください。"
        )
    if not mail.is_guarded():
        yield Problem("mail-guarded", "メールサーバーの証明書を確認できません。", update)
