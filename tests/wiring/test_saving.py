"""Which errors of the search engine a save can wait out, and which it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pysolr
import pytest
from ckan import model
from ckan.lib import search
from ckan.lib.search.index import PackageSearchIndex
from ckanext.osakadx import outbox, saving


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Ids of the data sets that wait in the outbox."""
    ids: list[str] = []
    monkeypatch.setattr(outbox, "enqueue", ids.extend)
    yield ids
    model.Session.remove()


def answers(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    """Let CKAN's index fail as it does when the search engine answers so."""

    def fail(*_: Any) -> None:
        try:
            raise pysolr.SolrError(message)
        except pysolr.SolrError as error:
            raise search.SearchIndexError(str(error)) from error

    for name in ("index_package", "delete_package"):
        monkeypatch.setattr(PackageSearchIndex, name, fail)


@pytest.mark.parametrize("method", ["index_package", "delete_package"])
@pytest.mark.parametrize(
    "message",
    [
        "Failed to connect to server at http://solr:8983/solr/ckan/update/",
        "Connection to server 'http://solr:8983/solr/ckan/update/' timed out",
        "Solr responded with an error (HTTP 503): [Reason: None]",
    ],
)
def test_an_engine_that_is_away_is_waited_for(monkeypatch: Any, noted: list[str], method: str, message: str) -> None:
    answers(monkeypatch, message)
    saving.saved("mine")
    getattr(saving.PatientIndex(), method)({"id": "mine"})
    assert noted == ["mine"]


@pytest.mark.parametrize(
    ("package_id", "message"),
    [
        ("mine", "Solr responded with an error (HTTP 400): [Reason: ERROR: [doc=x] Error adding field]"),
        ("of somebody else", "Failed to connect to server at http://solr:8983/solr/ckan/update/"),
    ],
)
def test_a_document_that_is_refused_and_one_that_nobody_saves_are_told(
    monkeypatch: Any, noted: list[str], package_id: str, message: str
) -> None:
    answers(monkeypatch, message)
    saving.saved("mine")
    with pytest.raises(search.SearchIndexError):
        saving.PatientIndex().index_package({"id": package_id})
    assert noted == []
