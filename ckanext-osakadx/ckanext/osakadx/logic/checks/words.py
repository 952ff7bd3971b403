"""Words: lines, texts and keywords."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from osakadx import keywords, text
from osakadx.values import plain_text, shown


def osakadx_line(value: Any) -> str:
    """One line of text: no invisible letters, no line breaks."""
    return text.clean(str(value))


def osakadx_text(value: Any) -> str:
    """Several lines of text, without HTML."""
    return text.clean_lines(plain_text(str(value)))


def osakadx_tags(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Keywords as written into one field become tags; letters that CKAN refuses become ``_``."""
    value = data[key]
    written = keywords.split(value) if isinstance(value, str) else [str(word) for word in value or ()]
    known = {name for (part, *_), name in data.items() if part == "tags"}
    position = 1 + max((at[1] for at in data if at[0] == "tags" and len(at) == 3), default=-1)
    for word in written:
        tag = keywords.tag(word)
        if not tag:
            errors[key].append(
                tk._("“{value}” holds no letter or digit, so it cannot be a keyword.").format(value=shown(word))
            )
        elif tag not in known:
            known.add(tag)
            data["tags", position, "name"] = tag
            position += 1
