"""The way out: CKAN's mailer, what went wrong there in three words, and headers whose links arrive whole."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import partial
from typing import Any

from ckan import plugins as p
from ckan.lib import mailer
from ckan.plugins import toolkit as tk
from osakadx.mails import trouble

from ckanext.osakadx.security import mail as security

LINKS = ("list-unsubscribe",)


class NotSent(Exception):
    """A letter was not sent; ``trouble`` says what that means, the text what the server said."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(said)
        self.trouble = kind


class _WholeLinks(EmailPolicy):
    """Python folds a long address in a header into encoded words, which no mail program reads as a link."""

    def fold(self, name: str, value: Any) -> str:
        text = str(value)
        if name.lower() in LINKS and text.isascii() and len(text) < 900:
            return f"{name}: {text}{self.linesep}"
        return super().fold(name, value)


def prepare() -> None:
    """Let CKAN's mailer verify certificates, not wait for ever, and leave links whole."""
    security.guard()
    mailer.EmailMessage = partial(EmailMessage, policy=_WholeLinks())  # type: ignore[misc]


def server() -> str:
    """The mail server, or empty where the operator has set none up (server and sender are both needed)."""
    if any(True for _ in p.PluginImplementations(p.INotifier)):
        return str(tk.config.get("smtp.server") or "") or "INotifier"
    return str(tk.config.get("smtp.server") or "") if tk.config.get("smtp.mail_from") else ""


def send(name: str, address: str, subject: str, body: str, headers: Mapping[str, str]) -> None:
    """Send one letter.

    Raises:
        NotSent: it was not, and why.
    """
    try:
        mailer.mail_recipient(name, address, subject, body, headers=dict(headers))
    except Exception as error:  # whatever a mail server or its library comes up with: the letter waits, with the reason
        raise NotSent(*_reason(error)) from error


def _reason(error: Exception) -> tuple[str, str]:
    """What an error of the mailer means; the error of the library is behind it."""
    behind = error.__context__ or error
    said = str(error)[:500]
    refused = getattr(behind, "recipients", None)  # SMTPRecipientsRefused
    if refused:
        code, text = next(iter(refused.values()))
        said = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"[:500]
        # 550 to 553 speak of the mailbox, other codes of the server's mood (RFC 5321, 4.2.2).
        return (trouble.BOUNCED if code in (550, 551, 553) else trouble.REFUSED), said
    if type(behind).__name__ == "SMTPDataError":
        return trouble.REFUSED, said
    return trouble.SILENT, said
