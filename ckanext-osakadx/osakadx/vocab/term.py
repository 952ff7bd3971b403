"""Small closed lists with an address for each term: ステータス of files and 公開範囲 of data sets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from osakadx import data, text

_COLUMNS = ("key", "label_ja", "label_en", "uri")


@dataclass(frozen=True)
class Term:
    """One term of a closed list: our key, its official Japanese label, an English one, and its address."""

    key: str
    label_ja: str
    label_en: str
    uri: str


@cache
def terms(name: str) -> tuple[Term, ...]:
    """Return the terms of ``vocabularies/<name>.csv``, for example ``file_statuses`` or ``access_rights``."""
    return tuple(Term(*(row[column] for column in _COLUMNS)) for row in data.rows(f"vocabularies/{name}.csv", _COLUMNS))


def _find(name: str, written: str) -> Term | None:
    squeezed = text.squeeze(written)
    names = ((term, (term.key, term.label_ja, term.label_en, term.uri)) for term in terms(name))
    return next((term for term, spellings in names if squeezed in map(text.squeeze, spellings)), None)


def file_status_of(written: str) -> Term | None:
    """Find the status of a file (DCAT-GoJ ステータス: 配信中、配信準備中、配信停止中)."""
    return _find("file_statuses", written)


def access_right_of(written: str) -> Term | None:
    """Find who may see a data set (DCAT-GoJ 公開範囲: 公開、制限付き公開、非公開)."""
    return _find("access_rights", written)
