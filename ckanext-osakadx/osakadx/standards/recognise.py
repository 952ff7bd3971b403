"""Which standard data set a table is: by the names of its columns and by their values, never by its title alone.

Names are compared folded, with old names, prefixes and one's own brackets. Where the names are foreign, the values and
their order are laid beside every edition. Where the columns are the publisher's own, words in the values can still tell
what it is about; then it has no edition.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from osakadx import text
from osakadx.quality.evidence import Match
from osakadx.standards.align import aligned
from osakadx.standards.load import all_standards, renames
from osakadx.standards.standard import Column, Edition, Standard
from osakadx.standards.valueclass import TELLING, ValueClass, agreement, expected_class, value_class

_LEAST_MATCHED = 5
_LEAST_SHARE = 0.5  # of what the table's names say, what must be of the standard
_LEAST_FOUND = 0.15  # of what the standard's names say, what must be in the table
_NEARLY_ALL, _HALF = 0.95, 0.5
_LEAST_FIT = 0.55
_HINTED_FIT = 0.3
_UNKNOWN_WEIGHT = 2.0
_ABOUT = 0.8
_PREFIXED = 0.6
_LOOKED_AT = 200
_SHARED_BY = 7  # so many standards have a column that is of none of them
_LEAST_SHARED = 15  # of the some thirty that they share


@dataclass(frozen=True)
class Recognised:
    """A standard found in a table.

    Attributes:
        specs: for each column of the table, the column of the standard that it is, or None.
        renamed: places (from 0) of columns that have another name than the standard's.
        match: the same as evidence.
    """

    standard: Standard
    edition: Edition
    specs: tuple[Column | None, ...]
    renamed: frozenset[int]
    match: Match


def recognise(
    header: Sequence[str], sample: Sequence[Sequence[str]], *, name: str = "", asked: Standard | None = None
) -> Recognised | None:
    """Return the standard data set that a table is, or None where it is none of them.

    Args:
        header: names of the columns. sample: some of the first rows, each as long as the header.
        name: of the file; it decides between standards that fit alike, and says what a table is about whose columns
            are those that the standards' lists of places share. It makes no edition.
        asked: the standard that somebody says it is; then the best of its editions is taken.
    """
    if not header:
        return None
    hinted = _hints(name)
    named = _by_names(header, sample, hinted, asked)
    if named is not None and (asked is None or named.match.columns_matched):
        return named
    found = _by_values(header, sample, hinted, asked)
    if found is not None or asked is not None:
        return found
    return _by_words(header, sample) or _by_shared_columns(header, hinted)


def _hints(name: str) -> frozenset[str]:
    """Numbers of the standards whose slug or name stands in a file's name."""
    folded = text.fold(re.split(r"[/\\]", name)[-1])
    said = [
        one
        for one in all_standards()
        if re.search(rf"(?<![a-z]){one.slug}", folded) or text.fold(one.name) in folded  # no event in prevention
    ]
    slugs = {one.slug for one in said}
    # A slug within another (tourism, tourism_point) says nothing of its own.
    return frozenset(one.number for one in said if not any(one.slug in slug for slug in slugs - {one.slug}))


# -- by names
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """An edition ready to be compared: squeezed name → place of its column."""

    standard: Standard
    edition: Edition
    names: Mapping[str, int]
    loose: Mapping[str, int]  # without the prefix that all its columns share
    columns: tuple[str, ...]  # their squeezed names, in order
    parted: frozenset[int]  # columns whose name has two parts
    weight: float
    own: frozenset[int]  # columns that no other standard has
    classes: tuple[ValueClass, ...]


@cache
def _editions() -> tuple[_Known, ...]:
    spread = _spread()
    known: list[_Known] = []
    for standard in all_standards():
        for edition in standard.editions:
            names = {
                text.squeeze(name): place
                for place, column in enumerate(edition.columns)
                for name in (*column.aliases, column.name)
            }
            columns = [text.squeeze(column.name) for column in edition.columns]
            known.append(
                _Known(
                    standard,
                    edition,
                    names,
                    _loose(edition),
                    tuple(columns),
                    frozenset(place for place, column in enumerate(edition.columns) if "_" in column.name),
                    sum(map(_weight, columns)),
                    frozenset(place for place, name in enumerate(columns) if spread[name] == 1),
                    tuple(expected_class(column) for column in edition.columns),
                )
            )
    return tuple(known)


