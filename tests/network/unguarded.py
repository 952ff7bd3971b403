"""What would happen without the policy: a reader of URLs as lenient as any, and every address let through.

It stands where the real one stands, in front of the same fetcher and the same socket, so that a row that is quiet
with the policy and heard without it shows that the policy is what keeps it quiet.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote

from osakadx.addresses import AddressPolicy, Target

_PORTS = {"https": 443, "ftp": 21, "sftp": 22, "gopher": 70, "ldap": 389, "dict": 2628}
_INVISIBLE = re.compile(r"[\x01-\x1f\x7f-\xa0\u00ad\u200b\u2060]")
_PARTS = re.compile(
    r"\s*(?P<schemes>(?:[a-z][a-z+.-]*:)*)/*\s*(?:[^/?#]*@)?(?P<place>[^/?#;,\0 ]*)(?P<path>[^?#]*)", re.IGNORECASE
)
_PLACE = re.compile(r"(?P<host>\[[^\]]*\]?|[^:]*)(?::(?P<port>\+?\d+)?.*)?")


@dataclass(frozen=True)
class Unguarded(AddressPolicy):
    """Asks whatever it is given."""

    def target(self, url: str) -> Target:
        visible = _INVISIBLE.sub("", unquote(url, errors="ignore"))
        text = unicodedata.normalize("NFKC", visible).replace("\\", "/").replace("。", ".")
        parts = _PARTS.match(text)
        place = _PLACE.match(parts["place"]) if parts else None
        if not parts or not place:
            raise ValueError(f"even a lenient reader finds no place in {url!r}")
        scheme = parts["schemes"].lower().rstrip(":").rpartition(":")[2]
        host = unicodedata.normalize("NFKC", place["host"].strip("[]").casefold())
        port = int(place["port"]) % 65536 if place["port"] else _PORTS.get(scheme, 80)
        if not host.isascii():
            host = host.encode("idna").decode()
        # `for_url`: what relative redirects are joined to, in characters that a request line may hold
        for_url = f"[{host}]" if ":" in host else host
        kind = "https" if scheme == "https" else "http"
        return Target(f"{kind}://{quote(for_url, safe='[]:')}:{port}{quote(parts['path']) or '/'}"[:4000], kind,
                      host.rstrip("."), port)  # fmt: skip

    def admit(self, target: Target, address: str) -> None:
        """No question asked."""
