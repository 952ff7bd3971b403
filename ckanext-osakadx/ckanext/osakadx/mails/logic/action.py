"""Actions of the mails: who was told what, and what one wants to hear."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.logic import validate
from ckan.plugins import toolkit as tk
from ckan.types import Context, DataDict
from osakadx.mails.kinds import kinds

from ckanext.osakadx.mails import outbox, people, preferences, questions, smtp
from ckanext.osakadx.mails.model import Mail

from . import schema


@tk.side_effect_free
@validate(schema.mails_list)
def osakadx_mails_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return who was told what, newest first.

    Args:
        organization (str): id or name; only what its people were told of its data and sources
        kind (str): only this kind
        state (str): waiting, sending, sent, failed, stopped (by preference), or deduplicated (told again, not sent)
        q (str): part of an address or of what the message is about
        limit (int): 50 by default
        offset (int): messages to skip

    Returns:
        dict: ``count``, ``results``, ``totals`` (state → number), ``mail_server`` (empty where none is set up)
    """
    tk.check_access("osakadx_mails_list", context, data_dict)
    query = _filtered(sa.select(Mail), data_dict)
    about = _about(data_dict.get("organization"))
    query = query.where(*about)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    page = query.order_by(Mail.created.desc(), Mail.id).limit(data_dict["limit"]).offset(data_dict["offset"])
    return {
        "count": count,
        "results": [_shown(mail) for mail in model.Session.scalars(page)],
        "totals": outbox.counts(*about),
        "mail_server": smtp.server(),
    }


def _about(named: str | None) -> list[Any]:
    """The condition for what an organisation's people were told; none for everybody's."""
    if not named:
        return []
    organization = model.Group.get(named)
    source = sa.select(sa.literal("source:") + model.Package.id).where(model.Package.owner_org == organization.id)
    about = (Mail.subject_key == f"organization:{organization.id}", Mail.subject_key.in_(source))
    return [sa.or_(*about)]


def _shown(mail: Mail) -> dict[str, Any]:
    """The message without the link that only its reader may have, and without the address of whoever asked."""
    shown = mail.as_dict()
    if mail.kind == questions.ANSWERED:
        told = {mail.address.lower(), mail.person.lower().partition(":")[2]} - {""}
        shown |= {
            key: ""
            for key, value in shown.items()
            if isinstance(value, str) and any(one in value.lower() for one in told)
        }
    known = kinds().get(mail.kind)
    if known is not None and not known.choices:
        shown["facts"] = {key: value for key, value in mail.facts.items() if key != "link"}
    return shown


def _filtered(query: Any, data_dict: DataDict) -> Any:
    if data_dict.get("kind"):
        query = query.where(Mail.kind == data_dict["kind"])
    if data_dict.get("state") == "deduplicated":
        query = query.where(Mail.repeats > 0)
    elif data_dict.get("state"):
        query = query.where(Mail.state == data_dict["state"])
    if data_dict.get("q"):
        facts = [Mail.facts[key].as_string() for key in ("source", "organization", "dataset", "steps")]
        told = sa.case((Mail.kind == questions.ANSWERED, ""), else_=Mail.address)
        searched = (told, *facts)
        query = query.where(sa.or_(*(column.icontains(data_dict["q"], autoescape=True) for column in searched)))
    return query


@tk.side_effect_free
def osakadx_mails_preferences_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return what the user hears of, and how often.

    Returns:
        dict: ``language`` (ja, en) and ``kinds``: dicts of ``slug``, ``label``, ``label_en``, ``help``, ``help_en``,
        ``choices`` and ``frequency`` (now, daily, weekly, never)
    """
    tk.check_access("osakadx_mails_preferences_show", context, data_dict)
    return preferences.shown(_key(context))


@validate(schema.preferences_update)
def osakadx_mails_preferences_update(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Choose what the user hears of, and how often; kinds that are not named stay as they are.

    Args:
        chosen (dict): slug of a kind → now, daily, weekly or never
        language (str): ja or en

    Returns:
        dict: as ``osakadx_mails_preferences_show``
    """
    tk.check_access("osakadx_mails_preferences_update", context, data_dict)
    chosen = data_dict.get("chosen") or {}
    known = kinds()
    wrong = [slug for slug, frequency in chosen.items() if slug not in known or frequency not in known[slug].choices]
    if wrong:
        raise tk.ValidationError({"chosen": [tk._("This cannot be chosen: {names}").format(names=", ".join(wrong))]})
    key = _key(context)
    preferences.choose(key, chosen, data_dict.get("language") or "")
    model.Session.commit()
    return preferences.shown(key)


def _key(context: Context) -> str:
    user = model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized
    return f"{people.USER}{user.id}"