def _loose(edition: Edition) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, column in enumerate(edition.columns):
        prefix, mark, rest = column.name.partition("_")
        if mark and sum(1 for one in edition.columns if one.name.startswith(prefix + "_")) >= _PREFIXED * len(
            edition.columns
        ):
            found.setdefault(text.squeeze(rest), place)
        if column.name_en:
            found.setdefault(text.squeeze(column.name_en), place)
    return found


@cache
def _spread() -> Counter[str]:
    """Squeezed name → how many standards have a column of it."""
    return Counter(
        name
        for standard in all_standards()
        for name in {text.squeeze(column.name) for edition in standard.editions for column in edition.columns}
    )


@cache
def _weight(name: str) -> float:
    """How much a name says: a column of one standard alone says most, 名称 says little."""
    count = _spread()[name]
    return math.log(1 + len(all_standards()) / count) if count else _UNKNOWN_WEIGHT


def _by_names(
    header: Sequence[str], sample: Sequence[Sequence[str]], hinted: frozenset[str], asked: Standard | None
) -> Recognised | None:
    titles = [text.squeeze(title) for title in header]
    bare = [text.squeeze(title) for title in _without_prefix(header)]
    best: tuple[float, Standard] | None = None
    for known in _editions():
        if asked is not None and known.standard.number != asked.number:
            continue
        fit = _fit(titles, _placed(titles, bare, known), known, hinted, asked)
        if fit > 0 and (best is None or fit > best[0]):
            best = (fit, known.standard)
    if best is None:
        return None
    fit, standard = best
    known, places = _edition_of(standard, titles, bare)
    renamed = {place for place, column in places.items() if known.names.get(titles[place]) != column}
    renamed |= _otherwise_named(titles, bare, places, known)
    renamed |= _between(header, sample, places, known.edition)
    return _recognised(known, header, places, renamed, fit)


def _edition_of(standard: Standard, titles: Sequence[str], bare: Sequence[str]) -> tuple[_Known, dict[int, int]]:
    """The edition that a table of a standard is of, with its places: the names that one edition alone has decide.

    A short table fits the edition of few columns best, whichever it is of. What the editions call otherwise (住所,
    所在地_連結表記) and names of two parts (所在地_町字) count twice; a plain one (郵便番号) may be anybody's.
    Where no name tells the editions apart, the table is measured by the new one, which is in force.
    """
    found = [(known, _placed(titles, bare, known)) for known in _editions() if known.standard is standard]

    def told(one: tuple[_Known, dict[int, int]]) -> tuple[int, bool, float]:
        known, places = one
        twice = sum(
            1 for column in places.values() if known.columns[column] in _counterparts() or column in known.parted
        )
        return len(places) + twice, known.edition.key == "new", _likeness(titles, places, known)[0]

    return max(found, key=told)


@cache
def _counterparts() -> Mapping[str, str]:
    """Squeezed name of a column that the old and the new editions call otherwise → its name in the other."""
    pairs = [(text.squeeze(old), text.squeeze(new)) for old, new in renames()]
    return {new: old for old, new in reversed(pairs)} | dict(pairs)


def _otherwise_named(titles: Sequence[str], bare: Sequence[str], places: dict[int, int], known: _Known) -> set[int]:
    """Add the columns that have the name of another edition; returns those whose name is out of date."""
    added: set[int] = set()
    taken = set(places.values())
    for place, names in enumerate(zip(titles, bare, strict=True)):
        others = [_counterparts().get(name, "") for name in names]
        column = next((known.names[other] for other in others if other in known.names), None)
        if place not in places and column is not None and column not in taken:
            places[place] = column
            taken.add(column)
            added.add(place)
    # In an old table the new name is no fault: renaming it would lead back.
    return set() if known.edition.key == "old" else added


def _without_prefix(header: Sequence[str]) -> list[str]:
    """The names without what most of them begin with (AED_名称, AED_住所 …)."""
    starts = Counter(re.split(r"[_＿:：]", title, maxsplit=1)[0] for title in header if re.search(r".[_＿:：].", title))
    if not starts:
        return list(header)
    prefix, count = starts.most_common(1)[0]
    if count < _PREFIXED * len(header):
        return list(header)
    return [
        title[len(prefix) + 1 :] if title.startswith(prefix) and len(title) > len(prefix) + 1 else title
        for title in header
    ]


