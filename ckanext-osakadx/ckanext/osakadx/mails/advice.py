"""The weekly mail of three things: for each person what is most worth mending in the public data they look after.

A data set's contact → the editors of its organisation → its admins → the prefecture's desk → sysadmins: the first of
these who can be reached is told. What somebody was told is told again only when it has changed, or after some weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx.mails import asks, due, kinds, recipients
from osakadx.mails.recipients import Person
from osakadx.package import entries

from ckanext.osakadx.quality import advice, history

from . import links, outbox, people
from .model import FAILED, NOBODY, SENDING, SENT, WAITING, Mail, MailPerson

KIND, QUESTION = "quality-digest", "quality-contact"
ONCE = "contact-confirm"  # as for the contacts of sources: an address is asked once, whoever names it
REPEAT = "ckanext.osakadx.mails.repeat_weeks"
ASK = "ckanext.osakadx.mails.ask_contacts"
EACH = 5  # steps of one data set that may come up
QUESTIONS = 100  # contacts that are asked in a week: whoever writes contacts into data must not make the portal flood
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What one person is asked about one organisation's data; person None: nobody can be reached."""

    person: Person | None
    organization: model.Group
    facts: dict[str, Any]
    once: str


@dataclass
class _Person:
    """Somebody who is told, with the most worthwhile steps met so far: (step, organisation, why this person)."""

    person: Person
    steps: list[dict[str, Any]]


class _Questions:
    """How many contacts may still be asked whether they agree to be told; whoever was asked ever is not asked again."""

    def __init__(self, room: int) -> None:
        self._room = room
        query = sa.select(Mail.person).where(Mail.dedupe_key.startswith(f"{ONCE}:"))
        self._asked = set(model.Session.scalars(query))

    def may_ask(self, person: Person) -> bool:
        if person.key in self._asked or self._room <= 0:
            return False
        self._asked.add(person.key)
        self._room -= 1
        return True


def _room(now: datetime) -> int:
    """Questions that may still be asked this week; none where the operator wants none."""
    if not tk.config[ASK]:
        return 0
    lately = (Mail.kind == QUESTION, Mail.created > now - timedelta(days=6))
    return QUESTIONS - int(model.Session.scalar(sa.select(sa.func.count()).where(*lately)) or 0)


def write(now: datetime, late: timedelta = due.LATE) -> int:
    """Put this week's mails into the outbox and commit; how many messages they are."""
    written = 0
    for asked in wanted(now, late):
        told = [asked.person] if asked.person else []
        about = f"organization:{asked.organization.id}"
        outbox.tell(KIND, about=about, people=told, facts=asked.facts, once=asked.once, count=False)
        written += 1
    model.Session.commit()
    return written


def wanted(now: datetime, late: timedelta = due.LATE) -> Iterator[Asked]:
    """What each person is to be asked this week, where it was not done yet; contacts are asked whether they agree."""
    period = due.period("weekly", now, late)
    if period is None:
        return
    week = f"{KIND}:{period.end.date()}:"
    done, told = _done(week), _told(now)
    found: dict[str, _Person] = {}
    questions = _Questions(_room(now))
    organizations = {group.id: group for group in _organizations()}
    for group in organizations.values():
        for person, steps in _by_person(group, questions):
            if person.key not in done:
                one = found.setdefault(person.key, _Person(person, []))
                here = [{**step, "organization_id": group.id, "via": person.via} for step in steps]
                one.steps = [dict(step) for step in asks.choose([*one.steps, *here], told.get(person.key, ()))]
    wishes = _wishes(found)
    better = history.improved(period.start, period.end)
    for key, one in found.items():
        if kinds.frequency(KIND, wishes.get(key, {})) != "never":
            yield from _asked(one, organizations, week, better)


def _asked(
    one: _Person, organizations: Mapping[str, model.Group], week: str, better: Mapping[str, int]
) -> Iterator[Asked]:
    """One message for each organisation that the steps are of; together they are no more than is asked of a person."""
    for organization_id in dict.fromkeys(step["organization_id"] for step in one.steps):
        steps = [step for step in one.steps if step["organization_id"] == organization_id]
        group = organizations[organization_id]
        facts = {
            "organization": group.title or group.name,
            "count": len(steps),
            "improved": better.get(group.id, 0),
            "weeks": _weeks(),
            "steps": [asks.facts(step, number) for number, step in enumerate(steps, 1)],
            "link": links.page(f"/organization/{group.name}"),
        }
        person = None if one.person.key.startswith(NOBODY) else replace(one.person, via=steps[0]["via"])
        yield Asked(person, group, facts, f"{week}{group.id}")


