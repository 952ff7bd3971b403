"""Files: where they are got, what they are called, their format."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from osakadx import files, formats

from ckanext.osakadx.logic.checks.blank import is_blank, leave
from ckanext.osakadx.logic.checks.links import osakadx_link


def osakadx_file_link(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Where a file is got: uploaded here, or an address; the page that offers it will do."""
    if data.get((*key[:-1], "url_type")) not in (None, "", tk.missing):
        return  # uploaded or made here: CKAN writes the address
    value = data.get(key)
    if is_blank(value):
        value = data.get((*key[:-1], "access_url"))
    if is_blank(value):
        errors[key].append(tk._("Upload a file or write its address."))
        raise tk.StopOnError
    data[key] = osakadx_link(value)


def osakadx_file_name(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """The title of a file; the name of the file where it is blank."""
    if not is_blank(data.get(key)):
        return
    url = data.get((*key[:-1], "url"))
    if is_blank(url):
        leave(key, data)
    data[key] = files.file_name(str(url))


def osakadx_file_format(value: Any) -> Any:
    """The format of a file by the name CKAN knows; a word that is no known format stays."""
    found = None if is_blank(value) else formats.format_of(str(value))
    return found.key if found else value
