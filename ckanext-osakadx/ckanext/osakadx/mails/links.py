"""Addresses that go into mails: pages of the portal, and links that work without signing in."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx.mails import signature
from osakadx.mails.kinds import kinds

from ckanext.osakadx.addressing import page

from .model import MailPerson

__all__ = ["CONFIRM", "STOP", "holder", "page", "signed"]

STOP, CONFIRM = "stop", "confirm"


def signed(purpose: str, person: MailPerson, slugs: tuple[str, ...] = ()) -> str:
    """A link that lets its holder stop these kinds of messages, or confirm an address."""
    codes = "".join(kinds()[slug].code for slug in slugs if slug in kinds())
    return page(f"/mails/{purpose}/{signature.token(_secret(), purpose, person.handle, codes)}")


def holder(purpose: str, token: str) -> tuple[MailPerson, tuple[str, ...]] | None:
    """The person a link was made for and the kinds it is about; None where it is wrong or was taken back."""
    read = signature.read(_secret(), purpose, token)
    if read is None:
        return None
    person = model.Session.scalars(sa.select(MailPerson).where(MailPerson.handle == read[0])).first()
    return (person, tuple(kind.slug for kind in kinds().values() if kind.code in read[1])) if person else None


def _secret() -> str:
    return str(tk.config["SECRET_KEY"])
