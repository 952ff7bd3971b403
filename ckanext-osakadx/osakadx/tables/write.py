"""Writes tables as downloads: streams of bytes, so that no table has to be in memory."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from osakadx.tables.names import distinct
from osakadx.tables.profile import FieldType

_BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 16
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_NUMBERS = ("int", "numeric")


def csv_utf8(header: Sequence[str], rows: Iterable[Sequence[str | None]], *, bom: bool) -> Iterator[bytes]:
    """Yield a CSV (RFC 4180: comma, CRLF, quotes where needed) in UTF-8; cells stay as they are, None is empty.

    Args:
        header: column names. rows: cells, as many as there are names.
        bom: begin with a byte order mark, by which Excel knows UTF-8.
    """
    if bom:
        yield _BOM
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(row)
        if buffer.tell() >= _BLOCK:
            yield _taken(buffer)
    yield _taken(buffer)


def json_rows(
    header: Sequence[str], rows: Iterable[Sequence[str | None]], types: Sequence[FieldType] = ()
) -> Iterator[bytes]:
    """Yield a JSON array with one object per row, keyed by column name (made unique), in UTF-8.

    Args:
        header: column names. rows: cells.
        types: of the columns; numbers are written as numbers, digit for digit, and their blanks as null. Without types
            everything is text.
    """
    keys = [json.dumps(name, ensure_ascii=False) for name in distinct(header)]
    numbers = [place < len(types) and types[place] in _NUMBERS for place in range(len(keys))]
    pairs = list(zip(keys, numbers, strict=True))
    objects = (
        "{" + ",".join(f"{key}:{_json(cell, number)}" for (key, number), cell in zip(pairs, row, strict=False)) + "}"
        for row in rows
    )
    return _document("[\n", objects, "\n]\n")


def geojson(
    header: Sequence[str], rows: Iterable[Sequence[str | None]], latitude: int, longitude: int
) -> Iterator[bytes]:
    """Yield a GeoJSON FeatureCollection (RFC 7946) with a point per row, in UTF-8.

    A row without a usable position keeps its properties and has no geometry (``null``).

    Args:
        header: column names. rows: cells. latitude, longitude: places of the two columns, from 0.
    """
    keys = [json.dumps(name, ensure_ascii=False) for name in distinct(header)]

    def feature(row: Sequence[str | None]) -> str:
        properties = ",".join(f"{key}:{_json(cell, False)}" for key, cell in zip(keys, row, strict=False))
        geometry = _point(row[longitude], row[latitude])
        return f'{{"type":"Feature","geometry":{geometry},"properties":{{{properties}}}}}'

    return _document('{"type":"FeatureCollection","features":[\n', map(feature, rows), "\n]}\n")


def _document(start: str, parts: Iterable[str], end: str) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    buffer.write(start)
    for place, part in enumerate(parts):
        buffer.write(",\n" + part if place else part)
        if buffer.tell() >= _BLOCK:
            yield _taken(buffer)
    buffer.write(end)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    taken = buffer.getvalue().encode("utf-8", "surrogatepass")
    buffer.seek(0)
    buffer.truncate()
    return taken


def _json(cell: str | None, number: bool) -> str:
    if cell is None or (number and not cell):
        return "null"
    return cell if number and _JSON_NUMBER.fullmatch(cell) else json.dumps(cell, ensure_ascii=False)


def _point(longitude: str | None, latitude: str | None) -> str:
    try:
        x, y = float(longitude or ""), float(latitude or "")
    except ValueError:
        return "null"
    if not (abs(x) <= 180 and abs(y) <= 90) or x == y == 0:
        return "null"
    written = (
        part if _JSON_NUMBER.fullmatch(part) else repr(value) for part, value in ((longitude, x), (latitude, y)) if part
    )
    return f'{{"type":"Point","coordinates":[{",".join(written)}]}}'
