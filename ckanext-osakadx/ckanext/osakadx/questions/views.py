"""Pages of the questions.

/dataset/<id>/questions         questions about a data set that are answered
/dataset/<id>/questions/new     ask; no account is needed
/organization/questions/<id>    all of a publisher's, for those who answer; what waits first
/questions                      all of the portal's, for the prefecture's desk
/question/<id>                  one of them: answer it, or say that it is none
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from flask import Blueprint, Response, make_response

from . import asking, who
from .logic.schema import LONGEST
from .model import REASONS, STATES

PAGE = 20
TRAP = "website"  # a field that people do not see; what fills in every field of a page gives itself away

osakadx_questions = Blueprint("osakadx_questions", __name__)


# -- who asks ---------------------------------------------------------------------------------------------------------


@osakadx_questions.route("/dataset/<id>/questions", endpoint="dataset")
def of_dataset(id: str) -> str:
    """What was asked about a data set, with the answers."""
    package = _package(id)
    page = _page()
    listed = _listed({"id": package["id"], "limit": PAGE, "offset": PAGE * (page - 1)})
    shown = {"pkg_dict": package, "dataset_type": package["type"], "asked": listed}
    return tk.render("osakadx_questions/dataset.html", {**shown, **_pages(page, listed)})


@osakadx_questions.route("/dataset/<id>/questions/new", methods=["GET", "POST"], endpoint="new")
def ask(id: str) -> Any:
    """Fill in a question, and send it."""
    package = _package(id)
    if tk.request.method != "POST":
        return _form(package, {}, {})
    form = {key: tk.request.form.get(key, "") for key in ("text", "address", TRAP)}
    if form[TRAP]:
        return _form(package, form, {TRAP: [tk._("Please leave this field empty.")]}, 400)
    asked = {key: form[key] for key in ("text", "address")}
    try:
        tk.get_action("osakadx_question_create")({}, {"id": package["id"], **asked})
    except tk.ValidationError as error:
        return _form(package, form, error.error_dict, 400)
    tk.h.flash_success(tk._("Your question has reached the publisher. It is public when it is answered."))
    return tk.redirect_to("osakadx_questions.dataset", id=package["name"])


def _form(package: dict[str, Any], form: dict[str, str], errors: Any, status: int = 200) -> Response:
    days = _listed({"id": package["id"], "limit": 1})["days"]
    shown = {"pkg_dict": package, "dataset_type": package["type"], "form": form, "errors": errors, "days": days}
    shown["answers_by_mail"] = asking.answers_by_mail()
    return _private(tk.render("osakadx_questions/new.html", {**shown, "longest": LONGEST, "trap": TRAP}), status)


# -- who answers ------------------------------------------------------------------------------------------------------


@osakadx_questions.route("/organization/questions/<id>", endpoint="organization")
def of_organization(id: str) -> Response:
    """All questions about a publisher's data."""
    try:
        group = tk.get_action("organization_show")({}, {"id": id, "include_datasets": False})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Organization not found"))
    return _all({"organization": group["name"]}, group)


@osakadx_questions.route("/questions", endpoint="desk")
def of_portal() -> Response:
    """All questions of the portal, for the desk."""
    return _all({}, None)


def _all(about: dict[str, str], group: dict[str, Any] | None) -> Response:
    page, state = _page(), tk.request.args.get("state", "")
    state = state if state in STATES else ""
    listed = _listed({**about, "all": True, "state": state, "limit": PAGE, "offset": PAGE * (page - 1)})
    here = ("osakadx_questions.organization", {"id": group["name"]}) if group else ("osakadx_questions.desk", {})
    shown = {"asked": listed, "group_dict": group, "here": here, "state": state, "states": STATES, "words": words()}
    shown["bodies"] = {} if group else _bodies({question["organization"] for question in listed["results"]})
    return _private(tk.render("osakadx_questions/all.html", {**shown, **_pages(page, listed)}))


