"""Finds municipalities, prefectures and wards by name in a text, the longest first: 東大阪市 is never 大阪市."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from osakadx import data
from osakadx.text import fold, hiragana

HOME = "270008"
_TABLE = "vocabularies/place_names.csv"
_KANJI = re.compile("[\u4e00-\u9fff々]")
_LATIN = re.compile("[a-z]")
_DIRECTION = frozenset("東西南北新旧元第")  # 南大阪市民, 第三次市総合計画
_NOT_AFTER = {"市": "場", "区": "域間画分"}  # 大阪市場, 中央区域
_TOKEN = re.compile(r"[^\s,、。・/()\[\]【】「」_]+")


@dataclass(frozen=True)
class Place:
    """A municipality, prefecture or ward (全国地方公共団体コード with check digit); `within`: code of what holds it."""

    code: str
    label: str
    kana: str
    kind: str
    within: str
    label_en: str

    @property
    def at_home(self) -> bool:
        """Whether it is Osaka or lies in it."""
        return self.code[:2] == HOME[:2]


@dataclass(frozen=True)
class Found:
    """A place name in a text: which places it can mean, and where it stands in the folded text."""

    codes: frozenset[str]
    start: int
    end: int


@cache
def places() -> dict[str, Place]:
    """Return every place by code."""
    rows = data.rows(_TABLE, ("code", "label_ja", "kana", "kind", "within", "label_en"))
    return {
        row["code"]: Place(row["code"], row["label_ja"], row["kana"], row["kind"], row["within"], row["label_en"])
        for row in rows
    }


def label(code: str) -> str:
    """Return the name to show for a code: 大阪市, 堺市北区, 太子町 (兵庫県); the code itself where it is unknown."""
    place = places().get(code)
    if not place:
        return code
    if place.kind == "ward":
        return places()[place.within].label + place.label
    if place.at_home or place.kind == "prefecture":
        return place.label
    return f"{place.label} ({places()[place.within].label})"


def holders(code: str) -> tuple[str, ...]:
    """Return the codes that hold a place, nearest first: 堺市北区 → 堺市, 大阪府."""
    place = places().get(code)
    return (place.within, *holders(place.within)) if place and place.within else ()


@cache
def _names() -> dict[str, frozenset[str]]:
    """Full names as they stand in folded text → codes."""
    names: dict[str, set[str]] = defaultdict(set)
    for place in places().values():
        names[fold(place.label)].add(place.code)
    return {name: frozenset(codes) for name, codes in names.items()}


def _home_first(codes: frozenset[str]) -> frozenset[str]:
    """A ward's name alone means Osaka's where Osaka has one of that name; 北区 is every other city's too."""
    ours = {code for code in codes if places()[code].at_home}
    wards = {code for code in codes if places()[code].kind == "ward"}
    return codes - (wards - ours) if ours else codes


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """First two characters of a name → lengths of the names that begin so, longest first."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in _names():
        lengths[name[:2]].add(len(name))
    return {start: tuple(sorted(each, reverse=True)) for start, each in lengths.items()}


@cache
def _tokens() -> dict[str, frozenset[str]]:
    """Short ways to name a place of Osaka that count only when they stand alone: 堺, とよなか, sakai, 271004."""
    tokens: dict[str, set[str]] = defaultdict(set)
    for place in (place for place in places().values() if place.at_home):
        tokens[place.code].add(place.code)
        tokens[place.code[:5]].add(place.code)
        if place.kind == "ward":
            continue
        english = fold(place.label_en)
        kana = hiragana(place.kana)
        ending = next(ending for ending in ("ちょう", "むら", "し", "ふ") if kana.endswith(ending))
        for name in (fold(place.label)[:-1], kana, kana.removesuffix(ending), english, english.split(" ")[0]):
            tokens[name].add(place.code)
    return {name: frozenset(codes) for name, codes in tokens.items()}


def find(folded: str, *, alone: bool = False) -> list[Found]:
    """Find places in text that `text.fold` has folded, in reading order.

    Args:
        folded: folded text.
        alone: also take short names (堺, さかいし, Sakai, 271004) where they are a word of their own, as in queries.
    """
    found = list(_full_names(folded))
    if alone:
        taken = {position for place in found for position in range(place.start, place.end)}
        found += [short for short in _short_names(folded) if short.start not in taken]
    joined = _joined(sorted(found, key=lambda place: place.start), folded)
    return [Found(_home_first(place.codes), place.start, place.end) for place in joined]


def _full_names(text: str) -> Iterator[Found]:
    position, after_place = 0, False
    while position < len(text):
        length = _length_at(text, position, after_place)
        if length:
            yield Found(_names()[text[position : position + length]], position, position + length)
        after_place = length > 0
        position += length or 1


def _length_at(text: str, start: int, after_place: bool) -> int:
    for length in _lengths().get(text[start : start + 2], ()):
        if text[start : start + length] in _names() and _stands_free(text, start, start + length, after_place):
            return length
    return 0


def _stands_free(text: str, start: int, end: int, after_place: bool) -> bool:
    following = text[end : end + 1]
    if following and following in _NOT_AFTER.get(text[end - 1], ""):
        return False
    before = text[start - 1 : start]
    if after_place or not before:
        return True
    # 津市 in 会津市街, 光市 in 観光市場: a stem of one character is a name only where a word can begin.
    return before not in _DIRECTION and (end - start > 2 or not _KANJI.match(before))


def _short_names(text: str) -> Iterator[Found]:
    for token in _TOKEN.finditer(text):
        word = re.sub("の$|の(?=.)(.*)$", "", token.group()) if not token.group().isascii() else token.group()
        codes = _tokens().get(hiragana(word)) or _tokens().get(word)
        if codes:
            yield Found(codes, token.start(), token.start() + len(word))
    for match in _english_names().finditer(text) if _LATIN.search(text) else ():
        yield Found(_tokens()[match.group()], match.start(), match.end())


@cache
def _english_names() -> re.Pattern[str]:
    """Names of several English words (osaka city), which no single token is; the longest first."""
    names = sorted((name for name in _tokens() if " " in name), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def _joined(found: list[Found], text: str) -> list[Found]:
    """Read 大阪府太子町 and 大阪市北区 as one place, the inner one; drop what overlaps."""
    joined: list[Found] = []
    for place in found:
        last = joined[-1] if joined else None
        if last and place.start < last.end:
            if place.end > last.end:
                joined[-1] = place
            continue
        gap = text[last.end : place.start] if last else " x"
        inner = frozenset(code for code in place.codes if last and last.codes & set(holders(code)))
        if last and inner and re.fullmatch(r"\s?(?:\w{1,4}郡)?", gap):
            joined[-1] = Found(inner, last.start, place.end)
        else:
            joined.append(place)
    return joined