def _placed(titles: Sequence[str], bare: Sequence[str], known: _Known) -> dict[int, int]:
    """Place in the table → place in the edition, for the columns whose names agree."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for names in (known.names, known.loose):
        for place, (title, short) in enumerate(zip(titles, bare, strict=True)):
            column = names.get(title, names.get(short)) if title else None
            if place not in found and column is not None and column not in taken:
                found[place] = column
                taken.add(column)
    return found


def _fit(
    titles: Sequence[str], places: Mapping[int, int], known: _Known, hinted: frozenset[str], asked: Standard | None
) -> float:
    """How well the names fit an edition, 0 to 1; 0 where they do not."""
    fit, share, found = _likeness(titles, places, known)
    if asked is not None:
        return fit
    hint = known.standard.number in hinted
    if len(places) < _LEAST_MATCHED or found < _LEAST_FOUND or share < _LEAST_SHARE:
        return fit if hint and len(places) >= 2 * _LEAST_MATCHED and fit >= _HINTED_FIT else 0.0
    # A name that fits only without the standard's prefix (投票所_名称) is a name that many tables have.
    telling = {column for place, column in places.items() if known.names.get(titles[place]) == column} & known.own
    # Without a column that only this standard has, nearly all of it must be there, or of the table and half of it.
    whole = share >= _NEARLY_ALL and found >= _HALF and len(places) >= 2 * _LEAST_MATCHED
    general = found >= _NEARLY_ALL - 0.05 or whole
    if not (telling or general or (hint and fit >= _HINTED_FIT)):
        return 0.0
    return min(1.0, fit + (0.1 if hint else 0.0))


def _likeness(titles: Sequence[str], places: Mapping[int, int], known: _Known) -> tuple[float, float, float]:
    """How alike a table and an edition are, and how much of the table and of the edition the other has; each 0 to 1."""
    matched = sum(_weight(known.columns[column]) for column in places.values())
    unmatched = sum(_weight(title) for place, title in enumerate(titles) if place not in places and title)
    share, found = matched / (matched + unmatched or 1), matched / (known.weight or 1)
    return 2 * share * found / (share + found) if matched else 0.0, share, found


def _between(
    header: Sequence[str], sample: Sequence[Sequence[str]], places: dict[int, int], edition: Edition
) -> set[int]:
    """Add columns of another name that stand where the standard has exactly one, and whose values fit it."""
    taken = set(places.values())
    added: set[int] = set()
    for place in range(1, len(header) - 1):
        before, after = places.get(place - 1), places.get(place + 1)
        if place in places or before is None or after != before + 2 or before + 1 in taken:
            continue
        found = value_class([row[place] for row in sample])
        expected = expected_class(edition.columns[before + 1])
        if found != "empty" and agreement(found, expected) >= 1:
            places[place] = before + 1
            added.add(place)
    return added


# -- by values and by words
# ------------------------------------------------------------------------------------------------


def _by_values(
    header: Sequence[str], sample: Sequence[Sequence[str]], hinted: frozenset[str], asked: Standard | None
) -> Recognised | None:
    """Lay the classes of the values beside the columns of every edition, in order."""
    if len(sample) < 3 or (len(header) < 10 and asked is None):
        return None
    classes: list[ValueClass] = [value_class([row[place] for row in sample]) for place in range(len(header))]
    # An order of columns alone is not enough: the values must speak of what the standard is about, or the file's name.
    wanted = {asked.number} if asked else {one.number for one in all_standards() if _told(one, sample, hinted)}
    best: tuple[float, float, _Known, dict[int, int]] | None = None
    for known in _editions():
        if len(known.edition.columns) < 10 or known.standard.number not in wanted:
            continue
        expected = known.classes
        fit, places = aligned(classes, expected, header, [column.name_en for column in known.edition.columns])
        own = len(known.own & set(places.values())) / max(1, len(known.own))
        _add_telling(classes, expected, places)
        unlike = abs(len(header) - len(expected)) / max(len(header), len(expected))
        rank = fit + (0.25 if known.standard.number in hinted else 0.0) + 0.1 * own - 0.3 * unlike
        if best is None or rank > best[0]:
            best = (rank, fit, known, places)
    if best is None:
        return None
    _, fit, known, places = best
    if asked is None and fit < _LEAST_FIT:
        return None
    return _recognised(known, header, places, set(places), min(fit, 0.9))


def _add_telling(found: Sequence[ValueClass], expected: Sequence[ValueClass], places: dict[int, int]) -> None:
    """Add columns that were moved to another place, where only one of their class is left on both sides."""
    taken = set(places.values())
    for name in TELLING:
        here = [place for place, one in enumerate(found) if one == name and place not in places]
        there = [place for place, one in enumerate(expected) if one == name and place not in taken]
        if len(here) == len(there) == 1:
            places[here[0]] = there[0]


def _told(standard: Standard, sample: Sequence[Sequence[str]], hinted: frozenset[str]) -> bool:
    """Whether the file's name or a fifth of the rows name what the standard is about."""
    if standard.number in hinted:
        return True
    words = _subject(standard.number)
    met = sum(1 for row in sample[:_LOOKED_AT] if any(words.search(cell) for cell in row))
    return met * 5 >= min(len(sample), _LOOKED_AT)


