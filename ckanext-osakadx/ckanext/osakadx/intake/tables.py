"""Puts the first good table of a reading into the DataStore, text codes as text, under the names its publisher gave."""

from __future__ import annotations

import csv
import logging
import tempfile
from collections.abc import Iterator
from typing import Any

from ckan import plugins as p
from ckan.plugins import toolkit as tk
from osakadx.quality.content import Digest
from osakadx.tables.fit import Room, misfit, overlong
from osakadx.tables.profile import column_types, point_columns
from osakadx.tables.table import Reading, Table

from . import datastore
from .names import column_ids

log = logging.getLogger(__name__)

MAX_ROWS = "ckanext.osakadx.intake.max_rows"
MAX_COLUMNS = "ckanext.osakadx.intake.max_columns"


def load(resource_id: str, reading: Reading) -> tuple[dict[str, Any] | None, str]:
    """Load the table of a file.

    Args:
        resource_id: whose table it becomes.
        reading: with its rows.

    Returns:
        What lies in the DataStore now (sheet, rows, columns, places of latitude and longitude, findings, loaded), None
        when the file has no table; and the digest of its rows.
    """
    table = next((table for table in reading.tables if table.rows and table.columns), None)
    if table is None or not reading.readable or not p.plugin_loaded("datastore"):
        return None, ""
    digest = Digest(table.header)
    facts: dict[str, Any] = {"sheet": table.sheet, "rows": table.rows, "findings": [], "loaded": False}
    facts["sha256"] = reading.sha256
    refusal = misfit(table, _room())
    if refusal is None:
        columns = _columns(table)
        facts |= {"columns": [vars(column) for column in columns], **_point(table)}
        try:
            facts["rows"] = _fill(resource_id, table, columns, digest)
            return facts | {"loaded": True}, digest.hexdigest()
        except datastore.DoesNotFitError as error:
            log.info("table of %s does not fit: %s", resource_id, error)
            refusal = overlong(table)
    datastore.drop(resource_id)
    return facts | {"findings": [refusal.as_dict()]}, ""


def _fill(resource_id: str, table: Table, columns: list[datastore.Column], digest: Digest) -> int:
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="") as rows:
        # Unquoted and alone in its line, \. would end the copy.
        quoting = csv.QUOTE_ALL if len(columns) == 1 else csv.QUOTE_MINIMAL
        csv.writer(rows, lineterminator="\n", quoting=quoting).writerows(digest.passing(_storable(table)))
        rows.seek(0)
        return datastore.replace(resource_id, columns, rows)


def _storable(table: Table) -> Iterator[tuple[str, ...]]:
    """The rows without the one character that PostgreSQL cannot hold."""
    for record in table.records():
        yield tuple(cell.replace("\0", "") for cell in record) if any("\0" in cell for cell in record) else record


def _room() -> Room:
    room = Room()
    return Room(int(tk.config.get(MAX_ROWS) or room.rows), int(tk.config.get(MAX_COLUMNS) or room.columns))


def _columns(table: Table) -> list[datastore.Column]:
    types = column_types(table)
    ids = column_ids(table.header)
    return [datastore.Column(id_, one.type, one.title or id_) for id_, one in zip(ids, types, strict=True)]


def _point(table: Table) -> dict[str, int]:
    places = point_columns(table)
    return {} if places is None else {"latitude": places[0], "longitude": places[1]}
