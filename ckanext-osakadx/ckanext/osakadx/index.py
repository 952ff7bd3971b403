"""What the portal adds to a data set on its way into the search index. The decisions are in `osakadx.search`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from osakadx.search.facts import facts, format_groups

# Lucene takes no term beyond 32,766 bytes; four bytes are the longest character.
MAX_TERM = 8_000
# Analysed or only stored: of any length.
TEXTS = frozenset({"title", "notes", "data_dict", "validated_data_dict", "res_name", "res_description"})
# Fields that take several values; any other is one string.
SEVERAL = ("tags", "groups", "permission_labels", "res_", "vocab_", "osakadx_", "depends_on", "dependency_of")
SEVERAL += ("derives_from", "has_derivation", "links_to", "linked_from", "child_of", "parent_of")
# Fields of schemas/dataset.yaml that are read here and hold lists.
SCHEMING_LISTS = ("theme", "temporal_coverage", "spatial_coverage")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
_CODE = re.compile(r"[\x21-\x5b\x5d-\x7e]*")
_NOT_WORDS = re.compile(r"https?://|^[\x21-\x7e]+$")


def document(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Add the portal's fields to what CKAN posts to Solr.

    Args:
        pkg_dict: the flat document of `PackageSearchIndex.index_package`, with the whole data set as JSON in
            ``validated_data_dict`` (scheming's fields in their own shape) and ``data_dict``.
    """
    dataset = _dataset(pkg_dict)
    found = facts(dataset)
    added = {
        "osakadx_place": found.place,
        "osakadx_area": list(found.areas),
        "osakadx_year": [str(year) for year in found.years],
        "osakadx_subject": found.subject[:MAX_TERM],
        "osakadx_words": _words(pkg_dict, dataset),
        "osakadx_theme": _values(dataset.get("theme")),
        "osakadx_standard": _values(dataset.get("standard_dataset_no")),
        "osakadx_frequency": _values(dataset.get("frequency")),
        "osakadx_format": list(format_groups(_formats(dataset))),
        "osakadx_license": _values(dataset.get("license_id")) or ["none"],
        "osakadx_updated": _values(str(dataset.get("modified") or dataset.get("metadata_modified") or "")[:4]),
        "osakadx_changed": _changed(dataset),
    }
    return _indexable(pkg_dict) | {key: value for key, value in added.items() if value}


def _changed(dataset: Mapping[str, Any]) -> str:
    """The instant that pages show and lists are sorted by: when the data changed, or else when the entry came."""
    for key in ("modified", "metadata_created"):
        written = str(dataset.get(key) or "")
        day, _, clock = written.partition("T")
        try:
            day = date.fromisoformat(day).isoformat()
        except ValueError:
            continue
        found = _CLOCK.match(clock) if key == "metadata_created" else None
        return f"{day}T{found[0] if found else '00:00:00'}Z"
    return ""


def _dataset(pkg_dict: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in ("validated_data_dict", "data_dict"):
        dataset = _parsed(pkg_dict.get(key))
        if isinstance(dataset, dict):
            return dataset | {name: _parsed(dataset[name]) for name in SCHEMING_LISTS if name in dataset}
    return pkg_dict


def _parsed(value: Any) -> Any:
    """Scheming's lists arrive as they are or as JSON text, depending on who asked for the data set."""
    if isinstance(value, str) and value.startswith(("[", "{")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _words(pkg_dict: Mapping[str, Any], dataset: Mapping[str, Any]) -> str:
    """All that is searched beside title and description, each wording once: a list of fifty files repeats itself."""
    people = (pkg_dict.get(key) for key in ("name", "author", "maintainer"))
    publisher = _mapping(dataset.get("organization")).get("title")
    lists = (text for key in ("tags", "res_name", "res_description") for text in pkg_dict.get(key) or ())
    words = (
        text for text in (publisher, *people, *lists, *_words_of_extras(pkg_dict)) if isinstance(text, str) and text
    )
    return "\n".join(dict.fromkeys(words))


def _words_of_extras(pkg_dict: Mapping[str, Any]) -> Iterator[str]:
    """What people wrote into the fields CKAN does not know itself; addresses, codes and keys of JSON are no words."""
    for key, value in pkg_dict.items():
        # Codes and addresses outside JSON are most of it: they are told without being parsed.
        if key.startswith("extras_") and value and not (isinstance(value, str) and _CODE.fullmatch(value)):
            yield from (text for text in _leaves(_parsed(value)) if not _NOT_WORDS.search(text))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, (list, dict)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _leaves(entry)


def _indexable(pkg_dict: Mapping[str, Any]) -> dict[str, Any]:
    """What Solr takes: nested values become JSON, and a term too long is cut."""
    taken = dict(pkg_dict)
    for key, value in pkg_dict.items():
        # Nearly every value is a short text: told here, without a call for each of a document's sixty.
        if isinstance(value, str) and len(value) <= MAX_TERM:
            continue
        if key not in TEXTS and _is_odd(value):
            taken[key] = _terms(key, value)
    return taken


def _is_odd(value: Any) -> bool:
    return len(value) > MAX_TERM if isinstance(value, str) else isinstance(value, (list, dict))


def _terms(key: str, value: Any) -> Any:
    if isinstance(value, list) and key.startswith(SEVERAL):
        return [_term(entry) for entry in value] if any(map(_is_odd, value)) else value
    return _term(value)


def _term(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    return value[:MAX_TERM] if isinstance(value, str) else value


def _formats(dataset: Mapping[str, Any]) -> list[str]:
    return [str(_mapping(resource).get("format") or "") for resource in dataset.get("resources") or ()]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _values(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [str(text) for text in values if text not in (None, "")]
