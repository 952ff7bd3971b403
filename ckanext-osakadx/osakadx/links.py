"""Addresses as a catalog publishes them: absolute, http or https, encoded once. What may be fetched: `addresses`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna

from osakadx import formats, text
from osakadx.errors import OsakadxError

LONGEST = 8000
_WITHOUT_SCHEME = re.compile(
    r"(?:www\.|[\w-]+(?:\.[\w-]+)*\.(?:lg\.jp|go\.jp|or\.jp|ac\.jp|co\.jp|ne\.jp|jp|com)(?=[:/]|$))", re.I
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FROM_PATH = re.compile(r"(?:\.{0,2}/){1,2}[^\s/]+|\?\w+")
_ENDING = re.compile(r"[a-z][a-z0-9]+")
_BETWEEN = re.compile(r"[\s、，,;；]+(?=https?://)", re.I)
_FIX = "https:// か http:// で始まるアドレスにしてください。"


class LinkError(OsakadxError):
    """An address that cannot be published; the slug says why."""

    slug = "link-malformed"


def split(written: str) -> list[str]:
    """Return the addresses that stand in one text, one after the other, divided by blanks, commas or semicolons."""
    return [part.strip() for part in _BETWEEN.split(written.strip()) if part.strip()]


def is_address(written: str) -> bool:
    """Whether a text means an address, whole or from its path on.

    準備中, なし, 別紙のとおり, a mail address, words that end in a number, and an address shown shortened are none.
    An address with a mistake in it is one: what is wrong with it says `absolute`.
    """
    plain = text.fold(written)
    if "…" in written:
        return False
    if re.match(r"https?:|[a-z][a-z0-9+.-]*://", plain) or _WITHOUT_SCHEME.match(plain):
        return True
    if _FROM_PATH.match(plain):
        return True
    return not re.search(r"[\s@:]", plain) and _ENDING.fullmatch(formats.extension(plain)) is not None


def parts(url: str) -> SplitResult:
    """Take an address apart, as `urllib.parse.urlsplit` does.

    Raises:
        LinkError: it cannot be (``link-malformed``): brackets around no IPv6 address, a host that Unicode makes two of.
    """
    try:
        return urlsplit(url)
    except ValueError:
        raise _malformed(url) from None


def taken_apart(url: str) -> SplitResult:
    """Take an address apart that somebody has stored, whatever it is: of one that is none, every part is empty."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def joined(base: str, written: str) -> str:
    """Complete an address with that of the page it stands in, as `urllib.parse.urljoin` does.

    Raises:
        LinkError: either cannot be taken apart (``link-malformed``).
    """
    try:
        return urljoin(base, written)
    except ValueError:
        raise _malformed(written) from None


def absolute(written: str, base: str = "") -> str:
    """Return an address in the one spelling that is published.

    Blanks and Japanese are percent-encoded, what is encoded already stays; Japanese host names become punycode; a host
    without scheme gets https; a path is completed with ``base``; path and fragment keep their letters.

    Args:
        written: as the publisher wrote it.
        base: the page or listing it stands in, for relative addresses; empty: they are refused.

    Raises:
        LinkError: nothing there (``link-empty``), another scheme such as javascript: (``link-scheme-refused``), a
            relative address without base (``link-relative``), a user name in it (``link-credentials``), no host or an
            impossible one (``link-malformed``), longer than LONGEST characters (``link-too-long``).
    """
    return _absolute(written, base)


# An address comes by when its record is read, and again when its data set is checked.
@lru_cache(maxsize=5_000)
def _absolute(written: str, base: str) -> str:
    plain = text.clean(written)
    if not plain.isascii() and unicodedata.normalize("NFKC", plain[:8]).lower().startswith("http"):
        plain = unicodedata.normalize("NFKC", plain[:8]) + plain[8:]
        plain = plain.replace("：", ":", 1).replace("／", "/")
    if not plain:
        raise LinkError("アドレスが空です。", fix=_FIX, slug="link-empty")
    if len(plain) > LONGEST:
        said = f"アドレスが長すぎます({len(plain)}字)。"
        raise LinkError(
            said, where=plain[:80], fix=f"{LONGEST}字までのアドレスで公開してください。", slug="link-too-long"
        )
    return _published(_parts(_complete(plain, base), plain), plain)


def _complete(plain: str, base: str) -> str:
    if _WITHOUT_SCHEME.match(plain):
        return f"https://{plain}"
    if _SCHEME.match(plain):
        return plain
    if not base:
        raise LinkError("アドレスが途中からしか書かれていません。", where=plain[:200], fix=_FIX, slug="link-relative")
    return joined(base, plain.replace("\\", "/"))


def _malformed(plain: str) -> LinkError:
    return LinkError("アドレスの書き方に誤りがあります。", where=plain[:200], fix=_FIX)


def _parts(url: str, plain: str) -> SplitResult:
    found = parts(url)
    try:
        _ = found.port
    except ValueError:
        raise _malformed(plain) from None
    if found.scheme.lower() not in {"http", "https"}:
        raise LinkError(
            "http と https のほかのアドレスは載せられません。", where=plain[:200], fix=_FIX, slug="link-scheme-refused"
        )
    if "@" in found.netloc:
        raise LinkError(
            "利用者名やパスワードを含むアドレスは載せられません。",
            where=plain[:200], fix="「@」より前を除いてください。", slug="link-credentials",
        )  # fmt: skip
    return found


def _published(found: SplitResult, plain: str) -> str:
    host = _host(found.hostname or "", plain)
    netloc = f"{host}:{found.port}" if found.port is not None else host
    path = _encoded(found.path.replace("\\", "/") or "/", "/:@!$&'()*+,;=~%")
    query = _encoded(found.query, "/:@!$&'()*+,;=?~%[]")
    fragment = _encoded(found.fragment, "/:@!$&'()*+,;=?~%")
    return urlunsplit((found.scheme.lower(), netloc, path, query, fragment))


def _host(written: str, plain: str) -> str:
    if ":" in written:
        return f"[{written}]"
    try:
        host = written if written.isascii() else idna.encode(written, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise _malformed(plain) from None
    if not re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?", host, re.I) or ".." in host:
        raise _malformed(plain)
    return host.lower()


def _encoded(part: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=safe, errors="replace")