def _organizations() -> list[model.Group]:
    table = model.Group
    query = sa.select(table).where(table.is_organization, table.state == "active").order_by(table.name)
    return list(model.Session.scalars(query))


def _by_person(group: model.Group, questions: _Questions) -> Iterator[tuple[Person, list[Step]]]:
    """The people to be told of an organisation's public data, each with the steps that are theirs."""
    table = model.Package
    _, steps = advice.ranked(table.owner_org == group.id, table.private.is_(False), each=EACH)
    if not steps:
        return
    contacts = _contacts({step["package_id"] for step in steps})
    by_contact: dict[str, list[Step]] = {}
    for step in steps:
        by_contact.setdefault(contacts.get(step["package_id"], ""), []).append(step)
    others: list[Step] = []
    for contact, theirs in by_contact.items():
        reached = _contact(contact, theirs[0], group, questions)
        for person in reached:
            yield person, theirs
        others += [] if reached else theirs
    if others:
        # Where nobody can be told, that is on record for each organisation.
        for person in people.keepers(group.id) or (Person(f"{NOBODY}:{group.id}", ""),):
            yield person, others


def _contact(written: str, step: Step, group: model.Group, questions: _Questions) -> tuple[Person, ...]:
    """The contact of data sets where it can be reached; one that has not agreed yet is asked, once for ever."""
    if not written:
        return ()
    found = people.of_address(written)
    reached = recipients.choose(("dataset", found))
    if not reached and found and found[0].key.startswith(people.ADDRESS) and questions.may_ask(found[0]):
        _ask(found[0], step, group)
    return reached


def _ask(person: Person, step: Step, group: model.Group) -> None:
    facts = {
        "dataset": step["title"],
        "organization": group.title or group.name,
        "link": links.signed(links.CONFIRM, people.record(person.key)),
        "page": links.page(f"/dataset/{step['name']}"),
    }
    about = f"organization:{group.id}"
    outbox.tell(QUESTION, about=about, people=[person], facts=facts, once=ONCE, count=False)


def _contacts(package_ids: Collection[str]) -> dict[str, str]:
    """Id of a data set → the first address among its contacts (連絡先)."""
    written = model.Package.extras["contact"].as_string()
    query = sa.select(model.Package.id, written).where(model.Package.id.in_(list(package_ids)), written.is_not(None))
    found: dict[str, str] = {}
    for package_id, contact in model.Session.execute(query):
        listed = [str(entry.get("email") or "") for entry in entries({"contact": contact}, "contact")]
        if first := next(filter(None, map(recipients.address, listed)), ""):
            found[package_id] = first.lower()
    return found


def _done(week: str) -> set[str]:
    """Who has had this week's mail; a mail that failed is none."""
    query = sa.select(Mail.person).where(Mail.dedupe_key.startswith(week, autoescape=True), Mail.state != FAILED)
    return set(model.Session.scalars(query))


def _told(now: datetime) -> dict[str, set[str]]:
    """Person → what they were told lately."""
    step = sa.func.jsonb_array_elements(Mail.facts["steps"]).table_valued("value").render_derived()
    query = (
        sa.select(Mail.person, step.c.value.op("->>")("key"))
        .select_from(Mail)
        .join(step, sa.true())
        .where(
            Mail.kind == KIND,
            Mail.state.in_((WAITING, SENDING, SENT)),
            Mail.created > now - timedelta(weeks=_weeks()),
        )
    )
    found: dict[str, set[str]] = {}
    for person, key in model.Session.execute(query):
        found.setdefault(person, set()).add(key)
    return found


def _wishes(keys: Iterable[str]) -> dict[str, dict[str, str]]:
    query = sa.select(MailPerson.key, MailPerson.chosen).where(MailPerson.key.in_(list(keys)))
    return dict(model.Session.execute(query).tuples().all())


def _weeks() -> int:
    return int(tk.config[REPEAT])