@cache
def _subject(number: str) -> re.Pattern[str]:
    standard = next(one for one in all_standards() if one.number == number)
    words = [word for word in (*standard.search_words, *_nouns(standard)) if len(word) > 1]
    return re.compile("|".join(map(re.escape, words)) or "(?!)")


def _nouns(standard: Standard) -> tuple[str, ...]:
    name = re.sub(r"(?:設置箇所|アクセスポイント|情報|方法)?一覧$", "", standard.name)
    return (name,) if len(name) >= 4 else ()


def _by_words(header: Sequence[str], sample: Sequence[Sequence[str]]) -> Recognised | None:
    """A list of places of which nearly every row says what it is in the standard's own word has that content."""
    classes: list[ValueClass] = [value_class([row[place] for row in sample]) for place in range(len(header))]
    if len(sample) < 3 or not {"latitude", "longitude", "address"} & set(classes):
        return None
    for standard in all_standards():
        nouns = [noun for noun in _nouns(standard) if len(noun) >= 6]
        editions = [known for known in _editions() if known.standard is standard and known.edition.columns]
        if not nouns or not editions:
            continue
        for place in range(len(header)):
            if sum(1 for row in sample if nouns[0] in row[place]) >= _ABOUT * len(sample):
                titles = [text.squeeze(title) for title in header]
                known = editions[0]
                places = _placed(titles, titles, known)
                return _recognised(known, header, places, set(), 0.5, edition=None)
    return None


def _by_shared_columns(header: Sequence[str], hinted: frozenset[str]) -> Recognised | None:
    """A list in the columns that nearly all lists of places share is of the standard that its file's name says.

    Towns publish the newer lists (投票所一覧) so, without the columns that were seen elsewhere for them: which edition
    that is, nobody said.
    """
    titles = [text.squeeze(title) for title in header if title.strip()]
    shared = sum(1 for title in titles if _spread()[title] >= _SHARED_BY)
    if shared < _LEAST_SHARED or shared < _ABOUT * len(titles):
        return None
    known = next((known for known in _editions() if hinted == frozenset((known.standard.number,))), None)
    if known is None:
        return None
    squeezed = list(map(text.squeeze, header))
    return _recognised(known, header, _placed(squeezed, squeezed, known), set(), 0.5, edition=None)


_SAME = object()


def _recognised(
    known: _Known, header: Sequence[str], places: Mapping[int, int], renamed: set[int], confidence: float,
    edition: object = _SAME,
) -> Recognised:  # fmt: skip
    columns = known.edition.columns
    matched = set(places.values())
    match = Match(
        id=known.standard.number,
        edition=known.edition.key if edition is _SAME else None,
        confidence=round(min(1.0, confidence), 2),
        columns_matched=tuple(columns[place].name for place in sorted(matched)),
        columns_missing=tuple(column.name for place, column in enumerate(columns) if place not in matched),
        columns_unknown=tuple(title for place, title in enumerate(header) if place not in places and title.strip()),
    )
    specs = tuple(columns[places[place]] if place in places else None for place in range(len(header)))
    return Recognised(known.standard, known.edition, specs, frozenset(renamed), match)
