"""The demo's sources, served as the demo serves them and listed as its portal lists them."""

from __future__ import annotations

import importlib.util
import json
import threading
from pathlib import Path

import pytest
import yaml
from ckanext.osakadx.harvesters.listing import Source
from ckanext.osakadx.harvesters.sources import KINDS, PREFIX, kind
from osakadx.addresses import AddressPolicy
from osakadx.fetch import Fetcher
from osakadx.tables.read import read

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "fixtures" / "sites"
SOURCES = yaml.safe_load((FOLDER / "sources.yaml").read_text("utf-8"))["sources"]


def load():
    spec = importlib.util.spec_from_file_location("sites", ROOT / "docker" / "bare" / "sites.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def base():
    with load().server(0) as server:
        server.RequestHandlerClass.func.log_message = lambda *words: None
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def fetch(base):
    only = frozenset({base.removeprefix("http://")})
    return Fetcher(AddressPolicy(allow_hosts=only, only_hosts=only))


@pytest.fixture(scope="module")
def listings(base, fetch):
    """Name of the source → its records and how its listing ended."""
    found = {}
    for entry in SOURCES:
        url = entry["url"].replace("{base}", base)
        source = Source(entry["name"], url, entry["type"], entry["organization"], options=entry.get("options", {}))
        listing = kind(entry["type"]).listing(fetch, source)
        found[entry["name"]] = list(listing), listing.facts
    return found


def test_every_source_is_listed_to_its_end(listings):
    assert [name for name, (records, facts) in listings.items() if not (records and facts.complete)] == []


def test_at_least_three_kinds_and_forty_data_sets(listings):
    kinds = {entry["type"] for entry in SOURCES}
    assert len(kinds) >= 3 and kinds <= {f"{PREFIX}{name}" for name in KINDS}
    assert sum(len(records) for records, _ in listings.values()) >= 40


def test_every_file_that_lies_here_can_be_fetched_and_one_is_honestly_gone(listings, base, fetch, tmp_path):
    missing = []
    for records, _ in listings.values():
        for record in records:
            for file in record.files:
                url = file["file_download_url"]
                url = base + url if url.startswith("/") else url
                if url.startswith(base):
                    try:
                        fetch.download(url, tmp_path / "file")
                    except Exception as error:
                        missing.append((url.removeprefix(base), error.slug))
    assert missing == [("/otameshi/aed_2019.csv", "not-found")]


def test_tokyo_s_files_keep_their_real_addresses(listings):
    records, facts = listings["130001-catalog"]
    hosts = {file["file_download_url"].split("/")[2] for record in records for file in record.files}
    assert facts.listed == 60 and "127.0.0.1" not in " ".join(hosts) and "www.opendata.metro.tokyo.lg.jp" in hosts


@pytest.mark.parametrize(
    "file, format, rule",
    [
        ("school_lunch_protected.xlsx", "ENCRYPTED", "file-encrypted"),
        ("public_toilet_ragged.csv", "CSV", "ragged-row"),
        ("school_lunch.csv", "XLSX", "format-differs"),
        ("evacuation_moved.csv", "HTML", "is-web-page"),
        ("public_wireless_lan_mixed.csv", "CSV", "encoding-mixed"),
        ("event_calendar_empty.csv", "EMPTY", "file-empty"),
    ],
)
def test_the_broken_files_are_broken_as_promised(file, format, rule):
    reading = read(FOLDER / "otameshi" / file)
    assert reading.format == format and rule in {finding.rule for finding in reading.findings}


def test_lists_are_in_the_encodings_of_their_publishers():
    assert read(FOLDER / "270008" / "270008_open_data_list.csv").encoding == "cp932"
    assert read(FOLDER / "222127" / "222127_open_data_list.csv").bom
    assert "charset=shift_jis" in (FOLDER / "122033" / "opendata.html").read_bytes().decode("cp932")


def test_every_organization_of_a_source_is_in_osaka_or_named():
    named = yaml.safe_load((FOLDER / "sources.yaml").read_text("utf-8"))["organizations"]
    outside = {entry["name"] for entry in named}
    assert all(entry["organization"] in outside or entry["organization"].startswith("27") for entry in SOURCES)


def test_validators_are_answered(base, fetch):
    url = f"{base}/270008/270008_open_data_list.csv"
    first = fetch.get(url)
    assert base.encode() in first.body and first.content_type == "text/csv"
    assert fetch.get(url, etag=first.etag).not_modified and fetch.get(url, modified=first.modified).not_modified


def test_ckan_s_errors_are_json(base):
    import urllib.error
    import urllib.request

    for action in ("package_show", "package_search?fq=title:x"):
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(f"{base}/bodik/api/3/action/{action}")
        assert json.loads(error.value.read())["success"] is False
        error.value.close()


@pytest.mark.parametrize(
    "path", ["/sources.yaml", "/../README.md", "/bodik/packages.json", "/270008/", "/%2e%2e/README.md"]
)
def test_nothing_but_the_sources_files_is_served(base, path):
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(base + path)
    assert error.value.code == 404
    error.value.close()
