"""The production list of sources, field by field."""

import re
from urllib.parse import urlsplit

import pytest
import yaml
from osakadx import data, vocab
from osakadx.manners import courtesy

SOURCES = yaml.safe_load(data.text("sources.yaml"))["sources"]
FIELDS = {
    "name",
    "title",
    "url",
    "type",
    "organization",
    "enabled",
    "schedule",
    "license",
    "options",
    "gap",
    "note",
    "contact",
    "respect_robots",
}
ALWAYS = FIELDS - {"license", "options", "note", "contact", "respect_robots"}
TYPES = {"osakadx_ckan_api", "osakadx_csv_listing", "osakadx_html_page"}
KNOWN = (
    "270008 271004 271403 272035 272086 272094 272108 272141 272159 "
    "272167 272183 272205 272230 272264 272272 272329 273619"
)
each = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["name"])


def test_all_17_known_publishers_have_a_source():
    assert {source["organization"] for source in SOURCES} == set(KNOWN.split())


def test_names_titles_and_times_are_unique():
    for field in ("name", "title", "schedule"):
        values = [source[field] for source in SOURCES]
        assert len(set(values)) == len(values)


@each
def test_a_source_has_the_fields_it_needs_and_no_others(source):
    assert set(source) >= ALWAYS
    assert set(source) <= FIELDS


@each
def test_a_source_is_named_by_the_code_of_a_publisher_of_ours(source):
    publisher = vocab.publisher_of(source["organization"])
    assert publisher is not None
    assert source["name"].startswith(f"{publisher.code}-")
    assert re.fullmatch("[a-z0-9-]{2,100}", source["name"])
    assert source["title"].startswith(publisher.title_ja)


@each
def test_no_source_is_asked_before_an_operator_enables_it(source):
    assert source["enabled"] is False


@each
def test_an_address_is_public_and_encrypted(source):
    address = urlsplit(source["url"])
    assert address.scheme == "https"
    assert address.hostname is not None
    assert re.search(r"\.(lg\.jp|osaka\.jp|bodik\.jp)$", address.hostname)
    assert source["type"] in TYPES


@each
def test_the_schedule_is_a_time_of_day_at_night_in_japan(source):
    minute, hour, *rest = source["schedule"].split()
    assert rest == ["*", "*", "*"]
    assert 0 <= int(minute) < 60
    assert 1 <= int(hour) < 6


@each
def test_a_page_of_links_names_the_licence_that_bodik_gives_per_data_set(source):
    if source["type"] == "osakadx_html_page":
        assert vocab.is_open(source["license"])
    else:
        assert "license" not in source


@each
def test_bodik_is_asked_only_for_the_body_itself(source):
    if urlsplit(source["url"]).hostname == "data.bodik.jp":
        assert source["options"] == {"organization": source["organization"]}


@each
def test_the_gap_is_the_one_that_is_really_kept(source):
    assert source["gap"] == courtesy().gap_of(urlsplit(source["url"]).hostname)
