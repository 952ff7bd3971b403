"""Takes a GeoJSON document apart, feature by feature; numbers stay the text they were, so no digit is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from osakadx.errors import UnreadableFile

_SPACE = re.compile(r"[ \t\r\n]*")
_NESTING_MAX = 100
_FLATTENED = 4


class NotGeoJson(UnreadableFile):
    """The text is no GeoJSON FeatureCollection; `broken` tells a syntax error from another kind of JSON."""

    def __init__(self, *, broken: bool) -> None:
        super().__init__("GeoJSON の FeatureCollection ではありません。")
        self.broken = broken


class Number(str):
    """A number of the document, as it is written there."""


def members(value: Any) -> Mapping[str, Any]:
    """Return an object of the document; empty for anything else."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return an array of the document; empty for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def written(value: Any, depth: int = 0) -> str:
    """Return a value as JSON, its numbers untouched.

    Raises:
        NotGeoJson: it is nested more than a hundred deep.
    """
    if depth > _NESTING_MAX:
        raise NotGeoJson(broken=True)
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        pairs = (f"{written(key)}:{written(member, depth + 1)}" for key, member in members(value).items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(item, depth + 1) for item in items(value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def flat(properties: Any, prefix: str = "", depth: int = 0) -> dict[str, str]:
    """Return the members of an object as texts; those of objects inside it are named with a dot (``tags.name``)."""
    cells: dict[str, str] = {}
    for key, value in members(properties).items():
        if members(value) and depth < _FLATTENED:
            cells |= flat(value, f"{prefix}{key}.", depth + 1)
        else:
            cells[prefix + key] = text_of(value)
    return cells


def text_of(value: Any) -> str:
    """Return a value as the text of a cell: null is empty, texts stand without quotes, anything else is JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else written(value)


def features(text: str) -> Iterator[Mapping[str, Any]]:
    """Yield the members of ``features``.

    Raises:
        NotGeoJson: where the text stops being a FeatureCollection.
    """
    try:
        yield from _features(text)
    except (ValueError, RecursionError, IndexError) as error:
        raise NotGeoJson(broken=True) from error


# Reads one value from a place on and returns it with the place behind it.
decode: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=str, strict=False
).raw_decode


def _features(text: str) -> Iterator[Mapping[str, Any]]:
    place = skip(text, 0)
    if text[place] != "{":
        json.loads(text)  # another kind of JSON, or none at all
        raise NotGeoJson(broken=False)
    kind, listed = None, False
    place = skip(text, place + 1)
    while text[place] != "}":
        key, place = decode(text, place)
        place = skip(text, expect(text, ":", place))
        if key == "features" and text[place] == "[":
            listed = True
            place = skip(text, place + 1)
            while text[place] != "]":
                feature, place = decode(text, place)
                yield members(feature)
                place = comma(text, place, "]")
            place += 1
        else:
            value, place = decode(text, place)
            kind = value if key == "type" else kind
        place = comma(text, place, "}")
    if kind != "FeatureCollection" or not listed:
        raise NotGeoJson(broken=False)


def skip(text: str, place: int) -> int:
    """Return the place behind blanks."""
    matched = _SPACE.match(text, place)
    return matched.end() if matched else place


def expect(text: str, char: str, place: int) -> int:
    """Return the place behind a character that must stand here.

    Raises:
        ValueError: another one does.
    """
    place = skip(text, place)
    if text[place] != char:
        raise ValueError(f"{char} expected at {place}")
    return place + 1


def comma(text: str, place: int, end: str) -> int:
    """Return the place of the next element behind a comma, or of the end of the array or object."""
    place = skip(text, place)
    return place if text[place] == end else skip(text, expect(text, ",", place))
