"""The values that travel through the domain: a source's Record, and the Dataset it becomes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Record:
    """One data set as its source lists it, in the source's spelling, before any cleaning.

    Attributes:
        guid: identity inside the source; stable between runs.
        concepts: catalog concept (first column of ``schemas/vocabularies/catalog_items.csv``) → text as written.
            Concepts that hold several values hold a list of texts.
        files: one mapping per file, concept → text, same spelling rules (``file_title``, ``file_download_url`` …).
        raw: what the source sent for this record, JSON-able, for people to look at.
        modified: the source's own word on when it changed, as written; empty where it says none.
    """

    guid: str
    concepts: Mapping[str, Any]
    files: tuple[Mapping[str, Any], ...] = ()
    raw: Any = None
    modified: str = ""

    @property
    def title(self) -> str:
        """Title as the source writes it, or empty."""
        return str(self.concepts.get("title", ""))

    def digest(self) -> str:
        """SHA-256 (hex) of what the source says, independent of key order."""
        said = {"concepts": dict(self.concepts), "files": [dict(file) for file in self.files]}
        canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Contact:
    """Whom to ask (連絡先)."""

    name: str = ""
    email: str = ""
    telephone: str = ""
    extension: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Resource:
    """One file of a data set (ファイル, dcat:Distribution).

    Attributes:
        url: where the file is got (ダウンロードURL); access_url: the page that offers it, empty when it is the same.
        format: name of the format as CKAN knows it (CSV, XLSX, GeoJSON …), or a publisher's own word, or empty.
        license: key of ``schemas/vocabularies/licenses.csv``; empty: that of the data set. rights: terms in words.
        status: key of ``schemas/vocabularies/file_statuses.csv``, or empty.
        size: bytes, or None.
        issued, modified: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, or empty.
        language: keys of ``schemas/vocabularies/languages.csv``.
        api_available: ``yes``, ``no`` or empty (API対応有無).
        identifier: the source's own number of the file (ファイル_ID), or empty.
    """

    url: str
    name: str = ""
    description: str = ""
    format: str = ""
    access_url: str = ""
    license: str = ""
    rights: str = ""
    status: str = ""
    size: int | None = None
    issued: str = ""
    modified: str = ""
    language: tuple[str, ...] = ()
    documentation: tuple[str, ...] = ()
    conforms_to: tuple[str, ...] = ()
    api_available: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Dataset:
    """One data set (データセット, dcat:Dataset), cleaned: codes from the vocabularies, ISO dates, checked addresses.

    Attributes:
        identifier: guid inside its source (データセット_ID, 管理ID).
        name: the portal's name for it, from codes and never from a Japanese title; see ``osakadx.names``.
        publisher: six-digit code of the body (全国地方公共団体コード) or name of its department organisation.
        notes: description (概要), Markdown or plain.
        keywords: as CKAN's tags take them, see ``osakadx.keywords``.
        theme: codes of the 17 fields (分野), as in ``schemas/vocabularies/themes.csv``.
        universal_menu: labels of ``schemas/vocabularies/universal_menu.csv``.
        issued, modified, temporal_start, temporal_end: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, or empty.
        frequency: key of ``schemas/vocabularies/frequencies.csv``; frequency_text: as the publisher wrote it.
        language: keys of ``schemas/vocabularies/languages.csv``.
        license: key of ``schemas/vocabularies/licenses.csv``, or empty when it could not be resolved.
        access_rights: key of ``schemas/vocabularies/access_rights.csv``, or empty.
        conforms_to: names or addresses of standards; documentation: addresses.
        spatial: area covered, in words; temporal_text: the period in words where it says more than the dates.
        standard: number of the standard data set ("01" … "31"), or empty; standard_edition: new, old or gif.
        notices: (slug, Japanese sentence) of what was mended or could not be read on the way in.
    """

    identifier: str
    name: str
    title: str
    publisher: str
    subtitle: str = ""
    notes: str = ""
    keywords: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    universal_menu: tuple[str, ...] = ()
    url: str = ""
    version: str = ""
    issued: str = ""
    modified: str = ""
    frequency: str = ""
    frequency_text: str = ""
    language: tuple[str, ...] = ()
    license: str = ""
    access_rights: str = ""
    conforms_to: tuple[str, ...] = ()
    documentation: tuple[str, ...] = ()
    provenance: str = ""
    spatial: str = ""
    temporal_start: str = ""
    temporal_end: str = ""
    temporal_text: str = ""
    contact: Contact = field(default_factory=Contact)
    creator: str = ""
    remarks: str = ""
    standard: str = ""
    standard_edition: str = ""
    resources: tuple[Resource, ...] = ()
    notices: tuple[tuple[str, str], ...] = ()
