"""The concepts of a catalog entry, and which of them a column of an オープンデータ一覧 means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data, text
from osakadx.vocab import spelling

_PATH = "vocabularies/catalog_items.csv"
_HEADERS = "vocabularies/catalog_headers.csv"


@dataclass(frozen=True)
class Concept:
    """One item of a catalog entry.

    Attributes:
        key: what `Record.concepts` and `Record.files` use.
        of_file: it belongs to a file, not to the data set.
        many: its value is a list of texts.
        label_ja: the exact column name of オープンデータ一覧 (自治体標準オープンデータセット No.06) where it has one.
        field: where CKAN keeps it (ckanext-dcat's names), ``part.key`` for repeating parts.
        dcat_goj_level: ◎ mandatory, ○ recommended or empty (DS-469, 2024-09-30).
        dcat_term, dcat_ap_level: the DCAT property and its level in DCAT-AP 3.0.0.
    """

    key: str
    of_file: bool
    many: bool
    label_ja: str
    label_en: str
    field: str
    dcat_goj_level: str
    dcat_term: str
    dcat_ap_level: str


@cache
def concepts() -> Mapping[str, Concept]:
    """Return all concepts by key, in the order of the 42 columns."""
    plain = ("label_ja", "label_en", "field", "dcat_goj_level", "dcat_term", "dcat_ap_level")
    return {
        row["concept"]: Concept(row["concept"], row["level"] == "file", row["many"] == "yes", *(row[c] for c in plain))
        for row in data.rows(_PATH, ("concept", "level", "many", *plain))
    }


@cache
def _headers() -> Mapping[str, str]:
    pairs = [(row["header"], row["concept"]) for row in data.rows(_HEADERS, ("header", "concept"))]
    return spelling.table([*pairs, *((entry.label_ja, key) for key, entry in concepts().items())], _HEADERS)


def concept_of_header(header: str) -> str | None:
    """Return the key of the concept that a column name means, or None.

    Knows the 15 columns of the old list (推奨データセット), the 42 of the new one, SHIRASAGI's 45 and the names other
    catalogs export, compared by meaning: width, brackets, underscores, spaces and a data type in the name do not count.
    """
    return _headers().get(text.squeeze(header))
