"""Who asks, without knowing who: the address a request came from, and a digest of it that is good for one day."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import date

from osakadx.networks import reserved

_SUBNET = 64  # bits of an IPv6 address that one household or office has


def origin(peer: str, forwarded: str = "") -> str:
    """Return the IP address that a request came from; empty where it cannot be told.

    What a header says is believed only of a proxy beside us, that is one at an address which is not of the public
    Internet; and of it only the last entry, which is the proxy's own word.

    Args:
        peer: the address at the other end of the connection.
        forwarded: the header X-Forwarded-For.
    """
    said = forwarded.rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(_without_port(said) if said and reserved(peer) else peer)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or ipaddress.ip_network((parsed, _SUBNET), strict=False).network_address
    return str(parsed)


def _without_port(said: str) -> str:
    """An address as some proxies write it: 192.0.2.1:5678, [2001:db8::1]:5678, [2001:db8::1]."""
    if said.startswith("["):
        return said[1:].partition("]")[0]
    return said.partition(":")[0] if said.count(":") == 1 else said


def digest(secret: str, day: date, asker: str) -> str:
    """Return 32 hexadecimal digits that tell askers apart on one day, and nothing about them without the secret.

    Args:
        secret: the site's secret. day: of Japan; the same asker has another digest on another day.
        asker: an address as `origin` gives it, or the id of an account.
    """
    text = f"osakadx-questions:{day.isoformat()}:{asker}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
