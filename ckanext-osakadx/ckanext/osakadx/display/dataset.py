"""One data set in words: what it is about, what its licence allows, whom to ask, how to name it as a source."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from osakadx import vocab
from osakadx.dataset import Dataset
from osakadx.package import from_package

from .language import is_japanese, osakadx_date, osakadx_name
from .standards import standard_label

_USUAL_LICENSES = ("cc-by-4.0", "pdl-1.0", "gstu-2.0", "cc0-1.0", "cc-by-sa-4.0", "cc-by-nc-4.0")
_MARKED = re.compile(r"[*_`#>\[\]]+")


def osakadx_dataset(package: Mapping[str, Any]) -> Dataset:
    """Return the data set that a CKAN dict describes."""
    return from_package(package)


def osakadx_freshness(package: Mapping[str, Any]) -> str:
    """Say when the data last changed, or where nobody says, since when it stands here."""
    if package.get("modified"):
        return tk._("Updated {date}").format(date=osakadx_date(package["modified"]))
    return tk._("Entered {date}").format(date=osakadx_date(package.get("metadata_created")))


def osakadx_overdue(package: Mapping[str, Any]) -> int:
    """How many days the data is behind its own update frequency; 0 where it is not, or where none is stated."""
    frequency = vocab.frequency_of(str(package.get("frequency") or ""))
    changed = str(package.get("modified") or "")[:10]
    if not frequency or not frequency.days or len(changed) != 10:
        return 0
    try:
        since = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.date.fromisoformat(changed)).days
    except ValueError:
        return 0
    return max(since - frequency.days, 0)


def osakadx_frequency(package: Mapping[str, Any]) -> str:
    """Word the update frequency, with what the publisher adds."""
    frequency = vocab.frequency_of(str(package.get("frequency") or ""))
    if frequency and frequency.key == "unknown":
        frequency = None
    label = (frequency.label_ja if is_japanese() else frequency.label_en) if frequency else ""
    words = str(package.get("frequency_text") or "")
    if not label or not words or words == label:
        return label or words
    return tk._("{text} ({note})").format(text=label, note=words)


def osakadx_period(dataset: Dataset) -> str:
    """Word the period that a data set covers; one day where it starts and ends on it."""
    start, end = osakadx_date(dataset.temporal_start), osakadx_date(dataset.temporal_end)
    if start and end and start != end:
        return tk._("{start} to {end}").format(start=start, end=end)
    if start and start == end:
        return tk._("As of {date}").format(date=start)
    if start:
        return tk._("From {start}").format(start=start)
    return tk._("Until {end}").format(end=end) if end else dataset.temporal_text


def osakadx_standard(package: Mapping[str, Any]) -> str:
    """Name the standard data set that a data set is; empty where it is none."""
    return standard_label(str(package.get("standard_dataset_no") or ""))


def osakadx_license(written: str) -> dict[str, Any]:
    """Say what a licence allows.

    Args:
        written: the ``license_id`` of a data set, or whatever its publisher wrote.

    Returns:
        title, short (a name for narrow places), url, open (yes or no), and a sentence on what is allowed.
    """
    _ = tk._
    entry = vocab.license_of(written) if written and written != "notspecified" else None
    if entry is None:
        asked = _("No terms of use are stated. Ask the publisher before you use the data.")
        return {"title": _("Not stated"), "short": _("Licence not stated"), "url": "", "open": False, "sentence": asked}
    title = entry.title_ja if is_japanese() else entry.title_en
    short = entry.spdx.replace("-", " ", 1).replace("-4", " 4") if entry.spdx.startswith("CC-") else title
    return {"title": title, "short": short, "url": entry.url, "open": entry.open, "sentence": _allowed(entry)}


def _allowed(entry: vocab.License) -> str:
    _ = tk._
    if not entry.open:
        return _("Not open data: some uses are restricted. Read the terms before you use it.")
    if entry.share_alike == "yes":
        return _("Free to use, also commercially, if you name the source and share changes under the same licence.")
    if entry.attribution == "no":
        return _("Free to use for anything; you need not name the source.")
    return _("Free to use, copy and change, also commercially, if you name the source.")


def osakadx_citation(package: Mapping[str, Any], address: str) -> str:
    """Word how to name a data set as a source: publisher, title, licence, address."""
    publisher = osakadx_name(package.get("organization"))
    terms = osakadx_license(str(package.get("license_id") or ""))
    license_name = terms["short"] if terms["url"] else ""
    named = tk._("Source: {publisher}, “{title}”").format(publisher=publisher, title=package["title"])
    return ("、" if is_japanese() else ", ").join(part for part in (named, license_name, address) if part)


def osakadx_summary(text: str | None, length: int = 110) -> str:
    """Return the beginning of a description as plain text, without marks and line breaks."""
    plain = " ".join(_MARKED.sub(" ", text or "").split())
    if is_japanese():
        return plain if len(plain) <= length else plain[:length].rstrip("、。 ") + "…"
    return plain if len(plain) <= 2 * length else plain[: 2 * length].rsplit(" ", 1)[0] + "…"


def osakadx_origin(package: Mapping[str, Any]) -> dict[str, str]:
    """Say where a harvested data set comes from: title and address of its entry there; empty for our own."""
    extras = {extra["key"]: extra["value"] for extra in package.get("extras") or ()}
    title = extras.get("harvest_source_title", "")
    if not title and not extras.get("osakadx_guid"):
        return {}
    return {"title": title, "url": str(package.get("url") or ""), "source": extras.get("harvest_source_id", "")}


def osakadx_usual_licenses() -> list[dict[str, Any]]:
    """Say of the licences that publishers here use most what each allows."""
    return [osakadx_license(key) for key in _USUAL_LICENSES]
