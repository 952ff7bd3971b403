"""Forms of data sets: their parts, as `form_sections` of the schema names them, and the publishers to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from osakadx.vocab.publisher import publishers

from .language import osakadx_name


def osakadx_form_parts(schema: Mapping[str, Any], errors: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Sort the fields of a data set's form into its parts.

    Args:
        schema: a dataset schema of ckanext-scheming; each field's ``section`` names its part.
        errors: what is wrong, by field: a part with an error stands open.

    Returns:
        Dicts of label (in languages), fields and open; fields without a part come first, under the first part.
    """
    sections = schema.get("form_sections") or [{"section": "", "label": schema.get("about", ""), "open": True}]
    fields = [field for field in schema["dataset_fields"] if field.get("form_snippet", "") is not None]
    known = {section["section"] for section in sections}
    parts = []
    for at, section in enumerate(sections):
        inside = [
            field
            for field in fields
            if field.get("section") == section["section"] or (at == 0 and field.get("section") not in known)
        ]
        wrong = any(field["field_name"] in (errors or {}) for field in inside)
        if inside:
            parts.append({"label": section["label"], "fields": inside, "open": bool(section.get("open")) or wrong})
    return parts


def osakadx_publisher_choices() -> list[dict[str, str]]:
    """List the organisations that somebody may add data sets to: id, name and label, in their official order."""
    order = {entry.name: at for at, entry in enumerate(publishers())}
    found = [
        {"id": body["id"], "name": body["name"], "label": osakadx_name(body)}
        for body in tk.h.organizations_available("create_dataset")
    ]
    return sorted(found, key=lambda body: (order.get(body["name"], len(order)), body["label"]))
