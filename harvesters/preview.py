"""A source tried before it is harvested: its list read within a time, its first records as the catalog would have them.

What a run would change is asked of the same plan and guard as in a run, in ``base.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osakadx.dataset import Record
from osakadx.errors import FetchError
from osakadx.fetch import Answer, Fetcher
from osakadx.manners import Clock
from osakadx.meter import Limits
from osakadx.normalise import SourceContext, normalise
from osakadx.package import to_package

from .listing import Listing, Same, Source

SECONDS = 30.0  # so long a person waits for a page
RECORDS = 20
# One answer may not take all the time there is. A run waits longer.
ANSWER = Limits(first_byte=10.0, total=15.0)
PER_DATASET = 0.03  # seconds to write and index one new or changed data set


class Hurried(Fetcher):
    """A fetcher that asks nothing more once the time is up.

    Args:
        fetch: the one that asks.
        seconds: from now on.
    """

    def __init__(self, fetch: Fetcher, seconds: float, clock: Clock | None = None) -> None:
        self.inner = fetch
        self.policy = fetch.policy
        self.clock = clock or Clock()
        self.seconds = seconds
        self.began = self.clock.monotonic()

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.elapsed >= self.seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return self.clock.monotonic() - self.began

    def get(
        self, url: str, *, etag: str = "", modified: str = "", accept: str = "*/*", cap: int | None = None
    ) -> Answer:
        """As the inner fetcher's, within the time."""
        self._check(url)
        return self.inner.get(url, etag=etag, modified=modified, accept=accept, cap=cap)

    def download(
        self, url: str, path: Path, *, etag: str = "", modified: str = "", accept: str = "*/*", cap: int | None = None
    ) -> Answer:
        """As the inner fetcher's, within the time."""
        self._check(url)
        return self.inner.download(url, path, etag=etag, modified=modified, accept=accept, cap=cap)

    def _check(self, url: str) -> None:
        if self.over:
            raise FetchError(
                f"{self.seconds:.0f} 秒で読むのをやめました。", where=url, slug="preview-time",
                fix="実際の収集は最後まで読みます。", transient=True,
            )  # fmt: skip


@dataclass
class Look:
    """What passes by while a listing is read.

    Attributes:
        wanted: how many records to keep. records: the first ones. files: of all records.
        cut: the time was up before the listing ended.
    """

    wanted: int = RECORDS
    records: list[Record] = field(default_factory=list[Record])
    files: int = 0
    cut: bool = False

    def over(self, listing: Listing, fetch: Hurried) -> Iterator[Record | Same]:
        """Read a listing, and let its records pass until the time is up."""
        for record in listing:
            if isinstance(record, Record):
                self.files += len(record.files)
                if len(self.records) < self.wanted:
                    self.records.append(record)
            yield record
            if fetch.over:
                self.cut = True
                return
        self.cut = "preview-time" in listing.facts.counts


def expected(listing_seconds: float, listed: int, claimed: int | None, writes: int, *, cut: bool) -> int | None:
    """Seconds that a first run will take, or None where a list that was cut does not say how long it is.

    Args:
        listing_seconds: that reading took. listed: records read. claimed: how many the source says it has.
        writes: data sets to write among those read.
    """
    if not cut:
        return max(1, round(listing_seconds + writes * PER_DATASET))
    if not claimed or not listed or claimed < listed:
        return None
    return max(1, round((listing_seconds + writes * PER_DATASET) * claimed / listed))


def described(record: Record, source: Source) -> dict[str, Any]:
    """A record as its source writes it, and the data set that the catalog would make of it."""
    context = SourceContext(source.organization, source.license, source.name, source.url, stored=source.stored)
    dataset = normalise(record, context)
    return {
        "guid": record.guid,
        "title": record.title,
        "modified": record.modified,
        "concepts": dict(record.concepts),
        "files": [dict(file) for file in record.files],
        "dataset": to_package(dataset),
        "notices": [{"slug": slug, "message": message} for slug, message in dataset.notices],
    }
