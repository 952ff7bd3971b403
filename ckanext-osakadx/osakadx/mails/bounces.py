"""Mails that came back: which addresses a delivery status notification says can never be reached (RFC 3464)."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from .recipients import address


def failed(mail: bytes) -> tuple[str, ...]:
    """Return the addresses that failed for good; empty where the mail says no such thing (an answer, a delay).

    Args:
        mail: the mail as the server delivered it.
    """
    parsed = message_from_bytes(mail, policy=policy.default)
    return tuple(dict.fromkeys(_failed(parsed)))


def _failed(mail: EmailMessage) -> Iterator[str]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            # One group of fields about the mail, and one about each address.
            for group in cast("list[EmailMessage]", part.get_payload()):
                if _for_good(group) and (found := address(_recipient(group))):
                    yield found.lower()


def _for_good(group: EmailMessage) -> bool:
    action, status = (str(group.get(name, "")).strip().lower() for name in ("Action", "Status"))
    return action == "failed" and status.startswith("5.")


def _recipient(group: EmailMessage) -> str:
    written = str(group.get("Original-Recipient") or group.get("Final-Recipient") or "")
    return written.rpartition(";")[2].strip()
