"""A list of data sets that is a file, CSV or workbook: fetched, and read in a sandbox."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from osakadx import failures
from osakadx.errors import ListingError
from osakadx.fetch import Fetcher
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.sandbox import Caps, sandboxed
from osakadx.tables.table import Reading

from .listing import Notes, Source

HEADER_WITHIN = 50  # rows

_LIMITS = Limits(file_bytes=64 * MEBI, document_bytes=64 * MEBI)
# Nobody waits for it; what it writes down comes into this process, so a list that unpacks to more is none.
_CAPS = Caps(cpu_seconds=60, wall_seconds=180.0, file_bytes=256 * MEBI)
# Findings of a reading that mean: this is not all of the file.
_CUT = frozenset({"quote-unclosed", "text-cut-at-end", "line-too-long", "field-too-long", "reading-stopped"})


@dataclass(frozen=True)
class ListFile:
    """A file that should hold a list. url: that answered."""

    url: str
    reading: Reading

    def unreadable(self) -> ListingError | None:
        """Why there is no table in it at all; None where there is one."""
        if self.reading.format == "HTML":
            return ListingError(
                "一覧の代わりにHTMLのページが返されました。",
                where=self.url, fix="一覧のCSVかExcelのアドレスか確かめてください。", slug="html-instead",
            )  # fmt: skip
        first = next((finding for finding in self.reading.findings if finding.severity == "error"), None)
        if self.reading.tables or first is None:
            return None
        return ListingError(first.message, where=self.url, fix=first.fix, slug=first.rule)


@contextmanager
def fetched(
    fetch: Fetcher, source: Source, notes: Notes, *, understood: frozenset[str] = frozenset(), marks: bool = False
) -> Generator[ListFile | None]:
    """Fetch and read a source's file; None where it has not changed since. Its rows are gone after the ``with`` block.

    Args:
        marks: give links and merged cells as well.
        understood: findings of the reading that are no hindrance to this kind, and not told.

    Raises:
        FetchError: no usable answer, or one without a byte.
    """
    answer = fetch.get(source.url, etag=source.last.etag, modified=source.last.modified)
    notes.host, notes.etag, notes.modified = urlsplit(answer.url).netloc, answer.etag, answer.modified
    if answer.not_modified:
        notes.unchanged = True
        yield None
        return
    if not answer.body:
        raise failures.empty("一覧", answer.url)
    name = PurePosixPath(unquote(urlsplit(answer.url).path)).name
    with sandboxed(answer.body, name, limits=_LIMITS, caps=_CAPS, marks=marks) as reading:
        _tell(reading, answer.url, notes, understood)
        yield ListFile(answer.url, reading)


def _tell(reading: Reading, where: str, notes: Notes, understood: frozenset[str]) -> None:
    for finding in reading.findings:
        if finding.severity != "advice" and finding.rule not in understood:
            place = f"{finding.row}行目" if finding.row else where
            (notes.partial if finding.rule in _CUT else notes.warn)(finding.rule, finding.message, place)
