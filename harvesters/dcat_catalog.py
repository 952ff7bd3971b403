"""One page of a DCAT catalog: its data sets, each under a lasting identity, and what it says of the other pages."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from osakadx.dataset import Record
from osakadx.errors import ListingError
from rdflib import Graph

from .dcat_dataset import files, record
from .listing import Notes
from .rdf_thing import Reader, Thing, is_japanese

_NEXT = ("hydra:next", "hydra:nextPage")
_COLLECTIONS = ("hydra:Collection", "hydra:PagedCollection", "hydra:PartialCollectionView")


@dataclass(frozen=True)
class Page:
    """What one answer holds.

    Attributes:
        following: addresses of the next pages.
        claimed: data sets in all pages, where the catalog says so.
        linked, described: data sets that the catalog names, and those of which something is said.
    """

    records: tuple[Record, ...]
    following: tuple[str, ...] = ()
    claimed: int | None = None
    linked: frozenset[str] = frozenset()
    described: frozenset[str] = frozenset()


class Holders:
    """Who holds an identifier: data sets of different IRIs are different ones, whatever identifier they share.

    Args:
        notes: is told of those that share one.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._iris: dict[str, str] = {}

    def guid(self, identifier: str, iri: str, title: str) -> str:
        """The identifier for the first that comes with it, and the IRI for another that has one."""
        first = self._iris.setdefault(identifier, iri)
        if not (first and iri) or iri == first:
            return identifier
        self._notes.warn(
            "identifier-shared",
            f"「{title[:60]}」の識別子「{identifier[:60]}」は別のデータセットにもあるので、IRIで区別しました。",
            iri,
        )
        return iri


def page(graph: Graph, where: str, notes: Notes, holders: Holders) -> Page:
    """Read a page.

    Args:
        graph: what was parsed.
        where: the page's address.
        notes: is told of data sets without identity and of titles that are not Japanese.
        holders: of the identifiers met on any page.

    Raises:
        ListingError: no word of DCAT in it (``dcat-missing``).
    """
    reader = Reader(graph, where)
    catalogs = reader.subjects("rdf:type", "dcat:Catalog")
    pages = reader.subjects("rdf:type", *_COLLECTIONS)
    linked = [thing for holder in reader.subjects("dcat:dataset") for thing in holder.all("dcat:dataset")]
    datasets = _datasets(reader, linked)
    if not (catalogs or datasets or linked or pages):
        raise ListingError(
            "DCATのカタログもデータセットも書かれていません。",
            where=where,
            fix="DCATのカタログ(Turtle、RDF/XML、JSON-LD、data.json)のアドレスか確かめてください。",
            slug="dcat-missing",
        )
    ours = [dataset for dataset in datasets if _is_ours(dataset, notes)]
    return Page(
        records=tuple(_records(ours, notes, holders)),
        following=tuple(dict.fromkeys(link for thing in _paged(reader) for link in thing.links(*_NEXT))),
        claimed=_claimed(reader),
        linked=frozenset(thing.iri for thing in linked if thing.iri),
        described=frozenset(thing.iri for thing in datasets if thing.iri),
    )


def lasting(candidates: Iterable[tuple[str, ...]]) -> list[str]:
    """An identity for each of several data sets that have none.

    Args:
        candidates: for each its page and the addresses of its files, the surest first; empty ones do not count.

    Returns:
        the first that no other of them shares, empty where there is none.
    """
    all_of_them = [tuple(filter(None, some)) for some in candidates]
    shared = Counter(one for some in all_of_them for one in set(some))
    return [next((one for one in some if shared[one] == 1), "") for some in all_of_them]


def addresses(entries: Iterable[Mapping[str, object]]) -> str:
    """One short text that stands for the addresses of files; empty without any."""
    urls = sorted(str(file.get("file_download_url") or file.get("file_access_url") or "") for file in entries)
    said = "\n".join(filter(None, urls))
    return f"files-{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}" if said else ""


def tell_of_title(title: str, guid: str, notes: Notes) -> None:
    """Note a title that readers of Japanese cannot read."""
    if title and not is_japanese(title):
        notes.warn("title-not-japanese", f"「{title[:60]}」に日本語の題名がありません。", guid)


def tell_of_nameless(title: str, where: str, notes: Notes) -> None:
    """Note and count a data set that has nothing by which it could be known again."""
    notes.skip("without-id")
    notes.warn(
        "identity-missing",
        f"「{title[:60]}」には識別子も、ほかと違うページやファイルのアドレスもないので、載せませんでした。",
        where,
    )


def _datasets(reader: Reader, linked: list[Thing]) -> list[Thing]:
    """What is said to be a data set, or listed as one, and is no mere mention of one."""
    named = {thing.term for thing in linked}
    typed = reader.subjects("rdf:type", "dcat:Dataset", "dcat:DatasetSeries")
    found = {thing.term: thing for thing in (*typed, *linked) if thing.is_described}
    content = ("dct:title", "dct:description", "dcat:distribution")
    return [thing for thing in found.values() if thing.term in named or thing.all(*content)]


def _is_ours(thing: Thing, notes: Notes) -> bool:
    if thing.has_type("dcat:DatasetSeries"):
        notes.skip("type-series")
        return False
    return not thing.has_type("dcat:Catalog")


def _records(datasets: list[Thing], notes: Notes, holders: Holders) -> Iterator[Record]:
    """Each data set under its identity, in the order of these."""
    guids = {thing.term: thing.word("dct:identifier") or thing.iri for thing in datasets}
    nameless = [thing for thing in datasets if not guids[thing.term]]
    pages = [(*thing.links("dcat:landingPage")[:1], addresses(files(thing))) for thing in nameless]
    guids.update(zip((thing.term for thing in nameless), lasting(pages), strict=True))
    for thing in sorted(datasets, key=lambda thing: (guids[thing.term], not thing.iri, thing.iri, thing.order())):
        if not guids[thing.term]:
            tell_of_nameless(thing.word("dct:title"), thing.reader.base, notes)
            continue
        found = record(thing, holders.guid(guids[thing.term], thing.iri, thing.word("dct:title")))
        tell_of_title(found.title, found.guid, notes)
        yield found


def _paged(reader: Reader) -> list[Thing]:
    return [thing for predicate in _NEXT for thing in reader.subjects(predicate)]


def _claimed(reader: Reader) -> int | None:
    totals = [value.text for thing in reader.subjects("hydra:totalItems") for value in thing.all("hydra:totalItems")]
    return max((int(total) for total in totals if total.isdecimal() and len(total) < 10), default=None)
