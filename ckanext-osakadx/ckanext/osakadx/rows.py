"""Plugin `osakadx_rows`: rows of a table by a part of their text, `datastore_search` with ``contains``.

PostgreSQL's own text search goes by words, which Japanese does not divide. A plugin of its own because the DataStore
wants to be named before whatever adds to its searches, and the theme before the DataStore.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.datastore.interfaces import IDatastore

_LONGEST = 200


class RowsPlugin(p.SingletonPlugin):
    """Adds ``contains`` to `datastore_search`."""

    p.implements(IDatastore, inherit=True)

    def datastore_validate(self, context: Context, data_dict: dict[str, Any], fields_types: dict[str, str]) -> Any:
        # datastore_search puts what its schema does not know under __extras; what is left there is refused.
        extras = data_dict.get("__extras") or {}
        if "contains" in extras:
            _read(extras.pop("contains"), fields_types)
        return data_dict

    def datastore_search(
        self, context: Context, data_dict: dict[str, Any], fields_types: dict[str, str], query_dict: dict[str, Any]
    ) -> dict[str, Any]:
        asked = (data_dict.get("__extras") or {}).get("contains")
        if asked:
            wanted, columns = _read(asked, fields_types)
            query_dict.setdefault("where", []).append((_clause(columns), {"osakadx_contains": wanted}))
        return query_dict


def _read(written: Any, fields_types: dict[str, str]) -> tuple[str, list[str]]:
    """Read ``contains``: a text, or JSON with ``text`` and the ``columns`` to look in (all where none is named).

    Raises:
        tk.ValidationError: a column that the table does not have, or something else than text and columns.
    """
    given: Any = written
    if isinstance(written, str) and written.startswith("{"):
        try:
            given = json.loads(written)
        except ValueError:
            given = written
    asked = given if isinstance(given, dict) else {"text": str(given)}
    if strange := sorted(set(asked) - {"text", "columns"}):
        said = tk._("contains takes text and columns, and not {names}.")
        raise tk.ValidationError({"contains": [said.format(names=", ".join(map(str, strange)))]})
    known = [name for name in fields_types if name != "_id"]
    columns = asked.get("columns") or known
    unknown = [str(name) for name in columns if name not in known]
    if unknown:
        raise tk.ValidationError(
            {"contains": [tk._("There is no such column: {names}").format(names=", ".join(unknown))]}
        )
    text = unicodedata.normalize("NFKC", str(asked.get("text") or ""))[:_LONGEST]
    return text.lower(), list(columns)


def _clause(columns: list[str]) -> str:
    """A condition with the text as its parameter; widths and case of letters make no difference."""
    quoted = ", ".join('"' + name.replace('"', '""').replace(":", r"\:") + '"' for name in columns)
    return f"strpos(lower(normalize(concat_ws(E'\\n', {quoted}), NFKC)), :osakadx_contains) > 0"
