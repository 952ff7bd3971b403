"""What people hear of the harvest: a run that is held or has failed, again each week while it lasts, and its recovery.

An episode begins with the first bad run after a good one (or after a person's decision) and ends with the next. In it,
people hear of the same trouble once a week, however many runs there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx.mails import due
from osakadx.mails.recipients import Person, address

from ckanext.harvest.model import HarvestSource
from ckanext.osakadx.harvest import runs, standing
from ckanext.osakadx.harvest.model import DISCARDED, FAILED, FINISHED, HELD, Run

from . import links, outbox, people
from .model import NOBODY, SENDING, SENT, WAITING, Mail, now

HELD_KIND, FAILED_KIND, RECOVERED_KIND = "harvest-held", "harvest-failed", "harvest-recovered"
LOOK_BACK = timedelta(days=2)  # for good runs whose news got lost with their process


def ended(run: Mapping[str, Any]) -> None:
    """Tell of a run that has just ended, and commit; most have nothing to tell, which costs no commit."""
    found = model.Session.get(Run, run["id"])
    if found is not None and _tell(found, now(), count=True):
        model.Session.commit()


def look(moment: datetime) -> None:
    """Look at every source's last run: tell what got lost, and remind of what has lasted another week."""
    for run in _last_runs():
        if bad(run) or (run.finished and run.finished > moment - LOOK_BACK):
            _tell(run, moment, count=False)
    model.Session.commit()


def bad(run: Run) -> bool:
    """Whether a run failed, or it or its removals wait for a person."""
    return run.state == FAILED or runs.is_held(run)


def owners(source: HarvestSource) -> tuple[Person, ...]:
    """Who is told of a source; a contact that has not confirmed its address is asked, and the next are told."""
    contact = address(standing.contact(source.id))
    package = model.Package.get(source.id)
    found = people.chain(package.owner_org if package else None, contact)
    if contact and not any(person.via == "contact" for person in found):
        _ask(source, contact)
    return found


def _ask(source: HarvestSource, contact: str) -> None:
    person = people.of_address(contact)[0]
    if not person.key.startswith(people.ADDRESS):
        return
    facts = {**_about(source), "link": links.signed(links.CONFIRM, people.record(person.key))}
    about = f"source:{source.id}"
    outbox.tell("contact-confirm", about=about, people=[person], facts=facts, once="contact-confirm", count=False)


def _tell(run: Run, moment: datetime, *, count: bool) -> bool:
    """Write what is to be said of a run; False where that is nothing."""
    source = model.Session.get(HarvestSource, run.source_id)
    if source is None or not source.active:
        return False
    if bad(run):
        _trouble(source, run, moment, count=count)
        return True
    return run.state == FINISHED and _recovered(source, run)


def _trouble(source: HarvestSource, run: Run, moment: datetime, *, count: bool) -> None:
    first = _episode(run)
    weeks = due.weeks(first.finished or first.created, moment)
    failed = run.state == FAILED
    what = f"failed:{(run.error or {}).get('slug', '')}" if failed else "held"
    facts = {
        **_about(source, run),
        "when": (run.finished or run.created).isoformat(),
        "weeks": weeks,
        **(_failure(run) if failed else _hold(source, run)),
    }
    outbox.tell(
        FAILED_KIND if failed else HELD_KIND, about=f"source:{source.id}", people=owners(source), facts=facts,
        once=f"harvest:{source.id}:{first.id}:{what}:{weeks}", count=count,
    )  # fmt: skip


def _failure(run: Run) -> dict[str, Any]:
    error = run.error or {}
    place = f"({error['where']})" if error.get("where") else ""
    return {"sentence": error.get("message", "") + place, "fix": error.get("fix", "")}


def _hold(source: HarvestSource, run: Run) -> dict[str, Any]:
    plan, whole = run.plan or {}, run.state == HELD
    return {
        "sentence": (run.guard or {}).get("message", ""),
        "gone": plan.get("gone", 0), "added": plan.get("add", 0), "changed": plan.get("change", 0),
        "present": runs.numbers(source.id).get("present", 0), "whole": whole, "part": not whole,
    }  # fmt: skip


def _recovered(source: HarvestSource, run: Run) -> bool:
    """Tell those who have heard of trouble, and have not heard yet that it is over; False where there are none."""
    about = f"source:{source.id}"
    over = sa.select(sa.func.max(Mail.created)).where(Mail.subject_key == about, Mail.kind == RECOVERED_KIND)
    query = sa.select(Mail.person, sa.func.max(Mail.via)).where(
        Mail.subject_key == about, Mail.kind.in_((HELD_KIND, FAILED_KIND)), Mail.person != NOBODY,
        Mail.state.in_((WAITING, SENDING, SENT)),
        Mail.created > sa.func.coalesce(over.scalar_subquery(), sa.text("'-infinity'::timestamptz")),
        Mail.created < (run.finished or now()) + timedelta(minutes=1),
    )  # fmt: skip
    told = dict(model.Session.execute(query.group_by(Mail.person)).tuples().all())
    if not told:
        return False
    found = [Person(**{**vars(person), "via": told[key]}) for key, person in people.of_keys(told).items()]
    if not found:
        return False
    facts = {
        **_about(source, run), "when": (run.finished or run.created).isoformat(),
        "added": run.counts.get("added", 0), "updated": run.counts.get("updated", 0),
    }  # fmt: skip
    once = f"harvest:{source.id}:recovered:{run.id}"
    outbox.tell(RECOVERED_KIND, about=about, people=found, facts=facts, once=once, count=False)
    return True


def _about(source: HarvestSource, run: Run | None = None) -> dict[str, Any]:
    package = model.Package.get(source.id)
    organization = model.Group.get(package.owner_org) if package and package.owner_org else None
    return {
        "source": source.title or (package.name if package else source.id),
        "organization": (organization.title or organization.name) if organization else "",
        "address": source.url,
        "link": link(package.name if package else source.id, run),
    }


def link(source_name: str, run: Run | None = None) -> str:
    """The page of a source's run, or of the source."""
    if run is None:
        return str(tk.url_for("harvest.read", id=source_name, qualified=True, locale="default"))
    return str(tk.url_for("osakadx_harvest.show", id=run.id, qualified=True, locale="default"))


def _ended(source_id: str) -> sa.Select[Any]:
    return sa.select(Run).where(Run.source_id == source_id, Run.state.in_((FINISHED, FAILED, HELD, DISCARDED)))


def _episode(run: Run) -> Run:
    """The first bad run since the last good one, or since a person decided."""
    first = run
    for before in model.Session.scalars(
        _ended(run.source_id).where(Run.created < run.created).order_by(Run.created.desc()).limit(400)
    ):
        if not bad(before):
            break
        first = before
    return first


def _last_runs() -> Iterator[Run]:
    """The last ended run of each active source."""
    newest = (
        sa.select(Run.id)
        .where(Run.state.in_((FINISHED, FAILED, HELD, DISCARDED)))
        .join(HarvestSource, HarvestSource.id == Run.source_id)
        .where(HarvestSource.active)
        .distinct(Run.source_id)
        .order_by(Run.source_id, Run.created.desc())
    )
    yield from model.Session.scalars(sa.select(Run).where(Run.id.in_(newest.scalar_subquery())))
