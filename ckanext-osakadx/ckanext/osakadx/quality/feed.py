"""Atom feeds of what became better.

/quality/improvements.atom                 all of the portal
/quality/improvements/<organization>.atom  one organisation
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from ckan.plugins import toolkit as tk
from feedgen.feed import FeedGenerator
from flask import Blueprint, Response
from osakadx.text import clean_lines

ENTRIES = 50
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=timezone.utc)  # a feed without entries has never changed
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

improvements = Blueprint("osakadx_quality_feed", __name__)


@improvements.route("/quality/improvements.atom", endpoint="all")
def everything() -> Response:
    """What became better in the whole portal."""
    pages = {"self": _address("osakadx_quality_feed.all"), "alternate": _address("dataset.search")}
    return _answer({}, str(tk.config["ckan.site_title"]), pages)


@improvements.route("/quality/improvements/<organization>.atom", endpoint="organization")
def of_organization(organization: str) -> Response:
    """What became better in one organisation's data sets."""
    try:
        found = tk.get_action("organization_show")({}, {"id": organization, "include_datasets": False})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such organization."))
    name = found["name"]
    pages = {
        "self": _address("osakadx_quality_feed.organization", organization=name),
        "alternate": _address("organization.read", id=name),
    }
    return _answer({"organization": name}, found.get("title") or name, pages)


def _address(endpoint: str, **parts: str) -> str:
    return tk.h.url_for(endpoint, _external=True, **parts)


def _answer(asked: dict[str, Any], about: str, pages: Mapping[str, str]) -> Response:
    rows = tk.get_action("osakadx_quality_improvements")({}, {**asked, "limit": ENTRIES})["results"]
    feed = FeedGenerator()
    feed.id(pages["self"])
    feed.title(_plain(tk._("What became better: {name}").format(name=about)))
    feed.author({"name": _plain(str(tk.config["ckan.site_title"]))})
    feed.language(tk.h.lang())
    for relation, address in pages.items():
        feed.link(href=address, rel=relation)
    feed.updated(rows[0]["at"] if rows else _BEFORE_ALL)
    for row in rows:
        _entry(feed, row)
    answer = Response(feed.atom_str(pretty=True), content_type="application/atom+xml; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=600"
    return answer


def _entry(feed: FeedGenerator, row: dict[str, Any]) -> None:
    entry = feed.add_entry(order="append")
    # RFC 4151: a name that stays when the data set is renamed.
    host, day = urlsplit(tk.config["ckan.site_url"]).hostname, row["at"][:10]
    entry.id(f"tag:{host},{day}:improvement:{row['package_id']}:{row['at']}")
    entry.title(_plain(_heading(row)))
    entry.link(href=_address("dataset.read", id=row["name"]))
    entry.updated(row["at"])
    if row["organization_title"]:
        entry.author({"name": _plain(row["organization_title"])})
    entry.summary(_plain("\n".join(_lines(row))))


def _heading(row: dict[str, Any]) -> str:
    if row["grade"] != row["grade_before"]:
        said = tk._("{title}: grade {before} → {after}")
        return said.format(title=row["title"], before=row["grade_before"], after=row["grade"])
    said = tk._("{title}: {before} → {after} of 100 points")
    return said.format(title=row["title"], before=f"{row['points_before']:g}", after=f"{row['points']:g}")


def _lines(row: dict[str, Any]) -> list[str]:
    label = "label" if tk.h.lang() == "ja" else "label_en"
    return [
        f"{each[label]}: {each['resource_name']}" if each.get("resource_name") else str(each[label])
        for each in row["mended"]
    ]


def _plain(text: str) -> str:
    """The text without what XML 1.0 cannot hold."""
    return _NOT_XML.sub("", clean_lines(text))