def _bodies(ids: set[str]) -> dict[str, dict[str, str]]:
    """Names and titles of organisations by id."""
    query = model.Session.query(model.Group).filter(model.Group.id.in_(ids))
    return {body.id: {"name": body.name, "title": body.title or body.name} for body in query}


@osakadx_questions.route("/question/<id>", methods=["GET", "POST"], endpoint="one")
def one(id: str) -> Any:
    """Answer a question, or say that it is none."""
    try:
        question = tk.get_action("osakadx_question_show")({}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such question."))
    if tk.request.method != "POST":
        kept = {"answer": question["answer"], "summary": question["summary"]}
        kept["shown"] = ("summary" if question["summary"] else "text") if question["answered"] else ""
        return _one(question, kept, {})
    form = {key: tk.request.form.get(key, "") for key in ("do", "answer", "shown", "summary", "reason")}
    try:
        _done(id, form)
    except tk.ValidationError as error:
        return _one(question, form, error.error_dict, 400)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only the desk of the prefecture may take this back."))
    return tk.redirect_to("osakadx_questions.one", id=id)


def _done(id: str, form: dict[str, str]) -> None:
    if form["do"] == "mark":
        tk.get_action("osakadx_question_mark")({}, {"id": id, "reason": form["reason"]})
        tk.h.flash_success(tk._("Marked. It is kept, and the desk sees it."))
    elif form["do"] == "unmark":
        tk.get_action("osakadx_question_mark")({}, {"id": id, "marked": False})
        tk.h.flash_success(tk._("The question waits for an answer again."))
    else:
        told = {key: form[key] for key in ("answer", "shown", "summary")}
        tk.get_action("osakadx_question_answer")({}, {"id": id, **told})
        tk.h.flash_success(tk._("The answer is public."))


def _one(question: dict[str, Any], form: dict[str, str], errors: Any, status: int = 200) -> Response:
    body = model.Group.get(question["organization"]) if question["organization"] else None
    group = {"name": body.name, "title": body.title} if body else None
    user = tk.current_user.name if tk.current_user.is_authenticated else ""
    shown = {"question": question, "form": form, "errors": errors, "group_dict": group, "longest": LONGEST}
    shown |= {"words": words(), "reasons": REASONS, "desk": who.desk(user)}
    return _private(tk.render("osakadx_questions/one.html", shown), status)


def words() -> dict[str, str]:
    """States, reasons and why something does not count, in the page's language."""
    _ = tk._
    return {
        "waiting": _("waiting for an answer"),
        "answered": _("answered"),
        "marked": _("not a question"),
        "spam": _("Advertising or nonsense"),
        "personal": _("A personal matter that cannot be public"),
        "elsewhere": _("Not about this data"),
        "inside": _("Asked by somebody of the publisher or the desk: it does not count for the score."),
        "again": _("Not the first question of the same person on that day: it does not count for the score."),
        "same-place": _("Asked where it was answered: it does not count for the score."),
    }


# -- both -------------------------------------------------------------------------------------------------------------


def _package(id: str) -> dict[str, Any]:
    try:
        package = tk.get_action("package_show")({}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))
    if package["private"] or package["state"] != "active" or package["type"] != "dataset":
        return tk.abort(404, tk._("Questions are taken about public datasets only."))
    return package


def _listed(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return tk.get_action("osakadx_question_list")({}, asked)
    except tk.NotAuthorized:
        said = tk._("Questions are answered by the publisher and by the desk of the prefecture.")
        return tk.abort(403, said)


def _page() -> int:
    return max(1, tk.h.get_page_number(tk.request.args))


def _pages(page: int, listed: dict[str, Any]) -> dict[str, int]:
    return {"page": page, "pages": max(1, -(-listed["count"] // PAGE))}


def _private(page: str, status: int = 200) -> Response:
    """A page that is nobody else's: it is not stored and not indexed."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
