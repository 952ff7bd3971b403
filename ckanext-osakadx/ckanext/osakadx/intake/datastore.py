"""Tables in the DataStore: replaced whole, read page by page.

The DataStore's own actions insert row by row and let a reader see a table half full. Here a table is filled beside the
old one by COPY and takes its place in one transaction; everything else (data dictionary, full-text trigger and index,
permissions, row count) is as `datastore_create` would have left it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import psycopg2
import sqlalchemy as sa
from ckan import model

from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import (
    create_alias,
    create_indexes,
    get_read_engine,
    get_write_engine,
    identifier,
    literal_string,
)

PAGE = 5_000


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the database, its type there, the name its publisher gave it."""

    id: str
    type: str
    label: str


class TableChangedError(Exception):
    """A table was replaced while its pages were being read."""


class DoesNotFitError(Exception):
    """PostgreSQL cannot hold the table: too many or too wide columns, or a cell it cannot index."""


def replace(resource_id: str, columns: Sequence[Column], rows: IO[str]) -> int:
    """Put a table in place of what a resource has in the DataStore.

    What people wrote into the data dictionary stays with columns that still have their names, aliases stay with the
    table; a reader sees the old rows or the new ones, never a mixture.

    Args:
        resource_id: id of the resource, which the table is named after.
        columns: at least one.
        rows: CSV, one cell for each column, an empty cell without quotation marks is NULL.

    Returns:
        Number of rows.

    Raises:
        DoesNotFitError: nothing was changed.
    """
    beside = f"_{resource_id}_new"
    try:
        with get_write_engine().begin() as connection, _cursor(connection) as cursor:
            cursor.execute("SET LOCAL lock_timeout = '60s'")
            aliases = _aliases(connection, resource_id)
            _create(cursor, beside, columns, _infos(connection, resource_id, columns))
            count = _copy(cursor, beside, columns, rows)
            cursor.execute(f"DROP TABLE IF EXISTS {identifier(resource_id)} CASCADE")
            cursor.execute(f"ALTER TABLE {identifier(beside)} RENAME TO {identifier(resource_id)}")
            cursor.execute("DELETE FROM _table_stats WHERE resource_id = %s", [resource_id])
            if aliases:
                create_alias({"connection": connection}, {"resource_id": resource_id, "aliases": aliases})
    except psycopg2.OperationalError as error:
        # 54000 program_limit_exceeded and its kin: row too big, too many columns, text too long for the index
        if str(error.pgcode).startswith("54"):
            raise DoesNotFitError(str(error).splitlines()[0]) from error
        raise
    with get_write_engine().begin() as connection:  # an index is built beside readers, not before them
        create_indexes({"connection": connection}, {"resource_id": resource_id})
    DatastoreBackend.get_active_backend().calculate_record_count(resource_id)
    return count


def drop(resource_id: str) -> None:
    """Take a resource's table out of the DataStore, if it has one."""
    with get_write_engine().begin() as connection, _cursor(connection) as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {identifier(resource_id)} CASCADE")
        cursor.execute("DELETE FROM _table_stats WHERE resource_id = %s", [resource_id])


def mark(resource_id: str, active: bool) -> bool:
    """Note at the resource, in the caller's transaction, whether it has a table; False where that was known.

    Not through `resource_patch`: a table that was read is no change a person made, so it leaves no activity, no new
    date of change, and nothing for the hooks that ask for the next reading.
    """
    table = model.Resource
    query = sa.select(table.extras).where(table.id == resource_id).with_for_update()
    extras = model.Session.execute(query).scalar() or {}
    if bool(extras.get("datastore_active")) is active:
        return False
    model.Session.execute(
        sa.update(table).where(table.id == resource_id).values(extras={**extras, "datastore_active": active})
    )
    return True


def columns_of(resource_id: str) -> list[Column]:
    """Return the columns of a resource's table, in order; empty where it has none."""
    query = sa.text(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum) "
        "FROM pg_attribute a WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0 AND NOT a.attisdropped "
        "AND a.attname !~ '^_' ORDER BY a.attnum"
    )
    with get_read_engine().connect() as connection:
        found = connection.execute(query, {"name": identifier(resource_id)}).all()
    return [Column(name, kind, _info(comment).get("label") or name) for name, kind, comment in found]


