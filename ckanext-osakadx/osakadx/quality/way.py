"""The way to what is to be mended (直す場所): the page that shows it, and the field of the form that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

# What a person does, where a finding does not say it itself.
_USUAL = {
    "reachable": "edit-resource",
    "stability": "edit-resource",
    "metadata": "edit-dataset",
    "answers": "questions",
}
_REPLACE = "replace-file"

# The field of the form at which the page opens.
_FIELDS = {
    "edit-resource": "field-image-url",
    _REPLACE: "field-image-upload",
    "edit-dataset": "field-title",
}
_FIELDS_OF_RULES = {
    "format-is-the-declared-one": "field-format",
    "license-is-open": "field-license_id",
    "contact-works": "field-contact-0-email",
    "description-tells": "field-notes",
    "period-and-area-are-named": "field-temporal_coverage-0-start",
}


@dataclass(frozen=True)
class Way:
    """Paths of the portal, without its address.

    Attributes:
        see: where it is shown: the cell in the file, the file, or the data set.
        mend: the form that mends it, opened at its field; empty where mending is not done in the catalog.
    """

    see: str
    mend: str


def way(finding: Mapping[str, Any], dataset: str, *, harvested: bool = False) -> Way:
    """Return where a finding is seen and where it is mended.

    Args:
        finding: as `osakadx.quality.advice.Step.as_dict` makes it.
        dataset: name of the data set.
        harvested: the data set is kept elsewhere; what is changed here would be undone by the next run.
    """
    name, file = quote(dataset), quote(str(finding.get("resource_id") or ""))
    seen = f"/dataset/{name}/resource/{file}{_place(finding)}" if file else f"/dataset/{name}"
    if _done(finding) == "questions":  # they are answered here, wherever the data are kept
        return Way(f"/dataset/{name}#questions", f"/dataset/{name}#questions")
    return Way(seen, "" if harvested else _form(finding, name, file))


def _place(finding: Mapping[str, Any]) -> str:
    at = {key: finding[key] for key in ("sheet", "cell") if finding.get(key)}
    if not finding.get("cell") and finding.get("row"):
        at["row"] = finding["row"]
    return f"?{urlencode(at)}#findings" if at else "#findings"


def _done(finding: Mapping[str, Any]) -> str:
    return str(finding.get("mend") or _USUAL.get(str(finding.get("dimension")), _REPLACE))


def _form(finding: Mapping[str, Any], name: str, file: str) -> str:
    rule, done = str(finding["rule"]), _done(finding)
    if done == "data-dictionary" and file:
        return f"/dataset/{name}/dictionary/{file}"
    field = _FIELDS_OF_RULES.get(rule) or _FIELDS.get(done, "field-image-upload")
    if done == "edit-dataset":
        return f"/dataset/edit/{name}#{field}"
    return f"/dataset/{name}/resource/{file}/edit#{field}" if file else f"/dataset/resources/{name}"
