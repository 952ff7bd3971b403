"""Fills in, before validation, what people leave blank: the name and the identifier of a data set, fit tags."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from osakadx import keywords, names, standards


def osakadx_complete_dataset(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Complete a data set; runs before its fields are looked at (``before_validators`` of the schema).

    A new data set gets a name from its publisher's code and its title, see `osakadx.names`, and its name as identifier
    (管理ID). One that exists keeps both where they are left out. Tags sent one by one take the letters CKAN allows.
    """
    package = context.get("package")
    _fit_tags(data)
    if not _text(data, "name"):
        data[("name",)] = package.name if package else _name(data)
    if not _text(data, "identifier"):
        data[("identifier",)] = (package.extras.get("identifier") if package else "") or data[("name",)]


def _fit_tags(data: FlattenDataDict) -> None:
    """Divide tags that hold several words (防災、避難所) and give each the letters CKAN allows.

    A tag that comes twice stays twice: CKAN has made room for each, and saves it once.
    """
    written = {at: name for at, name in data.items() if at[0] == "tags" and at[-1] == "name" and isinstance(name, str)}
    position = 1 + max((at[1] for at in written), default=-1)
    for at, name in written.items():
        first, *others = keywords.tags(keywords.split(name)) or [name]
        data[at] = first
        for tag in others:
            data["tags", position, "name"] = tag
            position += 1


def _name(data: FlattenDataDict) -> str:
    title, owner = _text(data, "title"), _text(data, "owner_org")
    if not title:
        return ""
    publisher = model.Group.get(owner) if owner else None
    standard = standards.standard(_text(data, "standard_dataset_no")) or standards.by_title(title)
    slug = standard.slug if standard else ""
    code = publisher.name if publisher else ""
    return names.dataset_name(code, _text(data, "identifier"), title, slug, _TakenNames())


def _text(data: FlattenDataDict, field: str) -> str:
    value: Any = data.get((field,))
    return value.strip() if isinstance(value, str) else "" if value in (None, tk.missing) else str(value)


class _TakenNames:
    """The names of all data sets, asked one by one; a deleted one keeps its name."""

    def __contains__(self, name: object) -> bool:
        return model.Package.by_name(str(name)) is not None
