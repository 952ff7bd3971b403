"""What a source is told and what it gives: a Listing of Records, and the truth about how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from osakadx.dataset import Record
from osakadx.errors import ListingError, OsakadxError

NOTICES_PER_SLUG = 20
RECORDS = 200_000


@dataclass(frozen=True)
class Last:
    """What is remembered of the last listing of a source that ended well and was applied in full.

    Attributes:
        etag, modified: validators of the listing's one address, for sources that have one.
        host: that answered.
        records: guid → `Record.raw`, for sources whose identities lean on what was there before (`html_page`).
        stamps: tells of some guids the ones that are in the catalog, with their `Record.modified`; None where every
            record has to be read again.
    """

    etag: str = ""
    modified: str = ""
    host: str = ""
    records: Mapping[str, Any] = field(default_factory=dict[str, Any])
    stamps: Callable[[Sequence[str]], Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Same:
    """A record of which the source says that it is as it was, so that it is not read again."""

    guid: str

    @property
    def title(self) -> str:
        """Unknown."""
        return ""


@dataclass(frozen=True)
class Source:
    """One place that publishes data sets (収集元).

    Attributes:
        name: of the source in the catalog. title: for people.
        url: where its list is.
        type: module of `sources` that reads it.
        organization: of the catalog that receives the data sets; a six-digit code or a department's name.
        license: for data sets that name none, as the publisher writes it.
        options: what its type wants to know; see README.md.
        allow_hosts: ``host:port`` that the address policy excepts for this source.
        folders: ``name=/path`` or ``/path`` that an operator has opened to harvesting, for sources that are folders.
            They come from the portal's configuration or the command line, never from the source itself.
        last: what is remembered.
    """

    name: str
    url: str
    type: str
    organization: str = ""
    title: str = ""
    license: str = ""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    allow_hosts: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    last: Last = field(default_factory=Last)

    @property
    def stored(self) -> str:
        """What the addresses of files begin with that the catalog takes into its own storage; empty: it links to all.

        Only a folder that an operator has opened has such files, whatever a source writes into its list.
        """
        return f"{self.url.rstrip('/')}/" if self.folders and self.url.startswith(("folder:", "file:")) else ""

    def check_options(self, known: frozenset[str]) -> None:
        """Refuse options that the type does not know: a misspelt one would silently do nothing.

        Raises:
            ListingError: names the unknown options and the known ones.
        """
        if unknown := sorted(self.options.keys() - known):
            raise ListingError(
                f"収集元の設定に知らない項目があります: {'、'.join(unknown)}。",
                where=self.name, fix=f"使える項目は {'、'.join(sorted(known))} です。", slug="option-unknown",
            )  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """Something met while listing, for the people who look after the source."""

    slug: str
    message: str
    where: str = ""


@dataclass(frozen=True)
class Facts:
    """How a listing ended.

    Attributes:
        complete: every record of the source was listed; only then may an absent one count as gone.
        unchanged: the source says that nothing changed since `Last`; no record was listed and none is gone.
        listed: records given, `Same` ones included. trusted: how many of them were `Same`.
        claimed: how many the source says it has, where it says so.
        skipped: kind → number of entries that are no data sets of ours (private ones, showcases …).
        host: that answered. etag, modified: for the next conditional listing.
        notices: the first of each kind; `counts` has them all.
    """

    complete: bool = False
    unchanged: bool = False
    listed: int = 0
    trusted: int = 0
    claimed: int | None = None
    skipped: Mapping[str, int] = field(default_factory=dict[str, int])
    host: str = ""
    etag: str = ""
    modified: str = ""
    notices: tuple[Notice, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict[str, int])


class Notes:
    """Where a source writes down what it learns on the way."""

    def __init__(self) -> None:
        self.host = self.etag = self.modified = ""
        self.claimed: int | None = None
        self.unchanged = False
        self.broken_off = False
        self.skipped: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.notices: list[Notice] = []

    def warn(self, slug: str, message: str, where: str = "") -> None:
        """Tell of something that was listed all the same."""
        self.counts[slug] += 1
        if self.counts[slug] <= NOTICES_PER_SLUG:
            self.notices.append(Notice(slug, message, where))

    def partial(self, slug: str, message: str, where: str = "") -> None:
        """Tell why this is not all that the source has."""
        self.broken_off = True
        self.warn(slug, message, where)

    def skip(self, kind: str) -> None:
        """Count an entry that is no data set of ours."""
        self.skipped[kind] += 1


class Listing(Iterator["Record | Same"]):
    """The records of a source as they arrive; its `facts` are final once they have been read to the end.

    A listing that was not read to its end, that an error ended, or that its source calls partial is not complete.
    An error before the first record is raised, as then nothing was listed at all.

    Args:
        walk: yields the records and writes down what else it learns.
    """

    def __init__(self, walk: Callable[[Notes], Iterator[Record] | Iterator[Record | Same]]) -> None:
        self._notes = Notes()
        self._walk = walk(self._notes)
        self._seen: set[str] = set()
        self._given = self._trusted = 0
        self._ended = False

    def __next__(self) -> Record | Same:
        while True:
            try:
                record = next(self._walk)
            except StopIteration:
                self._ended = True
                self._tell_of_missing()
                raise
            except OsakadxError as error:
                if not self._seen:
                    raise
                self._notes.partial(error.slug, error.message, error.where)
                raise StopIteration from error
            self._given += 1
            if self._is_new(record):
                self._trusted += isinstance(record, Same)
                return record

    @property
    def facts(self) -> Facts:
        """What is known by now."""
        notes = self._notes
        return Facts(
            complete=self._ended and not notes.broken_off and not notes.unchanged and self._counts_agree(),
            unchanged=self._ended and notes.unchanged,
            listed=len(self._seen),
            trusted=self._trusted,
            claimed=notes.claimed,
            skipped=dict(notes.skipped),
            host=notes.host,
            etag=notes.etag,
            modified=notes.modified,
            notices=tuple(notes.notices),
            counts=dict(notes.counts),
        )

    def _tell_of_missing(self) -> None:
        """Say why, where a listing that seemed to end well is not complete."""
        notes = self._notes
        if not (notes.broken_off or notes.unchanged or self._counts_agree()):
            said = f"{notes.claimed:,} 件あるはずの一覧から {self._read:,} 件しか読めませんでした。"
            notes.partial("count-disagrees", said, notes.host)

    @property
    def _read(self) -> int:
        return self._given + sum(self._notes.skipped.values())

    def _counts_agree(self) -> bool:
        """Whether the source gave as many entries as it claims to have."""
        claimed = self._notes.claimed
        return claimed is None or self._read >= claimed

    def _is_new(self, record: Record | Same) -> bool:
        if record.guid in self._seen:
            self._notes.warn(
                "guid-repeated", f"「{record.title}」のIDが重複しています。先にあるものを採りました。", record.guid
            )
            return False
        if len(self._seen) >= RECORDS:
            self._notes.partial("too-many-records", f"一覧が{RECORDS:,}件を超えたため、残りを読んでいません。")
            raise StopIteration
        self._seen.add(record.guid)
        return True
