"""Sends what waits: claims the messages of a letter, sends it with no transaction open, notes what became of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from osakadx.mails import due, kinds, letters, trouble, wording
from osakadx.mails.letters import Letter, Message
from osakadx.mails.recipients import Person

from . import links, people, questions, smtp
from .model import FAILED, SENDING, SENT, STOPPED, WAITING, Mail, MailPerson

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)  # so long a claimed letter may be on its way; then its process must have died
AT_ONCE = 1000  # messages looked at in one round
UNCONFIRMED = ("contact-confirm", "quality-contact", questions.ANSWERED)  # what goes to addresses that never agreed
GONE = "アカウントが使われなくなったか、アドレスに届かなくなりました。"


@dataclass
class Round:
    """What a round did: letters sent, messages put aside, stopped, over the cap; why it ended early, if it did."""

    sent: int = 0
    failed: int = 0
    stopped: int = 0
    capped: int = 0
    trouble: str = ""


def due_letters(now: datetime) -> letters.Dealt:
    """What would be sent now, without sending it."""
    query = (
        sa.select(Mail)
        .where(Mail.state == WAITING, sa.or_(Mail.not_before.is_(None), Mail.not_before <= now))
        .order_by(Mail.created)
        .limit(AT_ONCE)
    )
    waiting = [Message(m.id, m.person, m.kind, m.created, m.facts, m.via) for m in model.Session.scalars(query)]
    keys = {message.person for message in waiting}
    return letters.deal(
        waiting,
        dict(model.Session.execute(sa.select(MailPerson.key, MailPerson.chosen).where(MailPerson.key.in_(keys))).all()),
        _sent_today(keys, now),
        now=now,
        gather=timedelta(minutes=tk.config["ckanext.osakadx.mails.gather_minutes"]),
        cap=tk.config["ckanext.osakadx.mails.per_day"],
    )


def _sent_today(keys: set[str], now: datetime) -> dict[str, int]:
    query = sa.select(Mail.person, sa.func.count(Mail.letter.distinct())).where(
        Mail.person.in_(keys), Mail.sent >= due.day_begins(now)
    )
    return dict(model.Session.execute(query.group_by(Mail.person)).tuples().all())


def send(now: datetime) -> Round:
    """Send every letter that is due; with no mail server, or one that is down, everything goes on waiting."""
    done = Round()
    if not smtp.server():
        done.trouble = "no mail server"
        return done
    _take_back(now)
    dealt = due_letters(now)
    _mark(dealt.stopped, state=STOPPED)
    model.Session.commit()
    done.stopped, done.capped = len(dealt.stopped), len(dealt.capped)
    known = people.of_keys(letter.person for letter in dealt.letters)
    for letter in dealt.letters:
        person = known.get(letter.person)
        if person is None or not _reachable(letter, person):
            _mark([message.id for message in letter.messages], state=FAILED, error=GONE)
            model.Session.commit()
            done.failed += len(letter.messages)
            continue
        if not _one(letter, person, now, done):
            break
    return done


def _reachable(letter: Letter, person: Person) -> bool:
    """Whether mail may go there; an address that was never confirmed gets the question whether it may, and the
    answer that somebody there asked for."""
    return person.confirmed or all(message.kind in UNCONFIRMED for message in letter.messages)


def _take_back(now: datetime) -> None:
    """Letters whose process died on the way are sent again, under the same Message-ID."""
    stale = sa.update(Mail).where(Mail.state == SENDING, Mail.claimed < now - LEASE).values(state=WAITING)
    model.Session.execute(stale.execution_options(synchronize_session=False))
    model.Session.commit()


def _one(letter: Letter, person: Person, now: datetime, done: Round) -> bool:
    """Send one letter; False when the mail server cannot be used and the others need not be tried."""
    claimed, letter_id = _claim(letter, now)
    if not claimed.messages:
        return True
    text, headers = worded(claimed, person, letter_id)
    model.Session.commit()
    try:
        smtp.send(person.name or person.address, person.address, text.subject, text.body, headers)
    except smtp.NotSent as error:
        done.failed += _not_sent(claimed, person, error, now)
        model.Session.commit()
        if error.trouble != trouble.SILENT:
            return True
        done.trouble = str(error)
        log.warning("mail server cannot be used, messages wait: %s", error)
        return False
    _mark([message.id for message in claimed.messages], state=SENT, sent=now, address=person.address, error=None)
    model.Session.commit()
    done.sent += 1
    return True


def _claim(letter: Letter, now: datetime) -> tuple[Letter, str]:
    """Mark a letter's messages as on their way; those that another process has are left to it."""
    ids = [message.id for message in letter.messages]
    query = sa.select(Mail).where(Mail.id.in_(ids), Mail.state == WAITING).with_for_update(skip_locked=True)
    rows = {row.id: row for row in model.Session.scalars(query.execution_options(populate_existing=True))}
    before = {row.letter for row in rows.values()}
    letter_id = next(iter(before)) if len(before) == 1 and None not in before else str(uuid4())
    for row in rows.values():
        row.state, row.claimed, row.letter, row.attempts = SENDING, now, letter_id, row.attempts + 1
    model.Session.flush()
    return Letter(letter.person, tuple(message for message in letter.messages if message.id in rows)), letter_id


def worded(letter: Letter, person: Person, letter_id: str = "") -> tuple[wording.Text, dict[str, str]]:
    """Subject and body of a letter, and its headers."""
    stop = _stop(letter, person)
    user = person.key.startswith(people.USER)
    site, english = tk.config["ckan.site_title"], tk.config.get("ckanext.osakadx.theme.title_en")
    frame = {
        "name": person.name,
        "site": english if person.language == "en" and english else site,
        "url": tk.config["ckan.site_url"],
        "stop": stop,
        "preferences": links.page("/user/mails") if user else "",
    }
    headers = {
        "Message-ID": f"<{letter_id}@{urlsplit(tk.config['ckan.site_url']).hostname}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": person.language,
    }
    if frame["stop"]:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return wording.letter(letter, person.language, frame), headers


def _stop(letter: Letter, person: Person) -> str:
    """The link that stops these kinds of messages; empty where none can be, and then the person leaves no record."""
    slugs = tuple(dict.fromkeys(message.kind for message in letter.messages))
    if not any(kinds.kinds()[slug].choices for slug in slugs if slug in kinds.kinds()):
        return ""
    return links.signed(links.STOP, people.record(person.key), slugs)


def _not_sent(letter: Letter, person: Person, error: smtp.NotSent, now: datetime) -> int:
    """Let messages wait for their next attempt or put them aside; the number of those put aside."""
    aside = 0
    remembered = any(message.kind != questions.ANSWERED for message in letter.messages)
    if error.trouble == trouble.BOUNCED and remembered:
        row = people.record(person.key)
        row.bounced, row.bounced_address = now, person.address
    for message in letter.messages:
        row = model.Session.get(Mail, message.id)
        wait = trouble.again_in(error.trouble, row.attempts, now - row.created)
        row.state, row.error = (WAITING, str(error)) if wait else (FAILED, str(error))
        row.not_before = now + wait if wait else None
        row.bounced = now if error.trouble == trouble.BOUNCED else None
        aside += wait is None
    return aside


def _mark(ids: Sequence[str], **values: Any) -> None:
    if ids:
        statement = sa.update(Mail).where(Mail.id.in_(list(ids))).values(**values)
        model.Session.execute(statement.execution_options(synchronize_session=False))
