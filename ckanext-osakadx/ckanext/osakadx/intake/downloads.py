"""The table of a resource as it leaves the DataStore: with its published headers, in clean forms, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from osakadx.tables import write
from osakadx.tables.profile import FieldType

from . import datastore, evidence
from .model import TABLE

MEDIA_TYPES = {
    "csv-excel": "text/csv; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
}
_TYPES: dict[str, FieldType] = {
    "integer": "int",
    "bigint": "int",
    "smallint": "int",
    "numeric": "numeric",
    "double precision": "numeric",
    "real": "numeric",
}


@dataclass(frozen=True)
class Download:
    """A table to be taken.

    Attributes:
        point: places of latitude and longitude (from 0), None where it has no points.
        version: changes with the content; empty where the table is not one of ours. changed: since when it is so.
    """

    resource_id: str
    columns: tuple[datastore.Column, ...]
    point: tuple[int, int] | None = None
    version: str = ""
    changed: datetime | None = None

    def offers(self, form: str) -> bool:
        """Whether the table can be taken in a form."""
        return form in MEDIA_TYPES and (form != "geojson" or self.point is not None)

    def stream(self, form: str) -> Iterator[bytes]:
        """Yield the table in a form.

        Raises:
            TableChangedError: it was replaced while it was being sent: the download breaks off, two states never mix.
        """
        header = [column.label for column in self.columns]
        rows = chain.from_iterable(datastore.pages(self.resource_id, self.columns))
        if form == "json":
            return write.json_rows(header, rows, [_TYPES.get(column.type, "text") for column in self.columns])
        if form == "geojson" and self.point is not None:
            return write.geojson(header, rows, *self.point)
        return write.csv_utf8(header, rows, bom=form == "csv-excel")


def table(resource_id: str) -> Download | None:
    """Return the table of a resource, None where it has none."""
    columns = tuple(datastore.columns_of(resource_id))
    if not columns:
        return None
    known = evidence.of(resource_id).get(TABLE)
    ids = [column.id for column in columns]
    if known is None or ids != [column["id"] for column in known.facts.get("columns", ())]:
        return Download(resource_id, columns)
    facts = known.facts
    point = (facts["latitude"], facts["longitude"]) if "latitude" in facts else None
    version = f"{facts['sha256'][:32]}-{known.changed.timestamp():.0f}"
    return Download(resource_id, columns, point, version, known.changed)
