"""Links that work without signing in: a random handle, what the link is for, and a signature with the site's secret.

Nothing in them names a person. They never expire; a new handle takes the power from the old ones.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

_FORM = re.compile(r"(?P<handle>[\w-]{16})\.(?P<codes>[a-z]{0,26})\.(?P<signature>[\w-]{22})", re.ASCII)


def new_handle() -> str:
    """Sixteen random letters."""
    return secrets.token_urlsafe(12)


def token(secret: str, purpose: str, handle: str, codes: str = "") -> str:
    """The end of a link.

    Args:
        secret: the site's secret.
        purpose: what the link does; a signature for one purpose is none for another.
        handle: as ``new_handle`` gives it.
        codes: what it does it to, small letters.
    """
    return f"{handle}.{codes}.{_sign(secret, purpose, handle, codes)}"


def read(secret: str, purpose: str, written: str) -> tuple[str, str] | None:
    """Return handle and codes of a link's end, or None where it was not signed here for this purpose."""
    match = _FORM.fullmatch(written)
    if match is None:
        return None
    right = _sign(secret, purpose, match["handle"], match["codes"])
    return (match["handle"], match["codes"]) if hmac.compare_digest(right, match["signature"]) else None


def _sign(secret: str, purpose: str, handle: str, codes: str) -> str:
    text = f"osakadx-mails:{purpose}:{handle}:{codes}"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
