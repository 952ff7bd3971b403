"""Dates, telephone numbers, codes and sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from osakadx import contacts, sizes, text, vocab

from ckanext.osakadx.logic.checks.blank import invalid, is_blank


def osakadx_date(value: Any) -> str:
    """A date in any Japanese or ISO spelling, as exactly as it is written."""
    read = text.partial_date(str(value))
    if read is None:
        raise invalid(tk._("“{value}” is not a date. Write it like 2026-04-01 or 令和8年4月1日."), value)
    return read


def osakadx_not_before(start: str) -> Callable[..., None]:
    """The end of a period, not before the field ``start`` beside it."""

    def validate(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        first = text.partial_date(str(data.get((*key[:-1], start)) or ""))
        if first and data[key] < first[: len(data[key])]:
            message = tk._("The end ({value}) is before the start ({start}). Check both.")
            raise invalid(message, data[key], start=first)

    return validate


def osakadx_telephone(value: Any) -> str:
    """A telephone number without extension."""
    read = contacts.telephone(str(value))
    if read is None:
        message = tk._("“{value}” is not a telephone number. Write it with the area code, like 06-0000-0000.")
        raise invalid(message, value)
    number, extension = read
    if extension:
        message = tk._("“{value}” holds an extension. Write only the number here, the extension in its own field.")
        raise invalid(message, value)
    return number


def osakadx_code(value: Any) -> str:
    """全国地方公共団体コード: six digits, the last one checks the others."""
    code = text.fold(str(value)).replace(" ", "")
    if vocab.is_local_government_code(code):
        return code
    if code.isascii() and code.isdigit() and len(code) in {5, 6}:
        right = code[:5] + vocab.check_digit(code[:5])
        message = tk._("“{value}” is no local government code. With the right check digit it would be {right}.")
        raise invalid(message, value, right=right)
    raise invalid(tk._("“{value}” is no local government code. It has six digits, such as 271004."), value)


def osakadx_size(value: Any) -> int | None:
    """The size of a file in bytes."""
    if is_blank(value):
        return None
    read = sizes.byte_size(str(value))
    if read is None:
        raise invalid(tk._("“{value}” is not a file size. Write it like 49152 or 48KB."), value)
    return read
