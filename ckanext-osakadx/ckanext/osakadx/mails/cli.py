"""`ckan osakadx-mails …`: what waits, who would be told, from the shell."""

from __future__ import annotations

import json
import sys

import click
import sqlalchemy as sa
from ckan import model
from ckan.plugins import plugin_loaded
from osakadx.mails.letters import Letter, Message

from . import outbox, people, post, smtp
from .model import WAITING, Mail, now


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
@click.option("--dry-run", is_flag=True, help="Show the digests that are due, and write none.")
def digest(dry_run: bool) -> None:
    """Put the digests that are due into the outbox."""
    if not plugin_loaded("osakadx_harvest"):
        click.echo("  収集のプラグイン(osakadx_harvest)がありません。")
        return
    from . import digest as digests  # only there when the harvest is

    if not dry_run:
        click.echo(f"  まとめを {digests.write(now())} 件用意しました")
        return
    found = list(digests.wanted(now()))
    for each in found:
        message = Message("", each.person.key, digests.KIND, now(), each.facts, each.person.via)
        _show(Letter(each.person.key, (message,)))
    model.Session.rollback()
    click.echo(f"  今用意するまとめ: {len(found)} 件(用意していません)")


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
        return
    text, _ = post.worded(letter, person)
    click.echo(f"宛先: {person.address}\n件名: {text.subject}\n\n{text.body}\n")


def _said(trouble: str) -> str:
    if trouble == "no mail server":
        return "メールサーバーが設定されていません(smtp.server と smtp.mail_from)。お知らせは送らずに取ってあります。"
    return f"メールサーバーを使えません: {trouble}"
