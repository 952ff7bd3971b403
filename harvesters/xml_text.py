"""XML as it comes from other people's servers: decoded by its bytes, freed of characters that XML forbids, and without
a DOCTYPE, the door of every entity bomb and of every file and address that a parser would be made to read.
"""

from __future__ import annotations

import codecs
import re
from importlib import import_module
from typing import Any

from osakadx.errors import ListingError
from osakadx.tables.encoding import detect
from osakadx.tables.signature import signature
from osakadx.tables.source import Source as Bytes

from .listing import Notes

MIB = 1 << 20
TEXT = 32 * MIB  # a tree takes several times as much memory
NODES = 1_000_000  # elements and attributes: each takes a good 100 bytes, however short it is written

# lxml comes without types, so its trees are Any here and in what reads them.
etree: Any = import_module("lxml.etree")

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*?\?>")
_DECLARED = re.compile(rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef]));",
    re.IGNORECASE,
)


def read(body: bytes, where: str, notes: Notes) -> str:
    """Decode a document; what comes out has neither declaration nor DOCTYPE.

    Args:
        body: UTF-8, UTF-16 or another encoding of Japanese, whatever it declares.
        where: its address, for messages.
        notes: is told what was mended.

    Raises:
        ListingError: HTML (``html-instead``), over the limits (``xml-too-large``), in no encoding
            (``text-undecodable``), with a DOCTYPE (``xml-doctype``).
    """
    if len(body) > TEXT:
        raise ListingError(
            f"XMLが{TEXT // MIB}MBを超えています。",
            where=where,
            fix="件数の少ない複数のページに分けて公開するよう、公開元に伝えてください。",
            slug="xml-too-large",
        )
    if signature(Bytes(where, body)) == "HTML":
        raise ListingError(
            "データの代わりにHTMLのページが返されました。",
            where=where,
            fix="アドレスを確かめてください。ログインや案内の画面へ移っている場合があります。",
            slug="html-instead",
        )
    text, found = _FORBIDDEN.subn("", _decoded(body, where, notes))
    if found:
        notes.warn("xml-characters", f"XMLで使えない文字を除きました({found}か所)。", where)
    text = _DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text
    prolog = _PROLOG.match(text)
    if text.startswith("<!", prolog.end() if prolog else 0):
        raise ListingError(
            "XMLにDOCTYPE宣言があるため、安全のため読みません。",
            where=where,
            fix="<!DOCTYPE …> を除いて公開してください。",
            slug="xml-doctype",
        )
    if sum(map(text.count, "<=")) > NODES:
        raise ListingError(
            f"XMLの要素と属性が{NODES:,}個を超えています。", where=where,
            fix="何ページかに分けて公開してください。", slug="xml-too-large",
        )  # fmt: skip
    return text


def tree(body: bytes, where: str, notes: Notes) -> Any:
    """Parse a document into an lxml element.

    Raises:
        ListingError: as `read`; not well-formed or cut (``xml-broken``).
    """
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(read(body, where, notes).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise broken(where, error.lineno or 0) from None


def broken(where: str, line: int) -> ListingError:
    """The error for a document that is not well-formed."""
    place = f"{line}行目、" if line else ""
    return ListingError(
        f"XMLとして読めません({place}途中で切れているか、書式の誤りです)。",
        where=where,
        fix="ブラウザーで開いて誤りの場所を確かめ、XMLを直して公開し直してください。",
        slug="xml-broken",
    )


def _decoded(body: bytes, where: str, notes: Notes) -> str:
    """The text as the bytes say; as declared only where they fit nothing that Japanese is written in."""
    held = Bytes(where, body)
    if encoding := detect(held):
        if encoding.name != "utf-8":
            notes.warn("xml-not-utf8", f"XMLがUTF-8ではなく{encoding.name}で書かれています。", where)
        with encoding.text(held) as stream:
            return stream.read()
    declared = _DECLARED.match(body)
    codec = declared[1].decode("ascii") if declared else ""
    try:
        text = body.decode(codecs.lookup(codec).name) if codec else ""
    except (LookupError, UnicodeError):
        text = ""
    if not text:
        raise ListingError(
            "文字コードが判別できません。",
            where=where,
            fix="UTF-8で保存して公開し直してください。圧縮したファイルなら、そのまま(展開した形で)公開してください。",
            slug="text-undecodable",
        )
    notes.warn("xml-not-utf8", f"XMLがUTF-8ではなく{codec}で書かれています。", where)
    return text
