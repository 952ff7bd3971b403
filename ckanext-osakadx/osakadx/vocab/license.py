"""Licences (ライセンス、利用規約): from any spelling, CKAN id or address to our key, and whether it is open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from osakadx import data, text
from osakadx.vocab import spelling

_PATH = "vocabularies/licenses.csv"
_SPELLINGS = "vocabularies/license_spellings.csv"
_COLUMNS = ("key", "title_ja", "title_en", "url", "spdx", "open", "basis_ja", "attribution", "share_alike")
_CC_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>[a-z-]+)/(?P<version>\d\.\d)(?:/(?P<country>[a-z]{2})(?![a-z]))?"
    r"|publicdomain/zero/(?P<zero>\d\.\d))"
)
_CC_NAME = re.compile(
    r"cc[ -]?(?P<kind>by(?:[ -](?:nc|nd|sa))*|0)(?![a-z])[ -]?(?:ライセンス)?[ -]?(?P<version>\d\.\d)?"
)
_CC_WORDS = {"表示": "by", "非営利": "nc", "改変禁止": "nd", "継承": "sa"}
_CC_WORD_RUN = re.compile(r"(?<![a-z])(?P<kind>表示(?:[ -・]*(?:非営利|改変禁止|継承))*)[ -]*(?P<version>\d\.\d)?")
_JAPAN = re.compile("日本|japan|(?<![a-z])jp(?![a-z])")
_DENIAL = re.compile("ではな|ではあり|でな[いく]|以外|除[くき]|禁じ|異な")


@dataclass(frozen=True)
class License:
    """One licence.

    Attributes:
        key: our id, with version, for example ``cc-by-4.0``; it is CKAN's ``license_id`` on this portal.
        url: address of its text; empty where there is none.
        spdx: identifier of the SPDX licence list, or empty.
        open: whether data under it are open data; basis_ja says why or why not.
        attribution, share_alike: "yes", "no" or "" (not known).
    """

    key: str
    title_ja: str
    title_en: str
    url: str
    spdx: str
    open: bool
    basis_ja: str
    attribution: str
    share_alike: str


@cache
def _by_key() -> Mapping[str, License]:
    return {
        row["key"]: License(
            key=row["key"],
            title_ja=row["title_ja"],
            title_en=row["title_en"],
            url=row["url"],
            spdx=row["spdx"],
            open=row["open"] == "yes",
            basis_ja=row["basis_ja"],
            attribution=row["attribution"],
            share_alike=row["share_alike"],
        )
        for row in data.rows(_PATH, _COLUMNS)
    }


def licenses() -> tuple[License, ...]:
    """Return all licences in the order of the file, the usual ones first."""
    return tuple(_by_key().values())


@cache
def _spellings() -> Mapping[str, str]:
    pairs = [(_address(row["spelling"]), row["license"]) for row in data.rows(_SPELLINGS, ("spelling", "license"))]
    for entry in licenses():
        names = (entry.key, entry.title_ja, entry.title_en, entry.spdx, _address(entry.url))
        pairs += [(name, entry.key) for name in names if name]
    return spelling.table(pairs, _SPELLINGS)


def _address(written: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|/$", "", written.strip())


def license_of(written: str) -> License | None:
    """Find the licence that a text names: a key, a title, an id of BODIK, e-Gov, Tokyo or CKAN, or an address.

    A Creative Commons licence is read from its elements and version, also inside a sentence (CC BY 4.0で提供します);
    without a version the current one, 4.0, is meant. A sentence that denies or restricts (以外、ではない) is not read.
    """
    folded = text.fold(written)
    key = _spellings().get(text.squeeze(_address(written))) or _creative_commons(folded) or _named_inside(folded)
    return _by_key().get(key) if key else None


def is_open(written: str) -> bool:
    """Say whether the licence that a text names is open; unknown and missing licences are not."""
    found = license_of(written)
    return found is not None and found.open


def _creative_commons(folded: str) -> str | None:
    if address := _CC_ADDRESS.search(folded):
        if address["zero"]:
            return f"cc0-{address['zero']}"
        country = f"-{address['country']}" if address["country"] and address["version"] != "4.0" else ""
        return f"cc-{address['kind']}-{address['version']}{country}"
    if _DENIAL.search(folded):
        return None
    if name := _CC_NAME.search(folded):
        kind = re.sub("[ -]+", "-", name["kind"])
        return "cc0-1.0" if kind == "0" else _versioned(kind, name["version"], folded)
    words = _CC_WORD_RUN.search(folded) if "クリエイティブ" in folded or "cc" in folded else None
    if not words:
        return None
    kind = "-".join(_CC_WORDS[word] for word in re.findall("|".join(_CC_WORDS), words["kind"]))
    return _versioned(kind, words["version"], folded)


def _versioned(kind: str, version: str | None, folded: str) -> str:
    found = version or next(iter(re.findall(r"(?<![\d.])\d\.\d(?![\d.])", folded)), "4.0")
    return f"cc-{kind}-{found}" + ("-jp" if found == "2.1" and _JAPAN.search(folded) else "")


def _named_inside(folded: str) -> str | None:
    """A sentence around one of our Japanese names: 「公共データ利用規約（第1.0版）に従います」."""
    if _DENIAL.search(folded):
        return None
    squeezed = text.squeeze(folded)
    inside = [name for name in _spellings() if len(name) >= 8 and not name.isascii() and name in squeezed]
    return _spellings()[max(inside, key=len)] if inside else None


def licenses_group() -> list[dict[str, Any]]:
    """Return the licences as CKAN's ``licenses_group_url`` wants them; its ``isopen`` rests on od_conformance."""
    return [
        {
            "id": entry.key,
            "title": entry.title_ja,
            "title_ja": entry.title_ja,
            "title_en": entry.title_en,
            "url": entry.url,
            "family": "",
            "status": "active",
            "maintainer": "",
            "spdx": entry.spdx,
            "basis_ja": entry.basis_ja,
            "is_generic": not entry.url,
            "domain_content": entry.open,
            "domain_data": entry.open,
            "domain_software": False,
            "od_conformance": "approved" if entry.open else "rejected",
            "osd_conformance": "not reviewed",
        }
        for entry in licenses()
    ]
