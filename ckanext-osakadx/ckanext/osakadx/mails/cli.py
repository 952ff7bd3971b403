"""`ckan osakadx-mails …`: what waits, who would be told, from the shell."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import click
import sqlalchemy as sa
from ckan import model
from ckan.plugins import plugin_loaded
from osakadx.mails import bounces
from osakadx.mails.letters import Letter, Message
from osakadx.mails.recipients import Person

from . import bounced as notes
from . import outbox, people, post, smtp
from .model import NOBODY, WAITING, Mail, now

# Whoever asks by hand wants the week's, also on a Friday; the calendar leaves out what it could not make in time.
AT_ANY_TIME = timedelta(days=7)


@click.group(name="osakadx-mails", short_help="Mails: send, digest, status.")
def command() -> None:
    """Mails to those whom something concerns."""


@command.command()
@click.option("--dry-run", is_flag=True, help="Show the letters that are due, and send none.")
def send(dry_run: bool) -> None:
    """Send what is due. Ends with 1 when no mail server can be used."""
    if dry_run:
        dealt = post.due_letters(now())
        for letter in dealt.letters:
            _show(letter)
        model.Session.rollback()
        click.echo(f"  今送るもの: {len(dealt.letters)} 通(送っていません)")
        return
    done = post.send(now())
    click.echo(f"  送信 {done.sent} 通、送れず {done.failed} 件、希望により停止 {done.stopped} 件")
    if done.capped:
        click.echo(f"  一日の上限のため明日送るもの: {done.capped} 件")
    if done.trouble:
        click.echo(f"  {_said(done.trouble)}", err=True)
        sys.exit(1)


@command.command()
@click.option("--dry-run", is_flag=True, help="Show who would get what, and write none.")
def digest(dry_run: bool) -> None:
    """Put what is due this week into the outbox: summaries of the harvest, and three things to mend for each person."""
    if not any(map(plugin_loaded, ("osakadx_harvest", "osakadx_quality"))):
        click.echo("  収集(osakadx_harvest)と採点(osakadx_quality)のプラグインがありません。")
        return
    if not dry_run:
        click.echo(f"  まとめを {_write()} 件用意しました")
        return
    found = _wanted()
    for each in found:
        _show(Letter(each.person, (each,)))
    model.Session.rollback()
    click.echo(f"  今用意するまとめ: {len(found)} 件(用意していません)")


def _write() -> int:
    written = 0
    if plugin_loaded("osakadx_harvest"):
        from . import digest as digests  # only there when the harvest is

        written += digests.write(now(), AT_ANY_TIME)
    if plugin_loaded("osakadx_quality"):
        from . import advice  # only there when the scores are

        written += advice.write(now(), AT_ANY_TIME)
    return written


def _wanted() -> list[Message]:
    """What is due, as it would be put into the outbox."""
    found: list[Message] = []
    if plugin_loaded("osakadx_harvest"):
        from . import digest as digests

        found += [
            Message("", each.person.key, digests.KIND, now(), each.facts, each.person.via)
            for each in digests.wanted(now(), AT_ANY_TIME)
        ]
    if plugin_loaded("osakadx_quality"):
        from . import advice

        found += [
            Message("", each.person.key, advice.KIND, now(), each.facts, each.person.via)
            if each.person
            else Message("", NOBODY, advice.KIND, now(), each.facts)
            for each in advice.wanted(now(), AT_ANY_TIME)
        ]
    return found


@command.command()
@click.argument("addresses", nargs=-1)
@click.option("--undo", is_flag=True, help="The addresses work again.")
def bounced(addresses: tuple[str, ...], undo: bool) -> None:
    """Note addresses that mail came back from, so that the next person is told.

    Without addresses it reads a mail from standard input: one that came back to smtp.mail_from.
    Ends with 1 when that mail speaks of no such address.
    """
    found = addresses or bounces.failed(sys.stdin.buffer.read())
    if not found:
        click.echo("  届かなかったアドレスは書かれていません。", err=True)
        sys.exit(1)
    for address in found:
        if undo:
            notes.forget(address)
            click.echo(f"  {address}: 再び送ります")
        else:
            click.echo(
                f"  {address}: 届かないものとして記録しました(届かなかったお知らせ {notes.note(address, now())} 件)"
            )


@command.command()
def status() -> None:
    """Print the number of messages by state, and whether there is a mail server, as JSON."""
    oldest = model.Session.scalar(sa.select(sa.func.min(Mail.created)).where(Mail.state == WAITING))
    facts = {
        "mail_server": smtp.server() or None,
        **outbox.counts(),
        "oldest_waiting": oldest.isoformat() if oldest else None,
    }
    if not facts["mail_server"]:
        facts["note"] = _said("no mail server")
    click.echo(json.dumps(facts, ensure_ascii=False))


def _show(letter: Letter) -> None:
    person = people.of_keys([letter.person]).get(letter.person)
    if person is None:
        person = Person(letter.person, outbox.NOBODY_REACHED)
    text, _ = post.worded(letter, person)
    click.echo(f"宛先: {person.address}\n件名: {text.subject}\n\n{text.body}\n")


def _said(trouble: str) -> str:
    if trouble == "no mail server":
        return "メールサーバーが設定されていません(smtp.server と smtp.mail_from)。お知らせは送らずに取ってあります。"
    return f"メールサーバーを使えません: {trouble}"
