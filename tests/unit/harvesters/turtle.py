"""Small DCAT catalogs, mostly in Turtle, and what the source `dcat` makes of them."""

from __future__ import annotations

import json

import pytest
from ckanext.osakadx.harvesters.listing import Source
from osakadx.errors import FetchError, ListingError

from ..loopback import answer, serve
from .contract import listed

HEAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix time: <http://www.w3.org/2006/time#> .
"""


def dataset(number, more=""):
    return f'<d/{number}> a dcat:Dataset ; dct:identifier "id-{number}" ; dct:title "データ{number}"@ja {more} .'


def catalog(*said):
    return answer(HEAD + "[] a dcat:Catalog .\n" + "\n".join(said), Content_Type="text/turtle")


def read(pages, source=None):
    """List a catalog; pages by path and query, or one for all."""

    def page(request):
        if not isinstance(pages, dict):
            return pages
        query = request.query.get("page", [""])[0]
        return pages.get(query) or answer(b"", status=404)

    with serve({"*": page}) as site:
        records, facts = listed(site, source or Source("x", f"{site.url}/c", "dcat"))
        return [json.loads(json.dumps(vars(record)).replace(site.url, "")) for record in records], facts, site.requests


def refused(page):
    with pytest.raises((ListingError, FetchError)) as error:
        read(page)
    assert error.value.fix, error.value.message
    return error.value.slug
