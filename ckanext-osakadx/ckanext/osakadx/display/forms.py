"""The parts of a form, as `form_sections` of its schema names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
