"""Pages of the mails.

/user/mails                what one hears of, and how often
/mails/stop/<token>        stop without signing in: GET shows, POST does (RFC 8058)
/mails/confirm/<token>     a source's contact agrees to be told
/ckan-admin/mails(.csv)    who was told what, for the desk
/organization/mails/<id>(.csv)  the same of one organisation, for its admins
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.config.middleware.flask_app import csrf
from ckan.plugins import toolkit as tk
from flask import Blueprint, Response, make_response
from osakadx.mails.kinds import kinds
from osakadx.spreadsheets import report

from . import links, people, preferences
from .model import STATES, MailPerson

PAGE = 50
EXPORTED = 20_000
COLUMNS = (
    "created",
    "sent",
    "address",
    "via",
    "kind",
    "source",
    "organization",
    "about",
    "state",
    "attempts",
    "repeats",
    "error",
)

osakadx_mails = Blueprint("osakadx_mails", __name__)


def _context() -> Any:
    return {"user": tk.current_user.name if tk.current_user.is_authenticated else ""}


# -- one's own preferences --------------------------------------------------------------------------------------------


@osakadx_mails.route("/user/mails", methods=["GET", "POST"], endpoint="preferences")
def own() -> Any:
    """Show or store what the signed-in user hears of."""
    if not tk.current_user.is_authenticated:
        return tk.redirect_to("user.login", came_from=tk.h.url_for("osakadx_mails.preferences"))
    if tk.request.method == "POST":
        _store(tk.request.form)
        return tk.redirect_to("osakadx_mails.preferences")
    shown = tk.get_action("osakadx_mails_preferences_show")(_context(), {})
    user = tk.get_action("user_show")(_context(), {"id": tk.current_user.id})
    return tk.render("osakadx_mails/preferences.html", {"preferences": shown, "user_dict": user, "words": words()})


def _store(form: Any) -> None:
    if form.get("links") == "new":
        preferences.new_links(f"{people.USER}{tk.current_user.id}")
        model.Session.commit()
        tk.h.flash_success(tk._("The links in earlier mails no longer work."))
        return
    chosen = {slug: form[slug] for slug, kind in kinds().items() if form.get(slug) in kind.choices}
    language = form.get("language") if form.get("language") in ("ja", "en") else "ja"
    update = tk.get_action("osakadx_mails_preferences_update")
    update(_context(), {"chosen": chosen, "language": language})
    tk.h.flash_success(tk._("Your choice has been saved."))


def words() -> dict[str, str]:
    """Frequencies, states and reasons in the page's language."""
    _ = tk._
    return {
        "now": _("At once"),
        "daily": _("Once a day (8:00)"),
        "weekly": _("Once a week (Monday 8:00)"),
        "never": _("Never"),
        "waiting": _("waiting"),
        "sending": _("being sent"),
        "sent": _("sent"),
        "failed": _("not sent"),
        "stopped": _("not wanted"),
        "deduplicated": _("told before, not sent again"),
        "contact": _("contact of the source"),
        "dataset": _("contact of the data set"),
        "editor": _("editor of the publisher"),
        "admin": _("admin of the publisher"),
        "organization": _("member of the publisher"),
        "asker": _("asked about data"),
        "prefecture": _("admin of the prefecture"),
        "sysadmin": _("sysadmin of the portal"),
    }


# -- links in mails ---------------------------------------------------------------------------------------------------


@csrf.exempt  # the signature in the address is the permission; a mail program has no form token
@osakadx_mails.route("/mails/stop/<token>", methods=["GET", "POST"])
def stop(token: str) -> Response:
    """Show what a link would stop (GET), and stop it (POST), with no session and no account."""
    found = links.holder(links.STOP, token)
    if found is None:
        return _refused()
    person, slugs = found
    asked = [slug for slug in slugs if kinds()[slug].choices]
    done = ""
    if tk.request.method == "POST":
        done = {"all": "all", "again": "again"}.get(tk.request.form.get("do", ""), "these")
        _stop(person, asked, done)
    chosen = [kinds()[slug] for slug in asked]
    return _page("osakadx_mails/stop.html", {"kinds": chosen, "done": done, "account": _account(person)})


def _stop(person: MailPerson, slugs: list[str], done: str) -> None:
    if done == "again":
        preferences.resume(person, [*kinds()])
    else:
        preferences.stop(person, [*kinds()] if done == "all" else slugs)
    model.Session.commit()


