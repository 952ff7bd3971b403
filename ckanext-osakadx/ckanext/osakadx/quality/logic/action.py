"""Actions of the scores."""

from __future__ import annotations

from datetime import timezone
from typing import Any

from ckan import authz, model
from ckan.logic import validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict
from osakadx.quality import progress

from ckanext.osakadx.quality import advice, bodies, comparison, history, matrix
from ckanext.osakadx.quality.coverage import figures
from ckanext.osakadx.quality.model import Score, unscored

from . import schema

PAGE = 100  # the longest page of a list
RECENT = 30  # changes of the score that are shown with it


@tk.side_effect_free
@validate(schema.dataset)
def osakadx_quality_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the score of a data set, from what was found at its files, and what to mend next.

    What there is to mend in a private data set is for those who may edit it; others get empty lists.

    Args:
        id (str): id or name of the data set

    Returns:
        dict: ``grade`` (A to D, null while nothing was examined), ``badge`` (bronze, silver, gold or null), ``points``
        and ``max`` (of the examined dimensions), ``dimensions`` (slug, label, label_en, points, max), ``findings`` (the
        most worthwhile first: rule, severity, message, fix, where, cell, resource_id, minutes, gain: the points the
        data set would have more, ``link``: where it is seen, ``edit_link``: the form and field that mend it,
        ``original``: the file at its publisher), ``next_steps`` (the first three that gain something), ``waiting``
        (files not examined yet), ``checked`` (as of when the score is: when it was reckoned), ``evidence`` (when a file
        was last asked for), ``rules_version``, and ``history`` (the newest changes, see ``osakadx_quality_history``)
    """
    tk.check_access("osakadx_quality_show", context, data_dict)
    package = model.Package.get(data_dict["id"])
    score = model.Session.get(Score, package.id)
    found = score.as_dict() if score is not None else unscored(package.id)
    findings = advice.of_dataset(package, found["findings"]) if _may_mend(context, package) else []
    steps = [one for one in findings if one["gain"] > 0 or progress.lifts(one, found["grade"])][: advice.STEPS]
    return found | {"findings": findings, "next_steps": steps, "history": history.of(package.id, RECENT)}


@tk.side_effect_free
@validate(schema.history)
def osakadx_quality_history(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return how the score of a data set developed, the oldest first; each entry holds until the next.

    Args:
        id (str): id or name of the data set
        limit (int): only the newest so many; all by default

    Returns:
        list: dicts of ``day``, ``grade``, ``points``, ``max``, ``dimensions``, ``evidence``, ``rules_version``
    """
    tk.check_access("osakadx_quality_history", context, data_dict)
    return history.of(model.Package.get(data_dict["id"]).id, data_dict.get("limit"))


