"""Addresses of the web and of e-mail: whether a click on them leads anywhere."""

from __future__ import annotations

import re
import unicodedata

from osakadx import contacts
from osakadx.quality.checks.check import Judge, Problem, Table, cell_check
from osakadx.quality.checks.column import Column

_SCHEME = re.compile(r"(?:https?|ftp)://\S", re.I)
# A host without a scheme: with www in front, or of a domain under which there are hardly any words but addresses.
_BARE = re.compile(r"(?:www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+|(?:[a-z0-9-]+\.)+(?:jp|com|org|net|info))(?:[/?#]\S*)?", re.I)
_SEVERAL = re.compile(r"[;,、，\s]+")


@cell_check("phones-are-plain")
def web_addresses_open(column: Column, table: Table) -> Judge | None:
    """An address of the web begins with https:// in half-width letters."""
    del table
    return _web if column.role == "url" else None


def _web(value: str) -> Problem | None:
    bare = value.strip()
    if _SCHEME.match(bare):
        return None
    plain = unicodedata.normalize("NFKC", bare)
    if _SCHEME.match(plain) and " " not in plain:
        return "web-width", {"plain": plain}
    return ("web-scheme", {"plain": f"https://{plain}"}) if _BARE.fullmatch(plain) else None


@cell_check("phones-are-plain")
def mail_addresses_work(column: Column, table: Table) -> Judge | None:
    """What has an at sign in a column of mail addresses is one that a mail program takes; several may be divided."""
    del table
    return _mail if column.role == "email" else None


def _mail(value: str) -> Problem | None:
    bare = re.sub("^mailto:", "", value.strip())  # a link that a mail program takes, too (vCard, seen 2026-11)
    parts = [part for part in _SEVERAL.split(bare) if part]
    if all(part.isascii() and contacts.email(part) == part for part in parts):
        return None
    plain = contacts.email(bare)
    if plain:
        return "mail-spelling", {"plain": plain}
    return ("mail", {}) if "@" in unicodedata.normalize("NFKC", bare) else None