@csrf.exempt
@osakadx_mails.route("/mails/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Response:
    """Ask the holder of an address (GET), and note that they agree (POST)."""
    found = links.holder(links.CONFIRM, token)
    if found is None:
        return _refused()
    if tk.request.method == "POST":
        preferences.confirm(found[0])
        model.Session.commit()
    return _page("osakadx_mails/confirm.html", {"done": tk.request.method == "POST"})


def _account(person: MailPerson) -> bool:
    return person.key.startswith(people.USER)


def _refused() -> Response:
    return _page("osakadx_mails/refused.html", {}, 403)


def _page(template: str, shown: dict[str, Any], status: int = 200) -> Response:
    """A page behind a secret address: it is not stored, not indexed, and not told to the next site."""
    answer = make_response(tk.render(template, shown), status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


# -- the desk ---------------------------------------------------------------------------------------------------------


@osakadx_mails.route("/ckan-admin/mails", endpoint="desk")
def desk() -> str:
    """誰に何を知らせたか: the messages, filtered."""
    return tk.render("osakadx_mails/desk.html", _told({}))


@osakadx_mails.route("/ckan-admin/mails.csv")
def export() -> Response:
    """The same as CSV for a spreadsheet program."""
    return _csv({})


@osakadx_mails.route("/organization/mails/<id>", endpoint="organization")
def of_organization(id: str) -> str:
    """誰に何を知らせたか: what the people of one organisation were told."""
    group = _organization(id)
    shown = _told({"organization": group["name"]})
    return tk.render("osakadx_mails/organization.html", {**shown, "group_dict": group, "group_type": group["type"]})


@osakadx_mails.route("/organization/mails/<id>.csv")
def export_organization(id: str) -> Response:
    """The same as CSV for a spreadsheet program."""
    return _csv({"organization": _organization(id)["name"]})


def _organization(name: str) -> dict[str, Any]:
    try:
        return tk.get_action("organization_show")(_context(), {"id": name, "include_datasets": False})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such organization."))


def _told(of: dict[str, str]) -> dict[str, Any]:
    """What the page shows: one page of messages, and how to filter and turn."""
    page = max(1, tk.h.get_page_number(tk.request.args))
    filters = _filters()
    listed = _listed({**filters, **of}, PAGE, PAGE * (page - 1))
    where = {"id": of["organization"]} if of else {}
    names = ("organization", "export_organization") if of else ("desk", "export")
    return {
        **listed,
        "filters": filters,
        "page": page,
        "pages": max(1, -(-listed["count"] // PAGE)),
        "kinds": kinds(),
        "states": [*STATES, "deduplicated"],
        "words": words(),
        "here": (f"osakadx_mails.{names[0]}", where),
        "csv": (f"osakadx_mails.{names[1]}", where),
    }


def _csv(of: dict[str, str]) -> Response:
    results = _listed({**_filters(), **of}, EXPORTED, 0)["results"]
    shown = [{**mail["facts"], "about": _about(mail), **mail} for mail in results]
    rows = [[mail.get(column) or "" for column in COLUMNS] for mail in shown]
    answer = Response(report(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="mails.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _about(mail: dict[str, Any]) -> str:
    """What a message was about, in a line: the data sets with what was said of each, or the data set of a question."""
    facts = mail["facts"]
    steps = [f"{step['dataset']}: {step['message']}" for step in facts.get("steps", ())]
    return " / ".join(steps) or str(facts.get("dataset") or "")


def _filters() -> dict[str, str]:
    given = {name: tk.request.args.get(name, "").strip() for name in ("kind", "state", "q")}
    known = {"kind": kinds(), "state": [*STATES, "deduplicated"]}
    return {name: text for name, text in given.items() if text and text in known.get(name, [text])}


def _listed(asked: dict[str, str], limit: int, offset: int) -> dict[str, Any]:
    try:
        return tk.get_action("osakadx_mails_list")(_context(), {**asked, "limit": limit, "offset": offset})
    except tk.NotAuthorized:
        if asked.get("organization"):
            return tk.abort(403, tk._("Only admins of the publisher may see who was told what."))
        return tk.abort(403, tk._("Only sysadmins may see who was told what."))
