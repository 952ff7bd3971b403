"""SMTP: the server's certificate is verified before a password or a mail goes to it.

CKAN 2.12.0 calls ``starttls()`` without a context, which accepts any certificate (CVE-2026-41132).
"""

from __future__ import annotations

import smtplib
import ssl
from types import SimpleNamespace
from typing import Any

from ckan.lib import mailer

TIMEOUT = 30.0  # seconds for each step of the conversation


class VerifyingSMTP(smtplib.SMTP):
    """``smtplib.SMTP`` that verifies chain and host name on STARTTLS, and does not wait for ever."""

    def __init__(self, host: str = "", port: int = 0, *arguments: Any, **options: Any) -> None:
        options.setdefault("timeout", TIMEOUT)
        super().__init__(host, port, *arguments, **options)

    def starttls(self, *, context: ssl.SSLContext | None = None, **options: Any) -> tuple[int, bytes]:
        """Begin TLS.

        Raises:
            smtplib.SMTPException: the certificate is not good for this host; CKAN reports it as a failed mail.
        """
        try:
            return super().starttls(context=context or ssl.create_default_context(), **options)
        except ssl.SSLError as error:
            raise smtplib.SMTPException(f"メールサーバー {self._host} の証明書を確認できません: {error}") from error

    def quit(self) -> tuple[int, bytes]:
        """End the conversation; a server that has hung up already is no second error on top of the first."""
        try:
            return super().quit()
        except smtplib.SMTPServerDisconnected:
            return 221, b"already disconnected"


def guard() -> None:
    """Let CKAN's mailer, and it alone, use the verifying class. Calling it again does nothing."""
    if not is_guarded():
        mailer.smtplib = SimpleNamespace(**{**vars(smtplib), "SMTP": VerifyingSMTP})


def is_guarded() -> bool:
    """Whether ``guard`` is in place in this process."""
    return mailer.smtplib.SMTP is VerifyingSMTP