def described(resource_ids: Sequence[str]) -> set[str]:
    """Return which of these tables have a description (notes) at most of their columns in the data dictionary."""
    if not resource_ids:
        return set()
    query = sa.text(
        "SELECT c.relname, col_description(c.oid, a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relname = ANY(:names) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
        "AND a.attname !~ '^_'"
    )
    told: dict[str, list[bool]] = {}
    with get_read_engine().connect() as connection:
        for name, comment in connection.execute(query, {"names": list(resource_ids)}):
            told.setdefault(name, []).append(bool(str(_info(comment).get("notes") or "").strip()))
    return {name for name, notes in told.items() if sum(notes) * 2 > len(notes)}


def pages(resource_id: str, columns: Sequence[Column]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a table page by page, each page in a moment of its own so that nobody waits for a slow reader.

    Raises:
        TableChangedError: another table took its place in between; what was read so far must not be mixed with it.
    """
    names = ", ".join(_as_text(column) for column in columns).replace("%", "%%")
    query = (
        f"SELECT tableoid, _id, {names} FROM {identifier(resource_id)} "  # noqa: S608 - quoted identifiers
        "WHERE _id > %(after)s ORDER BY _id LIMIT %(size)s"
    )
    table, after = None, 0
    while True:
        with get_read_engine().connect() as connection, _cursor(connection) as cursor:
            cursor.execute("SET LOCAL statement_timeout = '60s'")
            cursor.execute(query, {"after": after, "size": PAGE})
            rows = cursor.fetchall()
        if rows and table not in (None, rows[0][0]):
            raise TableChangedError(resource_id)
        if rows:
            table, after = rows[0][0], rows[-1][1]
            yield [row[2:] for row in rows]
        if len(rows) < PAGE:
            return


def _as_text(column: Column) -> str:
    """A column as it stood in the file; PostgreSQL writes a blank into an instant where ISO 8601 has a T."""
    if column.type.startswith("timestamp"):
        return f"to_char({identifier(column.id)}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
    return f"CAST({identifier(column.id)} AS text)"


def _cursor(connection: Any) -> Any:
    """The driver's own cursor: SQLAlchemy takes ``:`` and ``%`` in a column's name or label for parameters."""
    return connection.connection.cursor()


def _create(cursor: Any, table: str, columns: Sequence[Column], infos: dict[str, dict[str, Any]]) -> None:
    fields = ", ".join(f"{identifier(column.id)} {column.type}" for column in columns)
    cursor.execute(f"CREATE TABLE {identifier(table)} (_id serial PRIMARY KEY, _full_text tsvector, {fields})")
    for column in columns:
        # The leading blank tells the DataStore that this is its present form of a comment.
        comment = " " + json.dumps({"_info": infos[column.id]}, ensure_ascii=False, separators=(",", ":"))
        cursor.execute(f"COMMENT ON COLUMN {identifier(table)}.{identifier(column.id)} IS {literal_string(comment)}")
    cursor.execute(
        f"CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON {identifier(table)} "
        "FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()"
    )


def _copy(cursor: Any, table: str, columns: Sequence[Column], rows: IO[str]) -> int:
    fields = ", ".join(identifier(column.id) for column in columns)
    cursor.copy_expert(f"COPY {identifier(table)} ({fields}) FROM STDIN WITH (FORMAT csv, NULL '')", rows)
    return cursor.rowcount


def _infos(connection: Any, resource_id: str, columns: Sequence[Column]) -> dict[str, dict[str, Any]]:
    """The data dictionary of the new table: what people wrote for columns that stay, else the published name."""
    query = sa.text(
        "SELECT a.attname, col_description(a.attrelid, a.attnum) FROM pg_attribute a "
        "WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0 AND NOT a.attisdropped"
    )
    written = {name: _info(comment) for name, comment in connection.execute(query, {"name": identifier(resource_id)})}
    return {column.id: {"label": column.label} | written.get(column.id, {}) for column in columns}


def _info(comment: str | None) -> dict[str, Any]:
    try:
        said = json.loads(comment or "{}")
    except ValueError:  # a comment that is not the DataStore's
        return {}
    return said.get("_info") or {} if isinstance(said, dict) else {}


def _aliases(connection: Any, resource_id: str) -> list[str]:
    query = sa.text('SELECT name FROM "_table_metadata" WHERE alias_of = :id')
    return list(connection.scalars(query, {"id": resource_id}))
