"""Takes a JSON document of rows apart, one by one: an array of objects, also inside an object, or one per line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from osakadx.tables.features import NotGeoJson, comma, decode, expect, flat, items, members, skip, text_of
from osakadx.tables.findings import found
from osakadx.tables.survey import Report
from osakadx.tables.table import Row, Table

_DEPTH = 4
# An object with these describes one thing (an entity of NGSI, a data set of CKAN); the arrays in it are its parts.
_OF_ONE_THING = {"id", "type"}


def table(text: str, name: str, report: Report) -> Table:
    """Return the table of a JSON document; a row is an element of the array, numbered from 1.

    Objects give the columns by their keys in the order met (nested ones with a dot); arrays inside an array (``[["区",
    "人口"], ["北区", 1]]``) are rows of which the first names the columns.

    Raises:
        NotGeoJson: it is broken, or holds no array of objects or arrays.
    """
    fields: dict[str, None] = {}
    first: list[Any] | None = None
    rows = 0
    for element in elements(text):
        rows += 1
        if isinstance(element, dict):
            fields |= dict.fromkeys(flat(element))
        elif first is None and not fields:
            first = items(element)
            fields |= dict.fromkeys(_distinct(first))
    if not fields:
        raise NotGeoJson(broken=False)
    header, start = tuple(fields), 1 if first is None else 2
    if rows < start:
        report(found("no-data"))

    def again() -> Iterator[Row]:
        for number, element in enumerate(elements(text), start=1):
            yield number, _cells(element, header)

    count = max(rows - start + 1, 0)
    return Table(
        sheet=None,
        name=name,
        header_rows=() if first is None else (1,),
        header=header,
        first_data_row=start if count else None,
        rows=count,
        columns=len(header),
        last_data_row=rows if count else None,
        source=again,
        features=True,
    )


def _distinct(names: list[Any]) -> list[str]:
    """Names of columns, told apart by their place where they are alike or no text."""
    written = [text_of(name) for name in names]
    return [name if written.index(name) == place else f"{name}_{place + 1}" for place, name in enumerate(written)]


def _cells(element: Any, header: tuple[str, ...]) -> list[str]:
    if isinstance(element, dict):
        found_ = flat(element)
        return [found_.get(field, "") for field in header]
    return [text_of(value) for value in items(element)]


def elements(text: str) -> Iterator[Any]:
    """Yield the elements of the first array of objects or arrays in a document.

    Raises:
        NotGeoJson: where the text stops being JSON, or there is no such array.
    """
    try:
        place = skip(text, 0)
        _, end = decode(text, place)
        if text[place] == "{" and text[skip(text, end) : skip(text, end) + 1] == "{":
            yield from _lines(text, place)
        else:
            yield from _elements(text, place, 0)
    except (ValueError, RecursionError, IndexError) as error:
        raise NotGeoJson(broken=True) from error


def _lines(text: str, place: int) -> Iterator[Any]:
    """Yield the objects of a text of one per line (JSON Lines)."""
    while place < len(text):
        element, place = decode(text, place)
        if not isinstance(element, dict):
            raise NotGeoJson(broken=False)
        yield cast("dict[str, Any]", element)
        place = skip(text, place)


def _elements(text: str, place: int, depth: int) -> Iterator[Any]:
    """Walk down to the array; what lies around it is passed over."""
    if text[place] == "[":
        yield from _array(text, place)
        return
    if text[place] != "{" or depth > _DEPTH:
        decode(text, place)
        raise NotGeoJson(broken=False)
    keys, down = _members(text, place)
    if down is None or keys >= _OF_ONE_THING:
        raise NotGeoJson(broken=False)
    yield from _elements(text, down, depth + 1)


def _members(text: str, place: int) -> tuple[set[str], int | None]:
    """Return the keys of an object, and where the first of its values begins that holds rows."""
    keys: set[str] = set()
    down: int | None = None
    place = skip(text, place + 1)
    while text[place] != "}":
        key, place = decode(text, place)
        keys.add(str(key))
        place = skip(text, expect(text, ":", place))
        value, end = decode(text, place)
        if down is None and _holds_rows(value):
            down = place
        place = comma(text, end, "}")
    return keys, down


def _holds_rows(value: Any) -> bool:
    listed = items(value)
    if listed:
        return all(isinstance(element, dict) for element in listed)
    return any(_holds_rows(inner) for inner in members(value).values() if isinstance(inner, dict | list))


def _array(text: str, place: int) -> Iterator[Any]:
    place = skip(text, place + 1)
    kinds: set[str] = set()
    while text[place] != "]":
        element, place = decode(text, place)
        kinds.add("object" if isinstance(element, dict) else "array" if isinstance(element, list) else "")
        if kinds not in ({"object"}, {"array"}):
            raise NotGeoJson(broken=False)
        yield element
        place = comma(text, place, "]")
