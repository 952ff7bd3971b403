"""JSON as it comes from other people's servers: any Japanese encoding, repeated keys, numbers and characters that
neither PostgreSQL nor Solr would take.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, cast

from osakadx.errors import ListingError
from osakadx.tables.encoding import detect
from osakadx.tables.signature import signature
from osakadx.tables.source import Source as Bytes

from .listing import Notes

# Escapes that may stand for NUL or for half of a surrogate pair.
_ESCAPED = re.compile("\\\\u(?:0000|[dD][89a-fA-F])")
_LONE = re.compile("[\ud800-\udfff]")

VALUES = 3_000_000  # in one document; each takes some 100 bytes of memory, however short it is written
DEEPEST = 200  # objects and lists inside each other: what is read has to be written again, by parsers that recurse


def read(body: bytes, where: str, notes: Notes) -> Any:
    """Parse JSON.

    Args:
        body: UTF-8, UTF-16 with BOM, CP932 or EUC-JP.
        where: its address, for messages.
        notes: is told what was mended.

    Raises:
        ListingError: not JSON: HTML (``html-instead``), cut or broken (``json-broken``), nested too deep
            (``json-too-deep``), of too many values (``json-too-large``), in no encoding (``text-undecodable``).
    """
    text = _text(body, where, notes)
    if sum(map(text.count, ",[{")) > VALUES:
        raise ListingError(
            f"JSONの値が{VALUES:,}個を超えています。", where=where,
            fix="何ページかに分けて公開してください。", slug="json-too-large",
        )  # fmt: skip
    odd: Counter[str] = Counter()
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, odd),
            parse_constant=lambda name: odd.update([name]),
            parse_float=lambda digits: _number(float(digits), odd),
            parse_int=lambda digits: _whole(digits, odd),
        )
        value = _clean(value, odd) if _is_suspect(text) else value
    except RecursionError:
        raise _too_deep(where) from None
    except ValueError:
        raise ListingError(
            "JSONとして読めません(途中で切れているか、書式の誤りです)。",
            where=where,
            fix="アドレスがJSONを返すか、{}や[]の対応が最後まで揃っているかを確かめてください。",
            slug="json-broken",
        ) from None
    if _is_deep(value):
        raise _too_deep(where)
    _tell(odd, where, notes)
    return value


def _is_suspect(text: str) -> bool:
    """Whether U+0000 or half of a pair stands in it, as it is or escaped."""
    # One pattern for all of it takes five times as long as the parser.
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\x00" in text or _ESCAPED.search(text) is not None


def _is_deep(value: Any) -> bool:
    level: list[Any] = [value] if isinstance(value, (dict, list)) else []
    for _ in range(DEEPEST):
        level = [
            item
            for holder in level
            for item in (cast("dict[str, Any]", holder).values() if isinstance(holder, dict) else holder)
            if isinstance(item, (dict, list))
        ]  # fmt: skip
        if not level:
            return False
    return True


def _too_deep(where: str) -> ListingError:
    return ListingError(
        f"JSONの入れ子が深すぎます(上限は{DEEPEST}段)。",
        where=where,
        fix="入れ子を浅くして公開してください。",
        slug="json-too-deep",
    )


def _text(body: bytes, where: str, notes: Notes) -> str:
    held = Bytes(where, body)
    if signature(held) == "HTML":
        raise ListingError(
            "データの代わりにHTMLのページが返されました。",
            where=where,
            fix="アドレスを確かめてください。ログインや案内の画面へ移っている場合があります。",
            slug="html-instead",
        )
    encoding = detect(held)
    if encoding is None:
        raise ListingError(
            "文字コードが判別できません。",
            where=where,
            fix="UTF-8で保存して公開し直してください。圧縮したファイルなら、そのまま(展開した形で)公開してください。",
            slug="text-undecodable",
        )
    if encoding.name != "utf-8":
        notes.warn("json-not-utf8", f"JSONがUTF-8ではなく{encoding.name}で書かれています。", where)
    with encoding.text(held) as stream:
        return stream.read()


def _object(pairs: list[tuple[str, Any]], odd: Counter[str]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        odd["repeated"] += 1
    return value


def _number(value: float, odd: Counter[str]) -> float | None:
    if value in (float("inf"), float("-inf")):
        odd["infinite"] += 1
        return None
    return value


def _whole(digits: str, odd: Counter[str]) -> int | None:
    if len(digits) > 300:
        odd["infinite"] += 1
        return None
    return int(digits)


def _clean(value: Any, odd: Counter[str]) -> Any:
    if isinstance(value, str):
        if "\0" in value or _LONE.search(value):
            odd["characters"] += 1
        return _LONE.sub("�", value.replace("\0", ""))
    if isinstance(value, dict):
        return {_clean(key, odd): _clean(item, odd) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_clean(item, odd) for item in cast("list[Any]", value)]
    return value


def _tell(odd: Counter[str], where: str, notes: Notes) -> None:
    if odd["repeated"]:
        notes.warn(
            "json-repeated-key", f"同じ名前の項目が重なっています({odd['repeated']}か所)。後のものを採りました。", where
        )
    if odd["characters"]:
        notes.warn("json-characters", f"使えない文字を除きました({odd['characters']}か所)。", where)
    if numbers := odd["infinite"] + odd["NaN"] + odd["Infinity"] + odd["-Infinity"]:
        notes.warn("json-number", f"数として扱えない値を空にしました({numbers}か所)。", where)
