from __future__ import annotations

import json

from ..loopback import answer
from .turtle import read


def test_data_json_without_identifiers_and_with_things_that_are_no_data_sets():
    entries = [
        {"title": "甲", "landingPage": "p/1", "modified": "2024-04-01", "accessLevel": "restricted public"},
        {"title": "乙", "distribution": [{"downloadURL": "a.csv", "mediaType": "text/csv"}, "x", None]},
        {"title": "丙"},
        {"title": "丁", "identifier": "4", "accessLevel": "non-public"},
        "戊",
        {"title": "己", "identifier": 6, "keyword": "防災", "publisher": "守口市", "contactPoint": [],
         "distribution": {}, "temporal": "2024-04-01T00:00:00Z/2025-03-31T00:00:00Z"},
    ]  # fmt: skip
    records, facts, _ = read(
        answer(json.dumps({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": entries}))
    )
    first, second, third = records
    assert first["guid"] == "/p/1" and first["concepts"]["access_rights"] == "restricted"
    assert second["guid"].startswith("files-") and second["files"] == [
        {"file_download_url": "/a.csv", "file_format": "text/csv"}
    ]
    assert third["guid"] == "6" and third["concepts"]["keyword"] == ["防災"] and third["files"] == []
    assert third["concepts"]["temporal"] == "2024-04-01/2025-03-31" and third["concepts"]["publisher_name"] == "守口市"
    assert facts.skipped == {"without-id": 1, "non-public": 1, "no-dataset": 1}


def test_one_distribution_may_stand_without_a_list():
    entry = {"title": "甲", "identifier": "1", "distribution": {"downloadURL": "a.csv", "mediaType": "text/csv"}}
    ((record,), _, _) = read(answer(json.dumps({"dataset": [entry]})))
    assert record["files"] == [{"file_download_url": "/a.csv", "file_format": "text/csv"}]


def test_a_format_that_no_word_list_knows_gives_way_to_a_media_type_that_it_knows():
    files = [{"downloadURL": "a", "format": said, "mediaType": "text/html"} for said in ("Web Page", "HTML5", "")]
    ((record,), _, _) = read(
        answer(json.dumps({"dataset": [{"title": "甲", "identifier": "1", "distribution": files}]}))
    )
    assert [file["file_format"] for file in record["files"]] == ["text/html"] * 3


def test_two_of_one_identifier_are_kept_apart_by_their_iris():
    entries = [{"title": name, "identifier": "1", "@id": f"http://a.jp/{name}"} for name in "ab"]
    records, facts, _ = read(answer(json.dumps({"dataset": [*entries, {"title": "c", "identifier": "1"}]})))
    assert [record["guid"] for record in records] == ["1", "http://a.jp/b"] and facts.complete
    assert (facts.counts["identifier-shared"], facts.counts["guid-repeated"]) == (1, 1)