@tk.side_effect_free
@validate(schema.advice)
def osakadx_quality_advice(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return what to mend next in a data set or in all of an organisation: gain times views by the minute.

    Private data sets are among them for those who may edit the organisation's data sets.

    Args:
        id (str): id or name of a data set, or
        organization (str): id or name of an organisation
        limit (int): 20 by default, 100 at most
        offset (int): steps to skip

    Returns:
        dict: ``count`` and ``results``: the findings as ``osakadx_quality_show`` gives them, with ``package_id``,
        ``name``, ``title``, ``owner_org``, ``private``, ``views`` (lately), ``worth`` (points by the minute, times
        one more than the views) and ``lifts_to`` (the better grade that it brings, or null)
    """
    tk.check_access("osakadx_quality_advice", context, data_dict)
    table = model.Package
    if data_dict.get("id"):
        package = table.get(data_dict["id"])
        conditions = [table.id == package.id]
        insider = _may_mend(context, package)
    else:
        organization = model.Group.get(data_dict["organization"])
        conditions = [table.owner_org == organization.id]
        insider = _edits(context, organization.id)
    conditions += [] if insider else [table.private.is_(False)]
    count, results = advice.ranked(*conditions, limit=min(data_dict["limit"], PAGE), offset=data_dict["offset"])
    return {"count": count, "results": results}


@tk.side_effect_free
@validate(schema.improvements)
def osakadx_quality_improvements(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return which public data sets became better because something was mended, the newest first.

    A file that broke and is back is none, nor is a finding that a change of rules took away or that nobody can see now.

    Args:
        organization (str): id or name; all by default
        since (str): only from this day on (ISO 8601, UTC)
        limit (int): 20 by default, 100 at most
        offset (int): improvements to skip

    Returns:
        dict: ``count`` and ``results``: dicts of ``package_id``, ``name``, ``title``, ``organization``,
        ``organization_title``, ``at``, ``grade_before``, ``grade``, ``points_before`` and ``points`` (of a hundred),
        ``mended`` (rule, label, label_en, resource_id, resource_name, message, message_en, places, points, whole) and
        ``rules_version``
    """
    tk.check_access("osakadx_quality_improvements", context, data_dict)
    named, since = data_dict.get("organization"), data_dict.get("since")
    count, results = history.improvements(
        model.Group.get(named).id if named else None,
        since.replace(tzinfo=timezone.utc) if since else None,
        limit=min(data_dict["limit"], PAGE),
        offset=data_dict["offset"],
    )
    return {"count": count, "results": results}


@tk.side_effect_free
@validate(schema.organization)
def osakadx_quality_organization_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return how a publisher stands: its index, what it has of the standard data sets, what to do next.

    Only public data sets count.

    Args:
        id (str): id or name of the organisation

    Returns:
        dict: ``name``, ``title``, ``index`` (0 to 100, null without data), ``datasets``, ``peers`` (slug, label,
        label_en: the bodies it is compared with), ``place`` (place, of, named; null where it is not in the upper half
        of its peers and who asks does not belong to it), ``coverage`` (counts of the 31 standards by state: conforming,
        published, planned, none; covered; ``standards``: number, name, name_en, state, dataset, title, grade, points,
        datasets), ``badges`` (the highest first: badge, label, label_en and the number of data sets that earned it),
        ``improved`` (data sets of which something was mended this month, as
        ``osakadx_quality_improvements`` tells them), ``next`` (three things to do: ``kind`` mend, as
        ``osakadx_quality_advice`` tells it, or publish: standard, name, name_en, peers and municipalities that publish
        it; with minutes and ``index_gain``, what the index would rise by), ``as_of`` (when index, coverage and place
        were counted) and ``scores``, how old the scores are that were counted: ``oldest``, ``newest``, ``evidence``
        (of the data set whose files were asked for the longest ago) and ``unexamined`` (files nobody has looked at yet)
    """
    tk.check_access("osakadx_quality_organization_show", context, data_dict)
    body = model.Group.get(data_dict["id"])
    found = {"id": body.id, "name": body.name, "title": body.title or body.name}
    return bodies.show(found, figures(), _may("osakadx_quality_inside", context, {"id": body.id}))


@tk.side_effect_free
@validate(schema.coverage)
def osakadx_quality_coverage(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return which municipality publishes which of the 31 standard data sets, and how well.

    Only public data sets count.

    Args:
        peers (str): only municipalities of this group: designated, core, large, small or towns (optional)

    Returns:
        dict: ``states`` (conforming, published, planned, none: the best first), ``counts`` (of all cells by state, and
        covered), ``standards`` (number, name, name_en, and counts by state), ``municipalities`` (code, name, name_en,
        peers, counts by state, and ``cells``: number, state, dataset, title, grade, points, datasets), ``trend`` (day,
        covered, conforming: at the ends of the last twelve months and today), ``as_of`` (when it was counted) and, of
        all and of each municipality, ``scores``: how old they are, as ``osakadx_quality_organization_show`` tells it
    """
    tk.check_access("osakadx_quality_coverage", context, data_dict)
    return matrix.shown(figures(), data_dict.get("peers") or "")


@tk.side_effect_free
@validate(schema.dataset)
def osakadx_quality_mqa(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the number that data.europa.eu would give a data set (MQA), for comparison; no score of ours uses it.

    Args:
        id (str): id or name of the data set

    Returns:
        dict: ``package_id``, ``name``, ``title``, ``organization``, ``points``, ``max`` (405), ``rating`` (Excellent,
        Good, Sufficient, Bad) and ``dimensions``: findability, accessibility, interoperability, reusability,
        contextuality
    """
    tk.check_access("osakadx_quality_mqa", context, data_dict)
    package = tk.get_action("package_show")(_afresh(context), {"id": data_dict["id"]})
    return comparison.assessed([package])[0]


def _may_mend(context: Context, package: model.Package) -> bool:
    """Whether the findings of a data set are shown: of a public one to everybody, of others to who may edit it."""
    if not package.private:
        return True
    try:
        tk.check_access("package_update", _afresh(context), {"id": package.id})
    except tk.NotAuthorized:
        return False
    return True


def _edits(context: Context, organization_id: str) -> bool:
    user = context.get("user") or ""
    allowed = authz.has_user_permission_for_group_or_org(organization_id, user, "update_dataset")
    return bool(context.get("ignore_auth")) or allowed


def _afresh(context: Context) -> Context:
    return {key: context[key] for key in ("user", "auth_user_obj", "ignore_auth") if key in context}  # type: ignore


def _may(action: str, context: Context, data_dict: dict[str, Any]) -> bool:
    try:
        return tk.check_access(action, _afresh(context), data_dict)
    except tk.NotAuthorized:
        return False
