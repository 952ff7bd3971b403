"""What every source keeps to, whatever it reads. A source's test file is a subclass and its own odd cases."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from ckanext.osakadx.harvesters.listing import Facts, Last, Source
from ckanext.osakadx.harvesters.sources import kind
from osakadx.addresses import AddressPolicy
from osakadx.dataset import Record
from osakadx.errors import FetchError, ListingError, OsakadxError
from osakadx.fetch import PAGE, Fetcher
from osakadx.manners import Clock
from osakadx.meter import Limits
from osakadx.vocab.concept import concepts

from ..loopback import Page, Site, answer, serve

LOGIN = answer("<!DOCTYPE html><html><body><h1>ログイン</h1><form></form></body></html>", Content_Type="text/html")


def fetcher(site: Site, page: Limits = PAGE) -> Fetcher:
    """A fetcher that may ask this site alone, and whose name server knows nothing but numbers."""

    def resolve(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
        assert host == "127.0.0.1", f"{host} was looked up"
        return [(socket.AF_INET, (host, port))]

    only = frozenset({site.key})
    policy = AddressPolicy(allow_hosts=only, only_hosts=only)
    return Fetcher(policy, page=page, resolve=resolve, clock=Clock(sleep=lambda seconds: None))


def listed(site: Site, source: Source, page: Limits = PAGE) -> tuple[list[Record], Facts]:
    listing = kind(source.type).listing(fetcher(site, page), source)
    return list(listing), listing.facts


class SourceContract:
    """Subclasses say what is served, where the list is, and how many data sets it holds."""

    type: ClassVar[str]
    path: ClassVar[str]
    count: ClassVar[int]
    japanese: ClassVar[str]  # a title that must come out exactly
    options: ClassVar[Mapping[str, Any]] = {}

    def pages(self) -> dict[str, Page | bytes]:
        raise NotImplementedError

    def source(self, site: Site, **more: Any) -> Source:
        options = {**self.options, **more.pop("options", {})}
        return Source(name=f"test-{self.type}", url=f"{site.url}{self.path}", type=self.type, options=options, **more)

    def shortened(self, body: bytes, length: int) -> bytes:
        """The beginning of a list, cut at about this length where its kind can tell."""
        return body[:length]

    @pytest.fixture
    def site(self):
        with serve(self.pages()) as site:
            yield site

    def test_it_lists_everything_and_says_so(self, site):
        records, facts = listed(site, self.source(site))
        assert facts.complete and facts.listed == len(records) == self.count
        assert facts.host == site.key and not facts.unchanged

    def test_guids_are_unique_and_two_reads_are_equal(self, site):
        first, _ = listed(site, self.source(site))
        second, _ = listed(site, self.source(site))
        assert len({record.guid for record in first}) == self.count and all(record.guid for record in first)
        assert [(record.guid, record.digest()) for record in first] == [
            (record.guid, record.digest()) for record in second
        ]

    def test_what_is_remembered_changes_no_guid(self, site):
        first, facts = listed(site, self.source(site))
        remembered = Last(host=facts.host, records={record.guid: record.raw for record in first})
        second, _ = listed(site, self.source(site, last=remembered))
        assert [record.guid for record in second] == [record.guid for record in first]

    def test_nothing_but_the_site_is_asked(self, site):
        _, facts = listed(site, self.source(site))
        assert site.requests and not facts.counts.keys() & {"host-not-listed", "address-not-public"}

    def test_japanese_survives(self, site):
        records, _ = listed(site, self.source(site))
        assert self.japanese in [record.title for record in records]
        assert "�" not in json.dumps([record.concepts for record in records], ensure_ascii=False)

    def test_records_can_be_kept_and_are_in_the_catalog_s_concepts(self, site):
        records, _ = listed(site, self.source(site))
        for record in records:
            json.dumps([record.concepts, record.files, record.raw])
            assert record.title and json.loads(json.dumps(record.raw)) == record.raw
            for values, of_file in ((record.concepts, False), *((file, True) for file in record.files)):
                for concept, value in values.items():
                    known = concepts()[concept]
                    assert known.of_file is of_file and isinstance(value, list if known.many else str) and value

    @pytest.mark.parametrize("page", [answer(b""), answer(b" \n"), LOGIN, answer(b"", status=204)])
    def test_an_empty_or_foreign_answer_is_never_an_empty_list(self, page):
        with serve({"*": page}) as site, pytest.raises((ListingError, FetchError)):
            listed(site, self.source(site))

    @pytest.mark.parametrize("status", [403, 404, 500])
    def test_an_error_is_raised(self, status):
        with serve({"*": answer(b"", status=status)}) as site, pytest.raises(FetchError):
            listed(site, self.source(site))

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
    def test_a_list_cut_short_is_partial_or_an_error(self, share):
        """Cut with an honest length, so that only the content can tell."""

        def cut(page):
            def said(request):
                whole = page(request) if callable(page) else page
                body = whole.partition(b"\r\n\r\n")[2]
                return answer(self.shortened(body, int(len(body) * share)))

            return said

        with serve({path: cut(page) for path, page in self.pages().items()}) as site:
            try:
                _, facts = listed(site, self.source(site))
            except OsakadxError:
                return
            assert not facts.complete

    def test_unknown_options_are_refused_before_anything_is_asked(self, site):
        with pytest.raises(ListingError) as error:
            listed(site, self.source(site, options={"organisation": "x"}))
        assert error.value.slug == "option-unknown" and not site.requests


class UnchangedContract:
    """For sources of one address: an unchanged list costs one answer without a body."""

    def test_an_unchanged_list_is_not_read_again(self):
        def fresh(page):
            body = page.partition(b"\r\n\r\n")[2]
            return lambda asked: (
                answer(status=304) if asked.headers.get("if-none-match") == '"7"' else answer(body, ETag='"7"')
            )

        pages = {path: fresh(page) if path == self.path else page for path, page in self.pages().items()}
        with serve(pages) as site:
            _, first = listed(site, self.source(site))
            asked = len(site.requests)
            records, facts = listed(site, self.source(site, last=Last(etag=first.etag, host=first.host)))
            assert records == [] and facts.unchanged and not facts.complete and facts.host == first.host
            assert len(site.requests) == asked + 1
