"""Who is told: users of the portal and the contacts of sources, as `osakadx.mails` wants them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import sqlalchemy as sa
from ckan import model
from osakadx.mails import recipients
from osakadx.mails.recipients import Person
from osakadx.mails.signature import new_handle
from osakadx.quality.evidence import ContactState
from sqlalchemy.dialects.postgresql import insert

from .model import MailPerson, now

PREFECTURE = "270008"  # the organisation whose admins help where a publisher has nobody
USER, ADDRESS = "user:", "address:"


def chain(organization_id: str | None, contact: str = "") -> tuple[Person, ...]:
    """Return who is told of something of a publisher.

    The contact given → editors and admins of the organisation → admins of the prefecture → sysadmins.

    Args:
        organization_id: id of the organisation, if there is one.
        contact: an address that stands with the thing itself.
    """
    return recipients.choose(
        ("contact", of_address(contact)),
        ("organization", of_organization(organization_id, ("editor", "admin"))),
        ("prefecture", of_organization(PREFECTURE, ("admin",))),
        ("sysadmin", _users(model.User.sysadmin.is_(True))),
    )


def keepers(organization_id: str | None) -> tuple[Person, ...]:
    """Return who is told of an organisation's data where a data set has no contact that can be reached.

    The editors → the admins → the desk of the prefecture → sysadmins.
    """
    return recipients.choose(
        ("editor", of_organization(organization_id, ("editor",))),
        ("admin", of_organization(organization_id, ("admin",))),
        ("prefecture", of_organization(PREFECTURE, ("admin",))),
        ("sysadmin", _users(model.User.sysadmin.is_(True))),
    )


def of_address(written: str) -> list[Person]:
    """The user who has an address or, where none has, the address itself."""
    address = recipients.address(written)
    if not address:
        return []
    users = _users(sa.func.lower(model.User.email) == address.lower())
    return users or _known([Person(f"{ADDRESS}{address.lower()}", address, language="ja")])


def of_organization(name: str | None, capacities: Iterable[str]) -> list[Person]:
    """Members of an organisation (id or name) with one of these roles."""
    organization = model.Group.get(name) if name else None
    if organization is None:
        return []
    members = sa.select(model.Member.table_id).where(
        model.Member.group_id == organization.id, model.Member.table_name == "user",
        model.Member.state == "active", model.Member.capacity.in_(list(capacities)),
    )  # fmt: skip
    return _users(model.User.id.in_(members))


def of_keys(keys: Iterable[str]) -> dict[str, Person]:
    """Key → person as they are now; accounts that were closed are not among them."""
    wanted = set(keys)
    ids = [key.removeprefix(USER) for key in wanted if key.startswith(USER)]
    found = _users(model.User.id.in_(ids)) if ids else []
    plain = [key.removeprefix(ADDRESS) for key in wanted if key.startswith(ADDRESS)]
    return {
        person.key: person for person in [*found, *_known([Person(f"{ADDRESS}{text}", text) for text in sorted(plain)])]
    }


def _users(condition: sa.ColumnElement[bool]) -> list[Person]:
    """Users with accounts in use: who is invited and has not come yet has not shown to read the address."""
    query = sa.select(model.User).where(condition, model.User.state == "active").order_by(model.User.name)
    return _known(
        [
            Person(f"{USER}{user.id}", user.email or "", user.fullname or user.name, confirmed=True)
            for user in model.Session.scalars(query)
        ]
    )


def _known(people: list[Person]) -> list[Person]:
    """Add what is known of people: language, a confirmed contact, an address that mail came back from."""
    rows = {}
    if people:
        query = sa.select(MailPerson).where(MailPerson.key.in_([person.key for person in people]))
        rows = {row.key: row for row in model.Session.scalars(query)}
    return [_with(person, rows.get(person.key)) for person in people]


def _with(person: Person, row: MailPerson | None) -> Person:
    if row is None:
        return person
    good = person.confirmed or row.confirmed is not None
    came_back = row.bounced is not None and row.bounced_address.lower() == person.address.lower()
    return replace(person, language=row.language, confirmed=good and not came_back)


def record(key: str) -> MailPerson:
    """The row of a person, made where there is none yet, in the caller's transaction."""
    row = model.Session.get(MailPerson, key)
    if row is None:
        values = {"key": key, "handle": new_handle(), "chosen": {}, "language": "ja", "changed": now()}
        model.Session.execute(insert(MailPerson.__table__).values(**values).on_conflict_do_nothing())
        row = model.Session.get(MailPerson, key)
    return row


def contact_states(addresses: Collection[str]) -> dict[str, ContactState]:
    """Return how mail to addresses (in lower case) is known to fare; those of users in use count as confirmed."""
    if not addresses:
        return {}
    users = sa.select(sa.func.lower(model.User.email)).where(
        sa.func.lower(model.User.email).in_(addresses), model.User.state == "active"
    )
    states: dict[str, ContactState] = dict.fromkeys(model.Session.scalars(users), "confirmed")
    query = sa.select(MailPerson).where(MailPerson.key.in_([f"{ADDRESS}{address}" for address in addresses]))
    for row in model.Session.scalars(query):
        address = row.key.removeprefix(ADDRESS)
        if row.bounced is not None and row.bounced_address.lower() == address:
            states[address] = "bounced"
        elif row.confirmed is not None:
            states[address] = "confirmed"
    return states
